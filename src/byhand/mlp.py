"""The multilayer perceptron: dense layers in a row, and a record of each pass through them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from byhand import init as _init
from byhand._validate import Array, as_matrix, frozen, require_instance, shown
from byhand.activations import Activation
from byhand.layers import Dense, LayerBackward, LayerForward, backward_rule, forward_rule

Initialiser = Callable[[np.random.Generator, int, int], Array]
"""(rng, n_in, n_out) -> W of shape (n_in, n_out)."""


@dataclass(frozen=True, slots=True, eq=False)
class ForwardTrace:
    """Everything one forward pass computed.

    Parameters
    ----------
    mlp : MLP
        The network that computed it.
    X : ndarray of float64, shape (n, n_in)
        The data that went in, read-only.
    layers : tuple of LayerForward
        z and a of each layer, the first hidden layer first.

    Examples
    --------
    >>> mlp = MLP([Dense([[1]], [-5], "relu"), Dense([[10]], [1], "identity")])
    >>> trace = mlp.forward([[3]])
    >>> [(layer.z, layer.a) for layer in trace.layers]
    [(array([[-2.]]), array([[0.]])), (array([[1.]]), array([[1.]]))]
    >>> trace.y_hat
    array([[1.]])
    """

    mlp: "MLP"
    X: Array
    layers: tuple[LayerForward, ...]

    @property
    def y_hat(self) -> Array:
        """The network's output (n, n_out): the activations of the last layer."""
        return self.layers[-1].a

    @property
    def inputs(self) -> tuple[Array, ...]:
        """What each layer was fed: X, then the activations of the layer before."""
        return (self.X, *(layer.a for layer in self.layers[:-1]))


@dataclass(frozen=True, slots=True, eq=False)
class BackwardTrace:
    """Everything one backward pass computed.

    Parameters
    ----------
    layers : tuple of LayerBackward
        da, dz, dW, db of each layer, the first hidden layer first.

    Examples
    --------
    >>> mlp = MLP([Dense([[2]], [0], "relu"), Dense([[10]], [0], "identity")])
    >>> back = mlp.backward(mlp.forward([[3]]), da=[[1]])
    >>> [layer.dW for layer in back.layers], back.dX
    ([array([[30.]]), array([[6.]])], array([[20.]]))
    """

    layers: tuple[LayerBackward, ...]

    @property
    def dX(self) -> Array:  # noqa: N802 (the field's symbol)
        """Derivative of the loss with respect to the data, (n, n_in)."""
        return self.layers[0].dX


