"""What the course needs of mathematics: a matrix product, logarithms, slopes, the chain rule."""

import math

import numpy as np

from byhand import activations
from byhand._validate import frozen

X = frozen(np.array([[1.0, 2.0, 3.0], [0.0, 1.0, -1.0]]))
"""Left factor of the worked product: (2, 3)."""

W = frozen(np.array([[2.0, 0.0], [1.0, 3.0], [-1.0, 1.0]]))
"""Right factor: (3, 2)."""

EXERCISE_x = frozen(np.array([[2.0, -1.0]]))
"""Left factor of an exercise: (1, 2)."""

EXERCISE_W = frozen(np.array([[3.0, 1.0], [0.0, 5.0]]))
"""Right factor of an exercise: (2, 2)."""

CHANCES = (0.5, 0.9, 0.1, 0.25)
"""Chances whose logarithms are shown."""

COUNT = 100
"""How many chances are multiplied."""

SQUARED_AT = 3.0
"""Where the slope of x² is measured."""

STEPS = (1.0, 0.1, 0.01)
"""Distances over which it is measured."""

CUBED_AT = 2.0
"""Where an exercise measures the slope of x³."""

RATE = 0.1
"""How far a step goes for each unit of slope."""

CHAIN = {"w": 0.5, "x": 2.0, "b": -0.4}
"""Weight, input and bias of the neuron of the chain rule."""


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By name.
    """
    return {
        "X": tuple(X.ravel().tolist()),
        "W": tuple(W.ravel().tolist()),
        "exercise_x": tuple(EXERCISE_x.ravel().tolist()),
        "exercise_W": tuple(EXERCISE_W.ravel().tolist()),
        "chances": CHANCES,
        "steps": STEPS,
        "points": (SQUARED_AT, CUBED_AT),
        "rate": (RATE,),
        "chain": tuple(CHAIN.values()),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``basics.product_1_2``.
    """
    parts = (_products(), _logarithms(), _slopes(), _chain())
    return {f"basics.{name}": value for part in parts for name, value in part.items()}


def _products() -> dict[str, int]:
    named = {}
    for prefix, product in (("product", X @ W), ("ex_product", EXERCISE_x @ EXERCISE_W)):
        for (i, j), entry in np.ndenumerate(product):
            named[f"{prefix}_{i + 1}_{j + 1}"] = int(entry)
    return named


def _logarithms() -> dict[str, float]:
    half, likely, unlikely, quarter = CHANCES
    return {
        "surprise.half": -math.log(half),
        "surprise.likely": -math.log(likely),
        "surprise.unlikely": -math.log(unlikely),
        "surprise.quarter": -math.log(quarter),
        "many.product": likely**COUNT,
        "many.sum": COUNT * math.log(likely),
    }


def _slopes() -> dict[str, float]:
    at, cube = SQUARED_AT, CUBED_AT
    named = {f"secant_{i}": ((at + h) ** 2 - at**2) / h for i, h in enumerate(STEPS, start=1)}
    h = STEPS[1]
    down = at - RATE * 2.0 * at
    return named | {
        "central": ((at + h) ** 2 - (at - h) ** 2) / (2.0 * h),
        "slope": 2.0 * at,
        "down.x": down,
        "down.f": down**2,
        "ex_central": ((cube + h) ** 3 - (cube - h) ** 3) / (2.0 * h),
        "ex_slope": 3.0 * cube**2,
    }


def _chain() -> dict[str, float]:
    w, x, b = CHAIN.values()
    z = w * x + b
    a = float(activations.sigmoid(z))
    slope = float(activations.sigmoid.df(np.array(z)))
    return {
        "chain.z": z,
        "chain.a": a,
        "chain.loss": -math.log(a),
        "chain.dL_da": -1.0 / a,
        "chain.da_dz": slope,
        "chain.dL_dz": -slope / a,
        "chain.dL_dw": -slope / a * x,
        "ex_chain": 2.0 * (3.0 * CUBED_AT - 1.0) * 3.0,  # of (3w - 1)² at w = 2
    }
