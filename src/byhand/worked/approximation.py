"""Universal approximation: hinges of ReLU, stairs of sigmoids, the sawtooth, x² in depth.

Each weight is given by a formula, none is learned. What training finds of it is measured with
:mod:`byhand.worked.starts`.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, cos, isqrt, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import Array
from byhand.layers import Dense
from byhand.mlp import MLP, ForwardTrace
from byhand.worked._forward import forward_numbers, product_numbers

KNOTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where the network built by hand agrees with x².

Examples
--------
>>> square().predict([[knot] for knot in KNOTS]).ravel()
array([0.    , 0.0625, 0.25  , 0.5625, 1.    ])
"""

X = 0.6
"""The input that is followed through the network built by hand.

Examples
--------
>>> f"{X**2:.2f}"  # what the network should answer
'0.36'
"""

_FOLDED = (0.3, 0.35)  # inputs that are folded by hand: in the text, in an exercise
_TENTH = 0.1  # an input of the sawtooth that binary digits can't hold
_WAVES = (1, 10, 100, 200)  # waves on [0, 1]: smooth and bounded, all of them
_CUSTOMER = 0.6  # a tenure between two of the five customers'
_TWO_LAYERS = (1, 32, 32, 1)  # five folds of five folds


def hinges(knots: ArrayLike, heights: ArrayLike) -> MLP:
    """Build the 1-n-1 ReLU network whose graph joins n + 1 points by straight lines.

    Neuron i bends at knot i; its output weight is the change of slope there.

    Parameters
    ----------
    knots : array_like of float, shape (n + 1,)
        Rising.
    heights : array_like of float, shape (n + 1,)
        Values at the knots. Beyond the last knot the last line goes on; before the first knot the
        graph is level.

    Returns
    -------
    MLP

    Raises
    ------
    ValueError
        If the knots don't rise.

    Examples
    --------
    >>> hinges([0, 1, 2], [5, 6, 4]).predict([[0], [1], [1.5]]).ravel()
    array([5., 6., 5.])
    """
    t, y = np.asarray(knots, dtype=float), np.asarray(heights, dtype=float)
    if not (np.diff(t) > 0.0).all():
        raise ValueError(f"knots must rise; got {t.tolist()}")
    slopes = np.diff(y) / np.diff(t)  # (n,)
    changes = np.diff(slopes, prepend=0.0)
    hidden = Dense(np.ones((1, len(slopes))), -t[:-1], "relu")
    return MLP([hidden, Dense(changes[:, None], y[:1], "identity")])


def stairs(edges: ArrayLike, heights: ArrayLike, steepness: float) -> MLP:
    """Build the 1-n-1 sigmoid network whose graph is a staircase, one step at each edge.

    Parameters
    ----------
    edges : array_like of float, shape (n,)
        Rising.
    heights : array_like of float, shape (n + 1,)
        Before the first edge, between the edges, after the last.
    steepness : float
        Weight of each hidden neuron: the larger, the sharper the steps.

    Returns
    -------
    MLP

    Examples
    --------
    >>> bump = stairs([1, 2], [0, 3, 0], steepness=100)
    >>> bump.predict([[0.5], [1.5], [2.5]]).round(9).ravel()
    array([0., 3., 0.])
    """
    t, y = np.asarray(edges, dtype=float), np.asarray(heights, dtype=float)
    hidden = Dense(np.full((1, len(t)), steepness), -steepness * t, "sigmoid")
    return MLP([hidden, Dense(np.diff(y)[:, None], y[:1], "identity")])


def sawtooth(k: int) -> MLP:
    """Fold the interval from 0 to 1 k times: two ReLU neurons in each of k layers.

    Each layer computes 2 relu(x) - 4 relu(x - 1/2), a tent, of what the layer before computed. The
    result has 2^k straight pieces. All weights are powers of 2, so nothing is ever rounded.

    Parameters
    ----------
    k : int
        Number of hidden layers.

    Returns
    -------
    MLP

    Examples
    --------
    >>> sawtooth(2).predict([[0], [0.25], [0.375], [0.5]]).ravel()
    array([0. , 1. , 0.5, 0. ])
    """
    bends = np.array([0.0, -0.5])
    first = Dense([[1, 1]], bends, "relu")
    between = [Dense([[2, 2], [-4, -4]], bends, "relu") for _ in range(k - 1)]
    return MLP([first, *between, Dense([[2], [-4]], [0], "identity")])


