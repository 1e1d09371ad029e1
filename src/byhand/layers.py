"""The dense layer: z = X @ W + b, a = f(z), and the way back."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from byhand import activations
from byhand._validate import Array, as_floats, as_matrix, frozen, require_shape, shown


@dataclass(frozen=True, slots=True, eq=False)
class LayerForward:
    """What one layer computed on the way forward.

    Parameters
    ----------
    z : ndarray of float64, shape (n, n_out)
        Pre-activations.
    a : ndarray of float64, shape (n, n_out)
        Activations, f(z).

    Examples
    --------
    >>> Dense([[1], [2]], [-20], "relu").forward([[3, 4]])
    LayerForward(z=array([[-9.]]), a=array([[0.]]))
    """

    z: Array
    a: Array


@dataclass(frozen=True, slots=True, eq=False)
class LayerBackward:
    """What one layer computed on the way back: derivatives of the loss L.

    Parameters
    ----------
    da : ndarray of float64, shape (n, n_out), or None
        dL/da; None in a layer that was handed dz (a loss from logits never forms da).
    dz : ndarray of float64, shape (n, n_out)
        dL/dz.
    dW : ndarray of float64, shape (n_in, n_out)
        dL/dW, summed over the samples.
    db : ndarray of float64, shape (n_out,)
        dL/db, summed over the samples.
    dX : ndarray of float64, shape (n, n_in)
        dL with respect to the layer's input: the da of the layer before.

    Examples
    --------
    >>> layer = Dense([[1], [2]], [0], "relu")
    >>> back = layer.backward([[3, 4]], layer.forward([[3, 4]]), da=[[10]])
    >>> back.dW.ravel(), back.db, back.dX
    (array([30., 40.]), array([10.]), array([[10., 20.]]))
    """

    da: Array | None
    dz: Array
    dW: Array
    db: Array
    dX: Array


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Dense:
    """A fully connected layer: a = f(X @ W + b).

    Parameters
    ----------
    W : array_like, shape (n_in, n_out)
        Weights: one column per neuron. Kept as a read-only float64 copy.
    b : array_like, shape (n_out,)
        Biases: one per neuron. Kept as a read-only float64 copy.
    activation : Activation or str
        The activation f, or its name.

    Raises
    ------
    ValueError
        If W or b has the wrong shape or an entry that is not a finite real number, or if the
        activation is unknown.

    Examples
    --------
    >>> layer = Dense([[1, -1], [2, -2]], [0, 1], "relu")
    >>> layer.forward([[3, 4]]).z
    array([[ 11., -10.]])
    >>> layer.forward([[3, 4]]).a
    array([[11.,  0.]])
    """

    W: Array
    b: Array
    activation: activations.Activation

    def __init__(
        self, W: ArrayLike, b: ArrayLike, activation: str | activations.Activation
    ) -> None:
        weights, biases = as_floats(W, "W"), as_floats(b, "b")
        if weights.ndim != 2 or weights.size == 0:
            raise ValueError(f"W must be (n_in, n_out); got {shown(weights.shape)}")
        n_out = weights.shape[1]
        if biases.shape != (n_out,):
            raise ValueError(
                f"W is {shown(weights.shape)} (n_in, n_out), so b must be ({n_out},); "
                f"got {shown(biases.shape)}"
            )
        object.__setattr__(self, "W", frozen(weights))  # the record is frozen from here on
        object.__setattr__(self, "b", frozen(biases))
        object.__setattr__(self, "activation", activations.get(activation))

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return int(self.W.shape[0])

    @property
    def n_out(self) -> int:
        """Number of neurons."""
        return int(self.W.shape[1])

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return int(self.W.size + self.b.size)

    def forward(self, X: ArrayLike) -> LayerForward:
        """Compute z = X @ W + b and a = f(z).

        Parameters
        ----------
        X : array_like, shape (n, n_in)
            The layer's input: the data, or the activations of the layer before.

        Returns
        -------
        LayerForward

        Raises
        ------
        ValueError
            If X is not a finite, non-empty (n, n_in).
        """
        return forward_rule(self, as_matrix(X, "X", self.n_in))

    def backward(
        self,
        X: ArrayLike,
        forward: LayerForward,
        *,
        da: ArrayLike | None = None,
        dz: ArrayLike | None = None,
    ) -> LayerBackward:
        """Carry dL/da (or dL/dz) back through the layer.

        Parameters
        ----------
        X : array_like, shape (n, n_in)
            The input that :meth:`forward` was given.
        forward : LayerForward
            What :meth:`forward` returned for it.
        da, dz : array_like, shape (n, n_out)
            Derivative of the loss with respect to a, or to z: exactly one of them.

        Returns
        -------
        LayerBackward

        Raises
        ------
        ValueError
            If both or neither of da and dz come, or one has the wrong shape or is not finite.
        """
        X = as_matrix(X, "X", self.n_in)
        require_shape(forward.z, "forward.z", (len(X), self.n_out), "X @ W")
        if da is not None and dz is None:
            da = _gradient(da, "da", forward.z)
            return backward_rule(self, X, self.activation.backward(da, forward.z), da)
        if dz is not None and da is None:
            return backward_rule(self, X, _gradient(dz, "dz", forward.z), None)
        came = "both" if da is not None else "neither"
        raise ValueError(f"backward needs exactly one of da and dz; got {came}")


def forward_rule(layer: Dense, X: Array) -> LayerForward:
    """Apply z = X @ W + b and a = f(z), unchecked: an MLP checks once, at its own border.

    Parameters
    ----------
    layer : Dense
        Whose W, b and f.
    X : ndarray of float64, shape (n, n_in)
        The layer's input.

    Returns
    -------
    LayerForward

    Examples
    --------
    >>> import numpy as np
    >>> forward_rule(Dense([[1], [2]], [0], "identity"), np.array([[3.0, 4.0]])).z
    array([[11.]])
    """
    z = X @ layer.W + layer.b  # (n, n_in) @ (n_in, n_out) + (n_out,)
    return LayerForward(z, layer.activation.f(z))


def backward_rule(layer: Dense, X: Array, dz: Array, da: Array | None) -> LayerBackward:
    """Differentiate z = X @ W + b, unchecked.

    Parameters
    ----------
    layer : Dense
        Whose W.
    X : ndarray of float64, shape (n, n_in)
        The layer's input.
    dz : ndarray of float64, shape (n, n_out)
        dL/dz.
    da : ndarray of float64, shape (n, n_out), or None
        What dz came from; recorded, not used.

    Returns
    -------
    LayerBackward

    Examples
    --------
    >>> import numpy as np
    >>> layer, X = Dense([[5]], [0], "identity"), np.array([[1.0], [2.0]])
    >>> back = backward_rule(layer, X, dz=np.array([[10.0], [100.0]]), da=None)
    >>> back.dW, back.db  # summed over the two samples
    (array([[210.]]), array([110.]))
    """
    dW = X.T @ dz  # (n_in, n) @ (n, n_out), which sums over the samples
    db = dz.sum(axis=0)  # (n_out,)
    dX = dz @ layer.W.T  # (n, n_out) @ (n_out, n_in)
    return LayerBackward(da, dz, dW, db, dX)


def _gradient(value: ArrayLike, symbol: str, z: Array) -> Array:
    gradient = as_floats(value, symbol)
    require_shape(gradient, symbol, z.shape, "the layer's z")
    return gradient
