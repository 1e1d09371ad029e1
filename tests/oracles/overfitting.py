"""What chance alone does, a second time: by counting cases and in exact fractions.

Nothing here calls byhand. Labellings are counted one point after the other (each new point adds the
labellings that the points before have on a line through it); guessers are counted by their tails.
"""

from collections.abc import Callable
from fractions import Fraction
from math import comb
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

NOISE, WIDTH, TARGETS = "0.3", 30, 10
GUESSERS, QUESTIONS = 20, 50
ACCURACY, TESTED = "0.9", (100, 400)
TRAIN, TEST = ("1", "2", "3"), "8"


def parted(points: int, dimensions: int) -> int:
    """Count by Cover's recursion: homogeneous borders, so a line in the plane has 3 dimensions."""
    if points == 1 or dimensions == 1:
        return 2
    return parted(points - 1, dimensions) + parted(points - 1, dimensions - 1)


def fraction(value: Fraction) -> Any:
    return mp.mpf(value.numerator) / value.denominator


def luckiest() -> Any:
    """Sum k times the chance that the best of all has exactly k right."""
    chances = [Fraction(comb(QUESTIONS, k), 2**QUESTIONS) for k in range(QUESTIONS + 1)]
    total, below = Fraction(0), Fraction(0)
    for k, chance in enumerate(chances):
        total += k * ((below + chance) ** GUESSERS - below**GUESSERS)
        below += chance
    return fraction(total / QUESTIONS)


def nearest_error() -> Any:
    """E (y - y')² of two independent values of variance 1, by the definition of the variance."""
    return mp.quad(
        lambda d: d**2 * mp.npdf(d, 0, mp.sqrt(2)), [-mp.inf, -5, 0, 5, mp.inf]
    )  # y - y' is normal, with the sum of both variances


def column(values: tuple[str, ...]) -> tuple[Any, Any]:
    numbers = [mp.mpf(value) for value in values]
    mean = sum(numbers) / len(numbers)
    squares = sum(number**2 for number in numbers) / len(numbers)
    return mean, mp.sqrt(squares - mean**2)


def scaled(values: tuple[str, ...]) -> Any:
    mean, std = column(values)
    return (mp.mpf(TEST) - mean) / std


ALL = (*TRAIN, TEST)
ORACLES: dict[str, Callable[[], Any]] = {
    "overfitting.noise.floor": lambda: mp.mpf(NOISE) ** 2,
    "overfitting.parameters": lambda: mp.mpf(WIDTH + WIDTH + WIDTH + 1),
    "overfitting.random.mean.error": lambda: mp.mpf(TARGETS + 1) / TARGETS,
    "overfitting.random.nearest.error": nearest_error,
    "overfitting.random.lines.error": lambda: 1 + mp.quad(lambda t: (1 - t) ** 2 + t**2, [0, 1]),
    "overfitting.leak.constant.test": lambda: (mp.mpf(5) - mp.mpf(4)) / 1,
    "overfitting.line.labellings5": lambda: mp.mpf(parted(5, 3)),
    "overfitting.line.labellings16": lambda: mp.mpf(parted(16, 3)),
    "overfitting.line.share16": lambda: fraction(Fraction(parted(16, 3), 2**16)),
    "overfitting.guessers.best": luckiest,
    "overfitting.leak.apart.mean": lambda: column(TRAIN)[0],
    "overfitting.leak.apart.std": lambda: column(TRAIN)[1],
    "overfitting.leak.apart.test": lambda: scaled(TRAIN),
    "overfitting.leak.together.mean": lambda: column(ALL)[0],
    "overfitting.leak.together.std": lambda: column(ALL)[1],
    "overfitting.leak.together.test": lambda: scaled(ALL),
    "overfitting.error100": lambda: mp.sqrt(mp.mpf(ACCURACY) * (1 - mp.mpf(ACCURACY)) / TESTED[0]),
    "overfitting.error400": lambda: mp.sqrt(mp.mpf(ACCURACY) * (1 - mp.mpf(ACCURACY)) / TESTED[1]),
}
