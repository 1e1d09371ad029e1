"""Losses worked by hand: four predictions for two classes, three logits, one confident error."""

import math

import numpy as np

from byhand._validate import Array, frozen
from byhand.activations import sigmoid, softmax
from byhand.layers import Dense
from byhand.losses import (
    Loss,
    binary_cross_entropy,
    categorical_cross_entropy,
    half_squared_error,
    mse,
)
from byhand.mlp import MLP, ForwardTrace

__all__ = ["LOGITS", "declared", "numbers", "one_hot", "predictions", "scores", "y", "y_hat"]

y = frozen(np.array([[1.0], [0.0], [1.0], [0.0]]))
"""Labels of four samples: (4, 1)."""

y_hat = frozen(np.array([[0.9], [0.1], [0.8], [0.3]]))
"""The chance that each sample was given to be of class 1: (4, 1)."""

LOGITS = frozen(np.array([[2.0, 1.0, 0.1]]))
"""Scores of three classes: (1, 3)."""

CLIP = 1e-7
"""How near to 0 and 1 the source lets a prediction come before it takes the logarithm."""

EPSILON = 1e-8
"""What another source adds inside its logarithms."""

WRONG_Z = -6.0
"""The logit of a sample of class 1 that the network takes for class 0."""

HALF = 0.5
"""The prediction of somebody who knows nothing, and the border between two classes."""

FAST = 10.0
"""A learning rate ten times as large as the first one, which is 1."""


def _given(X: Array, activation: str) -> ForwardTrace:
    n = X.shape[1]
    return MLP([Dense(np.eye(n), np.zeros(n), activation)]).forward(X)


def predictions() -> ForwardTrace:
    """Wrap the four predictions as a trace: a layer that passes on what it is given.

    Returns
    -------
    ForwardTrace
    """
    return _given(y_hat, "identity")


def scores() -> ForwardTrace:
    """Pass the three logits through a softmax.

    Returns
    -------
    ForwardTrace

    Examples
    --------
    >>> print(scores().y_hat.round(3))
    [[0.659 0.242 0.099]]
    """
    return _given(LOGITS, "softmax")


