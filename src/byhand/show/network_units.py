"""The units of a network diagram: circles for inputs, boxes with z and a for neurons.

With a backward pass each value has the loss's derivative with respect to it below itself.
"""

from dataclasses import dataclass
from typing import Final

from byhand.show.layout import Box
from byhand.show.network_parts import Column, Row, Unit
from byhand.show.numbers import written
from byhand.show.palette import var
from byhand.show.svg import element, label, text_width

__all__ = ["DERIVATIVE", "PADDING", "ROW", "SYMBOL", "Placed", "unit"]

ROW: Final = 25.0
PADDING: Final = 11.0
SYMBOL: Final = 26.0  # room for z₁ before its value
DERIVATIVE: Final = 40.0  # and for dz₁


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit of a column and where it is; None where units are left out."""

    column: Column
    unit: Unit | None
    box: Box


def unit(it: Placed) -> str:
    """Draw a unit: a circle for an input or a bare symbol, else a box with a row for each value.

    Parameters
    ----------
    it : Placed
        The unit and where it goes.

    Returns
    -------
    str
        SVG.
    """
    box, shown = it.box, it.unit
    if shown is None:
        hidden = it.column.count - len(it.column.units) + 1
        return label("⋮", box.x, box.y - 12, font_weight=600) + label(
            f"{hidden} more", box.x, box.y + 10, colour="muted"
        )
    if not it.column.layer or shown.rows[0].value is None:
        inside = element("circle", cx=box.x, cy=box.y, r=box.width / 2, **_outline())
        inside += _in_circle(box, shown.rows[0])
    else:
        top = box.y - (len(shown.rows) - 1) / 2 * ROW
        rows = (_in_box(box, row, top + i * ROW) for i, row in enumerate(shown.rows))
        above = sum(row.symbol in {"z", "dz"} for row in shown.rows)  # the line: f stands there
        inside = _box(box, top + (above - 0.5) * ROW) + "".join(rows)
    return inside + (_below(box, shown.under) if shown.under else "")


def _outline() -> dict[str, object]:
    return {"fill": var("surface"), "stroke": var("muted"), "stroke_width": 1.2}


def _box(box: Box, y: float) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    middle = element(
        "line", x1=left, y1=y, x2=left + box.width, y2=y, stroke=var("grid"), stroke_width=1
    )
    size = {"x": left, "y": top, "width": box.width, "height": box.height, "rx": 12}
    return element("rect", **size, **_outline()) + middle


def _in_circle(box: Box, row: Row) -> str:
    if row.value is None:
        return label(row.symbol, box.x, box.y, index=row.index)
    value = label(row.value.text, box.x, box.y + 10, key=row.key, font_weight=600)
    return label(row.symbol, box.x, box.y - 11, index=row.index, colour="muted") + value


def _in_box(box: Box, row: Row, y: float) -> str:
    left, right = box.x - box.width / 2 + PADDING, box.x + box.width / 2 - PADDING
    symbol = label(row.symbol, left, y, index=row.index, colour="muted", anchor="start")
    if row.value is None:
        return symbol
    shown = written(row.value, row.key, "text")
    return symbol + label(
        shown, right, y, anchor="end", key=row.key, colour=row.colour, font_weight=600
    )


def _below(box: Box, row: Row) -> str:
    """Write the bias below a neuron, or its name below an input."""
    y = box.y + box.height / 2 + 13
    if row.value is None:
        return label(row.symbol, box.x, y, colour="muted")
    symbol = text_width(row.symbol) + (0.8 * text_width(row.index)) + 6
    left = box.x - (symbol + text_width(row.value.text)) / 2
    colour = (
        "negative" if row.value.negative else "muted" if row.value.digits == "0" else "positive"
    )
    name = label(row.symbol, left, y, index=row.index, colour="muted", anchor="start")
    return name + label(
        row.value.text, left + symbol, y, colour=colour, anchor="start", font_weight=600
    )
