"""Optimisers: how gradients move parameters. They step lists of arrays and know no network.

From the simplest to the hardest: gradient descent, momentum, Adam. ``step`` changes the parameters
in place, as nothing else in the library does; the arrays an optimiser remembers start at zero with
its first step, so one optimiser belongs to one list of parameters.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import Array, as_floats, as_number, require_count, require_shape

Arrays = Sequence[Array]
"""Parameters, or their gradients: float64 arrays of any shapes."""


class Optimiser(Protocol):
    """Anything with a learning rate and a step.

    Examples
    --------
    >>> class SignDescent:  # an optimiser of your own
    ...     def __init__(self, lr):
    ...         self.lr = lr
    ...
    ...     def step(self, parameters, gradients):
    ...         for w, g in zip(parameters, gradients):
    ...             w -= self.lr * np.sign(g)
    >>> path(SignDescent(lr=2.0), lambda w: 2 * w, [8.0], steps=3).ravel()
    array([8., 6., 4., 2.])
    """

    lr: float

    def step(self, parameters: Arrays, gradients: Arrays) -> None:
        """Move each parameter, in place, by what its gradient says."""


class GradientDescent:
    """Gradient descent, w ← w - lr·g: a step straight down the slope.

    Fed with the gradients of single samples or mini-batches, it is called stochastic (SGD).

    Parameters
    ----------
    lr : float
        Learning rate, above 0. It may be changed between steps.

    Raises
    ------
    ValueError
        If lr is not above 0.

    Examples
    --------
    >>> w = np.array([4.0, 3.0])
    >>> GradientDescent(lr=0.5).step([w], [np.array([2.0, -2.0])])
    >>> w
    array([3., 4.])
    """

    def __init__(self, lr: float) -> None:
        self.lr = _rate(lr)

    def step(self, parameters: Arrays, gradients: Arrays) -> None:
        """Move each parameter in place; shapes must agree, or a ValueError says which do not."""
        _require_pairs(parameters, gradients)
        for w, g in zip(parameters, gradients, strict=True):
            w -= self.lr * g


class Momentum:
    """Gradient descent with momentum: v ← mu·v - lr·g, then w ← w + v.

    Of the two common forms this is the one whose velocity holds the learning rate. The other,
    v ← mu·v + g and w ← w - lr·v, makes the same steps as long as lr stays the same.

    Parameters
    ----------
    lr : float
        Learning rate, above 0.
    mu : float
        Share of the velocity that is kept, in [0, 1).

    Raises
    ------
    ValueError
        If lr is not above 0 or mu not in [0, 1).

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.
    Sutskever, Martens, Dahl and Hinton (2013), On the importance of initialization and momentum in
    deep learning, equations 1 and 2.

    Examples
    --------
    >>> w, momentum = np.array([8.0]), Momentum(lr=0.25, mu=0.5)
    >>> momentum.step([w], [np.array([8.0])])
    >>> momentum.step([w], [np.array([0.0])])  # no slope, and still moving
    >>> w, momentum.v
    (array([5.]), [array([-1.])])
    """

    def __init__(self, lr: float, mu: float = 0.9) -> None:
        self.lr, self.mu = _rate(lr), _share(mu, "mu")
        self.v: list[Array] = []

    def step(self, parameters: Arrays, gradients: Arrays) -> None:
        """Move each parameter in place; shapes must agree, or a ValueError says which do not."""
        _require_pairs(parameters, gradients)
        self.v = _remembered(self.v, parameters)
        for w, g, v in zip(parameters, gradients, self.v, strict=True):
            v *= self.mu
            v -= self.lr * g
            w += v


class Adam:
    """Adam: a step of about lr for each parameter, whatever the size of its gradient.

    m ← beta1·m + (1 - beta1)·g and v ← beta2·v + (1 - beta2)·g² are running means of the gradient
    and of its square. They start at 0; dividing by 1 - beta1ᵗ and 1 - beta2ᵗ in step t removes
    that bias. Then w ← w - lr·m̂ / (√v̂ + epsilon).

    Parameters
    ----------
    lr : float
        Learning rate, above 0.
    beta1 : float
        Share of the gradient's running mean that is kept, in [0, 1).
    beta2 : float
        Share of the square's running mean that is kept, in [0, 1).
    epsilon : float
        Keeps the quotient finite where the gradient is 0; above 0.

    Raises
    ------
    ValueError
        If a number leaves its range.

    References
    ----------
    Kingma and Ba (2015), Adam: a method for stochastic optimization, algorithm 1.

    Examples
    --------
    >>> w = np.array([4.0, 3.0])
    >>> Adam(lr=0.25).step([w], [np.array([1000.0, -0.001])])
    >>> w.round(4)
    array([3.75, 3.25])
    """

    def __init__(
        self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
    ) -> None:
        self.lr, self.epsilon = _rate(lr), _rate(epsilon, "epsilon")
        self.beta1, self.beta2 = _share(beta1, "beta1"), _share(beta2, "beta2")
        self.m: list[Array] = []
        self.v: list[Array] = []
        self.t = 0

    def step(self, parameters: Arrays, gradients: Arrays) -> None:
        """Move each parameter in place; shapes must agree, or a ValueError says which do not."""
        _require_pairs(parameters, gradients)
        self.m, self.v = _remembered(self.m, parameters), _remembered(self.v, parameters)
        self.t += 1
        unbias1, unbias2 = 1.0 - self.beta1**self.t, 1.0 - self.beta2**self.t
        for w, g, m, v in zip(parameters, gradients, self.m, self.v, strict=True):
            m *= self.beta1
            m += (1.0 - self.beta1) * g
            v *= self.beta2
            v += (1.0 - self.beta2) * g**2
            w -= self.lr * (m / unbias1) / (np.sqrt(v / unbias2) + self.epsilon)


def norm(arrays: Arrays) -> float:
    """Measure a list of arrays as one long vector: the root of the sum of all squares.

    Parameters
    ----------
    arrays : sequence of ndarray
        Any shapes.

    Returns
    -------
    float
        Finite whenever it can be: the largest entry is divided out before anything is squared.

    Examples
    --------
    >>> norm([np.array([[3.0]]), np.array([0.0, 4.0])])
    5.0
    """
    largest = max((float(np.abs(array).max(initial=0.0)) for array in arrays), default=0.0)
    if largest == 0.0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(sum(((array / largest) ** 2).sum() for array in arrays)))


def clip_by_norm(gradients: Arrays, max_norm: float) -> list[Array]:
    """Shorten gradients that are too long, all by one factor: their direction stays.

    Parameters
    ----------
    gradients : sequence of ndarray
        Any shapes; together they count as one long vector.
    max_norm : float
        The length they may have, above 0.

    Returns
    -------
    list of ndarray
        The gradients themselves where they are short enough.

    Raises
    ------
    ValueError
        If max_norm is not above 0.

    References
    ----------
    Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks,
    algorithm 1.

    Examples
    --------
    >>> clip_by_norm([np.array([30.0, 40.0])], 5)
    [array([3., 4.])]
    """
    max_norm, length = _rate(max_norm, "max_norm"), norm(gradients)
    if length <= max_norm:
        return list(gradients)
    return [gradient / length * max_norm for gradient in gradients]


def path(
    optimiser: Optimiser, gradient: Callable[[Array], Array], start: ArrayLike, steps: int
) -> Array:
    """Walk an optimiser down a function and keep every place it visits.

    Parameters
    ----------
    optimiser : Optimiser
        A fresh one: what it remembers belongs to one walk.
    gradient : callable
        w -> the function's gradient at w, arrays of one shape.
    start : array_like
        Where to begin, any shape.
    steps : int
        How many steps, at least 1.

    Returns
    -------
    ndarray of float64, shape (steps + 1, *shape of start)
        The start, then the place after each step.

    Raises
    ------
    ValueError
        If start is not finite, steps is below 1, or a gradient has another shape than start.

    Examples
    --------
    >>> path(GradientDescent(lr=0.25), lambda w: 2 * w, [8.0], steps=3).ravel()
    array([8., 4., 2., 1.])
    """
    w = as_floats(start, "start").copy()
    places = [w.copy()]
    for _ in range(require_count(steps, "steps")):
        optimiser.step([w], [gradient(w)])
        places.append(w.copy())
    return np.array(places)


def _rate(value: float, symbol: str = "lr") -> float:
    return as_number(value, symbol, "above 0", lambda number: number > 0.0)


def _share(value: float, symbol: str) -> float:
    return as_number(value, symbol, "in [0, 1)", lambda number: 0.0 <= number < 1.0)


def _require_pairs(parameters: Arrays, gradients: Arrays) -> None:
    if len(parameters) != len(gradients):
        raise ValueError(
            f"there must be one gradient for each parameter; got {len(gradients)} gradients "
            f"for {len(parameters)} parameters"
        )
    for number, (w, g) in enumerate(zip(parameters, gradients, strict=True), start=1):
        require_shape(g, f"gradient {number}", w.shape, f"parameter {number}")


def _remembered(state: list[Array], parameters: Arrays) -> list[Array]:
    if not state:
        return [np.zeros_like(w) for w in parameters]
    if [s.shape for s in state] != [w.shape for w in parameters]:
        raise ValueError("an optimiser belongs to one list of parameters; got other shapes")
    return state
