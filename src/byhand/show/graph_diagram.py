"""The computation graph: each value in forward green above its node, its gradient in plum below."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from byhand.scalar import Value
from byhand.show.graph_layout import Layout, Place, Wire, lay_out
from byhand.show.graph_parts import Node, data, describe, parts
from byhand.show.layout import stacked
from byhand.show.numbers import Number, written
from byhand.show.palette import var
from byhand.show.svg import FONT, Diagram, element, label, text_width

__all__ = ["graph"]

_WIDTH: Final = 480.0
_SIDE: Final = 34.0  # of a node
_DOT: Final = 10.0  # a number without a name
_LINE: Final = 19.0  # of text above and below a node
_AIR: Final = 8.0  # between two nodes
_BOLD: Final = 1.1  # as wide as other text
_MARGIN: Final = 4.0  # left and right of it all
_NARROWEST, _WIDEST = 26.0, 80.0  # between two columns
_WIRE: Final = 16.0  # the room of a wire that passes
_PORTS: Final = 24.0  # what the wires into a node spread over, at most
_MAX_VALUES: Final = 60


def graph(
    value: Value,
    names: Mapping[str, Value] | None = None,
    *,
    keys: Mapping[str, str] | None = None,
    gradient_keys: Mapping[str, str] | None = None,
    decimals: int = 3,
) -> Diagram:
    """Draw how a value was computed: the number above each node and, below, its gradient.

    The graph runs from left to right. A node shows its operation, a leaf its name; a number
    without a name is a dot. Gradients are shown once :meth:`byhand.scalar.Value.backward` has run.

    Parameters
    ----------
    value : Value
        The result.
    names : mapping of str to Value, optional
        What values of its graph are called: ``{"w1": w1}``; digits at the end become an index.
    keys, gradient_keys : mapping of str to str, optional
        Name -> key of that value's number, and of its gradient: its text is then the token.
    decimals : int
        Digits after the point.

    Returns
    -------
    Diagram

    Raises
    ------
    ValueError
        If the graph has more than 60 values, a name is of a value outside of it, or a key is for
        a name that is not among the names.

    Examples
    --------
    >>> x = Value(3)
    >>> graph(x * x, {"x": x}).alt
    'Computation graph of 2 values. x = 3. product of x and x = 9.'
    """
    order, names = value.graph(), names or {}
    if len(order) > _MAX_VALUES:
        raise ValueError(f"a graph must have at most {_MAX_VALUES} values; got {len(order)}")
    nodes = parts(order, names, keys or {}, gradient_keys or {}, decimals)
    backward = any(node.grad for node in order)
    below = _LINE if backward else 0.0
    layout = lay_out(order, _LINE + _SIDE + below + _AIR, _WIRE)
    shift = _AIR / 2 + (_LINE - below) / 2  # from a slot's middle to that of its node
    y = {place: at + shift for place, at in layout.y.items()}
    columns, width = _columns(layout, nodes, backward=backward)
    height = max(y[node] for node in order) + _SIDE / 2 + below + _AIR / 2
    alt = describe(nodes, backward=backward)
    svg = element(
        "svg",
        _wires(layout, columns, y),
        *(_node(nodes[v], columns[v].x, y[v], backward=backward) for v in order),
        xmlns="http://www.w3.org/2000/svg",
        class_="diagram",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width="100%",
        role="img",
        aria_label=alt,
        font_family="system-ui, sans-serif",
        font_size=FONT,
    )
    return Diagram(svg, data(nodes, names), alt)


@dataclass(frozen=True, slots=True)
class _Column:
    """The middle of a column, and its width with all text in it."""

    x: float
    width: float


def _side(node: Node) -> float:
    """Measure a node: a dot, a circle, or a circle drawn out to hold a word."""
    held = text_width(node.symbol) + 0.8 * text_width(node.index)
    return max(_SIDE, held + 16) if node.symbol else _DOT


def _high(node: Node) -> float:
    return _SIDE if node.symbol else _DOT


def _named(node: Node) -> float:
    """Measure what stands before a number, and the space after it."""
    return text_width(node.name) + 0.8 * text_width(node.name_index) + 5 if node.name else 0.0


def _bold_width(shown: Number) -> float:
    return _BOLD * text_width(shown.text)


def _outer_width(node: Node, *, backward: bool) -> float:
    above = _named(node) + _bold_width(node.number)
    return max(_side(node), above, _bold_width(node.gradient) if backward else 0.0)


def _columns(
    layout: Layout, nodes: Mapping[Value, Node], *, backward: bool
) -> tuple[dict[Place, _Column], float]:
    """Place the columns across; return the column of each place, and the width of it all."""
    shown = [[nodes[p] for p in column if isinstance(p, Value)] for column in layout.columns]
    widths = [max(_outer_width(node, backward=backward) for node in column) for column in shown]
    gaps = max(len(widths) - 1, 1)
    width = max(_WIDTH, sum(widths) + gaps * _NARROWEST + 2 * _MARGIN)
    gap = min((width - sum(widths) - 2 * _MARGIN) / gaps, _WIDEST)
    left = (width - sum(widths) - (len(widths) - 1) * gap) / 2
    found: dict[Place, _Column] = {}
    for column, wide in zip(layout.columns, widths, strict=True):
        found |= dict.fromkeys(column, _Column(left + wide / 2, wide))
        left += wide + gap
    return found, width


def _wires(layout: Layout, columns: Mapping[Place, _Column], y: Mapping[Place, float]) -> str:
    """Draw every use: level past the text of its own column, bent between the columns."""
    drawn = []
    into: dict[Place, list[Wire]] = {}
    for wire in layout.wires:
        into.setdefault(wire.path[-1], []).append(wire)
    for target, wires in into.items():
        wires.sort(key=lambda wire: (y[wire.path[-2]], wire.input))
        step = min(9.0, _PORTS / len(wires))
        ports = stacked(len(wires), y[target], step)
        drawn += [_wire(w, columns, y, port) for w, port in zip(wires, ports, strict=True)]
    return element("g", *drawn, fill="none", stroke=var("muted"), stroke_width=1.4)


def _wire(
    wire: Wire, columns: Mapping[Place, _Column], y: Mapping[Place, float], port: float
) -> str:
    source, *passed, target = wire.path
    written_ = [f"M{columns[source].x:.2f} {y[source]:.2f}"]
    for left, right in pairwise((source, *passed, target)):
        start = columns[left].x + columns[left].width / 2
        end = columns[right].x - columns[right].width / 2
        middle, to = (start + end) / 2, port if right is target else y[right]
        bend = f"C{middle:.2f} {y[left]:.2f} {middle:.2f} {to:.2f} {end:.2f} {to:.2f}"
        written_.append(f"H{start:.2f}{bend}")
    return element("path", d=f"{''.join(written_)}H{columns[target].x:.2f}")


def _node(node: Node, x: float, y: float, *, backward: bool) -> str:
    side = _side(node)
    high = _high(node)
    size = {"x": x - side / 2, "y": y - high / 2, "width": side, "height": high, "rx": high / 2}
    fill = var("surface" if node.symbol else "muted")
    made = element("rect", **size, fill=fill, stroke=var("muted"), stroke_width=1.2)
    if node.symbol:
        made += label(node.symbol, x, y, index=node.index)
    return made + _above(node, x, y) + (_below(node, x, y) if backward else "")


def _above(node: Node, x: float, y: float) -> str:
    y -= _high(node) / 2 + _LINE / 2
    shown = written(node.number, node.key, "text")
    look = {"colour": "forward", "key": node.key, "font_weight": 600}
    if not node.name:
        return label(shown, x, y, **look)  # type: ignore[arg-type]
    left = x - (_named(node) + _bold_width(node.number)) / 2
    name = label(node.name, left, y, index=node.name_index, colour="muted", anchor="start")
    return name + label(shown, left + _named(node), y, anchor="start", **look)  # type: ignore[arg-type]


def _below(node: Node, x: float, y: float) -> str:
    shown = written(node.gradient, node.gradient_key, "text")
    y += _high(node) / 2 + _LINE / 2
    return label(shown, x, y, colour="backward", key=node.gradient_key, font_weight=600)
