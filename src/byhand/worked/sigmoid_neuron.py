"""One sigmoid neuron, half the squared error, and its derivative factor by factor."""

import numpy as np

from byhand._validate import frozen
from byhand.activations import sigmoid
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy, half_squared_error
from byhand.mlp import MLP, BackwardTrace, ForwardTrace
from byhand.worked._backward import backward_numbers, parameter_numbers, stepped
from byhand.worked._forward import forward_numbers, product_numbers

X = frozen(np.array([[1.5, 2.0]]))
"""One sample with two features: (1, 2)."""

y = frozen(np.array([[1.0]]))
"""What is right for it: (1, 1)."""

w = frozen(np.array([[0.5], [-0.8]]))
"""Weights: (2, 1)."""

b = frozen(np.array([0.1]))
"""Bias: (1,)."""

LR = 0.5
"""Learning rate of the one step."""

SURE_Z = -6.0
"""A pre-activation at which the neuron is sure, and wrong."""

NUDGE = 0.001
"""How far a weight is moved to see the loss move."""

PREFIX = "sigmoid_neuron"
"""What its keys begin with."""


def network() -> MLP:
    """Build the neuron, as a network of one layer."""
    return MLP([Dense(w, b, "sigmoid")])


def passes() -> tuple[ForwardTrace, BackwardTrace]:
    """Pass the sample forward, and half the squared error back.

    Returns
    -------
    trace : ForwardTrace
    backward : BackwardTrace

    Examples
    --------
    >>> trace, backward = passes()
    >>> print(trace.y_hat.round(4), backward.layers[0].dW.round(4).ravel())
    [[0.3208]] [-0.222 -0.296]
    """
    mlp = network()
    trace = mlp.forward(X)
    return trace, mlp.backward(trace, da=half_squared_error.gradient(y, trace.y_hat))


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    arrays = {"X": X, "y": y, "w": w, "b": b}
    given = {name: tuple(array.ravel().tolist()) for name, array in arrays.items()}
    return given | {"lr": (LR,), "sure_z": (SURE_Z,), "nudge": (NUDGE,)}


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``sigmoid_neuron.dW1_1``.
    """
    trace, backward = passes()
    y_hat, z = trace.y_hat, trace.layers[0].z
    after = stepped(trace.mlp, backward, LR)
    logistic = trace.mlp.backward(trace, dz=binary_cross_entropy.gradient_from_logits(y, z))
    return (
        product_numbers(PREFIX, trace, 0)
        | forward_numbers(PREFIX, trace, 0)
        | backward_numbers(PREFIX, trace.mlp, backward)
        | backward_numbers(f"{PREFIX}.logistic", trace.mlp, logistic)
        | parameter_numbers(f"{PREFIX}.new", after)
        | {
            f"{PREFIX}.loss": half_squared_error.value(y, y_hat),
            f"{PREFIX}.dy_hat": float((y_hat - y)[0, 0]),
            f"{PREFIX}.dx_1": float(backward.dX[0, 0]),
            f"{PREFIX}.dx_2": float(backward.dX[0, 1]),
            f"{PREFIX}.slope1": float(sigmoid.df(z)[0, 0]),
            f"{PREFIX}.new.y_hat": float(after.predict(X)[0, 0]),
            f"{PREFIX}.new.loss": half_squared_error.value(y, after.predict(X)),
        }
        | {f"{PREFIX}.sure.{name}": value for name, value in _sure().items()}
    )


def _sure() -> dict[str, float]:
    """Compare the two losses where the neuron is sure, and wrong."""
    z = np.array([[SURE_Z]])
    y_hat = sigmoid.f(z)
    dz = half_squared_error.gradient(y, y_hat) * sigmoid.df(z)
    logistic = binary_cross_entropy.gradient_from_logits(y, z)
    return {
        "y_hat": float(y_hat[0, 0]),
        "dz": float(dz[0, 0]),
        "logistic_dz": float(logistic[0, 0]),
        "ratio": float((logistic / dz)[0, 0]),
    }
