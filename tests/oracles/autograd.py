"""The small graphs a second time: fifty digits, and derivatives by differences of the formula.

Nothing here calls byhand, and no chain rule is used: each derivative is that of the whole formula.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

LEAVES = {"w": "-2", "x": "3", "b": "4"}
LR = "0.01"
NEURON = {"x1": "0.5", "x2": "0.1", "w1": "0.5", "w2": "-0.2", "b": "0.1"}
EXERCISE = {"a": "3", "b": "-1"}
DOUBLINGS = 10
KINK = "0.001"

Given = dict[str, Any]


def given(texts: dict[str, str]) -> Given:
    return {name: mp.mpf(text) for name, text in texts.items()}


def slope(f: Callable[[Any], Any], at: Any) -> Any:
    """Differentiate by a central difference: its error is of the order of the step's square."""
    step = mp.mpf(10) ** -18
    return (f(at + step) - f(at - step)) / (2 * step)


def square_and_itself(s: Any) -> Any:
    return s * (s + 1)


def total(leaves: Given) -> Any:
    return leaves["w"] * leaves["x"] + leaves["b"]


def shared(name: str) -> Any:
    leaves = given(LEAVES)
    s = total(leaves)
    return {"p": s - leaves["b"], "s": s, "q": s**2, "y": square_and_itself(s)}[name]


def of_shared(name: str) -> Any:
    leaves = given(LEAVES)
    if name in leaves:
        return slope(lambda v: square_and_itself(total(leaves | {name: v})), leaves[name])
    s = total(leaves)
    if name == "q":
        return slope(lambda q: q + s, s**2)
    if name == "p":
        return slope(lambda p: square_and_itself(p + leaves["b"]), s - leaves["b"])
    return slope(square_and_itself, s)


def overwritten(times: str) -> Any:
    leaves = given(LEAVES)
    return slope(lambda s: total(leaves) * s, total(leaves)) * mp.mpf(times)


def step(name: str) -> Any:
    leaves = given(LEAVES)
    moved = {n: leaves[n] - mp.mpf(LR) * of_shared(n) for n in ("w", "b")}
    return moved[name] if name in moved else square_and_itself(total(leaves | moved))


def weighted(leaves: Given) -> Any:
    return leaves["w1"] * leaves["x1"] + leaves["w2"] * leaves["x2"]


def loss_of_z(z: Any, label: int) -> Any:
    """Write the loss without sigmoid or logarithm of it: ln(1 + e^z), or ln(1 + e^-z)."""
    return mp.log1p(mp.exp(-z if label else z))


def loss(leaves: Given, label: int = 0) -> Any:
    return loss_of_z(weighted(leaves) + leaves["b"], label)


def neuron(name: str) -> Any:
    leaves = given(NEURON)
    z = weighted(leaves) + leaves["b"]
    chance = 1 / (1 + mp.exp(z))
    return {
        "v": weighted(leaves), "z": z, "a": 1 - chance, "c": chance,
        "u": -loss(leaves), "L": loss(leaves),
    }[name]  # fmt: skip


def of_neuron(name: str, label: int = 0) -> Any:
    leaves = given(NEURON)
    if name in leaves:
        return slope(lambda v: loss(leaves | {name: v}, label), leaves[name])
    if name in {"v", "z"}:
        return slope(lambda z: loss_of_z(z, label), neuron("z"))
    if name == "a":
        return slope(lambda a: -mp.log(1 - a), neuron("a"))
    return slope(lambda chance: -mp.log(chance), neuron("c"))


def exercise(name: str) -> Any:
    leaves = given(EXERCISE)

    def y(a: Any, b: Any) -> Any:
        return a * (a + b)

    if name == "da":
        return slope(lambda a: y(a, leaves["b"]), leaves["a"])
    if name == "db":
        return slope(lambda b: y(leaves["a"], b), leaves["b"])
    return y(leaves["a"], leaves["b"])


def paths() -> Any:
    """Count the ways through the doublings one by one."""
    ways = 1
    for _ in range(DOUBLINGS):
        ways += ways
    return mp.mpf(ways)


def doubled() -> Any:
    return slope(lambda x: x * 2**DOUBLINGS, mp.mpf(1))


def twice() -> Any:
    """Sum up what each value hands on in two passes, where it still has what it had."""
    x, s = mp.mpf(LEAVES["x"]), shared("s")
    q = 1 + of_shared("q")  # old and new
    at_s = of_shared("s") + 1 + 2 * s * q
    return of_shared("w") + x * (of_shared("p") + at_s)


def kink() -> Any:
    half = mp.mpf(KINK)
    return ((half + abs(half)) / 2 - (-half + abs(half)) / 2) / (2 * half)


ORACLES: dict[str, Callable[[], Any]] = {
    "autograd.overwritten.ds": partial(overwritten, "1"),
    "autograd.overwritten.dw": partial(overwritten, LEAVES["x"]),
    "autograd.early.dw": lambda: slope(lambda w: w * mp.mpf(LEAVES["x"]), mp.mpf(LEAVES["w"])),
    "autograd.ex.paths": paths,
    "autograd.ex.nodes": lambda: mp.mpf(DOUBLINGS + 1),
    "autograd.ex.slope": doubled,
    "autograd.ex.kink": kink,
    "autograd.ex.twice.dw": twice,
    "autograd.neuron.one.L": lambda: loss(given(NEURON), 1),
}
ORACLES |= {f"autograd.{name}": partial(shared, name) for name in ("p", "s", "q", "y")}
ORACLES |= {f"autograd.d{name}": partial(of_shared, name) for name in ("q", "s", "p", *LEAVES)}
ORACLES |= {f"autograd.step.{name}": partial(step, name) for name in ("w", "b", "y")}
ORACLES |= {
    f"autograd.neuron.{name}": partial(neuron, name) for name in ("v", "z", "a", "c", "u", "L")
}
ORACLES |= {
    f"autograd.neuron.d{name}": partial(of_neuron, name) for name in ("c", "a", "z", "v", *NEURON)
}
ORACLES |= {
    f"autograd.neuron.one.d{name}": partial(of_neuron, name, 1) for name in ("z", "w1", "w2")
}
ORACLES |= {f"autograd.ex.{name}": partial(exercise, name) for name in ("y", "da", "db")}
