"""The training loop: pass through the data, batch after batch, and step down the gradient."""

import itertools
import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, Self, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand import optim
from byhand._validate import (
    Array,
    as_floats,
    as_matrix,
    as_number,
    require_count,
    require_instance,
    require_shape,
)
from byhand.fast import MLPInTraining, StackInTraining
from byhand.layers import Dense
from byhand.losses import Loss
from byhand.mlp import MLP
from byhand.remedies import Stack

_log = logging.getLogger(__name__)
_SECONDS_BETWEEN_MESSAGES = 5.0

Network = TypeVar("Network", bound=MLP | Stack)
"""What can be trained."""

Batch = tuple[Array, Array]
"""X and y, a row per sample in both."""


def step(
    mlp: MLP, X: ArrayLike, y: ArrayLike, loss: Loss, optimiser: optim.Optimiser
) -> tuple[MLP, float]:
    """Make one update, the plain way: forward, backward, step.

    :class:`Training` does the same without keeping traces.

    Parameters
    ----------
    mlp : MLP
        The network before; it stays as it is.
    X, y : array_like, shapes (n, n_in) and (n, n_out)
        The batch.
    loss : Loss
        What to make smaller.
    optimiser : Optimiser
        How.

    Returns
    -------
    mlp : MLP
        The network after.
    value : float
        The mean loss before the update.

    Raises
    ------
    ValueError
        If a shape does not fit, or an entry is not finite or out of the loss's range.

    Examples
    --------
    >>> from byhand.losses import mse
    >>> line = MLP([Dense([[1]], [0], "identity")])
    >>> line, value = step(line, [[2]], [[3]], mse, optim.GradientDescent(lr=0.25))
    >>> value, line.layers[0].W, line.layers[0].b
    (1.0, array([[2.]]), array([0.5]))
    """
    trace = mlp.forward(X)
    z = trace.layers[-1].z
    if mlp.layers[-1].activation.name == loss.link:
        value = loss.value_from_logits(y, z)
        back = mlp.backward(trace, dz=loss.gradient_from_logits(y, z))
    else:
        value = loss.value(y, trace.y_hat)
        back = mlp.backward(trace, da=loss.gradient(y, trace.y_hat))
    parameters = [array.copy() for layer in mlp.layers for array in (layer.W, layer.b)]
    optimiser.step(parameters, [g for layer in back.layers for g in (layer.dW, layer.db)])
    rows = zip(parameters[::2], parameters[1::2], mlp.layers, strict=True)
    return MLP([Dense(W, b, layer.activation) for W, b, layer in rows]), value


