"""Initial weights: random matrices whose spread suits the layer. The generator is always yours."""

import numpy as np

from byhand._validate import Array, as_number, require_count, require_instance


def normal(rng: np.random.Generator, n_in: int, n_out: int, scale: float = 1.0) -> Array:
    """Draw weights from a normal distribution with mean zero.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the randomness comes from.
    n_in, n_out : int
        Inputs and neurons of the layer.
    scale : float
        Standard deviation of a weight, at least zero.

    Returns
    -------
    ndarray of float64, shape (n_in, n_out)

    Raises
    ------
    ValueError
        If rng is not a Generator, a size is not a whole number of at least one, or scale is
        negative or not finite.

    Examples
    --------
    >>> W = normal(np.random.default_rng(0), 200, 100, scale=0.5)
    >>> W.shape, round(float(W.std()), 2)
    ((200, 100), 0.5)
    """
    require_instance(rng, np.random.Generator, "rng")
    shape = require_count(n_in, "n_in"), require_count(n_out, "n_out")
    deviation = as_number(scale, "scale", "of at least 0", lambda number: number >= 0.0)
    return rng.normal(0.0, deviation, size=shape)


def xavier(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Draw weights with variance 2 / (n_in + n_out), for tanh and sigmoid layers.

    The variance is a compromise: 1 / n_in keeps the spread of the activations on the way
    forward, 1 / n_out that of the gradients on the way back.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the randomness comes from.
    n_in, n_out : int
        Inputs and neurons of the layer.

    Returns
    -------
    ndarray of float64, shape (n_in, n_out)

    Raises
    ------
    ValueError
        If rng is not a Generator or a size is not a whole number of at least one.

    References
    ----------
    Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural
    networks, equation 12. Their equation 16 draws the same variance uniformly; we draw normally.

    Examples
    --------
    >>> W = xavier(np.random.default_rng(0), 30, 20)
    >>> round(float(W.var() * (30 + 20)), 1)
    2.0
    """
    total = require_count(n_in, "n_in") + require_count(n_out, "n_out")
    return normal(rng, n_in, n_out, scale=float(np.sqrt(2.0 / total)))


def he(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Draw weights with variance 2 / n_in, for ReLU layers.

    A ReLU silences half of a symmetric z, so the variance is twice what a linear layer needs.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the randomness comes from.
    n_in, n_out : int
        Inputs and neurons of the layer.

    Returns
    -------
    ndarray of float64, shape (n_in, n_out)

    Raises
    ------
    ValueError
        If rng is not a Generator or a size is not a whole number of at least one.

    References
    ----------
    He, Zhang, Ren and Sun (2015), Delving deep into rectifiers, equation 10.

    Examples
    --------
    >>> W = he(np.random.default_rng(0), 50, 40)
    >>> round(float(W.var() * 50), 1)
    2.0
    """
    return normal(rng, n_in, n_out, scale=float(np.sqrt(2.0 / require_count(n_in, "n_in"))))
