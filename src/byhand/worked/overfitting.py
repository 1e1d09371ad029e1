"""Learning by heart and learning: many small networks side by side, and what chance alone does.

A statement about overfitting that rests on one data set is worth little. A :class:`Crowd` trains
many networks at once, each on its own data, as chapter 11 does: every array has one more axis, in
front. The numbers of this example are those that need no training: they follow from counting.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import comb, sqrt

import numpy as np

from byhand._validate import Array
from byhand.activations import sigmoid
from byhand.layers import Dense
from byhand.mlp import MLP
from byhand.optim import Adam
from byhand.scaling import Standardiser
from byhand.worked._side_by_side import Layers, Pass, times

NOISE = 0.3
"""Standard deviation of the noise around the curve.

Examples
--------
>>> f"no prediction's mean squared error is below {NOISE**2:.2f}"
"no prediction's mean squared error is below 0.09"
"""

WIDTH = 30
"""Hidden neurons of the network that overfits the curve.

Examples
--------
>>> Crowd(np.random.default_rng(0), [1, WIDTH, 1], m=1).network(0).n_parameters
91
"""

_TARGETS = 10  # random heights to learn by heart
_GUESSERS, _QUESTIONS = 20, 50  # models that guess, and samples that pick the best of them
_ACCURACY, _TESTED = 0.9, (100, 400)  # a true accuracy, and sizes of the sets that measure it
_TRAIN_COLUMN, _TEST_COLUMN = (1.0, 2.0, 3.0), 8.0  # one feature of three samples, and of a test


class Crowd:
    """Networks of one shape that learn side by side, with tanh in the hidden layers.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the initial weights. Without hidden layers they are 0.
    sizes : sequence of int
        Units by layer, from the inputs on; the last one is 1.
    m : int
        Number of networks.
    spread : float
        Scale of the first layer's weights and biases: the larger, the steeper each hidden neuron.

    Examples
    --------
    >>> crowd = Crowd(np.random.default_rng(0), [1, 3, 1], m=20)
    >>> X = np.zeros((20, 5, 1))
    >>> for epoch in crowd.train(X, X, epochs=2):
    ...     pass
    >>> crowd.z(X).shape
    (20, 5, 1)
    """

    def __init__(
        self, rng: np.random.Generator, sizes: Sequence[int], m: int, spread: float = 5.0
    ) -> None:
        W: list[Array] = []
        b: list[Array] = []
        for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
            first = layer == 0 and len(sizes) > 2
            scale = spread if first else float(layer > 0) / sqrt(n_in)
            W.append(rng.normal(0.0, scale, (m, n_in, n_out)))
            width = spread if first else 0.0
            b.append(rng.uniform(-width, width, (m, 1, n_out)))
        self._layers = Layers(W, b)
        self.W, self.b = self._layers.W, self._layers.b

    def z(self, X: Array) -> Array:
        """Compute the last pre-activation, (m, n, 1), for X (m, n, n_in) or (n, n_in)."""
        for W, b in zip(self.W[:-1], self.b[:-1], strict=True):
            z = times(X, W)
            z += b
            X = np.tanh(z, out=z)
        return np.asarray(times(X, self.W[-1]) + self.b[-1])

    def network(self, i: int, output: str = "identity") -> MLP:
        """Take the network at place i out of the crowd."""
        kinds = ["tanh"] * (len(self.W) - 1) + [output]
        rows = zip(self.W, self.b, kinds, strict=True)
        return MLP([Dense(W[i], b[i, 0], kind) for W, b, kind in rows])

    def train(
        self,
        X: Array,
        y: Array,
        epochs: int,
        *,
        lr: float = 0.03,
        classify: bool = False,
        l2: float = 0.0,
        dropout: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> Iterator[int]:
        """Train by Adam, all samples at once, and stop at each epoch so that you can look.

        Parameters
        ----------
        X, y : ndarray of float64, shapes (m, n, n_in) and (m, n, 1)
            Data, for each network its own; X may be (n, n_in), the same for all.
        epochs : int
            Updates.
        lr : float
            Learning rate.
        classify : bool
            Cross-entropy of the sigmoid of z, instead of the mean squared error of z itself.
        l2 : float
            Strength of the penalty on the weights, as in :func:`byhand.remedies.add_l2`.
        dropout : float
            Share of the hidden neurons that each update silences.
        rng : numpy.random.Generator, optional
            Draws which; dropout needs it.

        Yields
        ------
        int
            The number of updates so far, from 1.
        """
        adam, passes = Adam(lr), Pass(self._layers, X, _tanh, _tanh_slope)
        shapes = [(*y.shape[:2], W.shape[-1]) for W in self.W[:-1]]
        for epoch in range(1, epochs + 1):
            masks = None
            if rng is not None and dropout > 0.0:
                masks = [(rng.random(shape) >= dropout) / (1.0 - dropout) for shape in shapes]
            z = passes.forward(masks)
            dz = (sigmoid.f(z) - y if classify else 2.0 * (z - y)) / y.shape[-2]
            gradient = passes.backward(dz)
            if l2:
                for dW, W in zip(passes.dW, self.W, strict=True):
                    dW += l2 * W
            adam.step([self._layers.flat], [gradient])
            yield epoch


def _tanh(z: Array) -> Array:
    return np.tanh(z, out=z)


def _tanh_slope(a: Array) -> Array:
    a *= a
    return np.subtract(1.0, a, out=a)


def draw(
    source: Callable[..., tuple[Array, Array]], rng: np.random.Generator, m: int, *args: float
) -> tuple[Array, Array]:
    """Draw m data sets from a source of :mod:`byhand.data`, (m, n, n_in) and (m, n, 1).

    Examples
    --------
    >>> X, y = draw(clouds, np.random.default_rng(0), 20, 6)
    >>> X.shape, y.shape
    ((20, 6, 2), (20, 6, 1))
    """
    sets = [source(rng, *args) for _ in range(m)]
    return np.stack([X for X, _ in sets]), np.stack([y for _, y in sets])


def clouds(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Draw two round clouds of standard deviation 1 around (-1, 0) and (1, 0).

    They overlap: the best border, the line between them, is wrong about one sample in six.

    Examples
    --------
    >>> X, y = clouds(np.random.default_rng(0), 3)
    >>> X.shape, y.ravel()
    ((3, 2), array([0., 1., 0.]))
    """
    y = (np.arange(n) % 2).astype(np.float64)[:, None]
    return rng.normal(size=(n, 2)) + np.hstack([2.0 * y - 1.0, np.zeros_like(y)]), y


