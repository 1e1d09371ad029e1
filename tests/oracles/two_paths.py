"""The two-path example a second time, with 50 digits; see `_network`.

What comes back along one path is the slope of the loss when U1 moves and the other output is held.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.oracles._network import Layer, Net, mp

LAYER_1 = Layer((("0.8",),), ("-0.2",), "sigmoid")
TO_OUTPUTS = ("1.2", "0.5")
NET = Net(
    ("1.5",),
    ("1", "0"),
    (LAYER_1, Layer((TO_OUTPUTS,), ("-0.5", "0.3"), "sigmoid")),
    "half squared",
)


def via(unit: int) -> Any:
    """Move U1 for one output only: by moving that output's pre-activation as U1 would."""
    weight = mp.mpf(TO_OUTPUTS[unit - 1])
    return mp.diff(lambda t: NET.loss({("z", 2, unit): weight * t}), 0)


ORACLES: dict[str, Callable[[], Any]] = NET.forward_oracles("two_paths") | {
    "two_paths.da1": lambda: NET.slope("a", 1, 1),
    "two_paths.dz1": lambda: NET.slope("z", 1, 1),
    "two_paths.dW1_1": lambda: NET.slope("W", 1, 1, 1),
    "two_paths.slope1": lambda: NET.curve_slope(1, 1),
    "two_paths.loss": NET.loss,
}
for _unit in (1, 2):
    ORACLES[f"two_paths.dy_hat_{_unit}"] = partial(NET.slope, "a", 2, _unit)
    ORACLES[f"two_paths.dz2_{_unit}"] = partial(NET.slope, "z", 2, _unit)
    ORACLES[f"two_paths.via_{_unit}"] = partial(via, _unit)
