"""Handwritten digits: how the data are parted, simple rules to beat, and what a count is worth.

:class:`Readers` are many networks that learn side by side, as chapter 16's crowd, for ten classes
and in small batches. The numbers of this example are those that need no training: counts of plain
rules on whole numbers of ink, and what follows from counting right answers.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, comb, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import Array
from byhand.data import digits
from byhand.init import he
from byhand.layers import Dense
from byhand.mlp import MLP
from byhand.scaling import Standardiser
from byhand.worked._side_by_side import Layers, with_ones

Rows = NDArray[np.intp]
"""Places in a list of pictures."""

SIZES = (64, 32, 10)
"""The chapter's network: pixels, hidden neurons, classes.

Examples
--------
>>> Readers([0], SIZES).network(0).n_parameters
2410
"""

FORMS = (0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667)
"""Where each form begins in the file: there the labels start on one and the same list again.

Examples
--------
>>> _, labels = digits()
>>> [int("".join(map(str, labels[i + 10 : i + 20]))) for i in FORMS[:3]]
[123456789, 123456789, 123456789]
"""

_RATES = (0.1, 0.2, 0.5, 1.0)  # learning rates to choose from
_PARTS = (1200, 1500)  # pictures to learn from come before the first, those to test with after both
_SMALL, _SMALL_RIGHT = 100, 97  # a small test, to compare two intervals by
_CLOSE = (0.97, 0.98)  # two accuracies to tell apart
_ALONE = (9, 3)  # pictures that only one of two readers has right
_Z95 = NormalDist().inv_cdf(0.975)  # 1.96: nineteen of twenty lie within so many deviations
_Z80 = NormalDist().inv_cdf(0.8)  # four of five lie below so many


class Readers:
    """Networks of one shape that learn side by side, each from its own seed.

    Network i starts and shuffles as ``MLP.from_sizes`` and ``Training.run`` do with a generator of
    seed i: ReLU, softmax, weights by He, biases 0.

    Parameters
    ----------
    seeds : sequence of int
        One for each network.
    sizes : sequence of int
        Units by layer, from the inputs on.

    Examples
    --------
    >>> readers = Readers(range(3), [4, 5, 2])
    >>> X, labels = np.eye(4), np.array([0, 1, 0, 1])
    >>> for epoch in readers.train(X, labels, epochs=200, batch_size=2):
    ...     pass
    >>> readers.right(X, labels)
    array([4, 4, 4])
    """

    def __init__(self, seeds: Sequence[int], sizes: Sequence[int]) -> None:
        self.rngs = [np.random.default_rng(seed) for seed in seeds]
        starts = [[he(rng, *pair) for pair in pairwise(sizes)] for rng in self.rngs]
        W = [np.stack(layer) for layer in zip(*starts, strict=True)]
        self._layers = Layers(W, [np.zeros((len(starts), 1, n_out)) for n_out in sizes[1:]])
        self.W, self.b = self._layers.W, self._layers.b

    def _outputs(self, X: Array) -> list[Array]:
        """Compute what each layer passes on, with ones, from X with ones on; probabilities last."""
        outputs = [X]
        for V in self._layers.V[:-1]:
            z = outputs[-1] @ V
            a = np.ones((*z.shape[:-1], z.shape[-1] + 1))
            np.maximum(z, 0.0, out=a[..., :-1])
            outputs.append(a)
        z = outputs[-1] @ self._layers.V[-1]
        z -= np.maximum.reduce(z, axis=-1, keepdims=True)
        np.exp(z, out=z)
        z /= np.add.reduce(z, axis=-1, keepdims=True)
        return [*outputs, z]

    def chances(self, X: Array) -> Array:
        """Compute probabilities, (m, n, k), for X (n, n_in) or (m, n, n_in)."""
        return self._outputs(with_ones(X))[-1]

    def says(self, X: Array) -> NDArray[np.intp]:
        """Name the most probable class, (m, n)."""
        return np.asarray(self.chances(X).argmax(axis=-1))

    def right(self, X: Array, labels: ArrayLike) -> NDArray[np.intp]:
        """Count the right answers of each network, (m,)."""
        return np.asarray((self.says(X) == labels).sum(axis=-1))

    def loss(self, X: Array, labels: NDArray[np.int64]) -> Array:
        """Measure each network's mean categorical cross-entropy, (m,)."""
        of_truth = self.chances(X)[:, np.arange(len(labels)), labels]  # (m, n)
        return np.asarray(-np.log(of_truth).mean(axis=1))

    def network(self, i: int) -> MLP:
        """Take network i out of the group."""
        kinds = ["relu"] * (len(self.W) - 1) + ["softmax"]
        rows = zip(self.W, self.b, kinds, strict=True)
        return MLP([Dense(W[i], b[i, 0], kind) for W, b, kind in rows])

    def train(
        self,
        X: Array,
        labels: NDArray[np.int64],
        epochs: int,
        lr: float = 0.5,
        batch_size: int = 32,
    ) -> Iterator[int]:
        """Train by gradient descent in batches, and stop at each epoch so that you can look.

        X is (n, n_in) with labels (n,), the same for all; or (m, n, n_in) with (m, n), for each
        network its own.

        Yields
        ------
        int
            The number of epochs so far, from 1.
        """
        m, n = len(self.rngs), X.shape[-2]
        own = n * np.arange(m)[:, None] if X.ndim == 3 else 0  # where each network's rows begin
        X = with_ones(X).reshape(-1, X.shape[-1] + 1)
        Y = np.eye(self.b[-1].shape[-1])[labels.ravel()]
        for epoch in range(1, epochs + 1):
            order = np.stack([rng.permutation(n) for rng in self.rngs]) + own  # (m, n)
            for first in range(0, n, batch_size):
                rows = order[:, first : first + batch_size]
                self._step(X.take(rows, axis=0), Y.take(rows, axis=0), lr)
            yield epoch

    def _step(self, X: Array, Y: Array, lr: float) -> None:
        *outputs, dz = self._outputs(X)
        dz -= Y
        dz /= Y.shape[-2]
        for layer in reversed(range(len(self.W))):
            a, V = outputs[layer], self._layers.V[layer]
            dV = a.swapaxes(-1, -2) @ dz
            if layer:
                dz = dz @ self.W[layer].swapaxes(-1, -2)
                dz *= a[..., :-1] > 0.0
            dV *= lr
            V -= dV


