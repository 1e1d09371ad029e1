"""How many mistakes the perceptron rule can make at most, and how many it makes, on two gates."""

from itertools import permutations

import numpy as np

from byhand._validate import Array
from byhand.data import gate
from byhand.perceptron import learn

SEPARATORS = {"and": (-3.0, 2.0, 2.0), "or": (-1.0, 2.0, 2.0)}
"""Bias and weights of the neuron with the widest margin, scaled so that it asks for 1."""

EPOCHS = 100
"""Passes through the four samples, at most; never needed."""


def rows(name: str) -> Array:
    """Write each sample as (1, x1, x2), all signs changed where the answer is 0: (4, 3)."""
    X, y = gate(name)
    return np.asarray(np.column_stack([np.ones(4), X]) * np.where(y == 1.0, 1.0, -1.0))


def bound(name: str) -> float:
    """Compute Novikoff's bound, the longest row over the margin, squared.

    Parameters
    ----------
    name : str
        "and" or "or".

    Returns
    -------
    float
        No order of the samples makes the rule err more often than that.

    References
    ----------
    Novikoff (1962), On convergence proofs for perceptrons.

    Examples
    --------
    >>> bound("or")
    27.0
    """
    separator, signed = np.array(SEPARATORS[name]), rows(name)
    margin = float((signed @ separator).min())  # 1, by the choice of scale
    return float((signed**2).sum(axis=1).max() * (separator**2).sum() / margin**2)


def updates(name: str) -> list[int]:
    """Count the updates for each of the 24 orders in which the four samples may come."""
    X, y = gate(name)
    orders = (list(order) for order in permutations(range(4)))
    return [len(learn(X[order], y[order], epochs=EPOCHS).updates) for order in orders]


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol.
    """
    return dict(SEPARATORS)


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``margins.and.bound``; all are whole.
    """
    named: dict[str, float | int] = {}
    for name in SEPARATORS:
        counts = updates(name)
        named[f"margins.{name}.bound"] = bound(name)
        named[f"margins.{name}.fewest"] = min(counts)
        named[f"margins.{name}.most"] = max(counts)
    return named
