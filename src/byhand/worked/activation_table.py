"""The activations at chosen points, softmax on three scores, and a ReLU neuron that dies."""

import math

import numpy as np
from numpy.typing import NDArray

from byhand import activations
from byhand._validate import Array, frozen

z = frozen(np.array([-3.0, -1.0, 0.0, 1.0, 3.0]))
"""Where the table is computed: (5,)."""

ALPHA = 0.01
"""Slope of the leaky ReLU left of zero."""

STEEP_ALPHA = 0.1
"""Another one, which leaks more."""

logits = frozen(np.array([2.0, 1.0, 0.1]))
"""Three scores for a softmax: (3,)."""

SHIFT = 3.0
"""What a second row of scores has more than the first, each."""

DEPTH = 10
"""Layers through which a slope is multiplied."""

x = frozen(np.array([1.0, 2.0, 3.0]))
"""Inputs of the neuron that dies: (3,)."""

y = frozen(np.array([2.0, 4.0, 6.0]))
"""What it should answer, twice the input: (3,)."""

ALIVE_w = 0.5
"""A start at which it is on for all three inputs; its bias starts at 0."""

DEAD_w = -1.0
"""A start at which it is off for all three."""

HIGH_lr = 0.5
"""A learning rate that kills it."""

LOW_lr = 0.05
"""A learning rate that does not."""

_NAMES = ("sigmoid", "tanh", "relu", "leaky_relu")


def walk(alpha: float, w: float, lr: float, steps: int) -> NDArray[np.float64]:
    """Train one neuron with a (leaky) ReLU on x and y, with the mean squared error.

    Parameters
    ----------
    alpha : float
        Slope left of zero; 0 for ReLU.
    w : float
        The weight at the start; the bias starts at 0.
    lr : float
        Learning rate.
    steps : int
        Number of updates.

    Returns
    -------
    ndarray of float64, shape (steps + 1, 3)
        A row for each moment, the start first: weight, bias, mean squared error.

    Examples
    --------
    >>> walk(alpha=0, w=-1, lr=0.05, steps=2)[:, 0]
    array([-1., -1., -1.])
    """
    rule = activations.leaky_relu_with(alpha)
    b = 0.0
    rows = []
    for _ in range(steps + 1):
        pre = w * x + b  # (3,)
        error = rule.f(pre) - y
        rows.append((w, b, float((error**2).mean())))
        dz = 2.0 / x.size * error * rule.df(pre)  # (3,)
        w, b = w - lr * float(dz @ x), b - lr * float(dz.sum())
    return np.array(rows)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By name.
    """
    return {
        "z": tuple(z.tolist()),
        "logits": tuple(logits.tolist()),
        "x": tuple(x.tolist()),
        "y": tuple(y.tolist()),
        "slopes": (ALPHA, STEEP_ALPHA),
        "shift": (SHIFT,),
        "starts": (ALIVE_w, DEAD_w),
        "rates": (HIGH_lr, LOW_lr),
        "half": (0.5,),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``activation_table.s1.sigmoid_df``.
    """
    parts = (_table(), _limits(), _softmax(), _jacobian(), _dead())
    return {f"activation_table.{name}": value for part in parts for name, value in part.items()}


def _table() -> dict[str, float]:
    named: dict[str, float] = {}
    for name in _NAMES:
        rule = activations.get(name)
        for i, (value, slope) in enumerate(zip(rule.f(z), rule.df(z), strict=True), start=1):
            named[f"s{i}.{name}"] = float(value)
            named[f"s{i}.{name}_df"] = float(slope)
    return named


def _limits() -> dict[str, float]:
    """Say where floats give in, and what ten slopes in a row make."""
    slopes = activations.sigmoid.df(z)
    return {
        "sigmoid_2": float(activations.sigmoid(2.0)),
        "steepest_product": float(slopes.max()) ** DEPTH,
        "product_at_3": float(slopes[-1]) ** DEPTH,
        "float.sigmoid_one": 53 * math.log(2),  # there e^-z is half the gap above 1
        "float.sigmoid_zero": -1075 * math.log(2),  # there e^z is half the smallest float
        "float.tanh_one": 27.5 * math.log(2),  # there 2 e^-2z is half the gap below 1
        "float.exp_overflow": math.log(np.finfo(np.float64).max),
    }


def _probabilities(scores: Array) -> Array:
    return np.asarray(activations.softmax(scores.reshape(1, -1))[0])


def _softmax() -> dict[str, float]:
    powers, p = np.exp(logits), _probabilities(logits)
    raised = _probabilities(logits + np.array([1.0, 0.0, 0.0]))
    each = activations.sigmoid(logits)
    named: dict[str, float] = {"softmax.sum_exp": float(powers.sum())}
    for i in range(logits.size):
        named[f"softmax.exp_{i + 1}"] = float(powers[i])
        named[f"softmax.p_{i + 1}"] = float(p[i])
        named[f"softmax.raised.p_{i + 1}"] = float(raised[i])
        named[f"softmax.sigmoid_{i + 1}"] = float(each[i])
    both = np.exp(np.stack([logits, logits + SHIFT]))  # (2, 3)
    shares = both.sum(axis=1) / both.sum()
    return named | {
        "softmax.sum": float(p.sum()),
        "softmax.sum_sigmoids": float(each.sum()),
        "softmax.product": float(p[0] * p[1]),
        "softmax.either": float(p[0] + p[1]),
        "softmax.winner": float(p.argmax() + 1),
        "softmax.whole.row_1": float(shares[0]),
        "softmax.whole.row_2": float(shares[1]),
    }


def _jacobian() -> dict[str, float]:
    jacobian = activations.softmax.df(logits.reshape(1, -1))[0]  # (3, 3)
    return {
        f"softmax.J_{i + 1}_{j + 1}": float(entry) for (i, j), entry in np.ndenumerate(jacobian)
    }


def _dead() -> dict[str, float | int]:
    dies = walk(0.0, ALIVE_w, HIGH_lr, 2)
    named: dict[str, float | int] = {
        "dies.w_1": float(dies[1, 0]),
        "dies.b_1": float(dies[1, 1]),
        "dies.w_2": float(dies[2, 0]),
        "dies.b_2": float(dies[2, 1]),
        "dies.loss": float(dies[2, 2]),
    }
    for name, alpha in (("leak", ALPHA), ("steep", STEEP_ALPHA)):
        rows = walk(alpha, DEAD_w, LOW_lr, 100)
        named[f"revived.{name}.first"] = float(rows[1, 0])
        named[f"revived.{name}.steps"] = int(np.flatnonzero(rows[:, 0] > 0.0)[0])
    return named
