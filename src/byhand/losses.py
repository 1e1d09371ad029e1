"""Losses: how wrong a prediction is, and the derivative beside it. Logarithms are natural: nats.

A loss of one sample adds up over its outputs (the mean squared error averages them), and the loss
of a batch is the mean over its samples. Every loss is also available from logits z, the
pre-activations of an output layer whose activation is the loss's ``link``.

At the ends of the scale the cross-entropies are what mathematics says they are: 0·ln 0 counts as
0, so a certain and right prediction costs nothing; a certain and wrong one costs infinity, and its
derivative is infinite too. Neither is clipped and neither warns. From logits, both stay finite.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import (
    Array,
    as_matrix,
    require_distributions,
    require_shape,
    require_unit_interval,
)

Rule = Callable[[Array, Array], Array]
"""y and y_hat (or z) in, losses or derivatives out."""

Check = Callable[[Array, str], None]
"""An array and its symbol in; raises ValueError where the array is out of range."""


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """One loss, from predictions and from logits.

    The methods check their input and take the mean over the batch. The fields are the bare rules
    of single samples, for float64 arrays of shape (n, k).

    Parameters
    ----------
    name : str
        The loss's name.
    link : str
        Name of the output activation that turns the logits z into y_hat.
    f : callable
        (y, y_hat) -> losses of the samples, (n,).
    df : callable
        (y, y_hat) -> derivative of each sample's loss with respect to its y_hat, (n, k).
    f_logits : callable
        (y, z) -> losses of the samples, (n,).
    df_logits : callable
        (y, z) -> derivative of each sample's loss with respect to its z, (n, k).
    check : callable, optional
        (array, symbol) -> None; raises ValueError where y or y_hat leaves the loss's range.

    Examples
    --------
    >>> mse.value([[1], [2]], [[1], [5]]), mse.per_sample([[1], [2]], [[1], [5]])
    (4.5, array([0., 9.]))
    >>> mse.gradient([[1], [2]], [[1], [5]])
    array([[0.],
           [3.]])
    """

    name: str
    link: str
    f: Rule
    df: Rule
    f_logits: Rule
    df_logits: Rule
    check: Check | None = None

    def value(self, y: ArrayLike, y_hat: ArrayLike) -> float:
        """Compute the mean loss of a batch.

        Parameters
        ----------
        y : array_like, shape (n, k)
            What is right.
        y_hat : array_like, shape (n, k)
            What was predicted.

        Returns
        -------
        float
            In nats for the cross-entropies, in squared units of y for the others.

        Raises
        ------
        ValueError
            If the shapes differ or are not (n, k), the batch is empty, an entry is not a finite
            real number, or y or y_hat leaves the loss's range.
        """
        return float(self.f(*self._predictions(y, y_hat)).mean())

    def gradient(self, y: ArrayLike, y_hat: ArrayLike) -> Array:
        """Compute the derivative of :meth:`value` with respect to y_hat, (n, k).

        Takes and raises what :meth:`value` does. The mean's 1/n is included.
        """
        y, y_hat = self._predictions(y, y_hat)
        return self.df(y, y_hat) / len(y)

    def per_sample(self, y: ArrayLike, y_hat: ArrayLike) -> Array:
        """Compute each sample's loss, (n,); takes and raises what :meth:`value` does."""
        return self.f(*self._predictions(y, y_hat))

    def value_from_logits(self, y: ArrayLike, z: ArrayLike) -> float:
        """Compute the mean loss of y_hat = link(z), stable for any finite z.

        Parameters
        ----------
        y : array_like, shape (n, k)
            What is right.
        z : array_like, shape (n, k)
            Pre-activations of the output layer.

        Returns
        -------
        float
            In the unit of :meth:`value`.

        Raises
        ------
        ValueError
            As :meth:`value`, except that z may be any finite number.
        """
        return float(self.f_logits(*self._logits(y, z)).mean())

    def gradient_from_logits(self, y: ArrayLike, z: ArrayLike) -> Array:
        """Compute the derivative of :meth:`value_from_logits` with respect to z, (n, k).

        Takes and raises what :meth:`value_from_logits` does. The mean's 1/n is included.
        """
        y, z = self._logits(y, z)
        return self.df_logits(y, z) / len(y)

    def _logits(self, y: ArrayLike, z: ArrayLike, symbol: str = "z") -> tuple[Array, Array]:
        y, z = as_matrix(y, "y", "k"), as_matrix(z, symbol, "k")
        require_shape(z, symbol, y.shape, "y")  # or NumPy would broadcast (n, 1) against (n,)
        if self.check is not None:
            self.check(y, "y")
        return y, z

    def _predictions(self, y: ArrayLike, y_hat: ArrayLike) -> tuple[Array, Array]:
        y, y_hat = self._logits(y, y_hat, "y_hat")
        if self.check is not None:
            self.check(y_hat, "y_hat")
        return y, y_hat