def mean_squared(crowd: Crowd, X: Array, y: Array) -> Array:
    """Measure each network's mean squared error, (m,).

    Examples
    --------
    >>> X = np.ones((20, 5, 1))
    >>> mean_squared(Crowd(np.random.default_rng(0), [1, 1], m=20), X, 2.0 * X)[:3]
    array([4., 4., 4.])
    """
    return np.asarray(((crowd.z(X) - y) ** 2).mean(axis=(-2, -1)))


def accuracy(crowd: Crowd, X: Array, y: Array) -> Array:
    """Measure each network's share of right classes, (m,); class 1 where z is above 0.

    Examples
    --------
    >>> X, y = draw(clouds, np.random.default_rng(0), 2, 6)
    >>> accuracy(Crowd(np.random.default_rng(0), [2, 1], m=2), X, y)
    array([0.5, 0.5])
    """
    return np.asarray(((crowd.z(X) > 0.0) == (y == 1.0)).mean(axis=(-2, -1)))


def labellings_by_a_line(n: int) -> int:
    """Count the labellings of n points in the plane, no three on a line, that a line can part.

    References
    ----------
    Cover (1965), Geometrical and statistical properties of systems of linear inequalities.

    Examples
    --------
    >>> [labellings_by_a_line(n) for n in (3, 4)]
    [8, 14]
    """
    return 2 * sum(comb(n - 1, k) for k in range(3))


def best_of_guessers(guessers: int, questions: int) -> float:
    """Compute the mean accuracy of the luckiest of several models that guess yes or no.

    Examples
    --------
    >>> best_of_guessers(2, 1)
    0.75
    """
    ways = [comb(questions, right) for right in range(questions)]
    at_most = np.cumsum(ways) / 2.0**questions  # P(one guesser has at most so many right)
    return float((1.0 - at_most**guessers).sum() / questions)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol.
    """
    return {
        "noise": (NOISE,),
        "width": (float(WIDTH),),
        "targets": (float(_TARGETS),),
        "guessers": (float(_GUESSERS), float(_QUESTIONS)),
        "accuracy": (_ACCURACY, *map(float, _TESTED)),
        "column": (*_TRAIN_COLUMN, _TEST_COLUMN),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``overfitting.noise.floor`` is the error that no prediction can go below.
    """
    test = np.array([[_TEST_COLUMN]])
    train = np.array(_TRAIN_COLUMN)[:, None]
    apart, together = Standardiser.fit(train), Standardiser.fit(np.vstack([train, test]))
    named: dict[str, float | int] = {
        "noise.floor": NOISE**2,
        "parameters": Crowd(np.random.default_rng(0), [1, WIDTH, 1], 1).network(0).n_parameters,
        "random.mean.error": 1.0 + 1.0 / _TARGETS,
        "random.nearest.error": 2.0,
        "random.lines.error": 1.0 + 2.0 / 3.0,
        "line.labellings5": labellings_by_a_line(5),
        "line.labellings16": labellings_by_a_line(16),
        "line.share16": labellings_by_a_line(16) / 2.0**16,
        "guessers.best": best_of_guessers(_GUESSERS, _QUESTIONS),
        "leak.apart.mean": float(apart.mean[0]),
        "leak.apart.std": float(apart.std[0]),
        "leak.apart.test": float(apart.transform(test)[0, 0]),
        "leak.constant.test": float(Standardiser.fit([[4], [4], [4]]).transform([[5]])[0, 0]),
        "leak.together.mean": float(together.mean[0]),
        "leak.together.std": float(together.std[0]),
        "leak.together.test": float(together.transform(test)[0, 0]),
    }
    for n in _TESTED:
        named[f"error{n}"] = sqrt(_ACCURACY * (1.0 - _ACCURACY) / n)
    return {f"overfitting.{name}": value for name, value in named.items()}
