"""The constructions a second time: scalar by scalar, in exact fractions and with 50 digits.

Nothing here calls byhand. What a network computes is replayed on fractions; what it needs at least
is found by counting up until it is enough.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

KNOTS = ("0", "0.25", "0.5", "0.75", "1")
X, CUSTOMER = "0.6", "0.6"
FOLDED = {"fold": "0.3", "ex": "0.35"}
TENTH = 0.1  # the float, which is not one tenth
WAVES = (1, 10, 100, 200)


def fraction(value: Fraction) -> Any:
    return mp.mpf(value.numerator) / value.denominator


def positive(z: Fraction) -> Fraction:
    return max(z, Fraction(0))


# Four hinges on x²


def knots() -> list[Fraction]:
    return [Fraction(knot) for knot in KNOTS]


def slope(i: int) -> Fraction:
    return (knots()[i] ** 2 - knots()[i - 1] ** 2) / (knots()[i] - knots()[i - 1])


def weight(i: int) -> Fraction:
    return slope(i) - (slope(i - 1) if i > 1 else 0)


def z1(i: int) -> Fraction:
    return Fraction(X) - knots()[i - 1]


def z2() -> Fraction:
    return sum((weight(i) * positive(z1(i)) for i in range(1, 5)), Fraction(0))


def error_of_chords(n: int) -> Fraction:
    """Chord minus parabola between a and b is (x - a)(b - x), which is largest in the middle."""
    errors = []
    for i in range(n):
        a, b = Fraction(i, n), Fraction(i + 1, n)
        middle = (a + b) / 2
        errors.append((middle - a) * (b - middle))
    return max(errors)


# Twenty hinges on sin 2πx


def error_of_wave() -> Any:
    """On each interval the error is largest where the wave's slope is the chord's."""
    largest = mp.zero
    for i in range(-10, 10):
        a, b = mp.mpf(i) / 10, mp.mpf(i + 1) / 10
        steep = (mp.sin(2 * mp.pi * b) - mp.sin(2 * mp.pi * a)) / (b - a)
        turn = mp.acos(steep / (2 * mp.pi)) / (2 * mp.pi)
        for x in (sign * turn + wave for sign in (1, -1) for wave in (-1, 0, 1)):
            if a <= x <= b:
                chord = mp.sin(2 * mp.pi * a) + steep * (x - a)
                largest = max(largest, abs(mp.sin(2 * mp.pi * x) - chord))
    return largest


def needed(waves: int, error: str) -> Any:
    return mp.ceil(mp.sqrt((2 * mp.pi * waves) ** 2 / (8 * mp.mpf(error))))


def least(waves: int) -> Any:
    """Count the zeros between peaks and troughs: each needs a piece, n neurons make n + 1."""
    turns = [mp.sin(2 * mp.pi * waves * mp.mpf(2 * i + 1) / (4 * waves)) for i in range(2 * waves)]
    zeros = sum(1 for left, right in pairwise(turns) if left * right < 0)
    return mp.mpf(max(zeros - 1, 1))  # without a neuron the output is constant


# Folds


def fold(x: Fraction) -> Fraction:
    return 2 * positive(x) - 4 * positive(x - Fraction(1, 2))


def folded(x: Fraction, k: int) -> Fraction:
    for _ in range(k):
        x = fold(x)
    return x


def pieces(k: int) -> int:
    """Count runs of one slope on a grid twice as fine as the teeth."""
    heights = [folded(Fraction(i, 2 ** (k + 1)), k) for i in range(2 ** (k + 1) + 1)]
    slopes = [right - left for left, right in pairwise(heights)]
    return 1 + sum(1 for left, right in pairwise(slopes) if left != right)


def parameters(sizes: list[int]) -> int:
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def deep(k: int, width: int) -> list[int]:
    return [1, *[width] * k, 1]


def error_of_depth(m: int) -> Fraction:
    """Subtract m sawtooth functions over powers of 4 from x, and compare with x²."""
    errors: list[Fraction] = []
    for i in range(2 ** (m + 1) + 1):
        x = Fraction(i, 2 ** (m + 1))
        approximation = x - sum((folded(x, s) / 4**s for s in range(1, m + 1)), Fraction(0))
        errors.append(abs(approximation - x * x))
    return max(errors)


def first_that(enough: Callable[[int], bool]) -> Any:
    n = 1
    while not enough(n):
        n += 1
    return mp.mpf(n)


def folds_of_the_float() -> Any:
    x, folds = Fraction(TENTH), 0
    while x:
        x, folds = fold(x), folds + 1
    return mp.mpf(folds)


def of_tenure(x: Fraction) -> Fraction:
    return 5 * positive(x - Fraction("0.5")) - 5 * positive(x - Fraction("0.7"))


GOAL = Fraction(1, 4**10)
ORACLES: dict[str, Callable[[], Any]] = {
    "approximation.s1.z2": lambda: fraction(z2()),
    "approximation.s1.y_hat": lambda: fraction(z2()),
    "approximation.s1.square": lambda: mp.mpf(X) ** 2,
    "approximation.s1.error": lambda: fraction(z2() - Fraction(X) ** 2),
    "approximation.square.error4": lambda: fraction(error_of_chords(4)),
    "approximation.square.error8": lambda: fraction(error_of_chords(8)),
    "approximation.square.error20": lambda: fraction(error_of_chords(20)),
    "approximation.wave.error20": error_of_wave,
    "approximation.wave.rms0": lambda: mp.sqrt(
        mp.quad(lambda x: mp.sin(2 * mp.pi * x) ** 2, mp.linspace(-1, 1, 9)) / 2
    ),
    "approximation.wave.bound20": lambda: (2 * mp.pi) ** 2 * mp.mpf("0.1") ** 2 / 8,
    "approximation.customers.between": lambda: fraction(of_tenure(Fraction(CUSTOMER))),
    "approximation.needed.thousandth": lambda: first_that(
        lambda n: error_of_chords(n) <= Fraction("0.001")
    ),
    "approximation.float.layers": folds_of_the_float,
    "approximation.max.neurons": lambda: mp.mpf(3 + 1),
    "approximation.sawtooth.pieces10": lambda: mp.mpf(pieces(10)),
    "approximation.sawtooth.deep_neurons10": lambda: mp.mpf(sum(deep(10, 2)[1:-1])),
    "approximation.sawtooth.deep_parameters10": lambda: mp.mpf(parameters(deep(10, 2))),
    "approximation.sawtooth.wide_neurons10": lambda: mp.mpf(pieces(10) - 1),
    "approximation.sawtooth.wide_parameters10": lambda: mp.mpf(parameters([1, pieces(10) - 1, 1])),
    "approximation.sawtooth.two_layers_neurons": lambda: mp.mpf(pieces(5) + pieces(5)),
    "approximation.sawtooth.two_layers_parameters": lambda: mp.mpf(
        parameters([1, pieces(5), pieces(5), 1])
    ),
    "approximation.sawtooth.deep_neurons20": lambda: mp.mpf(sum(deep(20, 2)[1:-1])),
    "approximation.sawtooth.deep_parameters20": lambda: mp.mpf(parameters(deep(20, 2))),
    "approximation.sawtooth.wide_parameters20_millions": lambda: (
        mp.mpf(parameters([1, pieces(10) ** 2 - 1, 1])) / 10**6
    ),
    "approximation.deep_square.neurons": lambda: mp.mpf(sum(deep(9, 3)[1:-1])),
    "approximation.deep_square.parameters": lambda: mp.mpf(parameters(deep(9, 3))),
    "approximation.deep_square.error": lambda: fraction(error_of_depth(9)),
    "approximation.deep_square.wide_neurons": lambda: first_that(
        lambda n: Fraction(1, 8 * (n + 1) ** 2) <= GOAL
    ),
    "approximation.deep_square.hinges": lambda: first_that(
        lambda n: Fraction(1, 4 * n * n) <= GOAL
    ),
}


def of_unit(unit: int, f: Callable[[int], Fraction]) -> Any:
    return fraction(f(unit))


OF_UNITS: dict[str, Callable[[int], Fraction]] = {
    "s1.z1": z1,
    "s1.a1": lambda unit: positive(z1(unit)),
    "s1.p2": lambda unit: weight(unit) * positive(z1(unit)),
    "square.slope": slope,
    "square.W2": weight,
    "square.height": lambda unit: knots()[unit] ** 2,
}
for unit in range(1, 5):
    for name, f in OF_UNITS.items():
        ORACLES[f"approximation.{name}_{unit}"] = partial(of_unit, unit, f)
    for name, x in FOLDED.items():
        ORACLES[f"approximation.sawtooth.{name}{unit}"] = partial(
            of_unit, unit, partial(folded, Fraction(x))
        )
for count in WAVES:
    ORACLES[f"approximation.needed.waves{count}"] = partial(needed, count, "0.01")
    ORACLES[f"approximation.least.waves{count}"] = partial(least, count)
