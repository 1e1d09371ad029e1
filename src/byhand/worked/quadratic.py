"""Three optimisers on x² + 3y², a bowl that is steeper one way than the other."""

from collections.abc import Callable

import numpy as np

from byhand._validate import Array, frozen
from byhand.optim import Adam, GradientDescent, Momentum, Optimiser, path

CURVATURES = frozen(np.array([1.0, 3.0]))
"""Factors of x² and of y²."""

START = frozen(np.array([4.0, 3.0]))
"""Where each walk begins."""

STEPS = 20
"""Steps of each walk."""

SHOWN = (1, 5, 10, 20)
"""Steps after which the source prints the loss."""

PLACES = (1, 2, 20)
"""Steps after which the page prints the place."""

LR = 0.1
"""Learning rate of all three."""

MU = 0.9
"""Momentum."""

BETA1 = 0.9
"""Adam's share of the old mean of gradients."""

BETA2 = 0.999
"""Adam's share of the old mean of squares."""

EPSILON = 1e-8
"""What Adam adds to the root."""

SMALL = 1e-6
"""A loss we call small."""

RATES = (0.01, 0.1, 0.25, 0.3, 0.34)
"""Learning rates to compare, with gradient descent."""

OPTIMISERS: dict[str, Callable[[], Optimiser]] = {
    "gd": lambda: GradientDescent(LR),
    "momentum": lambda: Momentum(LR, MU),
    "adam": lambda: Adam(LR, BETA1, BETA2, EPSILON),
}
"""A fresh optimiser by name."""


def loss(w: Array) -> Array:
    """Compute x² + 3y².

    Parameters
    ----------
    w : ndarray of float64, shape (..., 2)
        Places (x, y).

    Returns
    -------
    ndarray of float64, shape (...)
    """
    return np.asarray((CURVATURES * w**2).sum(axis=-1))


def gradient(w: Array) -> Array:
    """Compute (2x, 6y), of w's shape (..., 2)."""
    return 2.0 * CURVATURES * w


def walk(optimiser: Optimiser, steps: int = STEPS) -> Array:
    """Walk a fresh optimiser down from the start; return its places, (steps + 1, 2).

    Examples
    --------
    >>> walk(GradientDescent(lr=0.25), steps=2)
    array([[ 4.  ,  3.  ],
           [ 2.  , -1.5 ],
           [ 1.  ,  0.75]])
    """
    return path(optimiser, gradient, START, steps)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol.
    """
    return {
        "curvatures": tuple(CURVATURES.tolist()),
        "start": tuple(START.tolist()),
        "steps": (float(STEPS),),
        "shown": tuple(map(float, SHOWN)),
        "lr": (LR,),
        "mu": (MU,),
        "beta1": (BETA1,),
        "beta2": (BETA2,),
        "epsilon": (EPSILON,),
        "small": (SMALL,),
        "rates": RATES,
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``quadratic.adam.t5.loss`` is after five steps; counts as int.
    """
    named: dict[str, float | int] = {"t0.loss": float(loss(START))}
    for name, make in OPTIMISERS.items():
        places = walk(make())
        named |= {f"{name}.t{step}.loss": float(loss(places[step])) for step in SHOWN}
        for step, place in zip(PLACES, places[list(PLACES)], strict=True):
            named[f"{name}.t{step}.x"], named[f"{name}.t{step}.y"] = place.tolist()
        named[f"{name}.t2.loss"] = float(loss(places[2]))
        named[f"{name}.steps_to_small"] = _steps_to_small(make())
    for number, rate in enumerate(RATES, start=1):
        named[f"rate{number}.loss"] = float(loss(walk(GradientDescent(rate))[-1]))
    named["gd.factor_x"], named["gd.factor_y"] = (1.0 - LR * 2.0 * CURVATURES).tolist()
    named["uncorrected_step"] = LR * (1.0 - BETA1) / float(np.sqrt(1.0 - BETA2))
    burst = (1.0 - BETA1) / float(np.sqrt(1.0 - BETA2))
    named["adam_burst"] = burst
    named["adam_longest"] = burst / float(np.sqrt(1.0 - BETA1**2 / BETA2))
    named["rate_limit"] = float(1.0 / CURVATURES.max())  # there, y only changes its sign
    return {f"quadratic.{name}": value for name, value in named.items()}


def _steps_to_small(optimiser: Optimiser) -> int:
    """Count the steps after which the loss is small and, as far as we looked, stays so."""
    above = np.flatnonzero(loss(walk(optimiser, steps=400)) > SMALL)
    return int(above[-1]) + 1
