"""The 2-3-2-1 example a second time, with 50 digits; see `_network`."""

from collections.abc import Callable
from typing import Any

from tests.oracles._network import Layer, Net

LR = "0.5"
NET = Net(
    ("1", "-0.5"),
    ("0",),
    (
        Layer((("0.4", "-0.6", "0.6"), ("0.2", "0.5", "-0.4")), ("0.1", "0.1", "-0.2"), "relu"),
        Layer((("0.9", "-0.7"), ("0.3", "0.4"), ("0.5", "0.8")), ("0.1", "-0.1"), "tanh"),
        Layer((("0.8",), ("-1.2",)), ("0.2",), "sigmoid"),
    ),
    "cross-entropy",
)

ORACLES: dict[str, Callable[[], Any]] = (
    NET.forward_oracles("two_three_two_one")
    | NET.backward_oracles("two_three_two_one")
    | {
        "two_three_two_one.slope2_1": lambda: NET.curve_slope(2, 1),
        "two_three_two_one.slope2_2": lambda: NET.curve_slope(2, 2),
        "two_three_two_one.loss": NET.loss,
        "two_three_two_one.new.loss": lambda: NET.after(LR).loss(),
    }
)
