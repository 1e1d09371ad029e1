"""Single neurons: two with three inputs each, and one with two inputs whose line can be drawn."""

import math

import numpy as np
from numpy.typing import ArrayLike

from byhand import activations
from byhand._validate import Array, frozen
from byhand.layers import Dense
from byhand.mlp import MLP, ForwardTrace
from byhand.worked._forward import forward_numbers, product_numbers

FIRST_x = frozen(np.array([1.0, 2.0, 3.0]))
"""Inputs of the first neuron: (3,)."""

FIRST_w = frozen(np.array([0.2, 0.8, -0.5]))
"""Its weights: (3,)."""

FIRST_b = 2.0
"""Its bias."""

SECOND_x = frozen(np.array([1.5, 2.0, -1.0]))
"""Inputs of the second neuron: (3,)."""

SECOND_w = frozen(np.array([0.5, -0.3, 0.8]))
"""Its weights: (3,)."""

SECOND_b = 0.1
"""Its bias."""

NEGATIVE_z = -2.0
"""A pre-activation below zero, given on its own."""

LINE_w = frozen(np.array([3.0, 4.0]))
"""Weights of the neuron whose line is drawn: (2,)."""

LINE_b = -2.0
"""Its bias."""

POINT = frozen(np.array([1.0, 1.0]))
"""A point beside the line: (2,)."""

OTHER_POINT = frozen(np.array([2.0, -1.0]))
"""A point for an exercise: (2,)."""

MOVED_b = 3.0
"""Another bias for the neuron with the line, for an exercise."""

RESCALE = 1000.0
"""Factor between two units of one input, as metres in a kilometre."""


def trace(x: ArrayLike, w: ArrayLike, b: float, activation: str = "sigmoid") -> ForwardTrace:
    """Pass one sample through one neuron, kept as a network of one layer.

    Parameters
    ----------
    x, w : array_like, shape (n_in,)
        Inputs and weights.
    b : float
        Bias.
    activation : str
        Name of the activation.

    Returns
    -------
    ForwardTrace

    Raises
    ------
    ValueError
        If the shapes differ, a number is not finite or the activation is unknown.

    Examples
    --------
    >>> print(trace([1, 2, 3], [2, 0, -1], 1, "relu").y_hat)
    [[0.]]
    """
    layer = Dense(np.reshape(w, (-1, 1)), [b], activation)
    return MLP([layer]).forward(np.reshape(x, (1, -1)))


def first() -> ForwardTrace:
    """Pass the first neuron's inputs through it, with the sigmoid.

    Returns
    -------
    ForwardTrace
    """
    return trace(FIRST_x, FIRST_w, FIRST_b)


def second() -> ForwardTrace:
    """Pass the second neuron's inputs through it, with the sigmoid.

    Returns
    -------
    ForwardTrace
    """
    return trace(SECOND_x, SECOND_w, SECOND_b)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By name.
    """
    arrays = {
        "first_x": FIRST_x,
        "first_w": FIRST_w,
        "second_x": SECOND_x,
        "second_w": SECOND_w,
        "line_w": LINE_w,
        "point": POINT,
        "other_point": OTHER_POINT,
    }
    return {name: tuple(array.tolist()) for name, array in arrays.items()} | {
        "first_b": (FIRST_b,),
        "second_b": (SECOND_b,),
        "negative_z": (NEGATIVE_z,),
        "line_b": (LINE_b,),
        "moved_b": (MOVED_b,),
        "rescale": (RESCALE,),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``neurons.first.z1``.
    """
    parts = (
        _neuron("first", first()),
        _neuron("second", second()),
        _on_the_way(),
        _negative(),
        _line(),
    )
    return {f"neurons.{name}": value for part in parts for name, value in part.items()}


def _applied(prefix: str, z: float, names: tuple[str, ...]) -> dict[str, float]:
    return {f"{prefix}.{name}": float(activations.get(name)(z)) for name in names}


def _neuron(prefix: str, forward: ForwardTrace) -> dict[str, float]:
    z = float(forward.layers[0].z[0, 0])
    bias = float(forward.mlp.layers[0].b[0])
    sums = {f"{prefix}.sum": z - bias, f"{prefix}.threshold": -bias}
    named = forward_numbers(prefix, forward, 0) | product_numbers(prefix, forward, 0) | sums
    return named | _applied(prefix, z, ("relu", "tanh"))


def _on_the_way() -> dict[str, float]:
    """Name what lies between the first neuron's products and its answer."""
    forward = first()
    products = FIRST_x * FIRST_w  # (3,)
    return {
        "first.partial": float(products[0] + products[1]),
        "first.exp": math.exp(-float(forward.layers[0].z[0, 0])),
    }


def _negative() -> dict[str, float]:
    return _applied("negative", NEGATIVE_z, ("sigmoid", "relu", "tanh"))


def _line() -> dict[str, float]:
    """Measure the line w·x + b = 0: how far it is from some points, and which way."""
    length = math.hypot(*LINE_w)

    def z(point: Array, b: float = LINE_b) -> float:
        return float(point @ LINE_w) + b

    return {
        "line.length": length,
        "line.normal_1": float(LINE_w[0]) / length,
        "line.normal_2": float(LINE_w[1]) / length,
        "line.origin.distance": LINE_b / length,
        "line.point.z": z(POINT),
        "line.point.distance": z(POINT) / length,
        "line.point.y_hat": float(activations.sigmoid(z(POINT))),
        "line.other.z": z(OTHER_POINT),
        "line.other.distance": z(OTHER_POINT) / length,
        "line.moved.distance": MOVED_b / length,
    }
