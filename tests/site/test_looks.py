"""Colours are defined once, and nothing that the theme adds is fetched from elsewhere."""

import re
from pathlib import Path

import pytest

from byhand.show.palette import PALETTE

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "docs" / "assets"
STYLES = sorted(ASSETS.glob("css/*.css"))
OURS = [*STYLES, *sorted(ROOT.glob("overrides/**/*.*")), *sorted(ASSETS.glob("js/*.js"))]
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|lab)\(")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_styles_to_test() -> None:
    assert {"fonts.css", "theme.css", "prose.css", "numbers.css"} <= {path.name for path in STYLES}


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_a_style_sheet_takes_its_colours_from_the_palette(path: Path) -> None:
    assert COLOUR.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_a_style_sheet_names_no_colour_that_the_palette_lacks(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    everywhere = "".join(other.read_text(encoding="utf-8") for other in STYLES)
    known = {*PALETTE, *re.findall(r"--bh-([\w-]+):", everywhere)}
    assert set(re.findall(r"var\(--bh-([\w-]+)", text)) <= known


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_what_a_style_sheet_loads_is_there(path: Path) -> None:
    asked = re.findall(r'url\("?([^")]+)"?\)', path.read_text(encoding="utf-8"))
    assert [file for file in asked if not (path.parent / file).is_file()] == []


def test_the_icon_has_the_colours_of_the_palette() -> None:
    used = set(re.findall(r"#[0-9a-fA-F]{6}", (ASSETS / "favicon.svg").read_text(encoding="utf-8")))
    assert used
    assert used <= {colour for pair in PALETTE.values() for colour in pair}


@pytest.mark.parametrize("path", OURS, ids=name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]+[^\s\"']*", text) == []


def test_the_list_of_styles_is_the_one_the_site_loads() -> None:
    listed = re.findall(r"- assets/css/(\S+)", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert set(listed) == {path.name for path in STYLES} | {"palette.css"}
