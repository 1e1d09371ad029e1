"""The three optimisers a second time: closed forms where there are any, 50 digits everywhere.

Nothing here calls byhand. Along each axis gradient descent is a power, momentum the power of a
2 by 2 matrix, and Adam's running means are written out as sums over all steps so far.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

CURVATURES = ("1", "3")
START = ("4", "3")
STEPS = "20"
SHOWN = ("1", "5", "10", "20")
LR = "0.1"
MU = "0.9"
BETA1 = "0.9"
BETA2 = "0.999"
EPSILON = "1e-8"
SMALL = "1e-6"
RATES = ("0.01", "0.1", "0.25", "0.3", "0.34")


def gd(axis: int, step: int, rate: str = LR) -> Any:
    return mp.mpf(START[axis]) * (1 - 2 * mp.mpf(CURVATURES[axis]) * mp.mpf(rate)) ** step


@cache
def momentum(axis: int, step: int) -> Any:
    k, lr, mu = 2 * mp.mpf(CURVATURES[axis]), mp.mpf(LR), mp.mpf(MU)
    once = mp.matrix([[1 - lr * k, mu], [-lr * k, mu]])  # (w, v) after, from (w, v) before
    return (once**step * mp.matrix([mp.mpf(START[axis]), 0]))[0]


_places: dict[int, list[Any]] = {axis: [mp.mpf(START[axis])] for axis in (0, 1)}
_kept_powers: dict[str, list[Any]] = {BETA1: [], BETA2: []}
_gradients: dict[int, list[Any]] = {0: [], 1: []}


def _powers(beta: str, count: int) -> list[Any]:
    kept = _kept_powers[beta]
    kept += [mp.mpf(beta) ** k for k in range(len(kept), count)]
    return kept[:count]


def adam(axis: int, step: int) -> Any:
    """Return the place after a step; each earlier one is computed once, from all before it."""
    beta1, beta2 = mp.mpf(BETA1), mp.mpf(BETA2)
    places, gradients = _places[axis], _gradients[axis]
    while len(places) <= step:
        t = len(places)
        gradients.append(2 * mp.mpf(CURVATURES[axis]) * places[-1])
        # weighted means: the weights beta^(t - i) add up to (1 - beta^t) / (1 - beta)
        first = mp.fdot(reversed(_powers(BETA1, t)), gradients)
        second = mp.fdot(reversed(_powers(BETA2, t)), [g**2 for g in gradients])
        mean = first * (1 - beta1) / (1 - beta1**t)
        square = second * (1 - beta2) / (1 - beta2**t)
        places.append(places[-1] - mp.mpf(LR) * mean / (mp.sqrt(square) + mp.mpf(EPSILON)))
    return places[step]


PLACE: dict[str, Callable[[int, int], Any]] = {"gd": gd, "momentum": momentum, "adam": adam}


def loss(place: Callable[[int, int], Any], step: int) -> Any:
    return sum(mp.mpf(CURVATURES[axis]) * place(axis, step) ** 2 for axis in (0, 1))


def rate_loss(rate: str) -> Any:
    return sum(mp.mpf(CURVATURES[axis]) * gd(axis, int(STEPS), rate) ** 2 for axis in (0, 1))


def steps_to_small(name: str) -> Any:
    above = [step for step in range(250) if loss(PLACE[name], step) > mp.mpf(SMALL)]
    return mp.mpf(max(above) + 1)


def factor(axis: int) -> Any:
    return gd(axis, 1) / gd(axis, 0)


def uncorrected_step() -> Any:
    """Measure Adam's first step in x without bias correction, with no epsilon to speak of."""
    g = 2 * mp.mpf(CURVATURES[0]) * mp.mpf(START[0])
    mean, square = g - mp.mpf(BETA1) * g, g**2 - mp.mpf(BETA2) * g**2
    return mp.mpf(LR) * mean / mp.sqrt(square)


def longest_step(growth: Any, steps: int) -> Any:
    """Measure Adam's last step, in learning rates, where each gradient is `growth` times the last.

    Without a growth there is a single gradient, after that many steps without one. It is late: the
    corrections have become 1.
    """
    gradients = [growth**t if growth else mp.mpf(t == steps) for t in range(1, steps + 1)]
    m = v = mp.mpf(0)
    for g in gradients:
        m = mp.mpf(BETA1) * m + (1 - mp.mpf(BETA1)) * g
        v = mp.mpf(BETA2) * v + (1 - mp.mpf(BETA2)) * g**2
    return m / mp.sqrt(v)


def rate_limit() -> Any:
    steepest = mp.mpf(CURVATURES[1])
    return mp.findroot(lambda rate: 1 - 2 * steepest * rate + 1, mp.mpf("0.3"))  # factor -1


ORACLES: dict[str, Callable[[], Any]] = {
    "quadratic.t0.loss": partial(loss, gd, 0),
    "quadratic.gd.factor_x": partial(factor, 0),
    "quadratic.gd.factor_y": partial(factor, 1),
    "quadratic.rate_limit": rate_limit,
    "quadratic.uncorrected_step": uncorrected_step,
    "quadratic.adam_burst": lambda: longest_step(0, 400),
    "quadratic.adam_longest": lambda: longest_step(mp.mpf(BETA2) / mp.mpf(BETA1), 400),
}
for _name, _place in PLACE.items():
    for _step in map(int, SHOWN):
        ORACLES[f"quadratic.{_name}.t{_step}.loss"] = partial(loss, _place, _step)
    for _axis, _symbol in enumerate("xy"):
        for _step in (1, 2, int(STEPS)):
            ORACLES[f"quadratic.{_name}.t{_step}.{_symbol}"] = partial(_place, _axis, _step)
    ORACLES[f"quadratic.{_name}.t2.loss"] = partial(loss, _place, 2)
    ORACLES[f"quadratic.{_name}.steps_to_small"] = partial(steps_to_small, _name)
for _number, _rate in enumerate(RATES, start=1):
    ORACLES[f"quadratic.rate{_number}.loss"] = partial(rate_loss, _rate)
