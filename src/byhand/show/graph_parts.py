"""What the drawing of a computation graph says: symbols, numbers, its data, its accessible name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from byhand.scalar import Value
from byhand.show.numbers import Number, number, written

__all__ = ["Node", "data", "describe", "parts"]

_MAX_TOLD: Final = 16  # values; of a larger graph, the name tells the result alone
_SYMBOLS: Final = {
    "-": "\N{MINUS SIGN}",
    "*": "×",
    "/": "÷",
    "neg": "\N{MINUS SIGN}",
    "log": "ln",
    "relu": "ReLU",
}
_SPOKEN: Final = {"+": "sum", "-": "difference", "*": "product", "/": "quotient", "neg": "negative"}
_SUPERSCRIPT: Final = str.maketrans("-.0123456789", "⁻·⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Node:
    """A value as it is drawn.

    Parameters
    ----------
    value : Value
        The value.
    symbol, index : str
        What its node holds: a leaf's name, an operation; empty for a number without a name.
    name, name_index : str
        What stands before the number of a named result.
    number, gradient : Number
        The value's number and gradient.
    key, gradient_key : str or None
        Their keys.
    """

    value: Value
    symbol: str
    index: str
    name: str
    name_index: str
    number: Number
    gradient: Number
    key: str | None
    gradient_key: str | None


def parts(
    nodes: Sequence[Value],
    names: Mapping[str, Value],
    keys: Mapping[str, str],
    gradient_keys: Mapping[str, str],
    decimals: int,
) -> dict[Value, Node]:
    """Collect what each value of a graph shows; arguments as for `graph`."""
    called = {value: name for name, value in names.items()}
    for name, value in names.items():
        if value not in nodes:
            raise ValueError(f"names must be of values of the graph; {name!r} is of another")
    for name in [*keys, *gradient_keys]:
        if name not in names:
            raise ValueError(f"keys must be of names; got {name!r}, names are {', '.join(names)}")
    return {
        node: _node(node, called.get(node, ""), keys, gradient_keys, decimals) for node in nodes
    }


def _node(
    value: Value,
    name: str,
    keys: Mapping[str, str],
    gradient_keys: Mapping[str, str],
    decimals: int,
) -> Node:
    symbol, index = _split(name)
    held = (_operation(value.op), "", symbol, index) if value.inputs else (symbol, index, "", "")
    numbers = number(value.data, decimals), number(value.grad, decimals)
    return Node(value, *held, *numbers, keys.get(name), gradient_keys.get(name))


def _split(name: str) -> tuple[str, str]:
    """Part the index from a name: w1 is w with index 1, w1_2 has index 1,2."""
    match = re.fullmatch(r"(\D+?)_?(\d+(?:_\d+)*)", name)
    symbol, index = match.groups() if match else (name, "")
    return symbol.replace("y_hat", "ŷ"), index.replace("_", ",")


def _operation(op: str) -> str:
    if op.startswith("**"):
        return "x" + op.removeprefix("**").translate(_SUPERSCRIPT)
    return _SYMBOLS.get(op, op)


def data(nodes: Mapping[Value, Node], names: Mapping[str, Value]) -> dict[str, Any]:
    """Collect every value behind the drawing, unrounded; inputs are counted from 1."""
    called = {value: name for name, value in names.items()}
    place = {value: i for i, value in enumerate(nodes, start=1)}
    return {
        "values": [
            {
                "name": called.get(value, ""),
                "op": value.op,
                "data": value.data,
                "grad": value.grad,
                "inputs": [place[source] for source in value.inputs],
                "slopes": list(value.slopes),
            }
            for value in nodes
        ]
    }


def describe(nodes: Mapping[Value, Node], *, backward: bool) -> str:
    """Say what the graph shows: each value with its number, its gradient and where it is from."""
    *_, result = nodes.values()
    told = [result] if len(nodes) > _MAX_TOLD else nodes.values()
    sentences = [_sentence(node, nodes, backward=backward) for node in told]
    counted = f"Computation graph of {len(nodes)} value{'s' if len(nodes) > 1 else ''}."
    return " ".join([counted, *sentences])


def _sentence(node: Node, nodes: Mapping[Value, Node], *, backward: bool) -> str:
    shown = written(node.number, node.key, "text")
    if node.value.inputs:
        *others, last = (_who(nodes[source]) for source in node.value.inputs)
        used = f"{', '.join(others)} and {last}" if others else last
        name = f"{node.name}{node.name_index}: " if node.name else ""
        said = f"{name}{_operation_spoken(node)} of {used} = {shown}"
    else:
        said = f"{_who(node)} = {shown}" if node.symbol else f"number {shown}"
    if backward:
        said += f", gradient {written(node.gradient, node.gradient_key, 'text')}"
    return f"{said}."


def _operation_spoken(node: Node) -> str:
    if node.value.op.startswith("**"):
        return f"power {node.value.op.removeprefix('**')}"
    return _SPOKEN.get(node.value.op, node.symbol)


def _who(node: Node) -> str:
    """Call a value by its name, else by its operation or its number."""
    if node.value.inputs:
        return node.name + node.name_index or _operation_spoken(node)
    return node.symbol + node.index or node.number.text