def parts() -> tuple[Rows, Rows, Rows]:
    """Part the 1,797 pictures at random: 1,200 to learn from, 300 to choose by, 297 to test with.

    Examples
    --------
    >>> [len(part) for part in parts()]
    [1200, 300, 297]
    """
    rng = np.random.default_rng(0)
    train, choose, test = np.split(rng.permutation(1797), _PARTS)
    return train, choose, test


def forms() -> NDArray[np.intp]:
    """Tell for each picture from which form it was cut, (1797,), from 0 to 13.

    Examples
    --------
    >>> int(np.bincount(forms()).max())
    130
    """
    return np.searchsorted(FORMS, np.arange(1797), side="right") - 1


def distances(X: Array, Z: Array) -> Array:
    """Measure the squared distance between each row of X and each row of Z, (n, m).

    Exact where the entries are whole numbers of ink.

    Examples
    --------
    >>> distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]])).ravel()
    array([ 0., 25.])
    """
    return np.asarray((X**2).sum(axis=1)[:, None] + (Z**2).sum(axis=1) - 2.0 * X @ Z.T)


def interval(right: int, n: int) -> tuple[float, float]:
    """Bound the true accuracy by Wilson's interval, which holds it in nineteen of twenty tests.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> low, high = interval(10, 10)
    >>> round(low, 2), high
    (0.72, 1.0)
    """
    p, extra = right / n, _Z95**2 / n
    middle = (p + extra / 2.0) / (1.0 + extra)
    reach = _Z95 * sqrt(p * (1.0 - p) / n + extra / (4.0 * n)) / (1.0 + extra)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def by_luck(only_one: int, only_other: int) -> float:
    """Compute how often luck alone would share out the single successes at least as unevenly.

    Both readers get the same pictures. If they are equally good, each picture that only one of
    them has right is the toss of a coin.

    References
    ----------
    McNemar (1947), Note on the sampling error of the difference between correlated proportions
    (the exact form: the sign test).

    Examples
    --------
    >>> by_luck(5, 0), by_luck(4, 4)
    (0.0625, 1.0)
    """
    n, fewer = only_one + only_other, min(only_one, only_other)
    return min(1.0, 2.0 * sum(comb(n, k) for k in range(fewer + 1)) / 2.0**n)


