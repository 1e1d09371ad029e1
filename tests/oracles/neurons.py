"""The single neurons a second time: scalar arithmetic with 50 digits, from decimal strings.

Nothing here calls byhand; sigmoid and tanh take another way than the library's.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

NEURONS = {  # inputs, weights, bias
    "first": (("1", "2", "3"), ("0.2", "0.8", "-0.5"), "2"),
    "second": (("1.5", "2.0", "-1.0"), ("0.5", "-0.3", "0.8"), "0.1"),
}
NEGATIVE_Z = "-2"
LINE = ("3", "4", "-2")  # w1, w2, b
MOVED_BIAS = "3"
POINTS = {"point": ("1", "1"), "other": ("2", "-1")}


def sigmoid(z: Any) -> Any:
    return (1 + mp.tanh(z / 2)) / 2


def tanh(z: Any) -> Any:
    return mp.expm1(2 * z) / (mp.exp(2 * z) + 1)


def relu(z: Any) -> Any:
    return (z + abs(z)) / 2


def product(name: str, entry: int) -> Any:
    x, w, _ = NEURONS[name]
    return mp.mpf(x[entry - 1]) * mp.mpf(w[entry - 1])


def weighted(name: str) -> Any:
    return product(name, 3) + product(name, 2) + product(name, 1)


def bias(name: str) -> Any:
    return mp.mpf(NEURONS[name][2])


def z(name: str) -> Any:
    return weighted(name) + bias(name)


def length() -> Any:
    return mp.sqrt(mp.mpf(LINE[0]) ** 2 + mp.mpf(LINE[1]) ** 2)


def foot(name: str) -> tuple[Any, Any]:
    """Walk from a point to the nearest point of the line."""
    w1, w2, b = map(mp.mpf, LINE)
    x1, x2 = map(mp.mpf, POINTS[name])
    share = (w1 * x1 + w2 * x2 + b) / (w1**2 + w2**2)
    return x1 - share * w1, x2 - share * w2


def on_line(name: str) -> Any:
    w1, w2, b = map(mp.mpf, LINE)
    x1, x2 = map(mp.mpf, POINTS[name])
    return w1 * x1 + w2 * x2 + b


def distance(name: str) -> Any:
    x1, x2 = map(mp.mpf, POINTS[name])
    y1, y2 = foot(name)
    return mp.sign(on_line(name)) * mp.sqrt((x1 - y1) ** 2 + (x2 - y2) ** 2)


ORACLES: dict[str, Callable[[], Any]] = {
    "neurons.first.partial": lambda: weighted("first") - product("first", 3),
    "neurons.first.exp": lambda: 1 / sigmoid(z("first")) - 1,
    "neurons.negative.sigmoid": lambda: sigmoid(mp.mpf(NEGATIVE_Z)),
    "neurons.negative.relu": lambda: relu(mp.mpf(NEGATIVE_Z)),
    "neurons.negative.tanh": lambda: tanh(mp.mpf(NEGATIVE_Z)),
    "neurons.line.length": length,
    "neurons.line.normal_1": lambda: mp.mpf(LINE[0]) / length(),
    "neurons.line.normal_2": lambda: mp.mpf(LINE[1]) / length(),
    "neurons.line.origin.distance": lambda: mp.mpf(LINE[2]) / length(),
    "neurons.line.point.z": partial(on_line, "point"),
    "neurons.line.point.distance": partial(distance, "point"),
    "neurons.line.point.y_hat": lambda: sigmoid(on_line("point")),
    "neurons.line.other.z": partial(on_line, "other"),
    "neurons.line.other.distance": partial(distance, "other"),
    "neurons.line.moved.distance": lambda: mp.mpf(MOVED_BIAS) / length(),
}
for _name in NEURONS:
    for _entry in (1, 2, 3):
        ORACLES[f"neurons.{_name}.p1_{_entry}"] = partial(product, _name, _entry)
    ORACLES[f"neurons.{_name}.sum"] = partial(weighted, _name)
    ORACLES[f"neurons.{_name}.threshold"] = lambda name=_name: -bias(name)  # type: ignore[misc]
    ORACLES[f"neurons.{_name}.z1"] = partial(z, _name)
    ORACLES[f"neurons.{_name}.y_hat"] = lambda name=_name: sigmoid(z(name))  # type: ignore[misc]
    ORACLES[f"neurons.{_name}.relu"] = lambda name=_name: relu(z(name))  # type: ignore[misc]
    ORACLES[f"neurons.{_name}.tanh"] = lambda name=_name: tanh(z(name))  # type: ignore[misc]
