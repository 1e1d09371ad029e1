"""What hidden layers learn: XOR's four points behind the layer, and tools to compare features.

The XOR network is the one that chapter 11 trains, with its weights rounded to two digits. The tools
fit linear models to whatever a layer hands on, and measure what the weights look like.
"""

from itertools import pairwise
from math import factorial, sqrt

import numpy as np
from numpy.typing import NDArray

from byhand._validate import Array, frozen
from byhand.activations import sigmoid
from byhand.data import one_hot
from byhand.layers import Dense
from byhand.losses import categorical_cross_entropy
from byhand.mlp import MLP
from byhand.optim import GradientDescent
from byhand.train import Training
from byhand.worked import xor
from byhand.worked.overfitting import Crowd

_W1 = frozen(
    np.array([[3.07, -0.07, 3.28, 6.66], [3.04, -0.15, 3.33, 6.65]])
)  # Weights of the trained hidden layer, to two digits: (2, 4)

_b1 = frozen(
    np.array([-4.86, 0.24, -5.23, -3.01])
)  # Biases of the trained hidden layer, to two digits: (4,)

_W2 = frozen(
    np.array([[-6.39], [-1.05], [-6.8], [10.52]])
)  # Weights of the trained output layer, to two digits: (4, 1)

_b2 = frozen(np.array([-3.78]))  # Bias of the trained output layer, to two digits: (1,)

_GATES = frozen(
    np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
)  # XOR's four samples as the neurons OR and AND answer them: (4, 2)

_NETWORK = (64, 16, 10)  # reads digits of 8 by 8
_GAP = np.array([1.0, -1.0, -1.0, 1.0])  # 00 and 11 against 01 and 10
_RINGS = (1.0, 0.5)  # radii
_NEURON = (3.0, -4.0)  # weights of a neuron to be excited


def network() -> MLP:
    """Build the trained XOR network: sigmoid, and sigmoid.

    Examples
    --------
    >>> network().predict(xor.X).round(2).ravel()
    array([0.02, 0.98, 0.98, 0.01])
    """
    return MLP([Dense(_W1, _b1, "sigmoid"), Dense(_W2, _b2, "sigmoid")])


def xor_margin(points: Array) -> float:
    """Compute the largest margin with which a plane parts XOR's four points.

    The two points of a class span a segment; the margin is half the distance of the segments.

    Parameters
    ----------
    points : ndarray of float64, shape (4, k)
        Where 00, 01, 10 and 11 are; in any number of dimensions.

    Returns
    -------
    float
        0 where nothing parts them.

    Examples
    --------
    >>> xor_margin(xor.X), round(xor_margin(np.array([[0, 0], [1, 0], [1, 0], [1, 1]])), 3)
    (0.0, 0.354)
    """
    p, q = points[[0, 3]], points[[1, 2]]
    along = np.column_stack([p[1] - p[0], q[0] - q[1]])  # (k, 2)
    s, t = np.linalg.lstsq(along, q[0] - p[0], rcond=None)[0]
    if 0.0 <= s <= 1.0 and 0.0 <= t <= 1.0:
        gap = float(np.linalg.norm(along @ [s, t] - (q[0] - p[0])))
    else:  # then an end of one of them is nearest
        gap = min(_to_segment(point, ends) for ends, others in ((p, q), (q, p)) for point in others)
    return gap / 2.0 if gap > 1e-9 else 0.0


def _to_segment(point: Array, ends: Array) -> float:
    along = ends[1] - ends[0]
    length = float(along @ along)
    share = min(max(float((point - ends[0]) @ along) / length, 0.0), 1.0) if length else 0.0
    return float(np.linalg.norm(point - ends[0] - share * along))


def hidden(crowd: Crowd, X: Array) -> Array:
    """Compute what the first hidden layer of each network hands on, (m, n, width).

    Examples
    --------
    >>> crowd = Crowd(np.random.default_rng(0), [2, 8, 1], m=5)
    >>> hidden(crowd, np.zeros((5, 3, 2))).shape
    (5, 3, 8)
    """
    return np.asarray(np.tanh(X @ crowd.W[0] + crowd.b[0]))


def fit_linear(A: Array, y: Array, l2: float = 1e-3, steps: int = 12) -> Array:
    """Fit logistic regression by Newton's method, to one data set or to many at once.

    Each step solves for the place where the slope would vanish if the curvature stayed as it is.

    Parameters
    ----------
    A, y : ndarray of float64, shapes (..., n, k) and (..., n, 1)
        Features, and classes 0 or 1.
    l2 : float
        Strength of the penalty on the weights.
    steps : int
        Newton steps.

    Returns
    -------
    ndarray of float64, shape (..., k + 1, 1)
        Weights, and below them the bias.

    Examples
    --------
    >>> fit_linear(np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]])).round(1).ravel()
    array([ 8.2, -4.1])
    """
    A = np.concatenate([A, np.ones_like(A[..., :1])], axis=-1)
    n, k = A.shape[-2:]
    penalty = l2 * np.diag(np.arange(k) < k - 1).astype(np.float64)  # none on the bias
    w = np.zeros((*A.shape[:-2], k, 1))
    for _ in range(steps):
        y_hat = sigmoid.f(A @ w)
        slope = A.swapaxes(-1, -2) @ (y_hat - y) / n + penalty @ w
        curvature = A.swapaxes(-1, -2) @ (A * (y_hat * (1.0 - y_hat))) / n + penalty
        w = w - np.linalg.solve(curvature, slope)
    return w


