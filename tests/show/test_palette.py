import re
from itertools import combinations
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from byhand.show.palette import PALETTE, SCHEMES, SERIES, TEXT, colours, css, rc, var
from tests.show.vision import EYES, contrast, distance


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_measured_as_wcag_does(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)


def test_the_simulated_eyes_confuse_red_and_green() -> None:
    # OKLab of sRGB red, from the definition's own table: L = 0.62796, a = 0.22486, b = 0.12585
    assert distance("#ff0000", "#000000") == pytest.approx(0.67877, abs=1e-4)
    for eyes in ("protanope", "deuteranope"):
        assert distance("#b06c50", "#7d7d4e", eyes) < 0.6 * distance("#b06c50", "#7d7d4e")
        assert distance("#777777", "#777777", eyes) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", TEXT)
def test_text_colours_read_on_paper_and_on_surface(scheme: str, name: str) -> None:
    colour = colours(scheme)
    assert contrast(colour[name], colour["paper"]) >= 4.5
    assert contrast(colour[name], colour["surface"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eyes", EYES)
def test_series_stay_apart(scheme: str, eyes: str) -> None:
    colour = colours(scheme)
    gaps = {
        pair: distance(colour[pair[0]], colour[pair[1]], eyes) for pair in combinations(SERIES, 2)
    }
    closest = min(gaps, key=lambda pair: gaps[pair])
    assert gaps[closest] >= 0.1, f"{closest} are {gaps[closest]:.3f} apart"
    assert gaps["negative", "positive"] >= 0.2
    assert gaps["forward", "backward"] >= 0.13


def test_names_have_their_meaning_and_their_place_in_the_cycle() -> None:
    assert SERIES[:4] == ("negative", "positive", "forward", "backward")
    assert set(TEXT) < set(PALETTE)
    assert all(re.fullmatch("#[0-9a-f]{6}", c) for pair in PALETTE.values() for c in pair)


def test_css_declares_each_name_once_per_scheme() -> None:
    light, dark = css().split("\n\n")
    assert light.startswith(':root,\n[data-md-color-scheme="default"] {')
    assert dark.startswith('[data-md-color-scheme="slate"] {')
    for rule, scheme in ((light, "default"), (dark, "slate")):
        assert dict(re.findall(r"--bh-(\S+): (\S+);", rule)) == colours(scheme)
        assert rule.count("--bh-") == len(PALETTE)


def test_a_colour_in_an_svg_stands_alone_in_light() -> None:
    assert var("ink") == f"var(--bh-ink, {PALETTE['ink'][0]})"
    with pytest.raises(ValueError, match=r"colour must be one of paper, .*; got 'pink'"):
        var("pink")
    with pytest.raises(ValueError, match="scheme must be one of default, slate; got 'dark'"):
        colours("dark")


def test_the_figure_style_takes_any_colours() -> None:
    stand_ins = {name: f"#0102{number:02x}" for number, name in enumerate(PALETTE)}
    settings: dict[Any, Any] = {**rc(stand_ins)}
    with mpl.rc_context(settings):
        figure, axes = plt.subplots()
        (line,) = axes.plot([0, 1], color="C1")
        assert mpl.colors.to_hex(line.get_color()) == stand_ins["positive"]
        assert mpl.colors.to_hex(axes.xaxis.label.get_color()) == stand_ins["ink"]
        assert mpl.colors.to_hex(axes.spines["left"].get_edgecolor()) == stand_ins["muted"]
        assert not axes.spines["top"].get_visible()
        plt.close(figure)
    used = set(re.findall("#[0-9a-f]{6}", str(settings)))
    assert used <= set(stand_ins.values()), "a colour is set that isn't of the palette"
    assert rc()["text.color"] == PALETTE["ink"][0]
