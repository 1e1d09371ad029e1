"""Chains of neurons and factors per layer a second time: scalars with 50 digits.

Nothing here computes with byhand; the 48 points are taken from it. Derivatives of the chain come
from mpmath's numerical differentiation of the whole chain, not from the chain rule.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath

from byhand.worked.deep import X, y

mp = mpmath.mp.clone()
mp.dps = 50

ONES = (1, 1, 1, 1)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z))


def activation(count: int, weights: tuple[Any, ...] = ONES) -> Any:
    """Output of the chain's neuron `count`, fed with 1; each bias is 0."""
    a = mp.one
    for weight in weights[:count]:
        a = sigmoid(weight * a)
    return a


def weight_slope(k: int) -> Any:
    """Change of the chain's output with its weight k, measured."""

    def output(weight: Any) -> Any:
        return activation(4, (*ONES[: k - 1], weight, *ONES[k:]))

    return mp.diff(output, 1)


def own_slope(k: int) -> Any:
    return mp.diff(sigmoid, activation(k - 1))


def ratio() -> Any:
    return weight_slope(1) / weight_slope(4)


def steep(count: int) -> Any:
    """Change of the last of `count` steep neurons with the input, at one half, measured."""

    def output(x: Any) -> Any:
        for _ in range(count):
            x = sigmoid(5 * x - mp.mpf("2.5"))
        return x

    return mp.diff(output, mp.mpf("0.5"), h=mp.mpf("1e-20"))


def linear(weight: str) -> Any:
    """Change of a chain of ten identities, all weights alike, with one of its weights."""

    def output(w: Any) -> Any:
        return mp.mpf(weight) ** 9 * w

    return mp.diff(output, mp.mpf(weight))


def passed(scale: Any, share: Any, layers: int = 1) -> Any:
    """Root of 64 products' variance, times the root mean square of the slope, per layer."""
    variance = 64 * mp.mpf(scale) ** 2
    return mp.sqrt(variance * share) ** layers


HALF, SIXTEENTH = mp.mpf(1) / 2, mp.mpf(1) / 16
HE = mp.sqrt(mp.mpf(2) / 64)


def clipped(gradient: tuple[int, int], limit: int, k: int) -> Any:
    return mp.mpf(gradient[k]) * limit / mp.hypot(*gradient)


def normalised() -> Any:
    variance = mp.mpf((1 - 2) ** 2 + (3 - 2) ** 2) / 3 + mp.mpf("1e-5")
    return (3 - 2) / mp.sqrt(variance)


def tanh_slope(power: int) -> Any:
    return mp.diff(mp.tanh, 1) ** power


def line_loss() -> Any:
    """Let mpmath find where all three slopes of the loss are 0; differences give it the bends."""
    rows = [(mp.mpf(float(x1)), mp.mpf(float(x2)), mp.one) for x1, x2 in X]
    labels = [int(label) for label in y[:, 0]]

    def logits(w: Any) -> list[Any]:
        return [mp.fdot(row, w) for row in rows]

    def slopes(*w: Any) -> list[Any]:
        errors = [sigmoid(z) - label for z, label in zip(logits(w), labels, strict=True)]
        return [mp.fdot(errors, column) for column in zip(*rows, strict=True)]

    w = mp.findroot(slopes, (1, -1, 0), tol=1e-40)
    signed = [-z if label else z for z, label in zip(logits(w), labels, strict=True)]
    return mp.fsum(mp.log1p(mp.exp(z)) for z in signed) / len(signed)


ORACLES: dict[str, Callable[[], Any]] = {
    **{f"deep.chain.a{k}": partial(activation, k) for k in range(1, 5)},
    **{f"deep.chain.slope{k}": partial(own_slope, k) for k in range(1, 5)},
    **{f"deep.chain.dw{k}": partial(weight_slope, k) for k in range(1, 5)},
    "deep.chain.ratio": ratio,
    "deep.chain.fours10": partial(mp.power, 4, 10),
    "deep.chain.bound10": partial(mp.power, mp.mpf(1) / 4, 10),
    "deep.steep.factor": partial(steep, 1),
    "deep.steep.product10": partial(steep, 10),
    "deep.linear.half": partial(linear, "0.5"),
    "deep.linear.double": partial(linear, "2"),
    "deep.spread.linear": partial(passed, "0.01", 1),
    "deep.spread.relu": partial(passed, "0.01", HALF),
    "deep.spread.relu10": partial(passed, "0.01", HALF, 10),
    "deep.spread.sigmoid": partial(passed, "0.01", SIXTEENTH),
    "deep.spread.sigmoid10": partial(passed, "0.01", SIXTEENTH, 10),
    "deep.spread.he_sigmoid": partial(passed, HE, SIXTEENTH),
    "deep.spread.he_sigmoid10": partial(passed, HE, SIXTEENTH, 10),
    "deep.clip.norm": partial(mp.hypot, 3, 4),
    "deep.clip.g_1": partial(clipped, (3, 4), 1, 0),
    "deep.clip.g_2": partial(clipped, (3, 4), 1, 1),
    "deep.clip.ex.g_1": partial(clipped, (-6, 8), 2, 0),
    "deep.clip.ex.g_2": partial(clipped, (-6, 8), 2, 1),
    "deep.norm.mean": partial(mp.fdiv, 6, 3),
    "deep.norm.std": partial(mp.sqrt, mp.mpf(2) / 3),
    "deep.norm.z_3": normalised,
    "deep.residual.product10": partial(mp.power, mp.mpf("1.02"), 10),
    "deep.residual.low10": partial(mp.power, mp.mpf("0.98"), 10),
    "deep.boom.factor10": partial(mp.power, 3, 10),
    "deep.ln2": partial(mp.log, 2),
    "deep.line.loss": line_loss,
    "deep.ex.tanh_slope": partial(tanh_slope, 1),
    "deep.ex.product8": partial(tanh_slope, 8),
    "deep.ex.he256": partial(mp.sqrt, mp.mpf(2) / 256),
    "deep.ex.xavier256": partial(mp.sqrt, mp.mpf(1) / 256),
}
