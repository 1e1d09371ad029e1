"""Data to learn from: logic gates, shapes in the plane, a noisy curve, handwritten digits.

Everything random comes out of the generator that you pass. Inputs X are (n, n_in), answers y are
(n, 1) with 0 and 1 for two classes.
"""

import hashlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import Array, as_matrix, as_number, require_count, require_instance, shown

GATES = {
    "and": "0001", "or": "0111", "nand": "1110", "nor": "1000", "xor": "0110", "xnor": "1001",
}  # fmt: skip
"""Truth tables: the answers to 00, 01, 10 and 11.

Examples
--------
>>> GATES["xor"]
'0110'
"""

_DIGITS_SHA256 = "25cfe24fddd8a568b9c192e773a7bdc34597c2378a060639f6570747ad2e2fea"


def gate(name: str) -> tuple[Array, Array]:
    """Build the four samples of a logic gate.

    Parameters
    ----------
    name : str
        A key of :data:`GATES`, or a truth table such as "0110": the answers to 00, 01, 10, 11.

    Returns
    -------
    X : ndarray of float64, shape (4, 2)
    y : ndarray of float64, shape (4, 1)

    Raises
    ------
    ValueError
        If the name is unknown.

    Examples
    --------
    >>> X, y = gate("and")
    >>> y.ravel()
    array([0., 0., 0., 1.])
    """
    table = GATES.get(name, name)
    if len(table) != 4 or set(table) - {"0", "1"}:
        raise ValueError(
            f"name must be one of {', '.join(GATES)} or four binary digits; got {name!r}"
        )
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, np.array([[float(answer)] for answer in table])


