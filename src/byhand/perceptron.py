"""The perceptron: a neuron that fires or does not, and the rule that corrects its mistakes.

The step has slope 0 wherever it has one, so there is no gradient to follow. The perceptron rule
does without: where the neuron is right nothing happens, where it is wrong the input is added to
the weights or subtracted from them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import Array, as_matrix, as_number, require_count, require_shape, shown
from byhand.activations import Activation
from byhand.layers import Dense


def _step(z: Array) -> Array:
    return np.where(z >= 0.0, 1.0, 0.0)


step = Activation("step", _step, np.zeros_like)
"""a = 1 where z >= 0 and 0 elsewhere; the slope is 0, and we say 0 at the jump too."""


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """One mistake and the update that answered it.

    Parameters
    ----------
    epoch : int
        Pass through the data, counted from 1.
    sample : int
        Row of X, counted from 0.
    z : float
        Pre-activation before the update.
    y, y_hat : float
        What was right, and what the neuron said.
    neuron : Dense
        The neuron after the update.

    Examples
    --------
    >>> first = learn([[2]], [[0]], epochs=3).updates[0]
    >>> first.epoch, first.sample, first.z, first.y, first.y_hat
    (1, 0, 0.0, 0.0, 1.0)
    >>> first.neuron.W, first.neuron.b
    (array([[-2.]]), array([-1.]))
    """

    epoch: int
    sample: int
    z: float
    y: float
    y_hat: float
    neuron: Dense


@dataclass(frozen=True, slots=True, eq=False)
class Learning:
    """What the perceptron rule did.

    Parameters
    ----------
    neuron : Dense
        The neuron at the end.
    updates : tuple of Update
        Every mistake, in order.
    mistakes : tuple of int
        Number of mistakes in each pass through the data.

    Examples
    --------
    >>> learning = learn([[2]], [[0]], epochs=3)
    >>> learning.mistakes, len(learning.updates), learning.converged
    ((1, 0), 1, True)
    """

    neuron: Dense
    updates: tuple[Update, ...]
    mistakes: tuple[int, ...]

    @property
    def converged(self) -> bool:
        """Whether the last pass had no mistake, so that none will ever follow: as measured."""
        return self.mistakes[-1] == 0


def learn(
    X: ArrayLike, y: ArrayLike, *, epochs: int, start: Dense | None = None, lr: float = 1.0
) -> Learning:
    """Run the perceptron rule, W ← W + lr·(y - y_hat)·x and b ← b + lr·(y - y_hat).

    It passes through the samples in their order and stops after a pass without a mistake. Where
    a line separates the classes, that pass comes; where none does, it never comes.

    Parameters
    ----------
    X : array_like, shape (n, n_in)
        One row per sample.
    y : array_like, shape (n, 1)
        0 or 1 for each.
    epochs : int
        Passes through the data, at most.
    start : Dense, optional
        One neuron to start from; weights and bias 0 unless given. Its activation is not used.
    lr : float
        Size of an update, above 0. From zero weights it only scales them: the mistakes are the
        same for every lr.

    Returns
    -------
    Learning

    Raises
    ------
    ValueError
        If a shape does not fit, y is not 0 or 1, epochs is below 1 or lr not above 0.

    References
    ----------
    Rosenblatt (1958), The perceptron: a probabilistic model for information storage and
    organization in the brain. Novikoff (1962), On convergence proofs for perceptrons.

    Examples
    --------
    >>> result = learn([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [1]], epochs=10)
    >>> result.mistakes, result.neuron.W.ravel(), result.neuron.b
    ((2, 2, 1, 0), array([1., 1.]), array([-1.]))
    """
    X, y = as_matrix(X, "X", "n_in"), as_matrix(y, "y", 1)
    require_shape(y, "y", (len(X), 1), "one answer per row of X")
    if not np.isin(y, (0.0, 1.0)).all():
        raise ValueError(f"y must be 0 or 1; got {y[~np.isin(y, (0.0, 1.0))][0]}")
    lr = as_number(lr, "lr", "above 0", lambda number: number > 0.0)
    neuron = _first(start, X.shape[1])
    updates: list[Update] = []
    mistakes: list[int] = []
    for epoch in range(1, require_count(epochs, "epochs") + 1):
        before = len(updates)
        for sample in range(len(X)):
            made = _correct(neuron, X[sample], float(y[sample, 0]), lr, (epoch, sample))
            if made is not None:
                updates.append(made)
                neuron = made.neuron
        mistakes.append(len(updates) - before)
        if mistakes[-1] == 0:
            break
    return Learning(neuron, tuple(updates), tuple(mistakes))


def _first(start: Dense | None, n_in: int) -> Dense:
    if start is None:
        return Dense(np.zeros((n_in, 1)), [0.0], step)
    if start.W.shape != (n_in, 1):
        raise ValueError(f"start must be one neuron, W ({n_in}, 1); got {shown(start.W.shape)}")
    return Dense(start.W, start.b, step)


def _correct(neuron: Dense, x: Array, y: float, lr: float, when: tuple[int, int]) -> Update | None:
    forward = neuron.forward([x])
    z, y_hat = float(forward.z[0, 0]), float(forward.a[0, 0])
    if y_hat == y:
        return None
    change = lr * (y - y_hat)
    corrected = Dense(neuron.W + change * x[:, None], neuron.b + change, step)
    return Update(*when, z, y, y_hat, corrected)