@dataclass(slots=True, eq=False)
class History:
    """What was measured, epoch by epoch.

    Parameters
    ----------
    loss : list of float
        Mean over the epoch's samples of the loss that each had before its batch's update, without
        a penalty. Where the whole data set is one batch: the loss before the epoch.
    validation_loss : list of float
        Mean loss of the validation data after the epoch; empty where there were none.

    Examples
    --------
    >>> from byhand.losses import mse
    >>> line = Training(MLP([Dense([[0]], [0], "identity")]), mse, optim.GradientDescent(lr=0.25))
    >>> line.run([[1]], [[8]], epochs=3, validation=([[2]], [[8]])).history
    History(loss=[64.0, 0.0, 0.0], validation_loss=[16.0, 16.0, 16.0])
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)


class _Learner(Protocol):
    parameters: list[Array]

    def gradients(self, X: Array, y: Array, l2: float) -> tuple[float, list[Array]]: ...
    def evaluate(self, X: Array, y: Array) -> float: ...
    def network(self) -> object: ...


class Training(Generic[Network]):
    """A network that learns: what it is now, how it learns, and what was measured.

    Call :meth:`run` as often as you like; each run goes on where the last one ended. The network
    you pass stays as it is.

    Parameters
    ----------
    network : MLP or Stack
        Where to start.
    loss : Loss
        What to make small. Where the output activation is its link, the loss is computed from
        logits, with the gradient y_hat - y.
    optimiser : Optimiser
        How to step; a fresh one.
    l2 : float
        Strength of an L2 penalty on the weights, at least 0.
    max_norm : float, optional
        Longer gradients are clipped to this norm.

    Attributes
    ----------
    history : History
        The losses, epoch by epoch, over all runs.
    stopped : str
        Why the last run ended: "done", "early", "interrupted", or "" before and within a run.

    Raises
    ------
    ValueError
        If l2 or max_norm leaves its range.

    Examples
    --------
    >>> from byhand.losses import mse
    >>> line = MLP([Dense([[0]], [0], "identity")])
    >>> training = Training(line, mse, optim.GradientDescent(lr=0.25))
    >>> _ = training.run([[-1], [1]], [[-1], [3]], epochs=50)
    >>> training.network.layers[0].W.round(6), training.network.layers[0].b.round(6)
    (array([[2.]]), array([1.]))
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimiser: optim.Optimiser,
        *,
        l2: float = 0.0,
        max_norm: float | None = None,
    ) -> None:
        self.loss, self.optimiser, self.max_norm = loss, optimiser, max_norm
        self.l2 = as_number(l2, "l2", "of at least 0", lambda number: number >= 0.0)
        if max_norm is not None:
            as_number(max_norm, "max_norm", "above 0", lambda number: number > 0.0)
        self.history = History()
        self.stopped = ""
        self._learner: _Learner = (
            StackInTraining(network, loss)
            if isinstance(network, Stack)
            else MLPInTraining(network, loss)
        )
        self._last = self._copies()  # the parameters of the last finite loss
        self._updates = 0

    @property
    def network(self) -> Network:
        """The network as it is now, a copy."""
        return cast("Network", self._learner.network())

    def run(
        self,
        X: ArrayLike,
        y: ArrayLike,
        *,
        epochs: int,
        batch_size: int | None = None,
        rng: np.random.Generator | None = None,
        orders: ArrayLike | None = None,
        validation: tuple[ArrayLike, ArrayLike] | None = None,
        patience: int | None = None,
        on_epoch: Callable[["Training[Network]"], object] | None = None,
    ) -> Self:
        """Pass through the data, epoch after epoch.

        A keyboard interrupt (Ctrl-C) ends the run and keeps what was learned. Long runs report
        through the logger ``byhand.train`` at level INFO, every few seconds.

        Parameters
        ----------
        X, y : array_like, shapes (n, n_in) and (n, n_out)
            What to learn from.
        epochs : int
            Passes through the data, at most.
        batch_size : int, optional
            Samples per update: 1 is stochastic, n or None (all) is batch gradient descent; the
            last batch of an epoch holds what is left.
        rng : numpy.random.Generator, optional
            Shuffles the samples anew for each epoch; in their own order without.
        orders : array_like of int, shape (epochs, n), optional
            Instead of rng: the order of the samples in each epoch.
        validation : pair of array_like, optional
            X and y to measure by after each epoch.
        patience : int, optional
            Stop early when this many epochs in a row have not brought a new lowest validation
            loss, and go back to the parameters that had it.
        on_epoch : callable, optional
            Called with this object after each epoch.

        Returns
        -------
        Training
            This object.

        Raises
        ------
        ValueError
            If something does not fit; nothing was changed then.
        FloatingPointError
            If the loss is no finite number any more. The message names epoch, batch and likely
            cause; the network keeps the last parameters whose loss was finite.
        """
        data = self._checked(X, y, "")
        held_out = None if validation is None else self._checked(*validation, "validation ")
        if patience is not None and held_out is None:
            raise ValueError("patience needs validation data to measure by; got none")
        patience = None if patience is None else require_count(patience, "patience")
        shuffles = _shuffles(len(data[0]), require_count(epochs, "epochs"), rng, orders)
        size = len(data[0]) if batch_size is None else require_count(batch_size, "batch_size")
        self.stopped = ""
        try:
            self.stopped = self._run(data, size, shuffles, held_out, patience, on_epoch)
        except KeyboardInterrupt:
            self.stopped = "interrupted"
            if not self._finite():
                self._go_back(self._last)
            _log.warning("interrupted after %d epochs", len(self.history.loss))
        return self

    def _checked(self, X: ArrayLike, y: ArrayLike, whose: str) -> tuple[Array, Array]:
        X, y = as_matrix(X, f"{whose}X", "n_in"), as_matrix(y, f"{whose}y", "n_out")
        with np.errstate(all="ignore"):  # what overflows is for the loop to report
            y_hat = self.network.predict(X)
        require_shape(y, f"{whose}y", y_hat.shape, "what the network predicts")
        if self.loss.check is not None:
            self.loss.check(y, f"{whose}y")
            self.loss.check(y_hat, "y_hat")
        return X, y

    def _run(
        self,
        data: Batch,
        size: int,
        shuffles: Iterator[NDArray[np.intp] | None],
        held_out: Batch | None,
        patience: int | None,
        on_epoch: Callable[["Training[Network]"], object] | None,
    ) -> str:
        X, y = data
        best, best_parameters, since, told = np.inf, self._copies(), 0, time.monotonic()
        for order in shuffles:
            shuffled = (X, y) if order is None else (X[order], y[order])
            with np.errstate(all="ignore"):  # what overflows ends the run, with a better message
                self.history.loss.append(self._epoch(*shuffled, size))
                if held_out is not None:
                    self.history.validation_loss.append(self._learner.evaluate(*held_out))
            if on_epoch is not None:
                on_epoch(self)
            if time.monotonic() - told > _SECONDS_BETWEEN_MESSAGES:
                told = time.monotonic()
                _log.info("epoch %d: loss %.6g", len(self.history.loss), self.history.loss[-1])
            if held_out is None or patience is None:
                continue
            since += 1
            if self.history.validation_loss[-1] < best:
                best, best_parameters, since = self.history.validation_loss[-1], self._copies(), 0
            if since == patience:
                self._go_back(best_parameters)
                return "early"
        return "done"

    def _epoch(self, X: Array, y: Array, size: int) -> float:
        """Make one update for each batch; return the mean loss of the samples."""
        total, number = 0.0, 0
        for number, first in enumerate(range(0, len(X), size), start=1):
            batch = X[first : first + size], y[first : first + size]
            value, gradients = self._learner.gradients(*batch, self.l2)
            if not math.isfinite(value):
                raise self._diverged(value, number, batch[0])
            for kept, parameter in zip(self._last, self._learner.parameters, strict=True):
                kept[...] = parameter
            if self.max_norm is not None:
                gradients = optim.clip_by_norm(gradients, self.max_norm)
            self.optimiser.step(self._learner.parameters, gradients)
            self._updates += 1
            total += value * len(batch[0])
        if not self._finite():
            raise self._diverged(math.nan, number, X)
        return total / len(X)

    def _diverged(self, value: float, batch: int, X: Array) -> FloatingPointError:
        """Go back to the last finite loss and say what happened."""
        self._go_back(self._last)
        inputs = f"inputs (up to {np.abs(X).max():.3g})"
        parameters = f"parameters (up to {max(np.abs(p).max() for p in self._last):.3g})"
        cause = (
            f"the learning rate {self.optimiser.lr:g} is probably too high for these {inputs} and "
            f"{parameters}: lower it, scale the inputs or clip the gradient"
            if self._updates
            else f"nothing was learned yet, so {inputs} or initial {parameters} are too large, or "
            "a certain prediction is wrong"
        )
        epoch = len(self.history.loss) + 1
        return FloatingPointError(f"the loss is {value} in epoch {epoch}, batch {batch}: {cause}")

    def _finite(self) -> bool:
        return all(np.isfinite(parameter).all() for parameter in self._learner.parameters)

    def _copies(self) -> list[Array]:
        return [parameter.copy() for parameter in self._learner.parameters]

    def _go_back(self, parameters: list[Array]) -> None:
        for parameter, kept in zip(self._learner.parameters, parameters, strict=True):
            parameter[...] = kept


def _shuffles(
    n: int, epochs: int, rng: np.random.Generator | None, orders: ArrayLike | None
) -> Iterator[NDArray[np.intp] | None]:
    """Check where the order comes from; return the order of each epoch, None for their own."""
    if orders is not None and rng is not None:
        raise ValueError("the order comes from rng or from orders; got both")
    if orders is not None:
        stored = as_floats(orders, "orders")
        require_shape(stored, "orders", (epochs, n), "one order of the samples per epoch")
        if (np.sort(stored, axis=1) != np.arange(n)).any():
            raise ValueError(f"each row of orders must be a permutation of 0 to {n - 1}")
        return iter(stored.astype(np.intp))
    if rng is None:
        return itertools.repeat(None, epochs)
    require_instance(rng, np.random.Generator, "rng")
    return (rng.permutation(n) for _ in range(epochs))
