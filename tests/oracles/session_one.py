"""The 3-4-2 example a second time, from the seed on: 50 digits, and the standard library's bits.

NumPy's old generator is a Mersenne Twister seeded by a recurrence, and draws its normal numbers by
Marsaglia's polar method. Python's own twister is given that state here; the rest is mpmath.
"""

import random
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

SEED = 42
SCALE = "0.5"
SAMPLES = (("1.5", "2.0", "-1.0"), ("-0.5", "1.0", "0.5"), ("0.0", "-1.5", "2.0"))
N_IN, N_HIDDEN, N_OUT = 3, 4, 2


def twister(seed: int) -> random.Random:
    """Seed by Knuth's recurrence, as Matsumoto and Nishimura's reference code of 2002 does."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + i) % 2**32)
    found = random.Random()
    found.setstate((3, (*state, 624), None))
    return found


def normals(seed: int) -> Iterator[Any]:
    """Yield normal numbers in pairs, the second coordinate first."""
    bits = twister(seed)
    while True:
        u, v = (2 * mp.mpf(bits.random()) - 1 for _ in range(2))
        square = u * u + v * v
        if 0 < square < 1:
            stretch = mp.sqrt(-2 * mp.log(square) / square)
            yield stretch * v
            yield stretch * u


@cache
def weights() -> dict[tuple[int, int, int], Any]:
    """Return every weight by layer, input and unit, counted from 1."""
    drawn = normals(SEED)
    shapes = ((1, N_IN, N_HIDDEN), (2, N_HIDDEN, N_OUT))
    return {
        (layer, i + 1, j + 1): mp.mpf(SCALE) * next(drawn)
        for layer, rows, columns in shapes
        for i in range(rows)
        for j in range(columns)
    }


@cache
def z1(sample: int, unit: int) -> Any:
    row = SAMPLES[sample - 1]
    return mp.fsum(mp.mpf(x) * weights()[1, i, unit] for i, x in enumerate(row, start=1))


def a1(sample: int, unit: int) -> Any:
    return max(z1(sample, unit), mp.mpf(0))


@cache
def z2(sample: int, unit: int) -> Any:
    return mp.fsum(a1(sample, i) * weights()[2, i, unit] for i in range(1, N_HIDDEN + 1))


def y_hat(sample: int, unit: int) -> Any:
    return 1 / (1 + mp.exp(-z2(sample, unit)))


def multiplications() -> Any:
    return mp.mpf(N_IN * N_HIDDEN + N_HIDDEN * N_OUT)


def hidden_off() -> Any:
    pairs = ((i, j) for i in range(1, 4) for j in range(1, N_HIDDEN + 1))
    return mp.mpf(sum(z1(i, j) <= 0 for i, j in pairs))


ORACLES: dict[str, Callable[[], Any]] = {
    "session_one.multiplications": multiplications,
    "session_one.batch_multiplications": lambda: len(SAMPLES) * multiplications(),
    "session_one.hidden_off": hidden_off,
}
for _layer, _i, _j in weights():
    ORACLES[f"session_one.W{_layer}_{_i}_{_j}"] = partial(weights().__getitem__, (_layer, _i, _j))
for _sample in range(1, len(SAMPLES) + 1):
    for _unit in range(1, N_HIDDEN + 1):
        ORACLES[f"session_one.s{_sample}.z1_{_unit}"] = partial(z1, _sample, _unit)
        ORACLES[f"session_one.s{_sample}.a1_{_unit}"] = partial(a1, _sample, _unit)
    for _unit in range(1, N_OUT + 1):
        ORACLES[f"session_one.s{_sample}.z2_{_unit}"] = partial(z2, _sample, _unit)
        ORACLES[f"session_one.s{_sample}.y_hat_{_unit}"] = partial(y_hat, _sample, _unit)