def linear_accuracy(w: Array, A: Array, y: Array) -> Array:
    """Measure the share of samples on the right side of the border of :func:`fit_linear`.

    Examples
    --------
    >>> A, y = np.array([[0.0], [1.0], [2.0]]), np.array([[0.0], [1.0], [0.0]])
    >>> linear_accuracy(np.array([[2.0], [-1.0]]), A, y)
    array(0.66666667)
    """
    z = A @ w[..., :-1, :] + w[..., -1:, :]
    return np.asarray(((z > 0.0) == (y == 1.0)).mean(axis=(-2, -1)))


def square(X: Array) -> Array:
    """Make one feature of two: the squared distance from the origin, (..., 1).

    Examples
    --------
    >>> square(np.array([[3.0, 4.0]]))
    array([[25.]])
    """
    return np.asarray((X**2).sum(axis=-1, keepdims=True))


def products(X: Array) -> Array:
    """Make all products of two inputs, up to degree 2: (..., 5).

    Examples
    --------
    >>> products(np.array([[3.0, 4.0]]))
    array([[ 3.,  4.,  9., 16., 12.]])
    """
    return np.concatenate([X, X**2, X[..., :1] * X[..., 1:]], axis=-1)


def spread(shares: Array) -> str:
    """Write the median of some shares, with their range.

    Examples
    --------
    >>> spread(np.array([0.5, 0.9, 1.0]))
    '90% (50% to 100%)'
    """
    low, middle, high = np.quantile(shares, (0.0, 0.5, 1.0))
    return f"{middle:.0%} ({low:.0%} to {high:.0%})"


def hand_made(X: Array, *, crossings: bool = True) -> Array:
    """Compute features of digits that a person thinks of.

    Ink in each row, column and quadrant; how far each picture is from its two mirror images; and,
    if asked for, how much the ink changes along each row and column: how often a pen is crossed.

    Parameters
    ----------
    X : ndarray of float64, shape (n, 64)
        Pictures, with ink from 0 to 1.
    crossings : bool
        Whether the last sixteen are wanted.

    Returns
    -------
    ndarray of float64, shape (n, 38) or (n, 22)
        All in the range of about 0 to 2.

    Examples
    --------
    >>> picture = np.zeros((1, 64))
    >>> hand_made(picture).shape, hand_made(picture, crossings=False).shape
    ((1, 38), (1, 22))
    """
    P = X.reshape(-1, 8, 8)
    quadrants = P.reshape(-1, 2, 4, 2, 4).sum(axis=(2, 4)).reshape(-1, 4)
    mirrored = [abs(P - flipped).sum(axis=(1, 2)) for flipped in (P[:, :, ::-1], P[:, ::-1])]
    parts = [P.sum(axis=2), P.sum(axis=1), quadrants / 2.0, np.stack(mirrored, axis=1) / 4.0]
    if crossings:
        parts += [abs(np.diff(P, axis=2)).sum(axis=2), abs(np.diff(P, axis=1)).sum(axis=1)]
    return np.hstack(parts) / 4.0


def learn_digits(
    X: Array,
    labels: NDArray[np.int64],
    *,
    width: int = 16,
    classes: int = 10,
    seed: int = 0,
    epochs: int = 15,
) -> tuple[MLP, MLP]:
    """Train a network with one hidden layer of tanh, batches of 32 and a rate of one half.

    Parameters
    ----------
    X : ndarray of float64, shape (n, n_in)
        Pictures.
    labels : ndarray of int64, shape (n,)
        From 0 to classes - 1.
    width, classes, seed, epochs : int
        Hidden neurons, outputs, what draws weights and order, passes through the data.

    Returns
    -------
    start, trained : MLP
        The network before and after.

    Examples
    --------
    >>> start, trained = learn_digits(np.eye(4), np.arange(4) % 2, width=3, classes=2, epochs=1)
    >>> [layer.W.shape for layer in trained.layers]
    [(4, 3), (3, 2)]
    """
    rng = np.random.default_rng(seed)
    start = MLP.from_sizes([X.shape[1], width, classes], ["tanh", "softmax"], rng)
    training = Training(start, categorical_cross_entropy, GradientDescent(0.5))
    answers = one_hot(labels, classes)
    return start, training.run(X, answers, epochs=epochs, batch_size=32, rng=rng).network