def moons(rng: np.random.Generator, n: int, noise: float = 0.1) -> tuple[Array, Array]:
    """Draw two half moons that reach into each other.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the randomness comes from.
    n : int
        Number of samples; the first half, rounded up, is class 0.
    noise : float
        Standard deviation of what is added to each coordinate, at least 0.

    Returns
    -------
    X : ndarray of float64, shape (n, 2)
    y : ndarray of float64, shape (n, 1)

    Raises
    ------
    ValueError
        If rng is not a Generator, n is below 1, or noise is negative.

    Examples
    --------
    >>> X, y = moons(np.random.default_rng(0), 5, noise=0)
    >>> np.hypot(*X[:3].T)  # the first moon lies on a circle around 0
    array([1., 1., 1.])
    >>> y.ravel()
    array([0., 0., 0., 1., 1.])
    """
    y = _two_classes(rng, n)
    angle = rng.uniform(0.0, np.pi, size=n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    X = np.where(y == 0.0, upper, np.array([1.0, 0.5]) - upper)
    return _blurred(rng, X, noise), y


def circles(
    rng: np.random.Generator, n: int, noise: float = 0.1, inner: float = 0.5
) -> tuple[Array, Array]:
    """Draw a circle of radius 1, class 0, around a circle of radius `inner`, class 1.

    Parameters, returns and errors as in :func:`moons`; `inner` must lie in (0, 1).

    Examples
    --------
    >>> X, y = circles(np.random.default_rng(0), 4, noise=0)
    >>> np.hypot(*X.T).round(9), y.ravel()
    (array([1. , 1. , 0.5, 0.5]), array([0., 0., 1., 1.]))
    """
    inner = as_number(inner, "inner", "in (0, 1)", lambda number: 0.0 < number < 1.0)
    y = _two_classes(rng, n)
    angle = rng.uniform(0.0, 2.0 * np.pi, size=n)
    X = np.column_stack([np.cos(angle), np.sin(angle)]) * np.where(y == 0.0, 1.0, inner)
    return _blurred(rng, X, noise), y


def spirals(
    rng: np.random.Generator, n: int, noise: float = 0.05, turns: float = 1.5
) -> tuple[Array, Array]:
    """Draw two spirals of radius up to 1, each the other one rotated by half a turn.

    Parameters, returns and errors as in :func:`moons`; `turns` must be above 0.

    Examples
    --------
    >>> X, y = spirals(np.random.default_rng(0), 100, noise=0)
    >>> X.shape, int(y.sum()), bool(np.hypot(*X.T).max() <= 1)
    ((100, 2), 50, True)
    """
    turns = as_number(turns, "turns", "above 0", lambda number: number > 0.0)
    y = _two_classes(rng, n)
    radius = np.sqrt(rng.uniform(size=(n, 1)))  # as many samples on a long arc as on a short one
    angle = 2.0 * np.pi * turns * radius + np.pi * y
    return _blurred(rng, radius * np.hstack([np.cos(angle), np.sin(angle)]), noise), y


def noisy_curve(rng: np.random.Generator, n: int, noise: float = 0.2) -> tuple[Array, Array]:
    """Draw y = sin(pi·x) plus noise at places x in [-1, 1], sorted: a curve to fit.

    Parameters and errors as in :func:`moons`; X and y are both (n, 1).

    Examples
    --------
    >>> X, y = noisy_curve(np.random.default_rng(0), 4, noise=0)
    >>> bool(np.allclose(y, np.sin(np.pi * X)))
    True
    """
    require_instance(rng, np.random.Generator, "rng")
    X = np.sort(rng.uniform(-1.0, 1.0, size=(require_count(n, "n"), 1)), axis=0)
    return X, _blurred(rng, np.sin(np.pi * X), noise)


def random_labels(rng: np.random.Generator, n: int, n_in: int) -> tuple[Array, Array]:
    """Draw inputs and, without a look at them, answers: there is nothing to learn but by heart.

    Parameters and errors as in :func:`moons`; X is (n, n_in) and normal, y is 0 or 1.

    Examples
    --------
    >>> X, y = random_labels(np.random.default_rng(0), 6, n_in=3)
    >>> X.shape, y.shape, set(y.ravel().tolist()) <= {0.0, 1.0}
    ((6, 3), (6, 1), True)
    """
    require_instance(rng, np.random.Generator, "rng")
    X = rng.normal(size=(require_count(n, "n"), require_count(n_in, "n_in")))
    return X, rng.integers(0, 2, size=(n, 1)).astype(np.float64)


def digits() -> tuple[Array, NDArray[np.int64]]:
    """Load 1,797 handwritten digits, 8 by 8 pixels each.

    They are the test set of a larger collection, scanned from forms that 13 people filled in, and
    are shipped with the package; ``digits-credits.txt`` beside the data names source and licence.

    Returns
    -------
    X : ndarray of float64, shape (1797, 64)
        Ink in each pixel, row by row: whole numbers from 0 to 16.
    labels : ndarray of int64, shape (1797,)
        Which digit it is.

    Raises
    ------
    ValueError
        If the shipped file is not what it was.

    References
    ----------
    Alpaydin and Kaynak (1998), Optical recognition of handwritten digits, UCI Machine Learning
    Repository.

    Examples
    --------
    >>> X, labels = digits()
    >>> print(labels[0], X[0, :8], sep=": ")
    0: [ 0.  0.  5. 13.  9.  1.  0.  0.]
    """
    content = Path(__file__).with_name("_digits").joinpath("digits.npz").read_bytes()
    return _digits_of(content)


def one_hot(labels: ArrayLike, k: int) -> Array:
    """Turn class numbers into rows with a single 1.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Classes, from 0 to k - 1.
    k : int
        Number of classes.

    Returns
    -------
    ndarray of float64, shape (n, k)

    Raises
    ------
    ValueError
        If labels is not a list of whole numbers from 0 to k - 1.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    classes = np.asarray(labels)
    if classes.ndim != 1 or classes.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be (n,) whole numbers; got {shown(classes.shape)} of {classes.dtype}"
        )
    if classes.size and not 0 <= classes.min() <= classes.max() < require_count(k, "k"):
        raise ValueError(f"labels must lie in 0 to {k - 1}; got {classes.min()} to {classes.max()}")
    return np.asarray(np.eye(k)[classes])


def split(
    rng: np.random.Generator, X: ArrayLike, y: ArrayLike, share: float
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Set samples aside at random, to judge by them what was learned from the others.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the randomness comes from.
    X, y : array_like, shapes (n, n_in) and (n, k)
        Samples and answers.
    share : float
        Share of the samples to set aside, in (0, 1); at least one goes to each side.

    Returns
    -------
    train, validation : pairs of ndarray
        (X, y) to learn from, and (X, y) that were set aside.

    Raises
    ------
    ValueError
        If the lengths differ, there are fewer than two samples, or share is not in (0, 1).

    Examples
    --------
    >>> X, y = gate("xor")
    >>> train, validation = split(np.random.default_rng(0), X, y, 0.25)
    >>> len(train[0]), len(validation[0])
    (3, 1)
    """
    require_instance(rng, np.random.Generator, "rng")
    X, y = as_matrix(X, "X", "n_in"), as_matrix(y, "y", "k")
    if not len(X) == len(y) >= 2:
        raise ValueError(f"X and y must hold the same two samples or more; got {len(X)}, {len(y)}")
    share = as_number(share, "share", "in (0, 1)", lambda number: 0.0 < number < 1.0)
    aside = min(max(round(share * len(X)), 1), len(X) - 1)
    order = rng.permutation(len(X))
    train, validation = order[aside:], order[:aside]
    return (X[train], y[train]), (X[validation], y[validation])


def _two_classes(rng: np.random.Generator, n: int) -> Array:
    require_instance(rng, np.random.Generator, "rng")
    return (np.arange(require_count(n, "n")) >= (n + 1) // 2).astype(np.float64)[:, None]


def _blurred(rng: np.random.Generator, X: Array, noise: float) -> Array:
    noise = as_number(noise, "noise", "of at least 0", lambda number: number >= 0.0)
    return X + rng.normal(0.0, noise, size=X.shape)


def _digits_of(content: bytes) -> tuple[Array, NDArray[np.int64]]:
    if hashlib.sha256(content).hexdigest() != _DIGITS_SHA256:
        raise ValueError("the digits are damaged: their checksum is not the stored one")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        X, labels = arrays["X"], arrays["labels"]
    if X.shape != (1797, 64) or labels.shape != (1797,):
        raise ValueError(
            f"X must be (1797, 64) and labels (1797,); got {shown(X.shape)}, {shown(labels.shape)}"
        )
    return X.astype(np.float64), labels.astype(np.int64)
