"""Figures: inline SVG in the scheme's colours, the same bytes each time, held to their data."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from byhand.show.palette import PALETTE
from byhand_site import executor, figurecompare, figuredata, svg

DRAW = """
import matplotlib.pyplot as plt
import numpy as np

fig, axes = plt.subplots(2, 2)
axes[0, 0].plot([0, 1, 2], [0, 1, 4], label="line")
axes[0, 0].plot([0, 1], [1, 0], "o--", label="other")
axes[0, 0].legend()
axes[0, 0].grid()
axes[0, 0].set(title="Title", xlabel="x", ylabel="y")
axes[0, 1].scatter([1, 2, 3], [1, 2, 3], c=["C0", "C1", "C2"], s=50)
axes[1, 0].bar(["a", "b"], [1, 2], color=["C3", "C4"])
axes[1, 1].imshow(np.arange(4).reshape(2, 2))
axes[1, 1].annotate("here", (0, 0), (1, 1), arrowprops={{"arrowstyle": "->", "color": "C5"}})
{extra}
plt.show()
"""
FOREIGN = 'axes[0, 0].axhline(1, color="#ff0000")'


def drawn(folder: Path, *extras: str) -> list[tuple[str, dict[str, Any]]]:
    """Draw in a process of its own, since a backend is chosen for a whole process."""
    folder.mkdir()
    environment = {**executor.environment(folder), "BYHAND_FIGURES": str(folder)}
    code = "".join(DRAW.format(extra=extra) for extra in extras or [""])
    command = [sys.executable, "-W", "error", "-c", code]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return [
        (
            (folder / f"{number}.svg").read_text(encoding="utf-8"),
            json.loads((folder / f"{number}.json").read_text(encoding="utf-8")),
        )
        for number in range(1, len(extras or [""]) + 1)
    ]


@pytest.fixture(scope="module")
def figure(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    return drawn(tmp_path_factory.mktemp("figure") / "a")[0]


@pytest.fixture(scope="module")
def text(figure: tuple[str, dict[str, Any]]) -> str:
    return figure[0]


def test_a_figure_is_one_element_without_style_script_or_namespace(text: str) -> None:
    root = ET.fromstring(text)
    assert root.tag == "svg" or root.tag.endswith("}svg")
    assert "viewBox" in root.attrib
    assert "width" not in root.attrib  # it takes the page's width
    for left in (
        "style=",
        "<style",
        "<script",
        "<metadata",
        "<?xml",
        "<!DOCTYPE",
        "xlink:",
        "ns0:",
    ):
        assert left not in text


def test_every_colour_follows_the_scheme(text: str) -> None:
    used = re.findall(r'(?:fill|stroke)="([^"]*)"', text)
    assert set(used) - {"none"} <= {f"var(--bh-{name})" for name in PALETTE}
    names = {"ink", "negative", "positive", "forward", "backward", "c4"}
    assert {f"var(--bh-{name})" for name in names} <= set(used)
    assert svg.foreign_colours(text) == []


def test_a_colour_of_its_own_is_found(tmp_path: Path) -> None:
    ((text, _),) = drawn(tmp_path / "red", FOREIGN)
    assert svg.foreign_colours(text) == ["#ff0000"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<path fill="black"/>', ["black"]),
        ('<path stroke="rgb(1,2,3)"/>', ["rgb(1,2,3)"]),
        ('<stop stop-color="#123456"/>', ["#123456"]),
        ('<path fill="none" stroke="currentColor"/>', []),
        ('<path fill="var(--bh-ink, #222222)"/>', []),
        ('<path fill="url(#gradient)"/>', []),
    ],
)
def test_foreign_colours_are_found_however_they_are_written(text: str, found: list[str]) -> None:
    assert svg.foreign_colours(text) == found


def test_the_same_source_gives_the_same_bytes(
    figure: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    assert drawn(tmp_path / "again") == [figure]


def test_ids_are_prefixed_and_what_refers_to_them_still_finds_them(text: str) -> None:
    prefixed = svg.with_prefix(text, "page-one-1")
    ids = re.findall(r'\sid="([^"]*)"', prefixed)
    assert len(ids) == len(set(ids)) > 10
    assert all(name.startswith("page-one-1-") for name in ids)
    pointers = re.findall(r'href="#([^"]*)"', prefixed) + re.findall(r"url\(#([^)]*)\)", prefixed)
    assert pointers
    assert set(pointers) <= set(ids)


def test_two_figures_of_a_page_share_no_id(text: str) -> None:
    one, two = svg.with_prefix(text, "a-1"), svg.with_prefix(text, "a-2")
    ids = [set(re.findall(r'\sid="([^"]*)"', drawing)) for drawing in (one, two)]
    assert not ids[0] & ids[1]


def test_small_factors_of_a_transform_are_not_rounded(text: str) -> None:
    factors = {float(found) for found in re.findall(r"scale\((0\.\d+)", text)}
    assert factors
    assert all(factor == pytest.approx(round(factor * 6400) / 6400, rel=1e-3) for factor in factors)
    assert 0.02 not in factors  # what two decimals would make of 1/64


def test_coordinates_keep_two_decimals(text: str) -> None:
    places = {len(found) for found in re.findall(r'\sd="[^"]*?\.(\d+)', text)}
    assert places <= {1, 2}


def test_the_data_describe_axes_labels_limits_and_artists(
    figure: tuple[str, dict[str, Any]],
) -> None:
    first, scatter, bars, image = figure[1]["axes"]
    assert "Title" in {first["title"], *(artist.get("text") for artist in first["artists"])}
    assert first["labels"] == ["x", "y"]
    assert first["legend"] == ["line", "other"]
    assert first["limits"] == pytest.approx([-0.1, 2.1, -0.2, 4.2])
    assert {"line": "line", "x": [0, 1, 2], "y": [0, 1, 4]} in first["artists"]
    (points,) = [artist for artist in scatter["artists"] if "collection" in artist]
    assert points["offsets"] == [1, 1, 2, 2, 3, 3]
    assert len(set(points["colours"])) == 3
    vertices = [artist["vertices"] for artist in bars["artists"] if "patch" in artist]
    assert [max(found[1::2]) for found in vertices[:2]] == [1, 2]
    (picture,) = [artist for artist in image["artists"] if "image" in artist]
    assert picture["image"] == [0, 1, 2, 3]
    assert any(artist.get("text") == "here" for artist in image["artists"])


CHANGES = {
    "a value": "axes[0, 0].lines[0].set_ydata([0, 1, 4.01])\naxes[0, 0].set_ylim(-0.2, 4.2)",
    "a label": 'axes[0, 0].set_xlabel("z")',
    "a title": 'axes[0, 0].set_title("Another")',
    "a limit": "axes[0, 0].set_xlim(0, 3)",
    "a scale": 'axes[0, 0].set_xscale("symlog")',
    "a legend": 'axes[0, 0].legend(["b", "c"])',
    "one line more": "axes[0, 1].plot([0, 1], [0, 1])",
    "a point": "axes[0, 1].collections[0].set_offsets([[1, 1], [2, 2], [3, 3.5]])",
    "a point's colour": 'axes[0, 1].collections[0].set_facecolor(["C0", "C1", "C3"])',
    "a bar": "axes[1, 0].patches[1].set_height(3)",
    "a pixel": "axes[1, 1].images[0].set_data([[0, 1], [2, 4]])",
    "a text": 'axes[1, 1].texts[0].set_text("there")',
    "a text's place": "axes[1, 1].texts[0].set_position((0, 0))",
}


def test_every_change_of_a_figure_shows_in_its_data(
    figure: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    variants = drawn(tmp_path / "changed", *CHANGES.values())
    unseen = [
        name
        for name, (_, described) in zip(CHANGES, variants, strict=True)
        if not list(figurecompare.differences(figure[1], described))
    ]
    assert unseen == []


def test_a_description_equals_itself_after_a_trip_through_json(
    figure: tuple[str, dict[str, Any]],
) -> None:
    assert list(figurecompare.differences(figure[1], json.loads(json.dumps(figure[1])))) == []


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        ([1.0, 2.0], [1.0, 2.0000001], True),
        ([1.0, 2.0], [1.0, 2.00001], False),
        ([0.0, 2.0], [1e-13, 2.0], True),
        ([0.0, 2.0], [1e-6, 2.0], False),
        ([1.0, None], [1.0, None], True),
        ([1.0, None], [1.0, 2.0], False),
        ([1.0], [1.0, 1.0], False),
        ([1, 2], [1.0, 2.0], True),
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}, False),
        ({"a": "x"}, {"a": "y"}, False),
        ({"size": 1000}, {"size": 1001}, False),
        (1.0, "1.0", False),
        ([], [1.0], False),
        ([0.0], [0.0], True),
        ([float("1e-30")], [float("2e-30")], False),
    ],
)
def test_descriptions_are_compared_at_a_millionth(expected: Any, got: Any, same: bool) -> None:
    assert (not list(figurecompare.differences(expected, got))) is same
    assert (not list(figurecompare.differences(got, expected))) is same


def test_a_long_array_is_thinned_and_a_change_between_still_shows() -> None:
    values = [float(number) for number in range(2000)]
    one = figuredata._array(values)
    assert isinstance(one, dict)
    assert one["size"] == 2000
    assert len(one["values"]) < 300
    values[1] += 10
    assert list(figurecompare.differences(one, figuredata._array(values)))


def test_noise_of_the_last_bits_is_zero_on_a_linear_axis_and_kept_on_a_logarithmic_one() -> None:
    values, limits = [1e-14, -2e-15, 3.0], (0.0, 4.0)
    assert list(figuredata._seen(values, limits, "linear")) == [0.0, 0.0, 3.0]
    assert list(figuredata._seen(values, limits, "log")) == values
    assert list(figuredata._seen([1e-8], limits, "linear")) == [1e-8]
