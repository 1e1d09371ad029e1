"""Gradient descent on one parameter of the churn network: slopes, a step, and rates that differ."""

import numpy as np

from byhand._validate import Array
from byhand.losses import binary_cross_entropy
from byhand.worked import churn

LR = 0.1
"""Learning rate of the one step."""

B2 = 3.0
"""Where the walks along the output bias begin."""

RATES = {"small": 0.5, "good": 3.0, "large": 40.0}
"""Learning rates of the walks, by name."""

STEPS = 8
"""Steps of each walk."""


def bias_loss(b2: float) -> float:
    """Compute the mean loss of the churn network with another output bias, in nats."""
    logits = churn.network(b2=[b2]).forward(churn.X).layers[-1].z
    return binary_cross_entropy.value_from_logits(churn.y, logits)


def bias_slope(b2: float) -> float:
    """Compute its derivative: the mean of y_hat - y.

    Examples
    --------
    >>> round(bias_slope(3.0), 3)
    0.553
    """
    return float((churn.network(b2=[b2]).predict(churn.X) - churn.y).mean())


def bias_walk(lr: float, steps: int = STEPS) -> list[float]:
    """Walk down along the output bias; return every place, the start included."""
    places = [B2]
    for _ in range(steps):
        places.append(places[-1] - lr * bias_slope(places[-1]))
    return places


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    return churn.declared() | {
        "lr": (LR,),
        "start": (B2,),
        "rates": tuple(RATES.values()),
        "steps": (float(STEPS),),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``descent.slope`` is the slope of the mean loss along the first output weight.
    """
    w = float(churn.W2[0, 0])
    forward = churn.trace()
    dz = (forward.y_hat - churn.y)[:, 0]  # (5,)
    a1 = forward.layers[0].a[:, 0]  # (5,)
    slopes = dz * a1
    named: dict[str, float | int] = {f"s{i}.slope": s for i, s in enumerate(slopes.tolist(), 1)}
    named["slope"] = float(slopes.mean())
    named["w_new"] = w - LR * named["slope"]
    named["s1.w_new"] = w - LR * named["s1.slope"]
    named["b2.start.loss"], named["b2.start.slope"] = bias_loss(B2), bias_slope(B2)
    for name, rate in RATES.items():
        places = bias_walk(rate)
        named[f"b2.{name}.t1"], named[f"b2.{name}.last"] = places[1], places[-1]
        named[f"b2.{name}.loss"] = bias_loss(places[-1])
    named["b2.best"] = _best_bias()
    named["b2.best.loss"] = bias_loss(named["b2.best"])
    named["b2.curvature"] = float(np.mean(_slope_of_sigmoid(named["b2.best"])))
    named["b2.rate_limit"] = 2.0 / named["b2.curvature"]
    return {f"descent.{name}": value for name, value in named.items()}


def _best_bias() -> float:
    """Find where the slope is zero, by Newton's method."""
    b2 = 0.0
    for _ in range(50):
        b2 -= bias_slope(b2) / float(np.mean(_slope_of_sigmoid(b2)))
    return b2


def _slope_of_sigmoid(b2: float) -> Array:
    y_hat = churn.network(b2=[b2]).predict(churn.X)
    return np.asarray(y_hat * (1.0 - y_hat))
