"""The cost of a large forward pass a second time, layer by layer."""

from collections.abc import Callable
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

DEPTH, WIDTH, BATCH = 96, "4096", "1e6"
RATE = "1e10"


def weights() -> Any:
    return mp.fsum(mp.mpf(WIDTH) * mp.mpf(WIDTH) for _ in range(DEPTH))


ORACLES: dict[str, Callable[[], Any]] = {
    "forward_cost.weights": weights,
    "forward_cost.seconds": lambda: weights() / mp.mpf(RATE),
    "forward_cost.hours": lambda: weights() * mp.mpf(BATCH) / mp.mpf(RATE) / (60 * 60),
    "forward_cost.exercise": lambda: mp.fsum(mp.mpf(10) * 100 + 100 for _ in range(50)),
}
