"""The gates a second time: whole numbers, the bias as the weight of an input that is always 1.

Nothing here calls byhand. The rule is run on rows whose signs are turned so that every row asks for
the same thing, and a run that never ends is recognised by a state seen before.
"""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

INPUTS = (("0", "0"), ("0", "1"), ("1", "0"), ("1", "1"))
ANSWERS = {
    "and": ("0", "0", "0", "1"),
    "or": ("0", "1", "1", "1"),
    "nand": ("1", "1", "1", "0"),
    "nor": ("1", "0", "0", "0"),
    "xor": ("0", "1", "1", "0"),
    "xnor": ("1", "0", "0", "1"),
}
LR = "1"
EPOCHS = "100"

State = tuple[int, int, int]  # bias, first weight, second weight


def one_pass(state: State, answers: tuple[str, ...]) -> tuple[State, int]:
    updates = 0
    for (x1, x2), answer in zip(INPUTS, answers, strict=True):
        sign = 1 if answer == "1" else -1
        row = (sign, sign * int(x1), sign * int(x2))
        asked = sum(r * s for r, s in zip(row, state, strict=True))
        if asked < 0 or (asked == 0 and sign < 0):
            b, w1, w2 = (s + int(LR) * r for r, s in zip(row, state, strict=True))
            state, updates = (b, w1, w2), updates + 1
    return state, updates


def passes(answers: tuple[str, ...]) -> tuple[list[State], list[int]]:
    """List the states before and after each pass, up to a pass without mistake or a known state."""
    states, updates = [(0, 0, 0)], []
    while True:
        state, made = one_pass(states[-1], answers)
        known = state in states
        states.append(state)
        updates.append(made)
        if known:
            return states, updates


def learned(answers: tuple[str, ...]) -> bool:
    return passes(answers)[1][-1] == 0


def epochs(name: str) -> Any:
    return mp.mpf(len(passes(ANSWERS[name])[1]))


def updates(name: str) -> Any:
    return mp.mpf(sum(passes(ANSWERS[name])[1]))


def weight(name: str, place: int) -> Any:
    return mp.mpf(passes(ANSWERS[name])[0][-1][place])


def cycle_start(name: str) -> Any:
    states, _ = passes(ANSWERS[name])
    return mp.mpf(states.index(states[-1]))


def period(name: str) -> Any:
    states, _ = passes(ANSWERS[name])
    return mp.mpf(len(states) - 1 - states.index(states[-1]))


def tables() -> Any:
    return mp.mpf(2) ** len(INPUTS)


def learned_tables() -> Any:
    return mp.mpf(sum(learned(table) for table in product("01", repeat=4)))


ORACLES: dict[str, Callable[[], Any]] = {
    "gates.tables": tables,
    "gates.learned": learned_tables,
}
for _name, _answers in ANSWERS.items():
    if learned(_answers):
        ORACLES[f"gates.{_name}.epochs"] = partial(epochs, _name)
        ORACLES[f"gates.{_name}.updates"] = partial(updates, _name)
        for _place, _symbol in enumerate(("b", "w_1", "w_2")):
            ORACLES[f"gates.{_name}.{_symbol}"] = partial(weight, _name, _place)
    else:
        ORACLES[f"gates.{_name}.cycle_start"] = partial(cycle_start, _name)
        ORACLES[f"gates.{_name}.period"] = partial(period, _name)