def one_hot(label: int) -> Array:
    """Write a class as a row with a single 1.

    Parameters
    ----------
    label : int
        1, 2 or 3.

    Returns
    -------
    ndarray of float64, shape (1, 3)
    """
    return np.asarray(np.eye(3)[[label - 1]])


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    arrays = {"y": y, "y_hat": y_hat, "logits": LOGITS}
    given = {name: tuple(array.ravel().tolist()) for name, array in arrays.items()}
    single = {"clip": CLIP, "epsilon": EPSILON, "wrong_z": WRONG_Z, "half": HALF, "fast": FAST}
    return given | {name: (value,) for name, value in single.items()}


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``losses_by_hand.bce.loss``; cross-entropies in nats, counts as int.
    """
    parts: tuple[dict[str, float | int], ...] = (
        _binary(),
        _squared(),
        _categorical(),
        _ends(),
        _wrong(),
    )
    return {f"losses_by_hand.{name}": value for part in parts for name, value in part.items()}


def _binary() -> dict[str, float | int]:
    losses = binary_cross_entropy.per_sample(y, y_hat)  # (4,)
    named: dict[str, float | int] = {
        f"bce.s{i}.loss": loss for i, loss in enumerate(losses.tolist(), start=1)
    }
    given = np.where(y == 1.0, y_hat, 1.0 - y_hat)  # (4, 1): the chance of what happened
    return named | {
        "bce.s1.y_hat": float(y_hat[0, 0]),
        "bce.s4.y_hat": float(y_hat[3, 0]),
        "bce.s4.one_minus_y_hat": 1.0 - float(y_hat[3, 0]),
        "bce.loss": float(losses.mean()),
        "bce.likelihood": float(given.prod()),
        "bce.sum": float(losses.sum()),
        "bce.literal": float(-(y * np.log(y_hat)).sum()),
        "bce.constant_half": binary_cross_entropy.value(y, np.full_like(y, HALF)),
    }


def _squared() -> dict[str, float | int]:
    squares = mse.per_sample(y, y_hat)  # (4,)
    named: dict[str, float | int] = {
        f"mse.s{i}": square for i, square in enumerate(squares.tolist(), start=1)
    }
    errors = np.abs(y_hat - y)
    return named | {
        "mse.loss": float(squares.mean()),
        "half.loss": half_squared_error.value(y, y_hat),
        "mse.constant_half": mse.value(y, np.full_like(y, HALF)),
        "mse.share_of_largest": float(squares[3] / squares.sum()),
        "mse.share_of_largest_error": float(errors[3, 0] / errors.sum()),
        "gaussian.constant": 0.5 * math.log(2.0 * math.pi),
    }


def _categorical() -> dict[str, float | int]:
    powers, chances = np.exp(LOGITS[0]), softmax(LOGITS)[0]  # (3,), (3,)
    slopes = categorical_cross_entropy.gradient_from_logits(one_hot(1), LOGITS)[0]  # (3,)
    named: dict[str, float | int] = {"softmax.sum": float(powers.sum())}
    for k in (1, 2, 3):
        named[f"softmax.exp_{k}"] = float(powers[k - 1])
        named[f"softmax.y_hat_{k}"] = float(chances[k - 1])
        named[f"softmax.dz_{k}"] = float(slopes[k - 1])
        loss = "softmax.loss" if k == 1 else f"softmax.loss_if_{k}"
        named[loss] = categorical_cross_entropy.value_from_logits(one_hot(k), LOGITS)
    return named | {
        "softmax.both": float(chances[0] * chances[1]),
        "softmax.log_sum": float(np.logaddexp.reduce(LOGITS[0])),
        "uniform_3.loss": categorical_cross_entropy.value(one_hot(1), np.full((1, 3), 1 / 3)),
    }


def _ends() -> dict[str, float | int]:
    return {
        "clip.largest": -math.log(CLIP),
        "epsilon.largest": -math.log(EPSILON),
        "epsilon.smallest": -math.log1p(EPSILON),
    }


def _wrong() -> dict[str, float | int]:
    one, z = np.ones((1, 1)), np.full((1, 1), WRONG_Z)
    chance = float(sigmoid(z)[0, 0])
    return {
        "wrong.y_hat": chance,
        "wrong.bce": binary_cross_entropy.value_from_logits(one, z),
        "wrong.mse": mse.value(one, sigmoid(z)),
        "wrong.bce_dz": _slope(binary_cross_entropy, WRONG_Z),
        "wrong.mse_dz": _slope(mse, WRONG_Z),
        "wrong.ratio": _slope(binary_cross_entropy, WRONG_Z) / _slope(mse, WRONG_Z),
        "peak.y_hat": 1.0 / 3.0,
        "peak.mse_dz": _slope(mse, -math.log(2.0)),  # the logit of one third
        "steps.bce": _steps(binary_cross_entropy, 1.0),
        "steps.mse": _steps(mse, 1.0),
        "steps.mse_fast": _steps(mse, FAST),
    }


def _slope(loss: Loss, z: float) -> float:
    """Compute dL/dz of one sample of class 1 behind a sigmoid."""
    one, logit = np.ones((1, 1)), np.full((1, 1), z)
    if loss is binary_cross_entropy:
        return float(loss.gradient_from_logits(one, logit)[0, 0])
    da = loss.gradient(one, sigmoid(logit))
    return float(sigmoid.backward(da, logit)[0, 0])


def _steps(loss: Loss, lr: float) -> int:
    """Count the steps of gradient descent on z until the class is right."""
    z, count = WRONG_Z, 0
    while z < 0.0:
        z, count = z - lr * _slope(loss, z), count + 1
    return count
