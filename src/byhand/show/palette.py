"""The colours of the course: one palette for text, figures and diagrams, light and dark.

Blue is the negative class (and a negative weight), orange the positive one, green the forward pass,
plum the backward pass, wherever they appear. Every name in `TEXT` reads on `paper` and on `surface`
(contrast at least ``4.5`` to 1), and the six series stay apart for readers without red or green
cones.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

__all__ = ["PALETTE", "SCHEMES", "SERIES", "TEXT", "colours", "css", "rc", "var"]

PALETTE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "paper": ("#fffdf9", "#14171c"),  # the page
        "surface": ("#f7f4ec", "#1c2027"),  # code, cards, the inside of a neuron
        "grid": ("#e3ded2", "#30353f"),  # hairlines
        "muted": ("#5d6370", "#a3a8b3"),  # axis labels, captions
        "ink": ("#1f2430", "#e6e3db"),  # text
        "negative": ("#174a98", "#86c0ff"),  # class 0, weights below zero
        "positive": ("#bf490b", "#e5832f"),  # class 1, weights above zero
        "forward": ("#25776d", "#80cba2"),
        "backward": ("#5e1756", "#ba74a4"),
        "c4": ("#4d3d00", "#f5de5e"),
        "c5": ("#7260c6", "#9887f7"),
        "accent": ("#463a9c", "#b6abff"),  # links, focus
    }
)
"""Name -> (light, dark), as #rrggbb.

Examples
--------
>>> PALETTE["forward"]
('#25776d', '#80cba2')
"""

SCHEMES: Final = ("default", "slate")
"""The two schemes, in the order of the pairs of `PALETTE`, by the names Material gives them.

Examples
--------
>>> dict(zip(SCHEMES, PALETTE["paper"]))
{'default': '#fffdf9', 'slate': '#14171c'}
"""

SERIES: Final = ("negative", "positive", "forward", "backward", "c4", "c5")
"""The colour cycle of every plot: C0 is the negative class, C1 the positive one, and so on.

Examples
--------
>>> {f"C{number}": name for number, name in enumerate(SERIES[:4])}
{'C0': 'negative', 'C1': 'positive', 'C2': 'forward', 'C3': 'backward'}
"""

TEXT: Final = ("ink", "muted", *SERIES, "accent")
"""The names that may colour text.

Examples
--------
>>> "forward" in TEXT, "grid" in TEXT
(True, False)
"""


def colours(scheme: str = "default") -> dict[str, str]:
    """Return the palette of one scheme.

    Parameters
    ----------
    scheme : str
        "default" (light) or "slate" (dark).

    Returns
    -------
    dict of str to str
        Name -> #rrggbb.

    Raises
    ------
    ValueError
        If the scheme is neither.

    Examples
    --------
    >>> colours("slate")["ink"]
    '#e6e3db'
    """
    if scheme not in SCHEMES:
        raise ValueError(f"scheme must be one of {', '.join(SCHEMES)}; got {scheme!r}")
    return {name: pair[SCHEMES.index(scheme)] for name, pair in PALETTE.items()}


def css() -> str:
    r"""Return the palette as CSS custom properties, ``--bh-<name>``.

    Returns
    -------
    str
        A rule for the light scheme (and for a page that names none), then one for the dark scheme.

    Examples
    --------
    >>> print(*css().splitlines()[:3], sep="\n")
    :root,
    [data-md-color-scheme="default"] {
      --bh-paper: #fffdf9;
    """
    light, dark = (
        "\n".join(f"  --bh-{name}: {value};" for name, value in colours(scheme).items())
        for scheme in SCHEMES
    )
    default, slate = (f'[data-md-color-scheme="{scheme}"]' for scheme in SCHEMES)
    return f":root,\n{default} {{\n{light}\n}}\n\n{slate} {{\n{dark}\n}}\n"


def var(name: str) -> str:
    """Return a colour for an SVG attribute: the page's own, or the light one in an SVG alone.

    Parameters
    ----------
    name : str
        A name of the palette.

    Returns
    -------
    str
        Such as ``var(--bh-ink, #1f2430)``.

    Raises
    ------
    ValueError
        If the palette has no such name.

    Examples
    --------
    >>> var("ink")
    'var(--bh-ink, #1f2430)'
    """
    if name not in PALETTE:
        raise ValueError(f"colour must be one of {', '.join(PALETTE)}; got {name!r}")
    return f"var(--bh-{name}, {PALETTE[name][0]})"


def rc(colour: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the figure style, ready for ``matplotlib.rc_context``.

    Parameters
    ----------
    colour : mapping of str to str, optional
        Name of the palette -> colour; the light scheme's where it isn't given. A site passes
        stand-ins here, which it replaces in the finished SVG by colours that follow the scheme.

    Returns
    -------
    dict
        matplotlib's rcParams. A figure is ``5.6`` by ``3.5`` inches, so that its text is
        legible in a column of 390 pixels.

    Examples
    --------
    >>> rc()["text.color"], rc({"ink": "#000000"})["text.color"]
    ('#1f2430', '#000000')
    """
    c = {**colours(), **(colour or {})}
    cycle = ", ".join(repr(c[name]) for name in SERIES)
    return {
        "figure.figsize": (5.6, 3.5),
        "figure.constrained_layout.use": True,
        "figure.facecolor": "none",
        "savefig.facecolor": "none",
        "axes.facecolor": "none",
        "axes.edgecolor": c["muted"],
        "axes.labelcolor": c["ink"],
        "axes.titlecolor": c["ink"],
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.labelsize": 12,
        "axes.labelpad": 6,
        "axes.titlesize": 13,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "axes.unicode_minus": True,
        "axes.prop_cycle": f"cycler('color', [{cycle}])",
        "grid.color": c["grid"],
        "grid.linewidth": 0.8,
        "text.color": c["ink"],
        "font.family": ["sans-serif"],
        "font.size": 12,
        "xtick.color": c["muted"],
        "ytick.color": c["muted"],
        "xtick.labelsize": 12,
        "ytick.labelsize": 12,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.major.pad": 5,
        "ytick.major.pad": 5,
        "lines.linewidth": 2.0,
        "lines.markersize": 7,
        "lines.markeredgewidth": 0,
        "lines.solid_capstyle": "round",
        "lines.solid_joinstyle": "round",
        "patch.facecolor": c["negative"],
        "legend.frameon": False,
        "legend.fontsize": 12,
        "legend.handlelength": 1.4,
        "scatter.edgecolors": "face",
    }
