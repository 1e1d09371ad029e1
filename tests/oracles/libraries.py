"""What the libraries add, a second time: mpmath scalars from decimal strings, and exact fractions.

Nothing here calls byhand, scikit-learn or PyTorch.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

WEIGHTS = ("0.5", "0.3", "-0.2", "0.8", "0.6", "-0.4")
SAMPLES, ALPHA = 5, "0.0001"
LOGITS = ("2", "1", "0.1")
LR, LATER, MU, DECAY = "0.1", "0.01", "0.9", "0.01"
BETA1, BETA2, EPSILON = "0.9", "0.999", "0.00000001"
FEATURE, SHARE, NORM_EPSILON = ("1", "5"), "0.1", "0.00001"
IMAGES, BATCH = 1797, 32


def f(text: str) -> Any:
    return mp.mpf(text)


def squares() -> Any:
    return sum((f(w) ** 2 for w in WEIGHTS), mp.mpf(0))


def penalty(alpha: str) -> Any:
    return f(alpha) / 2 * squares() / SAMPLES


def single(text: str) -> Any:
    """The nearest number with 24 binary digits: scale to an integer of 24 of them, and round."""
    value, shift = Fraction(text), 0
    while value * 2**shift < 2**23:
        shift += 1
    return mp.mpf(round(value * 2**shift)) / 2**shift


def walked(rates: tuple[str, ...], rate_in_velocity: bool) -> Any:
    """The length of the last step on a slope of 1, written as a sum over all steps."""
    last = len(rates) - 1
    return sum(
        (f(MU) ** (last - k) * f(rate if rate_in_velocity else rates[-1]))
        for k, rate in enumerate(rates)
    )


def adam_first_step(gradient: Any, lr: Any) -> Any:
    """Both means, corrected, are those of the one gradient."""
    return lr * gradient / (mp.sqrt(gradient**2) + f(EPSILON))


def tiny_with_corrected_rate() -> Any:
    g = f(EPSILON)
    rate = mp.sqrt(1 - f(BETA2)) / (1 - f(BETA1))
    return rate * (1 - f(BETA1)) * g / (mp.sqrt((1 - f(BETA2)) * g**2) + f(EPSILON))


def loss_of(logits: list[Any]) -> Any:
    """The loss of the first class."""
    return mp.log(sum(mp.exp(z - logits[0]) for z in logits))


def probabilities() -> list[Any]:
    powers = [mp.exp(f(z)) for z in LOGITS]
    return [power / sum(powers) for power in powers]


def certain(k: int) -> Any:
    return loss_of([mp.mpf(1)] + [mp.mpf(0)] * (k - 1))


def running(start: str, measured: Any) -> Any:
    return f(start) + f(SHARE) * (measured - f(start))


def mean() -> Any:
    return (f(FEATURE[0]) + f(FEATURE[1])) / 2


def variance() -> Any:
    """Of two samples, by n - 1: half the square of their difference."""
    return (f(FEATURE[1]) - f(FEATURE[0])) ** 2 / 2


def asked() -> Any:
    deviation = mp.sqrt(running("1", variance()) + f(NORM_EPSILON))
    return (f(FEATURE[1]) - running("0", mean())) / deviation


ORACLES: dict[str, Callable[[], Any]] = {
    "libraries.penalty.squares": squares,
    "libraries.penalty.default": lambda: penalty(ALPHA),
    "libraries.penalty.one": lambda: penalty("1"),
    "libraries.penalty.twice": lambda: squares() / 4 / SAMPLES,
    "libraries.clip.largest": lambda: 52 * mp.log(2),
    "libraries.single.tenth": lambda: single("0.1"),
    "libraries.momentum.step1": lambda: walked((LR,), True),
    "libraries.momentum.step2": lambda: walked((LR, LR), True),
    "libraries.momentum.ours": lambda: walked((LR, LR, LATER), True),
    "libraries.momentum.theirs": lambda: walked((LR, LR, LATER), False),
    "libraries.decay.sgd": lambda: 1 - f(LR) * f(DECAY),
    "libraries.decay.adam": lambda: 1 - adam_first_step(f(DECAY), f(LR)),
    "libraries.decay.adamw": lambda: 1 - f(LR) * f(DECAY),
    "libraries.tiny.ours": lambda: adam_first_step(f(EPSILON), mp.mpf(1)),
    "libraries.tiny.theirs": tiny_with_corrected_rate,
    "libraries.twice.loss": lambda: loss_of(probabilities()),
    "libraries.twice.best_3": lambda: certain(3),
    "libraries.twice.best_10": lambda: certain(10),
    "libraries.norm.running_mean": lambda: running("0", mean()),
    "libraries.norm.running_variance": lambda: running("1", variance()),
    "libraries.norm.asked": asked,
    "libraries.digits.batches": lambda: mp.ceil(mp.mpf(IMAGES) / BATCH),
    "libraries.digits.last": lambda: mp.mpf(IMAGES - BATCH * (IMAGES // BATCH)),
}
