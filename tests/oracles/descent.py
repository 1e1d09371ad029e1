"""One-parameter descent a second time: 50 digits, slopes as derivatives of the loss itself.

Nothing here calls byhand, and no formula of backpropagation is used: mpmath differentiates.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

CUSTOMERS = (("0.5", "0.1"), ("0.9", "0.8"), ("0.2", "0.3"), ("0.7", "0.6"), ("0.4", "0.2"))
CHURNED = (0, 1, 0, 1, 0)
HIDDEN = (("0.5", "-0.2", "0.1"), ("0.3", "0.8", "-0.1"))  # per neuron: two weights, then the bias
OUTPUT = ("0.6", "-0.4", "0")
LR = "0.1"
B2 = "3"
RATES = {"small": "0.5", "good": "3", "large": "40"}
STEPS = 8


def loss_of(sample: int, w: Any, b2: Any) -> Any:
    x1, x2 = map(mp.mpf, CUSTOMERS[sample])
    on = [max(mp.mpf(w1) * x1 + mp.mpf(w2) * x2 + mp.mpf(b), mp.zero) for w1, w2, b in HIDDEN]
    z = w * on[0] + mp.mpf(OUTPUT[1]) * on[1] + b2
    return mp.log1p(mp.exp(z)) - CHURNED[sample] * z


def mean_loss(w: Any, b2: Any) -> Any:
    return sum(loss_of(sample, w, b2) for sample in range(5)) / 5


W = mp.mpf(OUTPUT[0])


def slope(sample: int) -> Any:
    return mp.diff(lambda w: loss_of(sample, w, mp.mpf(OUTPUT[2])), W)


def mean_slope() -> Any:
    return mp.diff(lambda w: mean_loss(w, mp.mpf(OUTPUT[2])), W)


def bias_loss(b2: Any) -> Any:
    return mean_loss(W, b2)


def walk(name: str, steps: int) -> Any:
    b2 = mp.mpf(B2)
    for _ in range(steps):
        b2 -= mp.mpf(RATES[name]) * mp.diff(bias_loss, b2)
    return b2


def walked_loss(name: str) -> Any:
    return bias_loss(walk(name, STEPS))


def best_bias() -> Any:
    return mp.findroot(lambda b2: mp.diff(bias_loss, b2), mp.mpf("-0.4"))


def curvature() -> Any:
    return mp.diff(bias_loss, best_bias(), 2)


ORACLES: dict[str, Callable[[], Any]] = {
    "descent.slope": mean_slope,
    "descent.w_new": lambda: W - mp.mpf(LR) * mean_slope(),
    "descent.s1.w_new": lambda: W - mp.mpf(LR) * slope(0),
    "descent.b2.start.loss": lambda: bias_loss(mp.mpf(B2)),
    "descent.b2.start.slope": lambda: mp.diff(bias_loss, mp.mpf(B2)),
    "descent.b2.best": best_bias,
    "descent.b2.best.loss": lambda: bias_loss(best_bias()),
    "descent.b2.curvature": curvature,
    "descent.b2.rate_limit": lambda: 2 / curvature(),
}
for _sample in range(5):
    ORACLES[f"descent.s{_sample + 1}.slope"] = partial(slope, _sample)
for _name in RATES:
    ORACLES[f"descent.b2.{_name}.t1"] = partial(walk, _name, 1)
    ORACLES[f"descent.b2.{_name}.last"] = partial(walk, _name, STEPS)
    ORACLES[f"descent.b2.{_name}.loss"] = partial(walked_loss, _name)
