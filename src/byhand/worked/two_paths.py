"""One hidden unit that two outputs read: a derivative that is a sum over two paths."""

import numpy as np

from byhand._validate import frozen
from byhand.layers import Dense
from byhand.losses import half_squared_error
from byhand.mlp import MLP, BackwardTrace, ForwardTrace
from byhand.worked._forward import forward_numbers

X = frozen(np.array([[1.5]]))
"""One sample with one feature: (1, 1)."""

y = frozen(np.array([[1.0, 0.0]]))
"""What is right for each output: (1, 2)."""

W1 = frozen(np.array([[0.8]]))
"""The weight into unit U1: (1, 1)."""

b1 = frozen(np.array([-0.2]))
"""The bias of U1: (1,)."""

W2 = frozen(np.array([[1.2, 0.5]]))
"""The weights from U1 to U2 and U3: (1, 2)."""

b2 = frozen(np.array([-0.5, 0.3]))
"""The biases of U2 and U3: (2,)."""

PREFIX = "two_paths"
"""What its keys begin with."""


def network() -> MLP:
    """Build the 1-1-2 network of sigmoid units."""
    return MLP([Dense(W1, b1, "sigmoid"), Dense(W2, b2, "sigmoid")])


def passes() -> tuple[ForwardTrace, BackwardTrace]:
    """Pass the sample forward, and half the squared errors of both outputs back.

    Returns
    -------
    trace : ForwardTrace
    backward : BackwardTrace
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
    arrays = {"X": X, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return {name: tuple(array.ravel().tolist()) for name, array in arrays.items()}


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``two_paths.via_2``.
    """
    trace, backward = passes()
    named: dict[str, float | int] = {}
    named |= forward_numbers(PREFIX, trace, 0)
    hidden, output = backward.layers
    error, dz2 = (trace.y_hat - y)[0].tolist(), output.dz[0].tolist()
    for unit, weight in enumerate(W2[0].tolist(), start=1):
        named[f"{PREFIX}.dy_hat_{unit}"] = error[unit - 1]
        named[f"{PREFIX}.dz2_{unit}"] = dz2[unit - 1]
        named[f"{PREFIX}.via_{unit}"] = weight * dz2[unit - 1]
    return named | {
        f"{PREFIX}.da1": float(output.dX[0, 0]),
        f"{PREFIX}.slope1": float(trace.mlp.layers[0].activation.df(trace.layers[0].z)[0, 0]),
        f"{PREFIX}.dz1": float(hidden.dz[0, 0]),
        f"{PREFIX}.dW1_1": float(hidden.dW[0, 0]),
        f"{PREFIX}.loss": half_squared_error.value(y, trace.y_hat),
    }
