"""Deep networks: chains of single neurons by hand, and one network of ten hidden layers to mend.

The chains are small enough for a pencil. The network, its 48 points and its starts are ours: no
source trains a deep one.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import prod, sqrt

import numpy as np

from byhand import data, init, optim
from byhand._validate import Array, frozen
from byhand.activations import Activation, sigmoid, tanh
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy
from byhand.mlp import Initialiser
from byhand.remedies import BatchNorm, Part, Residual, Stack
from byhand.scaling import Standardiser
from byhand.train import Training

_POINTS, _LABELS = data.moons(np.random.default_rng(3), 48, noise=0.1)

X = frozen(Standardiser.fit(_POINTS).transform(_POINTS))
"""Forty-eight points on two moons, standardised, (48, 2)."""

y = frozen(_LABELS)
"""Their classes, (48, 1)."""

DEPTH = 10
"""Hidden layers."""

WIDTH = 16
"""Neurons of each."""

SMALL = 0.1
"""Standard deviation of the small initial weights."""

RATE = 0.1
"""Learning rate of gradient descent."""

UPDATES = 200
"""Updates of a training, each on all points."""

_CHAIN = 4  # sigmoid neurons, each with weight 1 and bias 0, fed with 1
_STEEP, _STEEP_BIAS = 5.0, -2.5  # a neuron whose z is 0 if it is fed with one half
_SOURCE_WIDTH, _SOURCE_SCALE = 64, 0.01  # a source's deep network
_LONG, _LIMIT, _OTHER, _OTHER_LIMIT = (3.0, 4.0), 1.0, (-6.0, 8.0), 2.0  # gradients to clip
_BLOCK = 0.02  # what a sigmoid layer of the source's network passes back
_COLUMN = (1.0, 2.0, 3.0)  # pre-activations of one neuron, for three samples


def small(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Draw small normal weights, (n_in, n_out).

    Examples
    --------
    >>> small(np.random.default_rng(0), 2, 1).round(3)
    array([[ 0.013],
           [-0.013]])
    """
    return init.normal(rng, n_in, n_out, SMALL)


def network(
    seed: int,
    activation: Activation = sigmoid,
    start: Initialiser = small,
    *,
    batch_norm: bool = False,
    residual: bool = False,
) -> Stack:
    """Build the network of ten hidden layers, as it is or with a remedy.

    Parameters
    ----------
    seed : int
        Of the initial weights.
    activation : Activation
        Of each hidden layer.
    start : callable
        Draws the weights of each layer.
    batch_norm : bool
        Normalise each hidden layer's pre-activations over the batch.
    residual : bool
        Add each hidden layer's input to its output, from the second on.

    Returns
    -------
    Stack
        With a sigmoid at the output.

    Examples
    --------
    >>> len(network(0).arrays), len(network(0, batch_norm=True).arrays)
    (22, 62)
    """
    rng = np.random.default_rng(seed)
    parts: list[Part | Dense | Activation] = []
    for n_in, n_out in pairwise([2, *[WIDTH] * DEPTH]):
        layer: list[Part | Dense | Activation] = [
            Dense(start(rng, n_in, n_out), np.zeros(n_out), "identity"),
            *([BatchNorm(n_out)] if batch_norm else []),
            activation,
        ]
        parts += [Residual(layer)] if residual and n_in == n_out else layer
    return Stack([*parts, Dense(start(rng, WIDTH, 1), [0.0], "identity")], "sigmoid")


def gradients(stack: Stack) -> list[Array]:
    """Compute dL/dW of each layer, for all points, from the first hidden layer on.

    Examples
    --------
    >>> [dW.shape for dW in gradients(network(0))][:3]
    [(2, 16), (16, 16), (16, 16)]
    """
    z, back = stack.forward(X, training=True)
    _, found = back(binary_cross_entropy.gradient_from_logits(y, z))
    return [gradient for gradient in found if gradient.ndim == 2]


def fading(stack: Stack) -> float:
    """Count by how many powers of ten the first layer's gradient is above the last one's.

    Examples
    --------
    >>> fading(network(0)) < -8
    True
    """
    first, *_, last = (np.linalg.norm(dW) for dW in gradients(stack))
    return float(np.log10(first / last))


def trained(
    stack: Stack, optimiser: optim.Optimiser | None = None, max_norm: float | None = None
) -> Training[Stack]:
    """Train a network on all points, by gradient descent unless told otherwise.

    Examples
    --------
    >>> run = trained(network(0))
    >>> round(run.history.loss[-1], 3)
    0.693
    """
    how = optimiser or optim.GradientDescent(RATE)
    training = Training(stack, binary_cross_entropy, how, max_norm=max_norm)
    return training.run(X, y, epochs=UPDATES)


def line_loss() -> float:
    """Find the lowest mean cross-entropy of a single neuron on the points, by Newton's method.

    Examples
    --------
    >>> line_loss() < 0.25
    True
    """
    A = np.column_stack([X, np.ones(len(X))])
    w = np.zeros((3, 1))
    for _ in range(12):
        y_hat = sigmoid.f(A @ w)
        w -= np.linalg.solve(A.T @ (y_hat * (1.0 - y_hat) * A), A.T @ (y_hat - y))
    return binary_cross_entropy.value_from_logits(y, A @ w)


