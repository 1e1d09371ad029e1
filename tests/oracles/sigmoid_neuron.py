"""The sigmoid neuron a second time, with 50 digits; see `_network`."""

from collections.abc import Callable
from typing import Any

from tests.oracles._network import Layer, Net, mp

X = ("1.5", "2")
Y = ("1",)
WEIGHTS = ("0.5", "-0.8")
BIAS = "0.1"
LR = "0.5"
SURE_Z = "-6"
NUDGE = "0.001"

LAYERS = (Layer(tuple((w,) for w in WEIGHTS), (BIAS,), "sigmoid"),)
NET = Net(X, Y, LAYERS, "half squared")
LOGISTIC = Net(X, Y, LAYERS, "cross-entropy")
SURE = Net(("1",), Y, (Layer(((SURE_Z,),), ("0",), "sigmoid"),), "half squared")
SURE_LOGISTIC = Net(SURE.x, Y, SURE.layers, "cross-entropy")
NEW = NET.after(LR)
_Z = ("z", 1, 1)

ORACLES: dict[str, Callable[[], Any]] = (
    NET.forward_oracles("sigmoid_neuron")
    | NET.backward_oracles("sigmoid_neuron")
    | LOGISTIC.backward_oracles("sigmoid_neuron.logistic")
    | NET.new_oracles("sigmoid_neuron.new", LR)
    | {
        "sigmoid_neuron.p1_1": lambda: mp.mpf(X[0]) * mp.mpf(WEIGHTS[0]),
        "sigmoid_neuron.p1_2": lambda: mp.mpf(X[1]) * mp.mpf(WEIGHTS[1]),
        "sigmoid_neuron.loss": NET.loss,
        "sigmoid_neuron.dy_hat": lambda: NET.slope("a", 1, 1),
        "sigmoid_neuron.slope1": lambda: NET.curve_slope(1, 1),
        "sigmoid_neuron.dx_1": lambda: NET.slope("a", 0, 1),
        "sigmoid_neuron.dx_2": lambda: NET.slope("a", 0, 2),
        "sigmoid_neuron.new.y_hat": lambda: NEW.value("a", 1, 1),
        "sigmoid_neuron.new.loss": NEW.loss,
        "sigmoid_neuron.sure.y_hat": lambda: SURE.value("a", 1, 1),
        "sigmoid_neuron.sure.dz": lambda: SURE.slope(*_Z),
        "sigmoid_neuron.sure.logistic_dz": lambda: SURE_LOGISTIC.slope(*_Z),
        "sigmoid_neuron.sure.ratio": lambda: SURE_LOGISTIC.slope(*_Z) / SURE.slope(*_Z),
    }
)
