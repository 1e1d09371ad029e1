"""The 2-3-1 example a second time: scalar arithmetic with 50 digits, from decimal strings."""

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

SAMPLE = ("0.5", "0.8")
HIDDEN = (("0.1", "0.4"), ("0.3", "-0.5"), ("-0.2", "0.6"))  # one row per neuron
HIDDEN_BIASES = ("0.1", "-0.1", "0.2")
OUTPUT = ("0.7", "-0.3", "0.5")
OUTPUT_BIAS = "0.1"
UNITS = (1, 2, 3)


def product_1(entry: int, unit: int) -> Any:
    return mp.mpf(SAMPLE[entry - 1]) * mp.mpf(HIDDEN[unit - 1][entry - 1])


def z1(unit: int) -> Any:
    return mp.mpf(HIDDEN_BIASES[unit - 1]) + product_1(1, unit) + product_1(2, unit)


def relu(z: Any) -> Any:
    return (z + abs(z)) / 2


def sigmoid(z: Any) -> Any:
    return (1 + mp.tanh(z / 2)) / 2


def a1(activation: Callable[[Any], Any], unit: int) -> Any:
    return activation(z1(unit))


def product_2(unit: int, activation: Callable[[Any], Any] = relu) -> Any:
    return mp.mpf(OUTPUT[unit - 1]) * activation(z1(unit))


def z2(activation: Callable[[Any], Any] = relu) -> Any:
    return mp.mpf(OUTPUT_BIAS) + sum(product_2(unit, activation) for unit in UNITS)


ORACLES: dict[str, Callable[[], Any]] = {
    "two_three_one.s1.z2": z2,
    "two_three_one.s1.y_hat": lambda: sigmoid(z2()),
    "two_three_one.s1.exp": lambda: 1 / sigmoid(z2()) - 1,
    "two_three_one.sigmoid.z2": partial(z2, sigmoid),
    "two_three_one.sigmoid.y_hat": lambda: sigmoid(z2(sigmoid)),
    "two_three_one.multiplications": lambda: mp.mpf(sum(map(len, HIDDEN)) + len(OUTPUT)),
}
for _unit in UNITS:
    ORACLES[f"two_three_one.s1.z1_{_unit}"] = partial(z1, _unit)
    ORACLES[f"two_three_one.s1.a1_{_unit}"] = partial(a1, relu, _unit)
    ORACLES[f"two_three_one.sigmoid.a1_{_unit}"] = partial(a1, sigmoid, _unit)
    ORACLES[f"two_three_one.s1.p2_{_unit}"] = partial(product_2, _unit)
    for _entry in (1, 2):
        ORACLES[f"two_three_one.s1.p1_{_entry}_{_unit}"] = partial(product_1, _entry, _unit)