def verdict(losses: Sequence[float]) -> str:
    """Say in words what some starts have come to: no digit of it depends on a last bit.

    Parameters
    ----------
    losses : sequence of float
        The final loss of each start.

    Returns
    -------
    str
        "beats the line" if their median is below what a single neuron can reach, "guesses" if all
        are within a thousandth of ln 2, "learns" if none is.

    Raises
    ------
    ValueError
        If some starts guess and others don't.

    Examples
    --------
    >>> verdict([0.1, 0.2, 0.5]), verdict([0.3, 0.4, 0.5]), verdict([0.6931, 0.6930])
    ('beats the line', 'learns', 'guesses')
    """
    guesses = [abs(loss - np.log(2.0)) < 1e-3 for loss in losses]
    if any(guesses) and not all(guesses):
        raise ValueError(f"some starts guess and others don't: {sorted(losses)}")
    if all(guesses):
        return "guesses"
    return "beats the line" if np.median(losses) < line_loss() else "learns"


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol.
    """
    return {
        "steep": (_STEEP, _STEEP_BIAS),
        "half": (0.5,),
        "small": (SMALL, _SOURCE_SCALE),
        "gradient": (*_LONG, *_OTHER),
        "max_norm": (_LIMIT, _OTHER_LIMIT),
        "block": (_BLOCK,),
        "column": _COLUMN,
        "rate": (RATE,),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of this example that a page shows.

    Returns
    -------
    dict of str to float or int
        By key.
    """
    named = _chain() | _factors()
    long, other = (
        optim.clip_by_norm([np.array(gradient)], limit)[0]
        for gradient, limit in ((_LONG, _LIMIT), (_OTHER, _OTHER_LIMIT))
    )
    normal, _ = BatchNorm(1).forward(np.array(_COLUMN)[:, None], training=True)
    named |= {
        "clip.norm": float(np.linalg.norm(_LONG)),
        "clip.g_1": float(long[0]),
        "clip.g_2": float(long[1]),
        "clip.ex.g_1": float(other[0]),
        "clip.ex.g_2": float(other[1]),
        "norm.mean": float(np.mean(_COLUMN)),
        "norm.std": float(np.std(_COLUMN)),
        "norm.z_3": float(normal[2, 0]),
        "residual.product10": (1.0 + _BLOCK) ** 10,
        "residual.low10": (1.0 - _BLOCK) ** 10,
        "boom.factor10": 3**10,
        "ln2": binary_cross_entropy.value(np.ones((1, 1)), np.full((1, 1), 0.5)),
        "line.loss": line_loss(),
    }
    return {f"deep.{key}": value for key, value in named.items()}


def _chain() -> dict[str, float | int]:
    """Four sigmoid neurons in a row, a chain of identities, and a steep chain."""
    a = [1.0]
    for _ in range(_CHAIN):
        a.append(float(sigmoid.f(np.array(a[-1]))))
    slopes = [float(sigmoid.df(np.array(z))) for z in a[:-1]]  # each weight is 1, so z is a
    named: dict[str, float | int] = {}
    for k in range(1, _CHAIN + 1):
        named[f"chain.a{k}"] = a[k]
        named[f"chain.slope{k}"] = slopes[k - 1]
        named[f"chain.dw{k}"] = a[k - 1] * prod(slopes[k - 1 :])
    named["chain.ratio"] = named["chain.dw1"] / named["chain.dw4"]
    named["chain.fours10"] = 4**10
    named["chain.bound10"] = 0.25**10
    quarter = float(sigmoid.df(np.array(_STEEP * 0.5 + _STEEP_BIAS)))
    named["steep.factor"] = _STEEP * quarter
    named["steep.product10"] = (_STEEP * quarter) ** 10
    named["linear.half"] = 0.5**9
    named["linear.double"] = 2**9
    bend = float(tanh.df(np.array(1.0)))
    named["ex.tanh_slope"], named["ex.product8"] = bend, bend**8
    return named


def _factors() -> dict[str, float | int]:
    """Compute what a layer of the source's network passes on, by the rule of variances."""
    passed = sqrt(_SOURCE_WIDTH) * _SOURCE_SCALE
    he = sqrt(2.0)  # √n times √(2/n)
    return {
        "spread.linear": passed,
        "spread.relu": passed / sqrt(2.0),
        "spread.relu10": (passed / sqrt(2.0)) ** 10,
        "spread.sigmoid": passed / 4.0,
        "spread.sigmoid10": (passed / 4.0) ** 10,
        "spread.he_sigmoid": he / 4.0,
        "spread.he_sigmoid10": (he / 4.0) ** 10,
        "ex.he256": sqrt(2.0 / 256),
        "ex.xavier256": sqrt(2.0 / (256 + 256)),
    }
