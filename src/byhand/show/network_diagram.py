"""The network diagram: units in columns, weights on the edges, values in the units."""

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Final

from byhand.mlp import MLP, BackwardTrace, ForwardTrace
from byhand.show.layout import Box, Edge, place_labels, stacked
from byhand.show.network_parts import Column, columns, data, describe
from byhand.show.network_units import DERIVATIVE, PADDING, ROW, SYMBOL, Placed, unit
from byhand.show.neurons import indexed
from byhand.show.numbers import Number, number
from byhand.show.palette import var
from byhand.show.svg import FONT, Diagram, element, label, text_width

__all__ = ["network"]

_WIDTH: Final = 480.0
_HEAD: Final = 50.0  # the two lines above the columns
_CIRCLE: Final = 58.0
_UNDER: Final = 24.0  # the line below a unit
_LABEL: Final = FONT + 5
_PATCH: Final = 14.0  # lower than the text, so that it hides little of the other lines
_NARROWEST: Final = 34.0  # between two columns
_MAX_LABELS: Final = 11  # more weights than that between two layers stay without text
_THIN, _THICK = 1.2, 4.5


def network(
    mlp: MLP,
    trace: ForwardTrace | None = None,
    sample: int = 1,
    *,
    backward: BackwardTrace | None = None,
    key: str | None = None,
    decimals: int = 3,
    weight_decimals: int | None = None,
    input_names: Sequence[str] = (),
) -> Diagram:
    """Draw a network: weights on its edges and, with a trace, one sample's values in its units.

    Blue edges are negative weights, orange ones positive, and a thicker edge is a larger weight.
    A layer of more than eight units shows the first and the last; between layers with many edges,
    the weights stay without text.

    Parameters
    ----------
    mlp : MLP
        The network.
    trace : ForwardTrace, optional
        A forward pass of that network.
    sample : int
        Which sample, counted from 1.
    backward : BackwardTrace, optional
        The backward pass of that forward pass: dL/dz stands below z, dL/da below a.
    key : str, optional
        Prefix of the sample's keys, such as ``"churn.s1"``: the text of a computed value is then
        its token.
    decimals : int
        Digits after the point.
    weight_decimals : int, optional
        Digits of the weights, where they are to have others.
    input_names : sequence of str, optional
        What the inputs are called, below them.

    Returns
    -------
    Diagram

    Raises
    ------
    ValueError
        If the trace is of a network with other sizes, there is no such sample, the backward pass
        does not fit the forward pass or comes without it, or there is not one name for each
        input.
    """
    if trace is not None:
        if trace.mlp.sizes != mlp.sizes:
            raise ValueError(f"trace must be of sizes {mlp.sizes}; got {trace.mlp.sizes}")
        indexed(sample, len(trace.X), "sample")
    if backward is not None:
        _require_fit(trace, backward)
    if input_names and len(input_names) != mlp.n_in:
        raise ValueError(f"input_names must be {mlp.n_in} names; got {len(input_names)}")
    drawn = columns(mlp, trace, sample, key, decimals, input_names, backward)
    digits = decimals if weight_decimals is None else weight_decimals
    placed, width, height = _place(drawn, _widest_weight(mlp, digits))
    alt = describe(mlp, drawn, digits)
    parts = [
        _titles(placed),
        *_edges(mlp, placed, digits),
        *map(unit, chain.from_iterable(placed)),
    ]
    svg = element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_="diagram",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width="100%",
        role="img",
        aria_label=alt,
        font_family="system-ui, sans-serif",
        font_size=FONT,
    )
    return Diagram(svg, data(mlp, trace, sample, backward), alt)


def _require_fit(trace: ForwardTrace | None, backward: BackwardTrace) -> None:
    needed = [layer.z.shape for layer in trace.layers] if trace else []
    came = [layer.dz.shape for layer in backward.layers]
    if needed != came:
        raise ValueError(f"backward must have dz of shapes {needed}, as the trace; got {came}")


def _widest_weight(mlp: MLP, decimals: int) -> float:
    shown = (number(float(w), decimals).text for dense in mlp.layers for w in dense.W.ravel())
    return max(map(text_width, shown)) + 8


def _size(column: Column) -> tuple[float, float]:
    """Measure the units of a column: circles for inputs and bare symbols, boxes for values."""
    rows = [row for shown in column.units if shown for row in shown.rows]
    values = [text_width(row.value.text) for row in rows if row.value]
    if not column.layer or not values:
        return (side := max([_CIRCLE, *(v + 16 for v in values)])), side
    count = max(len(shown.rows) for shown in column.units if shown)
    symbol = SYMBOL if count == 2 else DERIVATIVE
    return 2 * PADDING + symbol + max(values), count * ROW + 8