def needed(p: float, q: float, z: float) -> int:
    """Count the pictures per reader for which p and q lie z standard deviations apart.

    Examples
    --------
    >>> needed(0.5, 0.75, 2.0)
    28
    """
    return ceil(z**2 * (p * (1.0 - p) + q * (1.0 - q)) / (p - q) ** 2)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol.
    """
    return {
        "sizes": tuple(map(float, SIZES)),
        "rates": _RATES,
        "close": (*_CLOSE, 0.03, 0.02),  # and how often each errs
        "whole": (1.0,),
        "small": (float(_SMALL_RIGHT), float(_SMALL)),
        "alone": tuple(map(float, _ALONE)),
    }


def _rules() -> dict[str, int]:
    """Count what rules without training have right."""
    X, labels = digits()
    train, choose, _ = parts()
    means = np.stack([X[train[labels[train] == k]].mean(axis=0) for k in range(10)])
    most = np.bincount(labels[train]).argmax()
    answers = {
        "majority": np.full(len(choose), most),
        "mean": distances(X[choose], means).argmin(axis=1),
        "nearest": labels[train[distances(X[choose], X[train]).argmin(axis=1)]],
    }
    found = {name: int((says == labels[choose]).sum()) for name, says in answers.items()}
    form, apart = forms(), distances(X, X)
    for name, hidden in (("itself", np.eye(len(X), dtype=bool)), ("form", form[:, None] == form)):
        nearest = np.where(hidden, np.inf, apart).argmin(axis=1)
        found[f"without_{name}"] = int((labels[nearest] != labels).sum())
        if name == "itself":
            found["same_form"] = int((form[nearest] == form).sum())
    return found


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``digits.nearest`` is what the nearest neighbour has right of the 300.
    """
    sizes = np.bincount(forms())
    X, _ = digits()
    train, choose, _ = parts()
    scaler = Standardiser.fit(X[train])
    rare = Standardiser.fit(np.eye(1, _PARTS[0]).T)  # one dot in 1,200 pictures
    p, q = _CLOSE
    plain = sqrt(_SMALL_RIGHT / _SMALL * (1.0 - _SMALL_RIGHT / _SMALL) / _SMALL)
    low, high = interval(_SMALL_RIGHT, _SMALL)
    named: dict[str, float | int] = {
        **_rules(),
        "same_form.by_chance": float((sizes * (sizes - 1)).sum() / (sizes.sum() - 1)),
        "parameters": Readers([0], SIZES).network(0).n_parameters,
        "logistic.parameters": Readers([0], (SIZES[0], SIZES[-1])).network(0).n_parameters,
        "guess.loss": log(SIZES[-1]),
        "standardised.largest": float(np.abs(scaler.transform(X[choose])).max()),
        "z": _Z95,
        "z_squared": _Z95**2 / _SMALL,
        "deviation300": sqrt(300.0 * p * (1.0 - p)),
        "flawless": p**_SMALL,
        "rare.std": float(rare.std[0]),
        "rare.input": float(rare.transform([[4.0]])[0, 0]),
        "error297": sqrt(p * (1.0 - p) / 297.0),
        "plain.low": _SMALL_RIGHT / _SMALL - _Z95 * plain,
        "plain.high": _SMALL_RIGHT / _SMALL + _Z95 * plain,
        "wilson.low": low,
        "wilson.high": high,
        "wilson.all.low": interval(_SMALL, _SMALL)[0],
        "needed": needed(p, q, _Z95),
        "needed.mostly": needed(p, q, _Z95 + _Z80),
        "alone.luck": by_luck(*_ALONE),
    }
    return {f"digits.{name}": value for name, value in named.items()}
