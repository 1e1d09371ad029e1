"""Activations: what a neuron does to its pre-activation z, and the derivative beside it.

Each activation is one small record: a name, the rule ``f``, its derivative ``df``. The rules are
written so that no finite z overflows or loses its digits, however large it is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import Array, as_floats, shown

Rule = Callable[[Array], Array]
"""An array of z in, an array out."""


@dataclass(frozen=True, slots=True, eq=False)
class Activation:
    """One activation: a = f(z), and its derivative.

    Calling the record converts and checks z first; ``f`` and ``df`` are the bare rules, for
    float64 arrays, as a layer applies them.

    Parameters
    ----------
    name : str
        The name :func:`get` finds it by.
    f : callable
        z -> a, arrays of one shape, float64.
    df : callable
        z -> da/dz. Elementwise: an array of z's shape. Otherwise the Jacobian (n, k, k) of each
        row, with entry (s, i, j) the derivative of a[s, i] with respect to z[s, j].
    elementwise : bool
        Whether each a depends on its own z alone.

    Examples
    --------
    >>> relu([-2, 0, 3])
    array([0., 0., 3.])
    >>> relu.df(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    """

    name: str
    f: Rule
    df: Rule
    elementwise: bool = True

    def __call__(self, z: ArrayLike) -> Array:
        """Apply f to anything array-like.

        Parameters
        ----------
        z : array_like of real numbers
            Pre-activations of any shape; rows along the last axis for softmax.

        Returns
        -------
        ndarray of float64, shape of z
            The activations a.

        Raises
        ------
        ValueError
            If z holds something that is not a finite real number, or softmax gets a single number.
        """
        z = as_floats(z, "z")
        if not self.elementwise and (z.ndim == 0 or z.size == 0):
            raise ValueError(f"z must hold rows for {self.name}; got shape {shown(z.shape)}")
        return self.f(z)

    def backward(self, da: Array, z: Array) -> Array:
        """Carry dL/da back to dL/dz by the chain rule.

        Parameters
        ----------
        da : ndarray of float64, shape (n, k)
            Derivative of the loss with respect to a.
        z : ndarray of float64, shape (n, k)
            The forward pass's pre-activations.

        Returns
        -------
        ndarray of float64, shape (n, k)
            Derivative of the loss with respect to z.
        """
        if self.elementwise:
            return da * self.df(z)
        dz = da[:, None, :] @ self.df(z)  # (n, 1, k) @ (n, k, k): row by row
        return np.asarray(dz[:, 0, :])


def _identity(z: Array) -> Array:
    return np.positive(z)  # a new array: a never shares memory with z


def _identity_df(z: Array) -> Array:
    return np.ones_like(z)


def _sigmoid(z: Array) -> Array:
    # 1 / (1 + exp(-z)), and exp(z) / (exp(z) + 1) where z < 0: no exponent is above 0
    return np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))


def _sigmoid_df(z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return e / (1.0 + e) ** 2  # a (1 - a), without the cancellation in 1 - a


def _tanh(z: Array) -> Array:
    return np.tanh(z)


def _tanh_df(z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return (2.0 * e / (1.0 + e**2)) ** 2  # 1 - a², again without the cancellation


def _relu(z: Array) -> Array:
    return np.maximum(z, 0.0)


def _relu_df(z: Array) -> Array:
    return (z > 0.0).astype(np.float64)  # at the kink, z = 0, we take 0


def _softmax(z: Array) -> Array:
    with np.errstate(over="ignore"):  # a gap beyond the largest float is -inf, and exp makes it 0
        e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return np.asarray(e / np.sum(e, axis=-1, keepdims=True))


def _softmax_df(z: Array) -> Array:
    a = _softmax(z)  # (n, k)
    diagonal = a[..., :, None] * np.eye(a.shape[-1])  # (n, k, k)
    return diagonal - a[..., :, None] * a[..., None, :]


def leaky_relu_with(alpha: float) -> Activation:
    """Make a leaky ReLU, a = z where z > 0 and alpha·z elsewhere.

    Parameters
    ----------
    alpha : float
        Slope for z <= 0, the kink included.

    Returns
    -------
    Activation

    Raises
    ------
    ValueError
        If alpha is not a finite number.

    References
    ----------
    Maas, Hannun and Ng (2013), Rectifier nonlinearities improve neural network acoustic models.

    Examples
    --------
    >>> leaky_relu_with(0.5)([-2, 3])
    array([-1.,  3.])
    """
    slope = as_floats(alpha, "alpha")
    if slope.ndim:
        raise ValueError(f"alpha must be one number; got {alpha!r}")

    def f(z: Array) -> Array:
        return z * df(z)

    def df(z: Array) -> Array:
        return np.where(z > 0.0, 1.0, slope)

    return Activation("leaky_relu", f, df)


identity = Activation("identity", _identity, _identity_df)
"""a = z, slope 1: a linear neuron.

Examples
--------
>>> identity([-2, 3]), identity.df(np.array([-2.0, 3.0]))
(array([-2.,  3.]), array([1., 1.]))
"""

sigmoid = Activation("sigmoid", _sigmoid, _sigmoid_df)
"""a = 1 / (1 + exp(-z)), slope a (1 - a): from 0 to 1, a probability."""

tanh = Activation("tanh", _tanh, _tanh_df)
"""a = tanh z, slope 1 - a²: from -1 to 1, centred."""

relu = Activation("relu", _relu, _relu_df)
"""a = max(0, z), slope 1 where z > 0 and 0 elsewhere, z = 0 included."""

leaky_relu = leaky_relu_with(0.01)
"""a = z where z > 0 and a hundredth of z elsewhere.

Examples
--------
>>> leaky_relu([-200, 3])
array([-2.,  3.])
"""

softmax = Activation("softmax", _softmax, _softmax_df, elementwise=False)
"""a_i = exp(z_i) / sum over j of exp(z_j), along each row: a distribution over classes."""

_KNOWN = {rule.name: rule for rule in (identity, sigmoid, tanh, relu, leaky_relu, softmax)}


def get(activation: str | Activation) -> Activation:
    """Find an activation by its name; an Activation is returned as it is.

    Parameters
    ----------
    activation : str or Activation
        One of "identity", "sigmoid", "tanh", "relu", "leaky_relu", "softmax", or your own record.

    Returns
    -------
    Activation

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known ones.

    Examples
    --------
    >>> get("tanh") is tanh
    True
    """
    if isinstance(activation, Activation):
        return activation
    found = _KNOWN.get(str(activation))
    if found is None:
        known = ", ".join(_KNOWN)
        raise ValueError(f"activation must be an Activation or one of {known}; got {activation!r}")
    return found