def _outer_width(column: Column) -> float:
    under = [f"{u.under.symbol} {_text(u.under.value)}" for u in column.units if u and u.under]
    texts = [column.heading, column.subtitle, *under]
    return max(_size(column)[0], *map(text_width, texts))


def _text(value: Number | None) -> str:
    return value.text if value else ""


def _place(drawn: Sequence[Column], label_width: float) -> tuple[list[list[Placed]], float, float]:
    """Place every unit; return the columns, and the width and height of it all."""
    widths = [_outer_width(column) for column in drawn]
    gaps = len(drawn) - 1
    width = max(_WIDTH, sum(widths) + gaps * _NARROWEST + 4)
    gap = min((width - sum(widths) - 4) / gaps, 3 * label_width + 60)
    left = (width - sum(widths) - gaps * gap) / 2
    tallest = max(len(column.units) for column in drawn)
    tall = max(_size(column)[1] for column in drawn)
    pitch = tall + _UNDER + (44.0 if tallest <= 2 else 26.0 if tallest <= 4 else 12.0)
    middle = _HEAD + tall / 2 + (tallest - 1) / 2 * pitch
    made = []
    for i, column in enumerate(drawn):
        x = left + sum(widths[:i]) + i * gap + widths[i] / 2
        heights = stacked(len(column.units), middle, pitch)
        boxes = [Box(x, y, *_size(column)) for y in heights]
        made.append([Placed(column, u, box) for u, box in zip(column.units, boxes, strict=True)])
    return made, width, middle + (tallest - 1) / 2 * pitch + tall / 2 + _UNDER + 4


def _titles(placed: Sequence[Sequence[Placed]]) -> str:
    made = []
    for column in placed:
        x, of = column[0].box.x, column[0].column
        made.append(label(of.heading, x, 12.0, font_weight=600))
        made.append(label(of.subtitle, x, 31.0, colour="muted") if of.subtitle else "")
    return "".join(made)


def _edges(mlp: MLP, placed: Sequence[Sequence[Placed]], decimals: int) -> list[str]:
    """Draw all lines, then all labels, so that no line runs over a label."""
    largest = max(float(abs(dense.W).max()) for dense in mlp.layers) or 1.0
    lines, labels = [], []
    for dense, (sources, targets) in zip(mlp.layers, pairwise(placed), strict=True):
        weights, edges = [], []
        for source in sources:
            for target in targets:
                if source.unit and target.unit:
                    weights.append(float(dense.W[source.unit.unit - 1, target.unit.unit - 1]))
                    edges.append(_edge(source.box, target.box, number(weights[-1], decimals)))
        lines += [_line(e, w, largest) for e, w in zip(edges, weights, strict=True)]
        room = edges[0].x2 - edges[0].x1 - max(edge.width for edge in edges)
        if len(edges) <= _MAX_LABELS and room > _LABEL:
            boxes = place_labels(edges)
            labels += [_weight(b, w, decimals) for b, w in zip(boxes, weights, strict=True)]
    group = element("g", *lines, fill="none", stroke_linecap="round")
    return [group, *labels]


def _edge(source: Box, target: Box, weight: Number) -> Edge:
    x1, x2 = source.x + source.width / 2, target.x - target.width / 2
    return Edge(x1, source.y, x2, target.y, text_width(weight.text) + 8, _LABEL)


def _sign(value: float) -> str:
    return "positive" if value > 0 else "negative" if value < 0 else "muted"


def _line(edge: Edge, weight: float, largest: float) -> str:
    return element(
        "line",
        x1=edge.x1,
        y1=edge.y1,
        x2=edge.x2,
        y2=edge.y2,
        stroke=var(_sign(weight)),
        stroke_width=_THIN + (_THICK - _THIN) * abs(weight) / largest,
        stroke_dasharray=None if weight else "2 5",
        stroke_opacity=0.8,
    )


def _weight(box: Box, weight: float, decimals: int) -> str:
    """Write a weight on a patch and with a rim of the page's colour: lines behind it stop short."""
    behind = element(
        "rect",
        x=box.x - box.width / 2,
        y=box.y - _PATCH / 2,
        width=box.width,
        height=_PATCH,
        rx=_PATCH / 2,
        fill=var("paper"),
    )
    return behind + label(
        number(weight, decimals).text,
        box.x,
        box.y,
        colour=_sign(weight),
        font_weight=600,
        stroke=var("paper"),
        stroke_width=6,
        stroke_linejoin="round",
        paint_order="stroke",
    )