def deep_square(m: int) -> MLP:
    """Approximate x² on [0, 1] by m layers of three ReLU neurons, with the error of 2^m hinges.

    Two neurons of each layer fold; the third carries the approximation so far, from which the next
    layer takes the next sawtooth over a power of 4.

    Parameters
    ----------
    m : int
        Number of hidden layers.

    Returns
    -------
    MLP

    References
    ----------
    Yarotsky (2017), Error bounds for approximations with deep ReLU networks, proposition 2.

    Examples
    --------
    >>> deep_square(2).predict([[0.25], [0.5], [0.75]]).ravel()
    array([0.0625, 0.25  , 0.5625])
    """
    bends = np.array([0.0, -0.5, 0.0])
    layers = [Dense([[1, 1, 1]], bends, "relu")]
    for layer in range(1, m):
        less = [-2.0 / 4.0**layer, 4.0 / 4.0**layer, 1.0]
        W = np.column_stack([[2.0, -4.0, 0.0], [2.0, -4.0, 0.0], less])
        layers.append(Dense(W, bends, "relu"))
    return MLP([*layers, Dense([[-2.0 / 4.0**m], [4.0 / 4.0**m], [1.0]], [0], "identity")])


def worst(network: MLP, f: Callable[[Array], Array], low: float, high: float) -> float:
    """Find the largest error between two places, at 4,097 of them.

    Examples
    --------
    >>> worst(hinges([0, 1], [0, 1]), np.square, 0, 1)  # in the middle
    0.25
    """
    places = np.linspace(low, high, 4097)[:, None]
    return float(np.abs(network.predict(places) - f(places)).max())


def square() -> MLP:
    """Build the network for x² that the chapter builds by hand.

    Examples
    --------
    >>> square().layers[1].W.ravel()  # changes of slope
    array([0.25, 0.5 , 0.5 , 0.5 ])
    """
    return hinges(KNOTS, np.square(KNOTS))


def trace() -> ForwardTrace:
    """Follow one input through the network built by hand.

    Examples
    --------
    >>> trace().y_hat.round(3)
    array([[0.375]])
    """
    return square().forward([[X]])


def customers() -> MLP:
    """Build the network that gives the five customers' labels from their tenure alone.

    Examples
    --------
    >>> customers().predict([[0.5], [0.9], [0.2], [0.7], [0.4]]).round(9).ravel()
    array([0., 1., 0., 1., 0.])
    """
    return MLP([Dense([[1, 1]], [-0.5, -0.7], "relu"), Dense([[5], [-5]], [0], "identity")])


def largest_of_three() -> MLP:
    """Build max(0, x1, x2) of two hidden layers; with one it can't be had exactly.

    Examples
    --------
    >>> largest_of_three().predict([[3, 1], [-4, 2], [-2, -1]]).ravel()
    array([3., 2., 0.])
    """
    first = Dense([[1, 0, 0], [-1, 1, -1]], [0, 0, 0], "relu")  # of x1 - x2, x2, -x2
    second = Dense([[1], [1], [-1]], [0], "relu")  # max(x1, x2), cut off at 0
    return MLP([first, second, Dense([[1]], [0], "identity")])


