"""Remedies for training that goes wrong: batch normalisation, dropout, L2, residual connections.

A :class:`Stack` is a network of such parts. Every part has two things: ``arrays``, which training
changes in place, and ``forward``, which returns its output together with a function for the way
back. (The other remedies live where they belong: He and Xavier in :mod:`byhand.init`, clipping in
:mod:`byhand.optim`.)
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from byhand import activations
from byhand._validate import (
    Array,
    as_matrix,
    as_number,
    require_count,
    require_instance,
    require_shape,
)
from byhand.activations import Activation
from byhand.layers import Dense

Back = Callable[[Array], tuple[Array, list[Array]]]
"""dL/d(output) in; dL/d(input) and the gradient of each of the part's arrays out."""


class Part(Protocol):
    """One part of a stack.

    Examples
    --------
    >>> class Scale:  # a part of your own: X times one number that is learned
    ...     def __init__(self, factor):
    ...         self.arrays = [np.array([factor])]
    ...
    ...     def forward(self, X, *, training):
    ...         (s,) = self.arrays
    ...         return s * X, lambda da: (s * da, [np.array([(da * X).sum()])])
    >>> Stack([Scale(10.0), Dense([[1]], [5], "identity")], "identity").predict([[3]])
    array([[35.]])
    """

    @property
    def arrays(self) -> list[Array]:
        """What training changes, in place."""

    def forward(self, X: Array, *, training: bool) -> tuple[Array, Back]:
        """Compute the output (n, n_out) for X (n, n_in), and the function that goes back."""


class BatchNorm:
    """Batch normalisation: z_hat = (z - mean) / √(variance + epsilon), then gamma·z_hat + beta.

    In training, mean and variance are those of the batch, for each feature; running means of both
    are kept, and inference uses those, so that a sample's output does not depend on its company.
    It stands between X @ W + b and the activation.

    ``arrays`` are gamma, beta, and the running mean and variance: the last two are measured, not
    learned, and the training loss does not depend on them, so their gradient is 0.

    Parameters
    ----------
    k : int
        Number of features.
    momentum : float
        Share of the running means that a batch leaves, in [0, 1).
    epsilon : float
        Keeps the quotient finite where a feature is constant; above 0.

    Raises
    ------
    ValueError
        If a number leaves its range; and in training, if a batch has one sample.

    References
    ----------
    Ioffe and Szegedy (2015), Batch normalization, algorithms 1 and 2 (which divide the variance
    by n - 1 for the running mean, and by n in the batch).

    Examples
    --------
    >>> part = BatchNorm(1)
    >>> part.forward(np.array([[1.0], [5.0]]), training=True)[0].round(4)
    array([[-1.],
           [ 1.]])
    >>> part.arrays[2]  # the running mean: a tenth of the way to 3
    array([0.3])
    """

    def __init__(self, k: int, momentum: float = 0.9, epsilon: float = 1e-5) -> None:
        k = require_count(k, "k")
        self.momentum = as_number(momentum, "momentum", "in [0, 1)", lambda m: 0.0 <= m < 1.0)
        self.epsilon = as_number(epsilon, "epsilon", "above 0", lambda e: e > 0.0)
        self.arrays = [np.ones(k), np.zeros(k), np.zeros(k), np.ones(k)]

    def forward(self, X: Array, *, training: bool) -> tuple[Array, Back]:
        """Normalise the features of X (n, k), by the batch or by the running means."""
        gamma, beta, running_mean, running_variance = self.arrays
        require_shape(X[0], "a row of X", gamma.shape, "gamma")
        centred, variance = (
            self._measured(X, running_mean, running_variance)
            if training
            else (X - running_mean, running_variance)
        )
        scale = np.sqrt(variance + self.epsilon)  # (k,)
        z_hat = centred / scale

        def back(da: Array) -> tuple[Array, list[Array]]:
            dgamma, dbeta = np.add.reduce(da * z_hat, axis=0), np.add.reduce(da, axis=0)
            if training:  # mean and variance depend on every sample of the batch
                da = da - dbeta / len(X) - z_hat * (dgamma / len(X))
            measured = np.zeros(len(gamma))
            return da * (gamma / scale), [dgamma, dbeta, measured, measured]

        return gamma * z_hat + beta, back

    def _measured(self, X: Array, *running: Array) -> tuple[Array, Array]:
        n = len(X)
        if n < 2:
            raise ValueError("a batch of 1 has no variance: batch normalisation needs 2 or more")
        mean = np.add.reduce(X, axis=0) / n
        centred = X - mean
        variance = np.add.reduce(centred**2, axis=0) / n
        for kept, new in zip(running, (mean, variance * n / (n - 1)), strict=True):
            kept *= self.momentum
            kept += (1.0 - self.momentum) * new
        return centred, variance


