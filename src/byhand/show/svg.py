"""Write SVG with presentation attributes only: no styles, no ids, colours of the palette."""

from dataclasses import dataclass
from html import escape
from typing import Any, Final

from byhand.show.palette import var

__all__ = ["FONT", "Diagram", "element", "label", "text_width"]

#: Size of all text in a diagram; at a width of 480 it is 11 pixels on a phone of 390.
FONT: Final = 15.0

_NARROW: Final = {" ": 0.3, ".": 0.3, ",": 0.3, "i": 0.3, "l": 0.3, "(": 0.36, ")": 0.36, "t": 0.38}
_WIDTH: Final = 0.57  # of any other character, in the wider of the usual sans-serifs


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing, the data it was drawn from, and what it says.

    Parameters
    ----------
    svg : str
        One ``<svg …>…</svg>`` for the body of a page; its colours follow the page's scheme.
    data : dict
        What it shows, unrounded, for a stored comparison: numbers, texts, lists and dicts.
    alt : str
        Its accessible name, with the key numbers.

    Examples
    --------
    >>> from byhand import show
    >>> from byhand.layers import Dense
    >>> from byhand.mlp import MLP
    >>> drawn = show.network(MLP([Dense([[2]], [1], "relu")]))
    >>> drawn.svg[:4], sorted(drawn.data)
    ('<svg', ['activations', 'sizes', 'units', 'weights'])
    """

    svg: str
    data: dict[str, Any]
    alt: str

    def _repr_html_(self) -> str:
        """Show the drawing in a notebook."""
        return self.svg


def element(name: str, *children: str, **attributes: object) -> str:
    """Write one element.

    Parameters
    ----------
    name : str
        Its name.
    *children : str
        What is inside: ready markup.
    **attributes : object
        Attributes; an underscore stands for a hyphen, a name that ends in one loses it, None is
        left out, numbers are rounded to two decimals.

    Returns
    -------
    str
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(children)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def _attribute(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(str(value))


def label(
    content: str,
    x: float,
    y: float,
    *,
    colour: str = "ink",
    anchor: str = "middle",
    index: str = "",
    key: str | None = None,
    **attributes: object,
) -> str:
    """Write text whose middle lies at height y.

    Parameters
    ----------
    content : str
        What it says.
    x, y : float
        Where.
    colour : str
        A name of the palette.
    anchor : {"start", "middle", "end"}
        Which end of the text is at x.
    index : str
        What stands below the line after the text, as in x₁.
    key : str, optional
        Key of the number it shows.
    **attributes : object
        Further attributes.

    Returns
    -------
    str
    """
    below = element("tspan", escape(index), dy=FONT * 0.25, font_size=FONT * 0.8) if index else ""
    anchored = None if anchor == "start" else anchor
    return element(
        "text",
        escape(content, quote=False),
        below,
        x=x,
        y=y + FONT * 0.35,
        fill=var(colour),
        text_anchor=anchored,
        data_key=key,
        **attributes,
    )


def text_width(content: str) -> float:
    """Estimate the width of a text at the size `FONT`, rather too wide than too narrow."""
    return FONT * sum(_NARROW.get(character, _WIDTH) for character in content)
