"""A 2-3-2-1 network with ReLU, tanh and sigmoid: a backward pass through three layers."""

import numpy as np

from byhand._validate import frozen
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP, BackwardTrace, ForwardTrace
from byhand.worked._backward import backward_numbers, stepped
from byhand.worked._forward import forward_numbers

X = frozen(np.array([[1.0, -0.5]]))
"""One sample with two features: (1, 2)."""

y = frozen(np.array([[0.0]]))
"""Its label: (1, 1)."""

W1 = frozen(np.array([[0.4, -0.6, 0.6], [0.2, 0.5, -0.4]]))
"""Weights of the first hidden layer: (2, 3)."""

b1 = frozen(np.array([0.1, 0.1, -0.2]))
"""Its biases: (3,)."""

W2 = frozen(np.array([[0.9, -0.7], [0.3, 0.4], [0.5, 0.8]]))
"""Weights of the second hidden layer: (3, 2)."""

b2 = frozen(np.array([0.1, -0.1]))
"""Its biases: (2,)."""

W3 = frozen(np.array([[0.8], [-1.2]]))
"""Weights of the output layer: (2, 1)."""

b3 = frozen(np.array([0.2]))
"""Its bias: (1,)."""

LR = 0.5
"""Learning rate of the one step."""

PREFIX = "two_three_two_one"
"""What its keys begin with."""


def network() -> MLP:
    """Build the network: ReLU, then tanh, then sigmoid."""
    return MLP([Dense(W1, b1, "relu"), Dense(W2, b2, "tanh"), Dense(W3, b3, "sigmoid")])


def passes() -> tuple[ForwardTrace, BackwardTrace]:
    """Pass the sample forward, and the binary cross-entropy back.

    Returns
    -------
    trace : ForwardTrace
    backward : BackwardTrace

    Examples
    --------
    >>> trace, backward = passes()
    >>> print(trace.layers[0].a.round(4), backward.layers[0].dz.round(4))
    [[0.4 0.  0.6]] [[ 0.8088 -0.     -0.4604]]
    """
    mlp = network()
    trace = mlp.forward(X)
    dz = binary_cross_entropy.gradient_from_logits(y, trace.layers[-1].z)
    return trace, mlp.backward(trace, dz=dz)


def _loss(mlp: MLP) -> float:
    return binary_cross_entropy.value(y, mlp.predict(X))


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    arrays = {"X": X, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}
    given = {name: tuple(array.ravel().tolist()) for name, array in arrays.items()}
    return given | {"lr": (LR,)}


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``two_three_two_one.dW1_1_3``.
    """
    trace, backward = passes()
    mlp = trace.mlp
    slopes = mlp.layers[1].activation.df(trace.layers[1].z)[0].tolist()  # of tanh
    return (
        forward_numbers(PREFIX, trace, 0)
        | backward_numbers(PREFIX, mlp, backward)
        | {f"{PREFIX}.slope2_{unit}": slope for unit, slope in enumerate(slopes, start=1)}
        | {
            f"{PREFIX}.loss": _loss(mlp),
            f"{PREFIX}.new.loss": _loss(stepped(mlp, backward, LR)),
        }
    )
