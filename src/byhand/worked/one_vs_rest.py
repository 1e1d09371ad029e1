"""Three classes in the plane, a step neuron for each: a layer whose neurons learn alone."""

import numpy as np

from byhand._validate import Array, frozen
from byhand.data import one_hot
from byhand.layers import Dense
from byhand.mlp import MLP
from byhand.perceptron import Learning, learn, step

X = frozen(
    np.array([[1, 1], [1, 2], [2, 1], [5, 1], [6, 1], [5, 2], [3, 5], [3, 6], [4, 5]], dtype=float)
)
"""Nine points, three of each class, at the corners of a triangle: (9, 2)."""

LABELS = (0, 0, 0, 1, 1, 1, 2, 2, 2)
"""The class of each point; the text counts classes from 1."""

ROW = frozen(
    np.array([[0, 0], [0, 1], [1, 0], [4, 0], [4, 1], [5, 0], [8, 0], [8, 1], [9, 0]], dtype=float)
)
"""Nine points of the same classes, with the second class between the two others: (9, 2)."""

EPOCHS = 100
"""Passes through the points, at most."""

PREFIX = "one_vs_rest"
"""What its keys begin with."""


def targets() -> Array:
    """Ask each neuron for 1 at its own class and 0 elsewhere: (9, 3)."""
    return one_hot(list(LABELS), 3)


def separate(points: Array = X) -> list[Learning]:
    """Let each neuron learn its class against the rest, knowing nothing of the others.

    Parameters
    ----------
    points : ndarray of float64, shape (9, 2)
        The points, in the order of the labels.

    Returns
    -------
    list of Learning
        One for each class.
    """
    y = targets()
    return [learn(points, y[:, [k]], epochs=EPOCHS) for k in range(y.shape[1])]


def layer() -> MLP:
    """Put the three neurons side by side, as one layer."""
    neurons = [result.neuron for result in separate()]
    W = np.hstack([neuron.W for neuron in neurons])  # (2, 3)
    return MLP([Dense(W, np.concatenate([neuron.b for neuron in neurons]), step)])


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    return {"X": tuple(X.ravel().tolist()), "ROW": tuple(ROW.ravel().tolist())}


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``one_vs_rest.W1_2_3``; all are whole.
    """
    named: dict[str, float | int] = {}
    (dense,) = layer().layers
    for (i, k), weight in np.ndenumerate(dense.W):
        named[f"{PREFIX}.W1_{i + 1}_{k + 1}"] = int(weight)
    for k, result in enumerate(separate(), start=1):
        named[f"{PREFIX}.b1_{k}"] = int(result.neuron.b[0])
        named[f"{PREFIX}.updates_{k}"] = len(result.updates)
    named[f"{PREFIX}.learned"] = sum(result.converged for result in separate())
    named[f"{PREFIX}.row.learned"] = sum(result.converged for result in separate(ROW))
    return named
