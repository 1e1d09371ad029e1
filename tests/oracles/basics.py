"""The mathematics page a second time: 50 digits, from decimal strings, never calling byhand."""

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

PRODUCTS = {
    "product": ((("1", "2", "3"), ("0", "1", "-1")), (("2", "1", "-1"), ("0", "3", "1"))),
    "ex_product": ((("2", "-1"),), (("3", "0"), ("1", "5"))),
}  # rows of the left factor, columns of the right one
CHANCES = {"half": "0.5", "likely": "0.9", "unlikely": "0.1", "quarter": "0.25"}
COUNT = 100
STEPS = ("1", "0.1", "0.01")
W, X, B = "0.5", "2", "-0.4"


def entry(name: str, i: int, j: int) -> Any:
    rows, columns = PRODUCTS[name]
    pairs = zip(rows[i - 1], columns[j - 1], strict=True)
    return mp.fsum(mp.mpf(left) * mp.mpf(right) for left, right in pairs)


def surprise(name: str) -> Any:
    return mp.log(1 / mp.mpf(CHANCES[name]))


def secant(step: str) -> Any:
    return 2 * mp.mpf(3) + mp.mpf(step)  # ((x + h)² - x²) / h = 2x + h


def z(weight: Any = W) -> Any:
    return mp.mpf(weight) * mp.mpf(X) + mp.mpf(B)


def a() -> Any:
    return (1 + mp.tanh(z() / 2)) / 2


ORACLES: dict[str, Callable[[], Any]] = {
    "basics.many.product": lambda: mp.exp(-COUNT * surprise("likely")),
    "basics.many.sum": lambda: -COUNT * surprise("likely"),
    "basics.central": lambda: mp.mpf(6),  # exact for a parabola
    "basics.slope": lambda: mp.diff(lambda x: x**2, 3),
    "basics.down.x": lambda: 3 * (1 - 2 * mp.mpf("0.1")),
    "basics.down.f": lambda: (3 * mp.mpf("0.8")) ** 2,
    "basics.ex_central": lambda: 3 * mp.mpf(2) ** 2 + mp.mpf("0.1") ** 2,  # 3x² + h²
    "basics.ex_slope": lambda: mp.diff(lambda x: x**3, 2),
    "basics.chain.z": z,
    "basics.chain.a": a,
    "basics.chain.loss": lambda: mp.log1p(mp.exp(-z())),
    "basics.chain.dL_da": lambda: -1 - mp.exp(-z()),
    "basics.chain.da_dz": lambda: 1 / (2 + mp.exp(z()) + mp.exp(-z())),
    "basics.chain.dL_dz": lambda: -1 / (1 + mp.exp(z())),
    "basics.chain.dL_dw": lambda: -mp.mpf(X) / (1 + mp.exp(z())),
    "basics.ex_chain": lambda: mp.diff(lambda w: (3 * w - 1) ** 2, 2),
}
for _name in CHANCES:
    ORACLES[f"basics.surprise.{_name}"] = partial(surprise, _name)
for _number, _step in enumerate(STEPS, start=1):
    ORACLES[f"basics.secant_{_number}"] = partial(secant, _step)
for _name, (_rows, _columns) in PRODUCTS.items():
    for _i in range(1, len(_rows) + 1):
        for _j in range(1, len(_columns) + 1):
            ORACLES[f"basics.{_name}_{_i}_{_j}"] = partial(entry, _name, _i, _j)