def _share(y: Array, term: Array) -> Array:
    """Multiply, with 0 times infinity counting as 0: what has no share in y costs nothing."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(y == 0.0, 0.0, y * term))


def _information(p: Array) -> Array:
    """Return -ln p in nats, infinite at p = 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(p))


def _information_not(p: Array) -> Array:
    """Return -ln(1 - p) in nats, exact also where 1 - p would round to 1."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log1p(-p))


def _reciprocal(p: Array) -> Array:
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1.0 / p)


def _mse(y: Array, y_hat: Array) -> Array:
    return np.asarray(np.add.reduce((y_hat - y) ** 2, axis=1) / y.shape[1])


def _mse_df(y: Array, y_hat: Array) -> Array:
    return np.asarray(2.0 * (y_hat - y) / y.shape[1])


def _half_squared_error(y: Array, y_hat: Array) -> Array:
    return np.asarray(0.5 * ((y_hat - y) ** 2).sum(axis=1))


def _half_squared_error_df(y: Array, y_hat: Array) -> Array:
    return y_hat - y


def _binary(y: Array, y_hat: Array) -> Array:
    terms = _share(y, _information(y_hat)) + _share(1.0 - y, _information_not(y_hat))  # (n, k)
    return np.asarray(terms.sum(axis=1))


def _binary_df(y: Array, y_hat: Array) -> Array:
    return _share(1.0 - y, _reciprocal(1.0 - y_hat)) - _share(y, _reciprocal(y_hat))


def _binary_logits(y: Array, z: Array) -> Array:
    # -ln sigmoid(z) = ln(1 + exp(-z)) = max(0, -z) + ln(1 + exp(-|z|)), without overflow at any z
    far = y * np.maximum(0.0, -z) + (1.0 - y) * np.maximum(0.0, z)
    return np.asarray((far + np.log1p(np.exp(-np.abs(z)))).sum(axis=1))


def _binary_logits_df(y: Array, z: Array) -> Array:
    # the sigmoid of z, less y
    return np.asarray(np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z))) - y)


def _categorical(y: Array, y_hat: Array) -> Array:
    return np.asarray(_share(y, _information(y_hat)).sum(axis=1))


def _categorical_df(y: Array, y_hat: Array) -> Array:
    return _share(-y, _reciprocal(y_hat))


def _log_softmax(z: Array) -> Array:
    with np.errstate(over="ignore"):  # a gap beyond the largest float is -inf
        shifted = z - z.max(axis=1, keepdims=True)  # (n, k), at most 0
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _categorical_logits(y: Array, z: Array) -> Array:
    return np.asarray(_share(y, -_log_softmax(z)).sum(axis=1))


def _categorical_logits_df(y: Array, z: Array) -> Array:
    return np.asarray(np.exp(_log_softmax(z)) - y)  # softmax(z) - y, as the rows of y sum to one


mse = Loss("mse", "identity", _mse, _mse_df, _mse, _mse_df)
"""Mean squared error: the mean over the outputs of (y_hat - y)²."""

half_squared_error = Loss(
    "half_squared_error",
    "identity",
    _half_squared_error,
    _half_squared_error_df,
    _half_squared_error,
    _half_squared_error_df,
)
"""Half the sum over the outputs of (y_hat - y)², whose derivative is y_hat - y."""

binary_cross_entropy = Loss(
    "binary_cross_entropy",
    "sigmoid",
    _binary,
    _binary_df,
    _binary_logits,
    _binary_logits_df,
    require_unit_interval,
)
"""-y ln y_hat - (1 - y) ln(1 - y_hat), in nats, summed over the outputs; y and y_hat in [0, 1]."""

categorical_cross_entropy = Loss(
    "categorical_cross_entropy",
    "softmax",
    _categorical,
    _categorical_df,
    _categorical_logits,
    _categorical_logits_df,
    require_distributions,
)
"""-y ln y_hat, in nats, summed over the classes; rows of y and y_hat are distributions."""
