"""A forward pass through 2-3-1: two inputs, three ReLU neurons, one sigmoid neuron, one sample."""

import numpy as np

from byhand._validate import frozen
from byhand.activations import Activation
from byhand.layers import Dense
from byhand.mlp import MLP, ForwardTrace
from byhand.worked._forward import forward_numbers, product_numbers

__all__ = ["W1", "W2", "X", "b1", "b2", "declared", "network", "numbers", "trace"]

X = frozen(np.array([[0.5, 0.8]]))
"""One sample: (1, 2)."""

W1 = frozen(np.array([[0.1, 0.3, -0.2], [0.4, -0.5, 0.6]]))
"""Weights of the hidden layer, a column per neuron: (2, 3)."""

b1 = frozen(np.array([0.1, -0.1, 0.2]))
"""Biases of the hidden layer: (3,)."""

W2 = frozen(np.array([[0.7], [-0.3], [0.5]]))
"""Weights of the output layer: (3, 1)."""

b2 = frozen(np.array([0.1]))
"""Bias of the output layer: (1,)."""


def network(hidden: str | Activation = "relu") -> MLP:
    """Build the network; document 4 would have sigmoids in its hidden layer.

    Parameters
    ----------
    hidden : str or Activation
        The hidden layer's activation.

    Returns
    -------
    MLP
    """
    return MLP([Dense(W1, b1, hidden), Dense(W2, b2, "sigmoid")])


def trace(hidden: str | Activation = "relu") -> ForwardTrace:
    """Pass the sample through the network.

    Returns
    -------
    ForwardTrace

    Examples
    --------
    >>> print(trace().y_hat.round(4))
    [[0.6724]]
    """
    return network(hidden).forward(X)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    arrays = {"X": X, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return {name: tuple(array.ravel().tolist()) for name, array in arrays.items()}


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``two_three_one.s1.z1_2``.
    """
    forward, smooth = trace(), forward_numbers("sigmoid", trace("sigmoid"), 0)
    parts: tuple[dict[str, float], ...] = (
        forward_numbers("s1", forward, 0),
        product_numbers("s1", forward, 0),
        {"s1.exp": float(np.exp(-forward.layers[-1].z[0, 0]))},
        {name: value for name, value in smooth.items() if ".z1" not in name},
        {"multiplications": W1.size + W2.size},
    )
    return {f"two_three_one.{name}": value for part in parts for name, value in part.items()}