class Dropout:
    """Dropout: in training, each value becomes 0 with probability `rate`.

    The others grow by 1 / (1 - rate), which leaves the mean as it is, so that nothing is to be
    done at inference.

    Parameters
    ----------
    rate : float
        Probability, in [0, 1).
    rng : numpy.random.Generator
        Where the randomness comes from.

    Raises
    ------
    ValueError
        If rate is not in [0, 1) or rng is not a Generator.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), Dropout: a simple way to
    prevent neural networks from overfitting (which scales at inference instead).

    Examples
    --------
    >>> part = Dropout(0.5, np.random.default_rng(0))
    >>> part.forward(np.ones((1, 6)), training=True)[0]
    array([[2., 0., 0., 0., 2., 2.]])
    >>> part.forward(np.ones((1, 6)), training=False)[0]
    array([[1., 1., 1., 1., 1., 1.]])
    """

    def __init__(self, rate: float, rng: np.random.Generator) -> None:
        require_instance(rng, np.random.Generator, "rng")
        self.rate = as_number(rate, "rate", "in [0, 1)", lambda r: 0.0 <= r < 1.0)
        self.rng = rng
        self.arrays: list[Array] = []

    def forward(self, X: Array, *, training: bool) -> tuple[Array, Back]:
        """Silence values of X (n, k) in training; return X as it is otherwise."""
        kept = self.rng.random(X.shape) >= self.rate if training else np.ones(X.shape)
        mask = kept / (1.0 - self.rate) if training else kept
        return X * mask, lambda da: (da * mask, [])


class _Affine:
    """X @ W + b, with arrays of its own."""

    def __init__(self, layer: Dense) -> None:
        self.arrays = [layer.W.copy(), layer.b.copy()]

    def forward(self, X: Array, *, training: bool) -> tuple[Array, Back]:  # noqa: ARG002
        W, b = self.arrays
        z = X.dot(W)
        z += b
        return z, lambda dz: (dz.dot(W.T), [X.T.dot(dz), np.add.reduce(dz, axis=0)])


class _Activate:
    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self.arrays: list[Array] = []

    def forward(self, X: Array, *, training: bool) -> tuple[Array, Back]:  # noqa: ARG002
        return self.activation.f(X), lambda da: (self.activation.backward(da, X), [])


class _Chain:
    """Parts one after the other; a Dense counts as two, its product and its activation."""

    def __init__(self, parts: Sequence[Part | Dense | Activation]) -> None:
        self.parts: list[Part] = []
        for part in parts:
            if isinstance(part, Dense):
                self.parts.append(_Affine(part))
                if part.activation is not activations.identity:
                    self.parts.append(_Activate(part.activation))
            elif isinstance(part, Activation):
                self.parts.append(_Activate(part))
            else:
                self.parts.append(part)
        if not self.parts:
            raise ValueError("parts must hold at least one part; got none")

    @property
    def arrays(self) -> list[Array]:
        """What training changes, part after part."""
        return [array for part in self.parts for array in part.arrays]

    def share(self, arrays: Sequence[Array]) -> bool:
        """Let the parts use the memory of these arrays, which hold what theirs do.

        Returns
        -------
        bool
            False, with nothing changed, where a part is not of this module, for it may hold on to
            its own, or stands in two places.
        """
        own = [part for part in _leaves(self) if part.arrays]
        if {type(part) for part in own} - {_Affine, BatchNorm} or len(set(own)) < len(own):
            return False
        left = iter(arrays)
        for part in own:
            part.arrays[:] = [next(left) for _ in part.arrays]
        return True

    def forward(self, X: Array, *, training: bool) -> tuple[Array, Back]:
        """Pass X (n, n_in) through all parts."""
        backs: list[Back] = []
        for part in self.parts:
            X, back = part.forward(X, training=training)
            backs.append(back)

        def chained(da: Array) -> tuple[Array, list[Array]]:
            gradients: list[Array] = []
            for back in reversed(backs):
                da, own = back(da)
                gradients = own + gradients
            return da, gradients

        return X, chained


