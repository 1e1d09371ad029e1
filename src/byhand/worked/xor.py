"""XOR: a 2-4-1 sigmoid network learns it, and what a forgotten factor of 2 does to that.

The source's code minimises the mean of (y - y_hat)², but its gradient lacks the factor 2 of that
square's derivative. It is the right gradient of half the loss, so the run is the right one at half
the learning rate. Both are here: the source's, and the right one at the learning rate it states.
"""

from functools import cache

import numpy as np

from byhand._validate import Array, frozen, require_count
from byhand.data import gate
from byhand.layers import Dense
from byhand.losses import half_squared_error, mse
from byhand.mlp import MLP
from byhand.optim import GradientDescent
from byhand.train import Training

X = frozen(gate("xor")[0])
"""The four samples: (4, 2)."""

y = frozen(gate("xor")[1])
"""Their answers: (4, 1)."""

W1 = frozen(
    np.array(
        [
            [0.24835707650561634, -0.06913215058559233, 0.32384426905034625, 0.7615149282040127],
            [-0.11707668736166799, -0.11706847847459027, 0.7896064077536957, 0.3837173645764544],
        ]
    )
)
"""Initial weights of the hidden layer, (2, 4): what the source draws with seed 42."""

b1 = frozen(np.zeros(4))
"""Initial biases of the hidden layer: (4,)."""

W2 = frozen(
    np.array(
        [
            [-0.23473719296747605],
            [0.27128002179298233],
            [-0.23170884640623113],
            [-0.23286487678512843],
        ]
    )
)
"""Initial weights of the output layer, (4, 1): drawn after W1."""

b2 = frozen(np.zeros(1))
"""Initial bias of the output layer: (1,)."""

LR = 1.0
"""Learning rate."""

EPOCHS = 10_000
"""Updates, each with all four samples."""

SHOWN = (0, 2000, 4000, 6000, 8000)
"""Epochs, counted from 0, at whose start the source prints the loss."""

THRESHOLD = 0.5
"""At and above it we read the prediction as 1."""

_CONSTANT = 0.6  # what an exercise's network answers to all four samples
_RATE = 3.0  # an exercise's learning rate, with a gradient that lacks its 2


def network() -> MLP:
    """Build the network as training finds it: sigmoid, and sigmoid."""
    return MLP([Dense(W1, b1, "sigmoid"), Dense(W2, b2, "sigmoid")])


def losses(*, right: bool, epochs: int = EPOCHS) -> tuple[float, ...]:
    """Compute the mean squared error at the start of each epoch.

    Parameters
    ----------
    right : bool
        Whether the gradient has its factor 2; the source's has not.
    epochs : int
        How many to train for, at least 1; the source has 10,000.

    Returns
    -------
    tuple of float, one for each epoch

    Raises
    ------
    ValueError
        If epochs is no whole number of at least 1.

    Examples
    --------
    >>> [round(loss, 4) for loss in losses(right=True, epochs=3)]
    [0.2557, 0.2531, 0.2518]
    """
    run, last = _run(right=right, updates=require_count(epochs, "epochs") - 1)
    scale = 1.0 if right else 2.0  # twice the half is the whole
    return (*(scale * value for value in run), mse.value(y, last.predict(X)))


def trained(*, right: bool) -> MLP:
    """Return the network whose predictions the source prints: before its very last update.

    Parameters
    ----------
    right : bool
        Whether the gradient has its factor 2; the source's has not.

    Returns
    -------
    MLP

    Examples
    --------
    >>> trained(right=False).predict(X).round(2).ravel()
    array([0.03, 0.97, 0.97, 0.03])
    """
    return _run(right=right, updates=EPOCHS - 1)[1]


@cache
def _run(*, right: bool, updates: int) -> tuple[tuple[float, ...], MLP]:
    loss = mse if right else half_squared_error
    training = Training(network(), loss, GradientDescent(LR))
    if updates:
        training.run(X, y, epochs=updates)
    return tuple(training.history.loss), training.network


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    arrays: dict[str, Array] = {"X": X, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return {name: tuple(array.ravel().tolist()) for name, array in arrays.items()} | {
        "lr": (LR,),
        "epochs": (float(EPOCHS),),
        "shown": tuple(map(float, SHOWN)),
        "threshold": (THRESHOLD,),
        "constant": (_CONSTANT, _CONSTANT - 1.0, 1.0 - _CONSTANT),
        "rate": (_RATE,),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example; the second call is quick.

    Returns
    -------
    dict of str to float or int
        By key: ``xor.e2000.loss`` is the source's run, ``xor.right.e2000.loss`` the right one.
    """
    named: dict[str, float | int] = {}
    for prefix, right in (("xor", False), ("xor.right", True)):
        measured = losses(right=right)
        for epoch in SHOWN:
            named[f"{prefix}.e{epoch}.loss"] = measured[epoch]
        named[f"{prefix}.last.loss"] = measured[-1]
        y_hat = trained(right=right).predict(X)
        for sample, value in enumerate(y_hat[:, 0].tolist(), start=1):
            named[f"{prefix}.s{sample}.y_hat"] = value
        named[f"{prefix}.correct"] = int(((y_hat >= THRESHOLD) == (y == 1.0)).sum())
    named["xor.plateau_half"] = mse.value(y, np.full_like(y, 0.5))
    named["xor.plateau_two"] = mse.value(y, np.array([[0.0], [1.0], [0.5], [0.5]]))
    for key, constant in (("db2", _CONSTANT), ("db2_half", 0.5)):
        y_hat = np.full_like(y, constant)
        dz2 = mse.gradient(y, y_hat) * y_hat * (1.0 - y_hat)
        named[f"xor.ex.{key}"] = float(dz2.sum())
    named["xor.ex.rate"] = _RATE / 2.0
    return named
