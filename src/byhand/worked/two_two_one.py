"""A 2-2-1 network and one sample: forward, backward, one update, as a source's code has it."""

import numpy as np

from byhand._validate import frozen
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP, BackwardTrace, ForwardTrace
from byhand.worked._backward import backward_numbers, parameter_numbers, stepped
from byhand.worked._forward import forward_numbers

X = frozen(np.array([[1.0, 0.5]]))
"""One sample with two features: (1, 2)."""

y = frozen(np.array([[1.0]]))
"""Its label: (1, 1)."""

W1 = frozen(np.array([[0.3, 0.7], [0.5, -0.2]]))
"""Weights of the hidden layer: (2, 2)."""

b1 = frozen(np.array([0.1, -0.1]))
"""Biases of the hidden layer: (2,)."""

W2 = frozen(np.array([[0.6], [-0.4]]))
"""Weights of the output layer: (2, 1)."""

b2 = frozen(np.array([0.2]))
"""Bias of the output layer: (1,)."""

LR = 0.1
"""Learning rate of the one step."""

PREFIX = "two_two_one"
"""What its keys begin with."""


def network() -> MLP:
    """Build the network: a ReLU layer, then a sigmoid layer."""
    return MLP([Dense(W1, b1, "relu"), Dense(W2, b2, "sigmoid")])


def passes() -> tuple[ForwardTrace, BackwardTrace]:
    """Pass the sample forward, and the binary cross-entropy back.

    Returns
    -------
    trace : ForwardTrace
    backward : BackwardTrace

    Examples
    --------
    >>> trace, backward = passes()
    >>> print(trace.y_hat.round(4), backward.layers[1].dz.round(4))
    [[0.5963]] [[-0.4037]]
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
    arrays = {"X": X, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    given = {name: tuple(array.ravel().tolist()) for name, array in arrays.items()}
    return given | {"lr": (LR,)}


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``two_two_one.dW1_1_2``.
    """
    trace, backward = passes()
    mlp = trace.mlp
    after = stepped(mlp, backward, LR)
    weights_only = stepped(mlp, backward, LR, biases=False)
    return (
        forward_numbers(PREFIX, trace, 0)
        | backward_numbers(PREFIX, mlp, backward)
        | parameter_numbers(f"{PREFIX}.new", after)
        | {
            f"{PREFIX}.loss": _loss(mlp),
            f"{PREFIX}.new.loss": _loss(after),
            f"{PREFIX}.weights_only.loss": _loss(weights_only),
        }
    )
