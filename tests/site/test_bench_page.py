"""The page on speed shows the stored table, all of it, and measures nothing."""

import tomllib
from pathlib import Path

import pytest

from byhand_site import measured, views_bench
from tests.pages import Page, all_of, get, read

ROOT = Path(__file__).resolve().parents[2]
STORED, BUILD = (
    tomllib.loads((ROOT / "docs" / "_data" / name).read_text(encoding="utf-8"))
    for name in ("bench.toml", "bench_build.toml")
)


@pytest.fixture(scope="module")
def page(site: Path) -> Page:
    return read(site / "bench.html")


def shown(page: Page) -> list[float]:
    return [float(value) for value in all_of(page, "data.measured", "value")]


def test_the_page_shows_every_row_of_both_comparisons(page: Page) -> None:
    expected: list[float] = []
    for row in STORED["digits"]["rows"]:
        expected += [row["seconds"], row["fastest"], row["ratio"]]
        expected += [row["difference"]] if row["difference"] else []
    for row in STORED["scalar"]["rows"]:
        expected += [row["seconds"], row["times_as_fast_as_micrograd"]]
        expected += [row["difference"]] if row["difference"] else []
    for row in (*BUILD["synthetic"], *BUILD["course"]):
        expected += [row["seconds"], row["byhand_by_it"], row["warm_by_it"]]
    expected += [BUILD["edit"]["median"], BUILD["edit"]["slowest"]]
    assert shown(page) == expected


def test_the_page_says_when_where_and_with_what(page: Page) -> None:
    text = page.text(separator=" ")
    for name in ("date", "system", "architecture", "python", "numpy", "torch", "micrograd"):
        assert STORED["run"][name] in text


def test_the_page_shows_the_memory_to_the_byte(page: Page) -> None:
    text = page.text(separator=" ")
    for row in STORED["memory"]["rows"]:
        assert f"{row['stated_bytes']:,}" in text
        assert f"{row['measured_bytes']:,}" in text


def test_the_page_says_what_the_builders_were_given(page: Page) -> None:
    text = page.text(separator=" ")
    for name in ("date", "cores", "python", "turns"):
        assert str(BUILD["machine"][name]) in text
    assert f"{BUILD['machine']['pages']} pages with {BUILD['machine']['blocks']} blocks" in text


def test_the_plot_of_the_builds_has_a_name_with_every_point(page: Page) -> None:
    _, drawing = page.css('figure [role="img"][aria-label]')
    for row in BUILD["growth"]:
        seconds = measured.two(row["seconds"])
        said = f"{row['pages']} pages: {seconds} s, {row['memory_mb']} MB"
        assert said in get(drawing, "aria-label")


def test_the_plot_has_a_name_with_the_ends_of_each_line(page: Page) -> None:
    drawing, _ = page.css('figure [role="img"][aria-label]')
    label = get(drawing, "aria-label")
    for varied in ("width", "depth", "batch_size"):
        rows = [row for row in STORED["growth"]["rows"] if row["varied"] == varied]
        for row in (rows[0], rows[-1]):
            milliseconds = float(f"{row['seconds'] * 1e3:.2g}")
            assert f"{milliseconds:g} ms at {row['value']}" in label


@pytest.mark.parametrize(
    ("difference", "expected"),
    [(0.0, "none"), (4.4e-16, "10<sup>−15</sup>"), (9.9e-4, "10<sup>−3</sup>")],
)
def test_a_difference_is_named_by_a_power_it_stays_below(difference: float, expected: str) -> None:
    assert expected in views_bench._difference(difference)


@pytest.mark.parametrize(
    ("value", "expected"), [(51.61, "52"), (0.9011, "0.9"), (2463.0, "2,500"), (5.108, "5.1")]
)
def test_a_measured_number_has_two_digits(value: float, expected: str) -> None:
    assert measured.two(value) == expected
