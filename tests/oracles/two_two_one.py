"""The 2-2-1 example a second time, with 50 digits; see `_network`."""

from collections.abc import Callable
from typing import Any

from tests.oracles._network import Layer, Net

LR = "0.1"
NET = Net(
    ("1", "0.5"),
    ("1",),
    (
        Layer((("0.3", "0.7"), ("0.5", "-0.2")), ("0.1", "-0.1"), "relu"),
        Layer((("0.6",), ("-0.4",)), ("0.2",), "sigmoid"),
    ),
    "cross-entropy",
)

ORACLES: dict[str, Callable[[], Any]] = (
    NET.forward_oracles("two_two_one")
    | NET.backward_oracles("two_two_one")
    | NET.new_oracles("two_two_one.new", LR)
    | {
        "two_two_one.loss": NET.loss,
        "two_two_one.new.loss": lambda: NET.after(LR).loss(),
        "two_two_one.weights_only.loss": lambda: NET.after(LR, "W").loss(),
    }
)
