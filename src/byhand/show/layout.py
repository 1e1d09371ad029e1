"""Where the parts of a network diagram go: units in columns, labels on edges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Box", "Edge", "place_labels", "slots", "stacked"]

#: A layer of more units shows the first few and the last.
MAX_UNITS: Final = 8
_SHOWN_FIRST: Final = 5

_STEPS: Final = tuple(0.16 + 0.02 * i for i in range(35))  # shares along an edge
_STARTS: Final = 3  # of the placements with one share for all, this many are improved on
_SWEEPS: Final = 4
_LIKED: Final = 0.36
_MARGIN: Final = 2.0
_OVERLAP, _CROSSING, _AWAY = 1000.0, 14.0, 60.0  # what it costs


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its centre.

    Parameters
    ----------
    x, y : float
        Its centre.
    width, height : float
        Its size.
    """

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box", margin: float = 0.0) -> bool:
        """Tell whether two rectangles come closer than `margin`."""
        dx, dy = abs(self.x - other.x), abs(self.y - other.y)
        near_x = dx < (self.width + other.width) / 2 + margin
        return near_x and dy < (self.height + other.height) / 2 + margin


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight line from left to right and the size of its label.

    Parameters
    ----------
    x1, y1, x2, y2 : float
        Its ends.
    width, height : float
        Size of the label.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    height: float

    def label(self, t: float) -> Box:
        """Place the label a share `t` along the line."""
        x, y = self.x1 + t * (self.x2 - self.x1), self.y1 + t * (self.y2 - self.y1)
        return Box(x, y, self.width, self.height)

    def crosses(self, box: Box) -> bool:
        """Tell whether the line runs through a rectangle that lies between its ends."""
        slope = (self.y2 - self.y1) / (self.x2 - self.x1)
        y = self.y1 + slope * (box.x - self.x1)
        return abs(y - box.y) < (box.height + abs(slope) * box.width) / 2


def slots(count: int) -> list[int | None]:
    """Choose the units of a layer to draw, from 1; None stands for those left out."""
    if count <= MAX_UNITS:
        return list(range(1, count + 1))
    return [*range(1, _SHOWN_FIRST + 1), None, count]


def stacked(count: int, middle: float, pitch: float) -> list[float]:
    """Stack `count` things around a height, `pitch` from centre to centre."""
    return [middle + (i - (count - 1) / 2) * pitch for i in range(count)]


def place_labels(edges: Sequence[Edge]) -> list[Box]:
    """Place a label on each edge: off the other labels and, where it can be, off other edges.

    Parameters
    ----------
    edges : sequence of Edge
        The edges between two columns.

    Returns
    -------
    list of Box
        In the order of the edges.
    """
    starts = sorted(_STEPS, key=lambda t: (_total(edges, [t] * len(edges), t), abs(t - _LIKED)))
    settled = [(_settle(edges, start), start) for start in starts[:_STARTS]]
    best, _ = min(settled, key=lambda found: _total(edges, *found))
    return [edge.label(t) for edge, t in zip(edges, best, strict=True)]


def _settle(edges: Sequence[Edge], start: float) -> list[float]:
    """Move one label at a time to where it costs least, a few times over."""
    at = [start] * len(edges)
    for _ in range(_SWEEPS):
        before = list(at)
        for i in range(len(edges)):
            prices = {
                t: _cost(edges, [*at[:i], t, *at[i + 1 :]], i, start) for t in (at[i], *_STEPS)
            }
            at[i] = min(prices, key=lambda t: prices[t])
        if at == before:
            break
    return at


def _total(edges: Sequence[Edge], at: Sequence[float], start: float) -> float:
    return sum(_cost(edges, at, i, start) for i in range(len(edges)))


def _cost(edges: Sequence[Edge], at: Sequence[float], i: int, start: float) -> float:
    """Price label `i` where it is: overlaps, lines behind it, leaving the row of the others."""
    edge, box = edges[i], edges[i].label(at[i])
    others = [j for j in range(len(edges)) if j != i]
    overlaps = sum(box.overlaps(edges[j].label(at[j]), _MARGIN) for j in others)
    crossings = sum(edges[j].crosses(box) for j in others)
    left, right = box.x - box.width / 2 - _MARGIN, box.x + box.width / 2 + _MARGIN
    outside = left < edge.x1 or right > edge.x2
    return _OVERLAP * (overlaps + outside) + _CROSSING * crossings + _AWAY * abs(at[i] - start)
