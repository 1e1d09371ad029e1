"""The churn example: what is given, and the network it makes."""

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import frozen
from byhand.layers import Dense
from byhand.mlp import MLP, ForwardTrace

X = frozen(np.array([[0.5, 0.1], [0.9, 0.8], [0.2, 0.3], [0.7, 0.6], [0.4, 0.2]]))
"""Tenure and monthly charges of five customers, both scaled to [0, 1]: (5, 2)."""

y = frozen(np.array([[0.0], [1.0], [0.0], [1.0], [0.0]]))
"""1 for a customer who left: (5, 1)."""

W1 = frozen(np.array([[0.5, 0.3], [-0.2, 0.8]]))
"""Weights of the hidden layer, a column per neuron: (2, 2). The source stores them by row."""

b1 = frozen(np.array([0.1, -0.1]))
"""Biases of the hidden layer: (2,)."""

W2 = frozen(np.array([[0.6], [-0.4]]))
"""Weights of the output layer: (2, 1)."""

b2 = frozen(np.array([0.0]))
"""Bias of the output layer: (1,)."""

THRESHOLD = 0.5
"""At and above it we call a customer a churner."""

CONSTANT = 0.5
"""The prediction of somebody who knows nothing."""

EPSILON = 1e-8
"""What the source's code adds inside its logarithms."""

LR = 0.1
"""Learning rate of the one step that the source sets up."""

RAISED_W2_1 = 0.8
"""An exercise: the first output weight, raised."""

SHUT_b1 = frozen(np.array([-1.0, -1.0]))
"""An exercise: biases that shut both hidden neurons for every customer."""


def network(
    *, W1: ArrayLike = W1, b1: ArrayLike = b1, W2: ArrayLike = W2, b2: ArrayLike = b2
) -> MLP:
    """Build the 2-2-1 network: a ReLU layer, then a sigmoid layer.

    Parameters
    ----------
    W1, b1, W2, b2 : array_like, shapes (2, 2), (2,), (2, 1), (1,)
        The example's own values, unless you pass others to see what changes.

    Returns
    -------
    MLP

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not a finite real number.
    """
    return MLP([Dense(W1, b1, "relu"), Dense(W2, b2, "sigmoid")])


def trace() -> ForwardTrace:
    """Pass all five customers through the network.

    Returns
    -------
    ForwardTrace

    Examples
    --------
    >>> print(trace().y_hat.round(3).ravel())
    [0.536 0.478 0.501 0.491 0.521]
    """
    return network().forward(X)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    arrays = {"X": X, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    given = {name: tuple(array.ravel().tolist()) for name, array in arrays.items()}
    return given | {
        "threshold": (THRESHOLD,),
        "constant": (CONSTANT,),
        "epsilon": (EPSILON,),
        "lr": (LR,),
        "raised_W2_1": (RAISED_W2_1,),
        "shut_b1": tuple(SHUT_b1.tolist()),
    }
