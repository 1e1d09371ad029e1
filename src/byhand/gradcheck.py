"""The gradient check: compare a derivative with central differences."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import Array, as_floats, require_shape

# The truncation error of a central difference grows with h², its rounding error with 1/h;
# the cube root of the machine epsilon balances the two, at about ten correct digits.
_STEP = float(np.cbrt(np.finfo(np.float64).eps))


def numerical_gradient(f: Callable[[Array], float], x: ArrayLike) -> Array:
    """Differentiate f at x by central differences, (f(x + h) - f(x - h)) / 2h, entry by entry.

    Parameters
    ----------
    f : callable
        x -> a number. It is called twice for each entry of x, with an array of x's shape.
    x : array_like
        Where to differentiate, any shape; keep a step away from kinks.

    Returns
    -------
    ndarray of float64, shape of x

    Raises
    ------
    ValueError
        If x holds something that is not a finite real number.

    Examples
    --------
    >>> numerical_gradient(lambda x: float(x[0] * x[1] ** 2), [2, 3]).round(6)
    array([ 9., 12.])
    """
    x = as_floats(x, "x")
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        h = _STEP * max(1.0, abs(float(x[place])))
        above[place] += h
        below[place] -= h
        width = above[place] - below[place]  # 2h as it came out after rounding
        gradient[place] = (f(above) - f(below)) / width
    return gradient


def check(f: Callable[[Array], float], x: ArrayLike, grad: ArrayLike) -> float:
    """Compare a derivative of f at x with central differences.

    Parameters
    ----------
    f : callable
        x -> a number, called with arrays of x's shape.
    x : array_like
        Where to compare, any shape.
    grad : array_like, shape of x
        The derivative to check.

    Returns
    -------
    float
        The largest error over the entries: relative for derivatives beyond 1, absolute below.
        A right derivative of a smooth f comes out near the tenth decimal.

    Raises
    ------
    ValueError
        If x or grad holds something that is not a finite real number, or their shapes differ.

    Examples
    --------
    >>> square = lambda x: float((x**2).sum())
    >>> check(square, [1, 2], [2, 4]) < 1e-8
    True
    >>> round(check(square, [1, 2], [2, -4]), 6)
    2.0
    """
    x, grad = as_floats(x, "x"), as_floats(grad, "grad")
    require_shape(grad, "grad", x.shape, "x")
    numerical = numerical_gradient(f, x)
    scale = np.maximum(1.0, np.maximum(np.abs(grad), np.abs(numerical)))
    return float(np.max(np.abs(grad - numerical) / scale, initial=0.0))