def _leaves(chain: _Chain) -> Iterator[Part]:
    for part in chain.parts:
        if isinstance(part, _Chain):
            yield from _leaves(part)
        else:
            yield part


class Residual(_Chain):
    """A residual connection around some parts: X + parts(X).

    Whatever the parts do, dL/dX keeps a share that came straight through the sum.

    Parameters
    ----------
    parts : sequence of Part, Dense or Activation
        What stands beside the connection; output and input must have one shape.

    Raises
    ------
    ValueError
        If there is no part; on the way forward, if the output's shape is not the input's.

    References
    ----------
    He, Zhang, Ren and Sun (2016), Deep residual learning for image recognition, equation 1.

    Examples
    --------
    >>> part = Residual([Dense([[10]], [1], "identity")])
    >>> part.forward(np.array([[2.0]]), training=True)[0]
    array([[23.]])
    """

    def forward(self, X: Array, *, training: bool) -> tuple[Array, Back]:
        """Compute X + parts(X), (n, k)."""
        inner, back = super().forward(X, training=training)
        require_shape(inner, "the output of a residual's parts", X.shape, "their input")

        def straight(da: Array) -> tuple[Array, list[Array]]:
            dX, gradients = back(da)
            return da + dX, gradients

        return X + inner, straight


class Stack(_Chain):
    """A network of parts, for :class:`byhand.train.Training`.

    Parameters
    ----------
    parts : sequence of Part, Dense or Activation
        From the input on; a Dense starts with its own W and b. The last one ends at the last
        pre-activation z: as a Dense, it has the activation "identity".
    output : Activation or str
        The output activation, y_hat = f(z); apart from the parts, because a loss may take z.

    Raises
    ------
    ValueError
        If there is no part, or the activation is unknown.

    Examples
    --------
    >>> product, output = Dense([[1, -1]], [0, 0], "identity"), Dense([[1], [2]], [0], "identity")
    >>> stack = Stack([product, BatchNorm(2), activations.relu, output], "identity")
    >>> stack.predict([[3], [-3]]).round(4)
    array([[3.],
           [6.]])
    """

    def __init__(
        self, parts: Sequence[Part | Dense | Activation], output: str | Activation
    ) -> None:
        super().__init__(parts)
        self.output = activations.get(output)

    def predict(self, X: ArrayLike) -> Array:
        """Compute y_hat (n, n_out) as in inference; X is a finite (n, n_in)."""
        z, _ = self.forward(as_matrix(X, "X", "n_in"), training=False)
        return self.output.f(z)


def add_l2(parameters: Sequence[Array], gradients: Sequence[Array], strength: float) -> float:
    """Add the gradient of an L2 penalty, strength / 2 times the sum of all squared weights.

    It counts matrices alone: biases, and what normalises, are no weights.

    Parameters
    ----------
    parameters : sequence of ndarray
        Weights and others.
    gradients : sequence of ndarray
        Changed in place: strength·W is added to each dW.
    strength : float
        At least 0; with 0 nothing happens.

    Returns
    -------
    float
        The penalty.

    References
    ----------
    Krogh and Hertz (1991), A simple weight decay can improve generalization.

    Examples
    --------
    >>> dW = np.array([[1.0]])
    >>> add_l2([np.array([[4.0]]), np.array([9.0])], [dW, np.array([0.0])], 0.5)
    4.0
    >>> dW
    array([[3.]])
    """
    if strength == 0.0:
        return 0.0
    pairs = zip(parameters, gradients, strict=True)
    weights = [(W, dW) for W, dW in pairs if W.ndim == 2]
    for W, dW in weights:
        dW += strength * W
    return 0.5 * strength * sum(float((W**2).sum()) for W, _ in weights)
