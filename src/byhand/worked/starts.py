"""One network from many starts, trained side by side: what training finds, and how often.

A theorem may promise weights; it says nothing about finding them. One run proves little either way,
so here every array has one more axis, in front, with a start in each place.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import numpy as np

from byhand._validate import Array
from byhand.activations import Activation, get
from byhand.layers import Dense
from byhand.losses import Loss
from byhand.mlp import MLP
from byhand.optim import Adam, Optimiser
from byhand.worked._side_by_side import Layers, Pass, times


class Starts:
    """Networks of one shape from many starts, trained side by side on the same data.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the starts.
    sizes : sequence of int
        Units by layer, from the inputs on; the last layer is linear.
    m : int
        Number of starts.
    activation : str or Activation
        Of all hidden layers.
    spread : float
        Scale of the first layer's weights and biases. Later layers start with biases 0 and weights
        of variance 2/n_in with ReLU (He's rule), 1/n_in otherwise.

    Examples
    --------
    >>> starts = Starts(np.random.default_rng(0), [1, 20, 1], m=12)
    >>> X = np.linspace(0, 1, 5)[:, None]
    >>> starts.train(X, X, epochs=2).predict(X).shape
    (12, 5, 1)
    """

    def __init__(
        self,
        rng: np.random.Generator,
        sizes: Sequence[int],
        m: int,
        activation: str | Activation = "relu",
        spread: float = 3.0,
    ) -> None:
        self.activation = get(activation)
        W: list[Array] = []
        b: list[Array] = []
        for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
            gain = 2.0 if self.activation.name == "relu" else 1.0
            scale = sqrt(gain / n_in) if layer else spread
            width = 0.0 if layer else spread
            W.append(rng.normal(0.0, scale, (m, n_in, n_out)))
            b.append(rng.uniform(-width, width, (m, 1, n_out)))
        self._layers = Layers(W, b)
        self.W, self.b = self._layers.W, self._layers.b

    def predict(self, X: Array) -> Array:
        """Compute all outputs, (m, n, 1), for X (n, n_in)."""
        for W, b in zip(self.W[:-1], self.b[:-1], strict=True):
            z = times(X, W)
            z += b
            X = self.activation.f(z)
        return np.asarray(times(X, self.W[-1]) + self.b[-1])

    def network(self, i: int) -> MLP:
        """Take the network at place i out of the crowd."""
        kinds = [self.activation] * (len(self.W) - 1) + [get("identity")]
        rows = zip(self.W, self.b, kinds, strict=True)
        return MLP([Dense(W[i], b[i, 0], kind) for W, b, kind in rows])

    def train(self, X: Array, y: Array, epochs: int, lr: float = 0.03) -> "Starts":
        """Train by Adam on the mean squared error, all samples at once.

        Parameters
        ----------
        X, y : ndarray of float64, shapes (n, n_in) and (n, 1)
            The same for all starts; or (m, n, n_in) and (m, n, 1), for each its own.
        epochs : int
            Updates.
        lr : float
            Learning rate.

        Returns
        -------
        Starts
            This object, trained.
        """
        passes = Pass(self._layers, X, self.activation.f, self.activation.df)
        adam = Adam(lr)
        for _ in range(epochs):
            dz = passes.forward() - y
            dz *= 2.0 / y.shape[-2]
            adam.step([self._layers.flat], [passes.backward(dz)])
        return self


def largest_error(starts: Starts, X: Array, y: Array) -> Array:
    """Measure each network's largest error at the given places, (m,).

    Examples
    --------
    >>> X = np.ones((5, 1))
    >>> starts = Starts(np.random.default_rng(0), [1, 1], m=3, spread=0)
    >>> largest_error(starts, X, 2.0 * X)
    array([2., 2., 2.])
    """
    return np.asarray(np.abs(starts.predict(X) - y).max(axis=(-2, -1)))


def loss_curves(
    networks: Sequence[MLP], X: Array, y: Array, loss: Loss, optimiser: Optimiser, epochs: int
) -> Array:
    """Train networks of one shape side by side, and keep the loss of each before each update.

    Each goes the way that :class:`byhand.train.Training` would take with it alone, all samples at
    once.

    Parameters
    ----------
    networks : sequence of MLP
        Where they start; they stay as they are. All hidden layers have one activation, which works
        element by element; the output's is the link of the loss.
    X, y : ndarray of float64, shapes (n, n_in) and (n, n_out)
        The same for all; or (m, n, n_in) and (m, n, n_out), for each its own.
    loss : Loss
        What to make small.
    optimiser : Optimiser
        A fresh one, which steps all of them; it must treat each parameter apart.
    epochs : int
        Updates.

    Returns
    -------
    ndarray of float64, shape (m, epochs)

    Examples
    --------
    >>> from byhand.losses import mse
    >>> from byhand.optim import GradientDescent
    >>> X, y = np.array([[2.0]]), np.array([[3.0]])
    >>> lines = [MLP([Dense([[w]], [0], "identity")]) for w in (1, 2)]
    >>> loss_curves(lines, X, y, mse, GradientDescent(0.1), epochs=2)
    array([[1., 0.],
           [1., 0.]])
    """
    rows = zip(*(network.layers for network in networks), strict=True)
    W, b = zip(*(([d.W for d in row], [[d.b] for d in row]) for row in rows), strict=True)
    layers = Layers([np.stack(w) for w in W], [np.array(bias) for bias in b])
    hidden = networks[0].layers[0].activation
    passes = Pass(layers, X, hidden.f, hidden.df)
    shape, measured = (len(networks), *y.shape[-2:]), np.empty((epochs, len(networks)))
    Y = np.broadcast_to(y, shape).reshape(-1, y.shape[-1])
    for epoch in range(epochs):
        z = passes.forward().reshape(Y.shape)
        measured[epoch] = loss.f_logits(Y, z).reshape(shape[:2]).mean(axis=1)
        dz = loss.df_logits(Y, z).reshape(shape)
        dz /= y.shape[-2]
        optimiser.step([layers.flat], [passes.backward(dz)])
    return measured.T
