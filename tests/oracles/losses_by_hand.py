"""The losses worked by hand a second time: 50 digits, from decimal strings."""

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

LABELS = ("1", "0", "1", "0")
PREDICTIONS = ("0.9", "0.1", "0.8", "0.3")
LOGITS = ("2.0", "1.0", "0.1")
CLIP = "1e-7"
EPSILON = "1e-8"
WRONG_Z = "-6"
HALF = "0.5"
FAST = "10"

SAMPLES = range(1, 5)
CLASSES = range(1, 4)


def given(i: int) -> Any:
    """Return the chance that was given to what happened."""
    p = mp.mpf(PREDICTIONS[i - 1])
    return p if LABELS[i - 1] == "1" else 1 - p


def information(i: int) -> Any:
    return mp.log(1 / given(i))


def square(i: int) -> Any:
    return (1 - given(i)) ** 2


def likelihood() -> Any:
    return mp.fprod(given(i) for i in SAMPLES)


def mean_square() -> Any:
    return mp.fsum(map(square, SAMPLES)) / len(SAMPLES)


def literal() -> Any:
    return -mp.log(mp.fprod(given(i) for i in SAMPLES if LABELS[i - 1] == "1"))


def power(k: int) -> Any:
    return mp.exp(mp.mpf(LOGITS[k - 1]))


def total() -> Any:
    return mp.fsum(map(power, CLASSES))


def chance(k: int) -> Any:
    """Take the softmax by its differences: one over the sum of e to the other minus its own."""
    own = mp.mpf(LOGITS[k - 1])
    return 1 / mp.fsum(mp.exp(mp.mpf(z) - own) for z in LOGITS)


def loss_if(k: int) -> Any:
    return mp.log(total()) - mp.mpf(LOGITS[k - 1])


def slope(k: int) -> Any:
    """Differentiate the loss of class 1 with respect to logit k, numerically."""

    def loss(z: Any) -> Any:
        logits = [z if j == k else mp.mpf(LOGITS[j - 1]) for j in CLASSES]
        return mp.log(mp.fsum(map(mp.exp, logits))) - logits[0]

    return mp.diff(loss, mp.mpf(LOGITS[k - 1]))


def sigmoid(z: Any) -> Any:
    return (1 + mp.tanh(z / 2)) / 2


def bce(z: Any) -> Any:
    return mp.log(1 + mp.exp(-z))


def squared(z: Any) -> Any:
    return (1 - sigmoid(z)) ** 2


def bce_slope(z: Any) -> Any:
    return -1 / (1 + mp.exp(z))


def squared_slope(z: Any) -> Any:
    return -mp.exp(z) * 2 / (1 + mp.exp(z)) ** 3


def steps(derivative: Callable[[Any], Any], lr: str) -> Any:
    z, count = mp.mpf(WRONG_Z), 0
    while sigmoid(z) < mp.mpf(HALF):
        z, count = z - mp.mpf(lr) * derivative(z), count + 1
    return mp.mpf(count)


def at_wrong(function: Callable[[Any], Any]) -> Any:
    return function(mp.mpf(WRONG_Z))


def peak() -> Any:
    """Find where the squared error is steepest, as a zero of its second derivative."""
    return mp.findroot(lambda z: mp.diff(squared_slope, z), -0.6)


ORACLES: dict[str, Callable[[], Any]] = {
    "losses_by_hand.bce.s1.y_hat": lambda: mp.mpf(PREDICTIONS[0]),
    "losses_by_hand.bce.s4.y_hat": lambda: mp.mpf(PREDICTIONS[3]),
    "losses_by_hand.bce.s4.one_minus_y_hat": lambda: 1 - mp.mpf(PREDICTIONS[3]),
    "losses_by_hand.bce.loss": lambda: -mp.log(likelihood()) / len(SAMPLES),
    "losses_by_hand.bce.likelihood": likelihood,
    "losses_by_hand.bce.sum": lambda: -mp.log(likelihood()),
    "losses_by_hand.bce.literal": literal,
    "losses_by_hand.bce.constant_half": lambda: -mp.log(mp.mpf(HALF)),
    "losses_by_hand.mse.loss": mean_square,
    "losses_by_hand.half.loss": lambda: mean_square() / 2,
    "losses_by_hand.mse.constant_half": lambda: (1 - mp.mpf(HALF)) ** 2,
    "losses_by_hand.mse.share_of_largest": lambda: square(4) / (len(SAMPLES) * mean_square()),
    "losses_by_hand.mse.share_of_largest_error": lambda: (
        (1 - given(4)) / mp.fsum(1 - given(i) for i in SAMPLES)
    ),
    "losses_by_hand.gaussian.constant": lambda: mp.log(mp.sqrt(2 * mp.pi)),
    "losses_by_hand.softmax.sum": total,
    "losses_by_hand.softmax.loss": partial(loss_if, 1),
    "losses_by_hand.softmax.loss_if_2": partial(loss_if, 2),
    "losses_by_hand.softmax.loss_if_3": partial(loss_if, 3),
    "losses_by_hand.softmax.both": lambda: chance(1) * chance(2),
    "losses_by_hand.softmax.log_sum": lambda: mp.log(total()),
    "losses_by_hand.uniform_3.loss": lambda: mp.log(3),
    "losses_by_hand.clip.largest": lambda: mp.log(1 / mp.mpf(CLIP)),
    "losses_by_hand.epsilon.largest": lambda: mp.log(1 / mp.mpf(EPSILON)),
    "losses_by_hand.epsilon.smallest": lambda: -mp.log(1 + mp.mpf(EPSILON)),
    "losses_by_hand.wrong.y_hat": partial(at_wrong, sigmoid),
    "losses_by_hand.wrong.bce": partial(at_wrong, bce),
    "losses_by_hand.wrong.mse": partial(at_wrong, squared),
    "losses_by_hand.wrong.bce_dz": lambda: mp.diff(bce, mp.mpf(WRONG_Z)),
    "losses_by_hand.wrong.mse_dz": lambda: mp.diff(squared, mp.mpf(WRONG_Z)),
    "losses_by_hand.wrong.ratio": lambda: at_wrong(bce_slope) / at_wrong(squared_slope),
    "losses_by_hand.peak.y_hat": lambda: sigmoid(peak()),
    "losses_by_hand.peak.mse_dz": lambda: squared_slope(peak()),
    "losses_by_hand.steps.bce": partial(steps, bce_slope, "1"),
    "losses_by_hand.steps.mse": partial(steps, squared_slope, "1"),
    "losses_by_hand.steps.mse_fast": partial(steps, squared_slope, FAST),
}
for _i in SAMPLES:
    ORACLES[f"losses_by_hand.bce.s{_i}.loss"] = partial(information, _i)
    ORACLES[f"losses_by_hand.mse.s{_i}"] = partial(square, _i)
for _k in CLASSES:
    ORACLES[f"losses_by_hand.softmax.exp_{_k}"] = partial(power, _k)
    ORACLES[f"losses_by_hand.softmax.y_hat_{_k}"] = partial(chance, _k)
    ORACLES[f"losses_by_hand.softmax.dz_{_k}"] = partial(slope, _k)
