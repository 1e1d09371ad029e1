"""The bias as one more weight: an input that is always 1 turns X @ W + b into one product.

``ones_first(X) @ fold(W, b)`` is ``X @ W + b``: the two forms are the same neuron.
"""

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import Array, as_floats, as_matrix, require_shape


def ones_first(X: ArrayLike) -> Array:
    """Put a column of ones before the inputs: each x becomes [1, x].

    Parameters
    ----------
    X : array_like, shape (n, n_in)
        One row per sample.

    Returns
    -------
    ndarray of float64, shape (n, 1 + n_in)

    Raises
    ------
    ValueError
        If X is not a finite, non-empty (n, n_in).

    Examples
    --------
    >>> ones_first([[5, 7]]) @ fold([[2], [3]], [-1])
    array([[30.]])
    """
    X = as_matrix(X, "X", "n_in")
    return np.column_stack([np.ones(len(X)), X])


def fold(W: ArrayLike, b: ArrayLike) -> Array:
    """Put the biases above the weights, as the weights of the input that is always 1.

    Parameters
    ----------
    W : array_like, shape (n_in, n_out)
        Weights.
    b : array_like, shape (n_out,)
        Biases.

    Returns
    -------
    ndarray of float64, shape (1 + n_in, n_out)
        The first row is b.

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not a finite real number.

    Examples
    --------
    >>> fold([[2], [3]], [-1])
    array([[-1.],
           [ 2.],
           [ 3.]])
    """
    W, b = as_matrix(W, "W", "n_out"), as_floats(b, "b")
    require_shape(b, "b", (W.shape[1],), "a column of W each")
    return np.vstack([b, W])


def unfold(folded: ArrayLike) -> tuple[Array, Array]:
    """Take folded weights apart again.

    Parameters
    ----------
    folded : array_like, shape (1 + n_in, n_out)
        As :func:`fold` returns them.

    Returns
    -------
    W : ndarray of float64, shape (n_in, n_out)
    b : ndarray of float64, shape (n_out,)

    Raises
    ------
    ValueError
        If there are not two rows or more, or an entry is not a finite real number.

    Examples
    --------
    >>> unfold([[-1], [2], [3]])
    (array([[2.],
           [3.]]), array([-1.]))
    """
    matrix = as_matrix(folded, "folded", "n_out")
    if len(matrix) < 2:
        raise ValueError(f"folded must be (1 + n_in, n_out); got {len(matrix)} row")
    return matrix[1:], matrix[0]