@dataclass(frozen=True, slots=True, eq=False, init=False)
class MLP:
    """A multilayer perceptron.

    Parameters
    ----------
    layers : sequence of Dense
        At least one layer; each takes as many inputs as the layer before has neurons.

    Raises
    ------
    ValueError
        If there is no layer, an entry is not a Dense, or two neighbours do not fit.

    Examples
    --------
    >>> hidden = Dense([[1, 2]], [0, -1], "relu")
    >>> output = Dense([[1], [-1]], [0], "identity")
    >>> MLP([hidden, output]).predict([[3]])
    array([[-2.]])
    """

    layers: tuple[Dense, ...]

    def __init__(self, layers: Sequence[Dense]) -> None:
        layers = tuple(layers)
        if not layers:
            raise ValueError("layers must hold at least one Dense; got none")
        for number, layer in enumerate(layers, start=1):
            require_instance(layer, Dense, f"layer {number}")
        for number, (before, layer) in enumerate(pairwise(layers), start=1):
            if layer.n_in != before.n_out:
                raise ValueError(
                    f"layer {number} has {before.n_out} neurons, so W of layer {number + 1} must "
                    f"be ({before.n_out}, n_out); got {shown(layer.W.shape)}"
                )
        object.__setattr__(self, "layers", layers)  # the record is frozen from here on

    @classmethod
    def from_sizes(
        cls,
        sizes: Sequence[int],
        activations: Sequence[str | Activation],
        rng: np.random.Generator,
        init: Initialiser = _init.xavier,
    ) -> Self:
        """Build a network with random weights and zero biases.

        Parameters
        ----------
        sizes : sequence of int
            n_in, then the number of neurons of each layer.
        activations : sequence of str or Activation
            One for each layer.
        rng : numpy.random.Generator
            Where the randomness comes from.
        init : callable
            (rng, n_in, n_out) -> W, as in :mod:`byhand.init`.

        Returns
        -------
        MLP

        Raises
        ------
        ValueError
            If there are not two sizes or more, the activations are not one fewer, or one of the
            sizes or activations is no good.

        Examples
        --------
        >>> mlp = MLP.from_sizes([2, 3, 1], ["relu", "sigmoid"], np.random.default_rng(0))
        >>> mlp.sizes, mlp.n_parameters
        ((2, 3, 1), 13)
        """
        if isinstance(activations, str) or not len(sizes) == len(activations) + 1 >= 2:
            raise ValueError(
                "sizes must be n_in and the neurons of each layer, activations one for each "
                f"layer; got sizes {sizes!r} and activations {activations!r}"
            )
        shapes = zip(pairwise(sizes), activations, strict=True)
        return cls([Dense(init(rng, i, o), np.zeros(o), name) for (i, o), name in shapes])

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return self.layers[0].n_in

    @property
    def n_out(self) -> int:
        """Number of outputs."""
        return self.layers[-1].n_out

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of inputs, then of neurons in each layer."""
        return (self.n_in, *(layer.n_out for layer in self.layers))

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return sum(layer.n_parameters for layer in self.layers)

    def forward(self, X: ArrayLike) -> ForwardTrace:
        """Pass a batch through the network and record every z and a.

        Parameters
        ----------
        X : array_like, shape (n, n_in)
            One row per sample; a single sample is (1, n_in).

        Returns
        -------
        ForwardTrace

        Raises
        ------
        ValueError
            If X is not a finite, non-empty (n, n_in).
        """
        X = frozen(as_matrix(X, "X", self.n_in))
        records: list[LayerForward] = []
        for layer in self.layers:
            records.append(forward_rule(layer, records[-1].a if records else X))
        return ForwardTrace(self, X, tuple(records))

    def predict(self, X: ArrayLike) -> Array:
        """Compute the output alone, y_hat (n, n_out); takes and raises what forward does."""
        return self.forward(X).y_hat

    def backward(
        self, trace: ForwardTrace, *, da: ArrayLike | None = None, dz: ArrayLike | None = None
    ) -> BackwardTrace:
        """Carry the derivative of the loss back to every weight: backpropagation.

        Parameters
        ----------
        trace : ForwardTrace
            This network's forward pass.
        da : array_like, shape (n, n_out)
            dL/dy_hat, as a loss's ``gradient`` gives it.
        dz : array_like, shape (n, n_out)
            dL/dz of the last layer, as ``gradient_from_logits`` gives it; either da or dz.

        Returns
        -------
        BackwardTrace

        Raises
        ------
        ValueError
            If the trace is another network's, both or neither of da and dz come, or it has the
            wrong shape or an entry that is not finite.

        References
        ----------
        Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating
        errors, equations 4 to 7.
        """
        if trace.mlp is not self:
            raise ValueError("trace must be a forward pass of this network; got another network's")
        *hidden, (last, X, forward) = zip(self.layers, trace.inputs, trace.layers, strict=True)
        records = [last.backward(X, forward, da=da, dz=dz)]
        for layer, X, forward in reversed(hidden):
            da = records[-1].dX  # what a layer was fed is what the layer before gave
            dz = layer.activation.backward(da, forward.z)
            records.append(backward_rule(layer, X, dz, da))
        return BackwardTrace(tuple(reversed(records)))
