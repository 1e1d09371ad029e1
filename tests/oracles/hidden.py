"""Behind a hidden layer, a second time: neuron by neuron with 50 digits, and by counting.

Nothing here calls byhand. The margin is found by another road than the library's: the distance of
two segments is searched for, not solved for.
"""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise, permutations, product
from typing import Any

import mpmath

from tests.oracles import xor

mp = mpmath.mp.clone()
mp.dps = 50

SAMPLES = ((0, 0), (0, 1), (1, 0), (1, 1))
SIGNS = (1, -1, -1, 1)  # 00 and 11 against 01 and 10
HIDDEN = (  # two weights and a bias for each neuron
    ("3.07", "3.04", "-4.86"),
    ("-0.07", "-0.15", "0.24"),
    ("3.28", "3.33", "-5.23"),
    ("6.66", "6.65", "-3.01"),
)
OUTPUT = ("-6.39", "-1.05", "-6.8", "10.52", "-3.78")  # and its bias
START = tuple((*row, "0") for row in xor.HIDDEN_WEIGHTS)
GATES = ((0, 0), (1, 0), (1, 0), (1, 1))
OUTER, INNER = "1", "0.5"
WEIGHTS = ("3", "-4")

Point = tuple[Any, ...]


def sigmoid(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z))


def points(neurons: Iterable[tuple[str, str, str]]) -> list[Point]:
    rows = [[mp.mpf(text) for text in neuron] for neuron in neurons]
    return [tuple(sigmoid(u * x1 + v * x2 + b) for u, v, b in rows) for x1, x2 in SAMPLES]


def z2(sample: int) -> Any:
    *weights, bias = (mp.mpf(text) for text in OUTPUT)
    return sum((w * a for w, a in zip(weights, points(HIDDEN)[sample], strict=True)), bias)


def answer(sample: int) -> Any:
    return sigmoid(z2(sample))


def fired(sample: int, neuron: int) -> Any:
    return points(HIDDEN)[sample][neuron]


def gap_of(neuron: int) -> Any:
    return gap(point[neuron] for point in points(HIDDEN))


def gap(values: Iterable[Any]) -> Any:
    return sum(sign * value for sign, value in zip(SIGNS, values, strict=True))


def least(f: Callable[[Any], Any]) -> Any:
    """Find the least value of a convex function on [0, 1] by cutting off thirds."""
    low, high = mp.mpf(0), mp.mpf(1)
    for _ in range(100):
        third = (high - low) / 3
        if f(low + third) < f(high - third):
            high -= third
        else:
            low += third
    return f((low + high) / 2)


def margin(corners: Iterable[Point]) -> Any:
    p, q, r, s = corners  # 00, 01, 10, 11
    along = [d - c for c, d in zip(q, r, strict=True)]

    def squared(t: Any) -> Any:
        """From a place on the first segment to the second one, by projection."""
        place = [a + t * (b - a) for a, b in zip(p, s, strict=True)]
        away = [x - c for x, c in zip(place, q, strict=True)]
        length = sum(x * x for x in along)
        share = sum(x * y for x, y in zip(away, along, strict=True)) / length if length else 0
        share = min(max(share, 0), 1)
        return sum((x - share * y) ** 2 for x, y in zip(away, along, strict=True))

    return mp.sqrt(least(squared)) / 2


def parameters(*sizes: int) -> Any:
    """Count them one by one: every edge, and every neuron's bias."""
    edges = sum(1 for n_in, n_out in pairwise(sizes) for _ in product(range(n_in), range(n_out)))
    return mp.mpf(edges + sum(sizes[1:]))


def twins(width: int) -> Any:
    """Count by growing: a new neuron goes to any of the places, with either sign."""
    assert sum(1 for _ in product(permutations(range(3)), (1, -1), (1, -1), (1, -1))) == 48
    found = 1
    for places in range(1, width + 1):
        found *= 2 * places
    return mp.mpf(found)


def sectors(lines: int) -> Any:
    """Count the patterns of signs that a walk around the circle meets."""
    angles = [mp.mpf(2 * k + 1) * mp.pi / (16 * lines) for k in range(16 * lines)]
    normals = [mp.pi * j / lines for j in range(lines)]
    return mp.mpf(len({tuple(mp.cos(a - n) > 0 for n in normals) for a in angles}))


def length() -> Any:
    return mp.sqrt(sum(mp.mpf(text) ** 2 for text in WEIGHTS))


def halfway() -> Any:
    return (mp.mpf(OUTER) ** 2 + mp.mpf(INNER) ** 2) / 2


ORACLES: dict[str, Callable[[], Any]] = {
    "hidden.gap.z2": lambda: gap(map(z2, range(4))),
    "hidden.margin.trained": lambda: margin(points(HIDDEN)),
    "hidden.margin.start": lambda: margin(points(START)),
    "hidden.margin.ratio": lambda: margin(points(HIDDEN)) / margin(points(START)),
    "hidden.margin.gates": lambda: margin([tuple(map(mp.mpf, point)) for point in GATES]),
    "hidden.rings.outer": lambda: mp.mpf(OUTER) ** 2,
    "hidden.rings.inner": lambda: mp.mpf(INNER) ** 2,
    "hidden.rings.middle": halfway,
    "hidden.rings.radius": lambda: mp.sqrt(halfway()),
    "hidden.rings.parameters.raw": lambda: parameters(2, 1),
    "hidden.rings.parameters.made": lambda: parameters(1, 1),
    "hidden.rings.parameters.products": lambda: parameters(5, 1),
    "hidden.rings.parameters.net": lambda: parameters(2, 8, 1),
    "hidden.excite.unit": length,
    "hidden.excite.unit.x1": lambda: mp.mpf(WEIGHTS[0]) / length(),
    "hidden.excite.unit.x2": lambda: mp.mpf(WEIGHTS[1]) / length(),
    "hidden.excite.box": lambda: max(
        mp.mpf(WEIGHTS[0]) * i + mp.mpf(WEIGHTS[1]) * j for i, j in SAMPLES
    ),
    "hidden.twins.16": lambda: twins(16),
    "hidden.sectors": lambda: sectors(8),
}
for _sample in range(4):
    ORACLES[f"hidden.s{_sample + 1}.y_hat"] = partial(answer, _sample)
    for _neuron in range(4):
        ORACLES[f"hidden.s{_sample + 1}.a1_{_neuron + 1}"] = partial(fired, _sample, _neuron)
for _neuron in (0, 2, 3):
    ORACLES[f"hidden.gap_{_neuron + 1}"] = partial(gap_of, _neuron)
