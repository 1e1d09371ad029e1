"""One against the rest a second time: all three neurons together, in whole numbers."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

TRIANGLE = ("1 1", "1 2", "2 1", "5 1", "6 1", "5 2", "3 5", "3 6", "4 5")
IN_A_ROW = ("0 0", "0 1", "1 0", "4 0", "4 1", "5 0", "8 0", "8 1", "9 0")
CLASSES = "111222333"
EPOCHS = 100


@cache
def learned(points: tuple[str, ...]) -> tuple[list[list[int]], list[int], list[bool]]:
    """Weights by input and by neuron, the bias as those of an input that is always 1."""
    weights, updates = [[0] * 3 for _ in range(3)], [0] * 3
    still = [True] * 3
    for _ in range(EPOCHS):
        wrong = [0] * 3
        for point, label in zip(points, CLASSES, strict=True):
            x = [1, *map(int, point.split())]
            for k in range(3):
                fires = sum(x[i] * weights[i][k] for i in range(3)) >= 0
                error = int(label == str(k + 1)) - int(fires)
                wrong[k] += abs(error)
                for i in range(3):
                    weights[i][k] += error * x[i]
        updates = [made + more for made, more in zip(updates, wrong, strict=True)]
        still = [more > 0 for more in wrong]
    return weights, updates, [not more for more in still]


def weight(i: int, k: int) -> Any:
    return mp.mpf(learned(TRIANGLE)[0][i][k - 1])


def updates(k: int) -> Any:
    return mp.mpf(learned(TRIANGLE)[1][k - 1])


ORACLES: dict[str, Callable[[], Any]] = {
    "one_vs_rest.learned": lambda: mp.mpf(sum(learned(TRIANGLE)[2])),
    "one_vs_rest.row.learned": lambda: mp.mpf(sum(learned(IN_A_ROW)[2])),
}
for _k in (1, 2, 3):
    ORACLES[f"one_vs_rest.b1_{_k}"] = partial(weight, 0, _k)
    ORACLES[f"one_vs_rest.updates_{_k}"] = partial(updates, _k)
    for _i in (1, 2):
        ORACLES[f"one_vs_rest.W1_{_i}_{_k}"] = partial(weight, _i, _k)
