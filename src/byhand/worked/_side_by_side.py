"""Dense layers of many networks side by side, and one pass through all of them, there and back.

What :class:`byhand.worked.overfitting.Crowd` and :class:`byhand.worked.starts.Starts` share. Each
bias is one more row of its layer's weights, beside an input that is always 1: a product does the
sum as well, and one array holds all that training changes.
"""

from collections.abc import Callable, Sequence

import numpy as np

from byhand._validate import Array
from byhand.fast import flat_views


class Layers:
    """Parameters of m networks of one shape.

    Parameters
    ----------
    W : sequence of ndarray of float64, shape (m, n_in, n_out)
        Weights by layer.
    b : sequence of ndarray of float64, shape (m, 1, n_out)
        Biases by layer.

    Attributes
    ----------
    flat : ndarray of float64, one-dimensional
        All parameters; what changes there changes in W and b.
    W, b : tuple of ndarray
        As they came, views of ``flat``: to change a network, write into them.

    Examples
    --------
    >>> layers = Layers([np.ones((3, 2, 1))], [np.zeros((3, 1, 1))])
    >>> layers.flat += 1
    >>> layers.W[0].ravel(), layers.b[0].ravel()
    (array([2., 2., 2., 2., 2., 2.]), array([1., 1., 1.]))
    """

    def __init__(self, W: Sequence[Array], b: Sequence[Array]) -> None:
        rows = [np.concatenate(pair, axis=1) for pair in zip(W, b, strict=True)]
        self.flat, self.V = flat_views(rows)  # of each layer (m, n_in + 1, n_out)
        self.W = tuple(V[:, :-1] for V in self.V)
        self.b = tuple(V[:, -1:] for V in self.V)


class Pass:
    """One forward and backward pass after another over the same data, in the same memory.

    Parameters
    ----------
    layers : Layers
        The networks.
    X : ndarray of float64, shape (m, n, n_in) or (n, n_in)
        Data, for each network its own or the same for all.
    f : callable
        The hidden layers' activation, z -> a; it may leave what it likes in z.
    slope : callable
        What f has left in z -> da/dz.
    """

    def __init__(
        self, layers: Layers, X: Array, f: Callable[[Array], Array], slope: Callable[[Array], Array]
    ) -> None:
        self.layers, self.f, self.slope = layers, f, slope
        shapes = [(len(V), X.shape[-2], V.shape[-1]) for V in layers.V]
        self.inputs = [with_ones(X)] + [with_ones(np.empty(shape)) for shape in shapes[:-1]]
        self.z, self.da = ([np.empty(shape) for shape in shapes[:-1]] for _ in range(2))
        self.gradient, self.dV = flat_views(layers.V)
        self.dW = [dV[:, :-1] for dV in self.dV]

    def forward(self, masks: Sequence[Array] | None = None) -> Array:
        """Compute the last pre-activations (m, n, n_out); masks multiply the hidden activations."""
        self.masks = masks
        for layer, z in enumerate(self.z):
            np.matmul(self.inputs[layer], self.layers.V[layer], out=z)
            mask = 1.0 if masks is None else masks[layer]
            np.multiply(self.f(z), mask, out=self.inputs[layer + 1][..., :-1])
        return np.asarray(self.inputs[-1] @ self.layers.V[-1])

    def backward(self, dz: Array) -> Array:
        """Turn dL/dz of the last layer into the gradient, laid out as ``layers.flat`` is."""
        for layer in reversed(range(len(self.dV))):
            np.matmul(self.inputs[layer].swapaxes(-1, -2), dz, out=self.dV[layer])
            if layer:
                before = self.da[layer - 1]
                times(dz, self.layers.W[layer].swapaxes(-1, -2), out=before)
                before *= self.slope(self.z[layer - 1])
                if self.masks is not None:
                    before *= self.masks[layer - 1]
                dz = before
        return self.gradient


def with_ones(X: Array) -> Array:
    """Append an input that is always 1, (..., n, n_in + 1)."""
    return np.concatenate([X, np.ones((*X.shape[:-1], 1))], axis=-1)


def times(A: Array, B: Array, out: Array | None = None) -> Array:
    """Multiply stacks of matrices; where one number meets one number, NumPy's ``*`` is faster."""
    by = np.multiply if A.shape[-1] == 1 else np.matmul
    return np.asarray(by(A, B, out=out))