def smoothness(W: Array) -> Array:
    """Correlate each neuron's weights with those of the next pixels, to the right and below.

    Parameters
    ----------
    W : ndarray of float64, shape (64, width)
        Weights of a layer that reads pictures of 8 by 8.

    Returns
    -------
    ndarray of float64, shape (width,)
        About 0 for random weights, near 1 for a smooth picture.

    Examples
    --------
    >>> ramp = np.arange(64.0)[:, None]
    >>> smoothness(ramp).round(1)
    array([0.9])
    """
    P = W.T.reshape(-1, 8, 8)
    P = P - P.mean(axis=(1, 2), keepdims=True)
    across = (P[:, :, 1:] * P[:, :, :-1]).mean(axis=(1, 2))
    down = (P[:, 1:] * P[:, :-1]).mean(axis=(1, 2))
    return np.asarray((across + down) / 2.0 / (P**2).mean(axis=(1, 2)))


def likeness(A: Array, B: Array) -> tuple[Array, Array]:
    """Compare the neurons of two layers by what they answer to the same samples.

    Parameters
    ----------
    A, B : ndarray of float64, shapes (n, k) and (n, m)
        Activations.

    Returns
    -------
    alone : ndarray of float64, shape (m,)
        For each neuron of B, its correlation with the most similar one of A, without the sign.
    together : ndarray of float64, shape (m,)
        For each neuron of B, the share of its variance that a linear function of all of A explains.

    Examples
    --------
    >>> A = np.random.default_rng(0).normal(size=(50, 2))
    >>> alone, together = likeness(A, A @ [[1, 0.6], [0, 0.8]])
    >>> alone.round(1), together.round(6)
    (array([1. , 0.9]), array([1., 1.]))
    """
    A, B = A - A.mean(axis=0), B - B.mean(axis=0)
    lengths = np.outer(np.linalg.norm(A, axis=0), np.linalg.norm(B, axis=0))
    rest = B - A @ np.linalg.lstsq(A, B, rcond=None)[0]
    return abs(A.T @ B / lengths).max(axis=0), 1.0 - rest.var(axis=0) / B.var(axis=0)


def arrangements(width: int) -> int:
    """Count the networks that a hidden layer of tanh has at least as twins: order and signs.

    Examples
    --------
    >>> arrangements(2)
    8
    """
    return int(2**width * factorial(width))


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    arrays: dict[str, Array] = {"X": xor.X, "y": xor.y, "W1": _W1, "b1": _b1, "W2": _W2, "b2": _b2}
    return {name: tuple(array.ravel().tolist()) for name, array in arrays.items()} | {
        "gates": tuple(_GATES.ravel().tolist()),
        "network": tuple(map(float, _NETWORK)),
        "rings": _RINGS,
        "neuron": _NEURON,
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``hidden.s2.a1_4`` is what the fourth neuron answers to 01.
    """
    trace = network().forward(xor.X)
    A, untrained = trace.layers[0].a, xor.network().forward(xor.X).layers[0].a
    named: dict[str, float | int] = {}
    for sample in range(4):
        for neuron in range(4):
            named[f"s{sample + 1}.a1_{neuron + 1}"] = A[sample, neuron]
        named[f"s{sample + 1}.y_hat"] = trace.y_hat[sample, 0]
    for neuron in (0, 2, 3):  # the second one's is lost in rounding
        named[f"gap_{neuron + 1}"] = (_GAP @ A)[neuron]
    named["gap.z2"] = (_GAP @ trace.layers[1].z)[0]
    named["margin.trained"] = xor_margin(A)
    named["margin.start"] = xor_margin(untrained)
    named["margin.ratio"] = xor_margin(A) / xor_margin(untrained)
    named["margin.gates"] = xor_margin(_GATES)
    squares = [radius**2 for radius in _RINGS]
    named["rings.outer"], named["rings.inner"] = squares
    named["rings.middle"] = sum(squares) / 2.0
    named["rings.radius"] = sqrt(sum(squares) / 2.0)
    for name, sizes in {
        "raw": [2, 1],
        "made": [1, 1],
        "products": [5, 1],
        "net": [2, 8, 1],
    }.items():
        layers = pairwise(sizes)
        named[f"rings.parameters.{name}"] = sum((n_in + 1) * n_out for n_in, n_out in layers)
    w = np.array(_NEURON)
    named["excite.unit"] = float(np.linalg.norm(w))
    named["excite.unit.x1"], named["excite.unit.x2"] = (w / np.linalg.norm(w)).tolist()
    named["excite.box"] = float(w[w > 0.0].sum())
    named["twins.16"] = arrangements(_NETWORK[1])
    named["sectors"] = 2 * 8
    return {
        f"hidden.{name}": float(v) if isinstance(v, float) else int(v) for name, v in named.items()
    }