def layers_until_zero(x: float) -> int:
    """Count the folds after which a float between 0 and 1 has become exactly 0.

    Examples
    --------
    >>> layers_until_zero(0.75)  # 0.5, then 1, then 0
    3
    """
    folds = 0
    while x:
        x, folds = float(sawtooth(1).predict([[x]])[0, 0]), folds + 1
    return folds


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol.
    """
    hidden, output = square().layers
    return {
        "knots": KNOTS,
        "x": (X, _TENTH, *_FOLDED, _CUSTOMER),
        "b1": tuple(hidden.b.tolist()),
        "W2": tuple(output.W.ravel().tolist()),
        "tent": (2.0, -4.0, -0.5),
        "lr": (0.03,),
        "errors": (0.5, 0.3, 0.2, 0.1, 0.01, 0.001),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``approximation.square.error4`` is the largest error of four hinges on x².
    """
    named: dict[str, float | int] = {
        "wave.error20": 1.0 - cos(pi / 10.0),
        "wave.rms0": sqrt(0.5),
        "wave.bound20": (2.0 * pi) ** 2 * 0.1**2 / 8.0,
        "customers.between": float(customers().predict([[_CUSTOMER]])[0, 0]),
        "needed.thousandth": ceil(sqrt(2.0 / (8.0 * 0.001))),
        "float.layers": layers_until_zero(_TENTH),
        "max.neurons": sum(largest_of_three().sizes[1:-1]),
    }
    for waves in _WAVES:
        named[f"needed.waves{waves}"] = ceil(2.0 * pi * waves / sqrt(8.0 * 0.01))
        named[f"least.waves{waves}"] = max(2 * waves - 2, 1)
    named |= _by_hand() | _depth()
    return {f"approximation.{name}": value for name, value in named.items()}


def _by_hand() -> dict[str, float | int]:
    forward, knots = trace(), np.array(KNOTS)
    named: dict[str, float | int] = {**forward_numbers("s1", forward, 0)}
    products = product_numbers("s1", forward, 0)
    named |= {name: value for name, value in products.items() if name.startswith("s1.p2")}
    named |= {"s1.square": X**2, "s1.error": float(forward.y_hat[0, 0]) - X**2}
    for n in (4, 8, 20):
        named[f"square.error{n}"] = worst(hinges(*_spaced(n)), np.square, 0.0, 1.0)
    slopes = np.diff(knots**2) / np.diff(knots)
    for i in range(4):
        named[f"square.slope_{i + 1}"] = float(slopes[i])
        named[f"square.W2_{i + 1}"] = float(square().layers[1].W[i, 0])
        named[f"square.height_{i + 1}"] = float(knots[i + 1] ** 2)
    return named


def _spaced(n: int) -> tuple[Array, Array]:
    knots = np.linspace(0.0, 1.0, n + 1)
    return knots, knots**2


def _parameters(sizes: Sequence[int]) -> int:
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def _depth() -> dict[str, float | int]:
    deep, m = sawtooth(10), 9
    named: dict[str, float | int] = {
        "sawtooth.pieces10": 2**10,
        "sawtooth.deep_neurons10": sum(deep.sizes[1:-1]),
        "sawtooth.deep_parameters10": deep.n_parameters,
        "sawtooth.wide_neurons10": 2**10 - 1,
        "sawtooth.wide_parameters10": _parameters((1, 2**10 - 1, 1)),
        "sawtooth.two_layers_neurons": sum(_TWO_LAYERS[1:-1]),
        "sawtooth.two_layers_parameters": _parameters(_TWO_LAYERS),
        "sawtooth.deep_neurons20": sum(sawtooth(20).sizes[1:-1]),
        "sawtooth.deep_parameters20": sawtooth(20).n_parameters,
        "sawtooth.wide_parameters20_millions": _parameters((1, 2**20 - 1, 1)) / 1e6,
        "deep_square.neurons": 3 * m,
        "deep_square.parameters": deep_square(m).n_parameters,
        "deep_square.error": worst(deep_square(m), np.square, 0.0, 1.0),
        "deep_square.wide_neurons": isqrt(4 ** (m + 1) // 8 - 1),
        "deep_square.hinges": 2**m,
    }
    for name, x in zip(("fold", "ex"), _FOLDED, strict=True):
        for k in range(1, 5):
            named[f"sawtooth.{name}{k}"] = float(sawtooth(k).predict([[x]])[0, 0])
    return named
