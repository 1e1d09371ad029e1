"""The bounds on the perceptron's mistakes a second time; whole numbers, rows with turned signs."""

from collections.abc import Callable
from functools import partial
from itertools import permutations
from typing import Any

from tests.oracles.gates import ANSWERS, INPUTS, mp, one_pass

SEPARATORS = {"and": ("-3", "2", "2"), "or": ("-1", "2", "2")}


def bound(name: str) -> Any:
    v = [mp.mpf(entry) for entry in SEPARATORS[name]]
    margins = []
    for (x1, x2), answer in zip(INPUTS, ANSWERS[name], strict=True):
        z = v[0] + v[1] * mp.mpf(x1) + v[2] * mp.mpf(x2)
        margins.append((z if answer == "1" else -z) / mp.sqrt(sum(e * e for e in v)))
    longest = max(1 + mp.mpf(x1) ** 2 + mp.mpf(x2) ** 2 for x1, x2 in INPUTS)
    return longest / min(margins) ** 2


def updates(name: str, order: tuple[int, ...]) -> int:
    """Run the rule on one order until a pass makes no mistake."""
    state, total = (0, 0, 0), 0
    while True:
        made = 0
        for place in order:
            sign = 1 if ANSWERS[name][place] == "1" else -1
            row = (sign, *(sign * int(x) for x in INPUTS[place]))
            asked = sum(r * s for r, s in zip(row, state, strict=True))
            if asked < 0 or (asked == 0 and sign < 0):
                b, w1, w2 = (s + r for r, s in zip(row, state, strict=True))
                state, made = (b, w1, w2), made + 1
        total += made
        if not made:
            assert one_pass(state, ANSWERS[name])[1] == 0
            return total


def counts(name: str) -> list[int]:
    return [updates(name, order) for order in permutations(range(4))]


def extreme(which: Callable[[list[int]], int], name: str) -> Any:
    return mp.mpf(which(counts(name)))


ORACLES: dict[str, Callable[[], Any]] = {}
for _name in SEPARATORS:
    ORACLES[f"margins.{_name}.bound"] = partial(bound, _name)
    ORACLES[f"margins.{_name}.fewest"] = partial(extreme, min, _name)
    ORACLES[f"margins.{_name}.most"] = partial(extreme, max, _name)
