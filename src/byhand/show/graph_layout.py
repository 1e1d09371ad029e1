"""Where the values of a computation graph go: columns from the inputs to the result, few crossings.

A wire that passes a column by gets a place of its own there, so that it runs between the values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from statistics import fmean
from typing import Final

from byhand.scalar import Value

__all__ = ["Layout", "Passing", "Place", "Wire", "lay_out"]

_SWEEPS: Final = 12
_RELAXATIONS: Final = 40


@dataclass(frozen=True, slots=True)
class Passing:
    """Where the wires of a value pass a column by.

    Parameters
    ----------
    source : Value
        Whose wires.
    column : int
        Which column, from 0.
    """

    source: Value
    column: int


Place = Value | Passing
"""What has a height in a column: a value or passing wires."""


@dataclass(frozen=True, slots=True, eq=False)
class Wire:
    """One use of a value.

    Parameters
    ----------
    input : int
        As which input it is used, from 0.
    path : tuple of Place
        The value, what its wire passes by, and the value that uses it.
    """

    input: int
    path: tuple[Place, ...]


@dataclass(slots=True, eq=False)
class Layout:
    """Values in columns, wires between them, and the height of each place.

    Parameters
    ----------
    columns : list of list of Place
        From the inputs to the result, each from top to bottom.
    wires : list of Wire
        One for each use of a value.
    y : dict
        The height of each place's middle; the highest place's slot begins at 0.
    """

    columns: list[list[Place]]
    wires: list[Wire]
    y: dict[Place, float] = field(default_factory=dict)

    @property
    def steps(self) -> Iterator[tuple[Place, Place]]:
        """Each wire's way from column to column."""
        return chain.from_iterable(pairwise(wire.path) for wire in self.wires)


def lay_out(nodes: Sequence[Value], value_height: float, wire_height: float) -> Layout:
    """Place every value of a graph.

    Parameters
    ----------
    nodes : sequence of Value
        As :meth:`byhand.scalar.Value.graph` lists them.
    value_height, wire_height : float
        The room that a value and a passing wire need in their column.

    Returns
    -------
    Layout
    """
    depth = _depths(nodes)
    last = max(depth.values())
    column: dict[Place, int] = {node: last - depth[node] for node in nodes}
    wires = []
    for node in nodes:
        for i, source in enumerate(node.inputs):
            passed = [Passing(source, c) for c in range(column[source] + 1, column[node])]
            column |= {place: place.column for place in passed}
            wires.append(Wire(i, (source, *passed, node)))
    layout = Layout([[p for p in column if column[p] == c] for c in range(last + 1)], wires)
    _untangle(layout)
    heights = {p: value_height if isinstance(p, Value) else wire_height for p in column}
    _relax(layout, heights)
    return layout


def _depths(nodes: Sequence[Value]) -> dict[Value, int]:
    """Count the longest way from each value to the result."""
    depth = dict.fromkeys(nodes, 0)
    for node in reversed(nodes):
        for source in node.inputs:
            depth[source] = max(depth[source], depth[node] + 1)
    return depth


def _neighbours(layout: Layout) -> tuple[dict[Place, list[Place]], dict[Place, list[Place]]]:
    before: dict[Place, list[Place]] = {p: [] for p in chain.from_iterable(layout.columns)}
    after: dict[Place, list[Place]] = {p: [] for p in before}
    for left, right in layout.steps:
        before[right].append(left)
        after[left].append(right)
    return before, after


def _untangle(layout: Layout) -> None:
    """Order each column by the middle of its neighbours, to and fro; keep the best order."""
    before, after = _neighbours(layout)
    best = [list(column) for column in layout.columns]
    fewest = _crossings(layout)
    for sweep in range(_SWEEPS):
        columns, near = (
            (layout.columns[1:], before) if sweep % 2 else (layout.columns[-2::-1], after)
        )
        for column in columns:
            at = _ranks(layout)
            column.sort(key=lambda place: fmean(at[n] for n in near[place] or [place]))
        if (crossings := _crossings(layout)) < fewest:
            fewest, best = crossings, [list(column) for column in layout.columns]
    layout.columns = best


def _ranks(layout: Layout) -> dict[Place, float]:
    return {
        place: (rank + 0.5) / len(column)
        for column in layout.columns
        for rank, place in enumerate(column)
    }


def _crossings(layout: Layout) -> int:
    """Count the pairs of steps between the same two columns that change sides."""
    at = _ranks(layout)
    number = {place: c for c, column in enumerate(layout.columns) for place in column}
    steps = {(left, right) for left, right in layout.steps}
    return sum(
        (at[a] - at[c]) * (at[b] - at[d]) < 0
        for a, b in steps
        for c, d in steps
        if number[a] == number[c]
    )


def _relax(layout: Layout, heights: dict[Place, float]) -> None:
    """Let every place drift to the height of its neighbours, as far as its column lets it."""
    before, after = _neighbours(layout)
    y = layout.y
    for column in layout.columns:
        top = -sum(heights[place] for place in column) / 2
        for place in column:
            y[place] = top + heights[place] / 2
            top += heights[place]
    for _ in range(_RELAXATIONS):
        for column in layout.columns:
            wanted = [fmean(y[n] for n in before[p] + after[p] or [p]) for p in column]
            y.update(zip(column, _apart(wanted, [heights[p] for p in column]), strict=True))
    highest = min(y[place] - heights[place] / 2 for place in y)
    for place in y:
        y[place] -= highest


def _apart(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Move middles apart until their slots don't overlap, in their order and as little as can be.

    Without the room that the slots need, this asks for numbers that do not fall and are near the
    wanted ones: isotonic regression, which pools neighbours that are out of order.
    """
    offsets = [0.0, *accumulate((a + b) / 2 for a, b in pairwise(heights))]
    pools: list[list[float]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        pools.append([want - offset])
        while len(pools) > 1 and fmean(pools[-2]) >= fmean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    levels = [fmean(pool) for pool in pools for _ in pool]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]
