"""Common mistakes, small enough to follow: unscaled customers, a dead layer, a broadcast loss.

The first two customers are a source's; it standardises these two and no more. The other six are
ours, so that there is something to learn: who is older or spends a larger share leaves, whatever
the income.
"""

import numpy as np

from byhand import activations
from byhand._validate import Array, frozen
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP
from byhand.optim import GradientDescent
from byhand.scaling import Standardiser
from byhand.train import Training
from byhand.worked import churn

_INCOME = (25000.0, 80000.0, 42000.0, 61000.0, 38000.0, 95000.0, 30000.0, 70000.0)
_AGE = (25.0, 55.0, 31.0, 48.0, 52.0, 29.0, 44.0, 35.0)
_RATIO = (0.5, 0.9, 0.3, 0.6, 0.7, 0.2, 0.8, 0.4)
_LEFT = (0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0)

X = frozen(np.column_stack([_INCOME, _AGE, _RATIO]))
"""Income, age, ratio of eight customers, (8, 3)."""

y = frozen(np.array(_LEFT)[:, None])
"""Who left, (8, 1)."""

NEW = (52000.0, 40.0, 0.6)
"""A ninth customer, who comes after training."""

UPDATES = 1000
"""Updates of each training of the eight customers, all at once."""

SHIFT = -2.0
"""Bias of both hidden neurons with which no customer switches one on."""

LEAK = 0.1
"""Slope on the left that brings the dead layer back."""

DEAD_UPDATES = 2000
"""Updates of the dead network, and of the leaky one."""

DEAD_RATE = 1.0
"""Their learning rate."""

_LABELS = (1.0, 0.0, 1.0, 0.0)
_CHANCES = (0.9, 0.1, 0.8, 0.3)
"""A source's four labels and predictions."""


def curvature(features: Array) -> Array:
    """Compute the curvatures of the mean cross-entropy where all weights are zero.

    Parameters
    ----------
    features : Array, shape (n, k)
        Inputs of one sigmoid neuron with a bias.

    Returns
    -------
    Array, shape (k + 1,)
        Eigenvalues of the matrix of second derivatives, the smallest first. A step of gradient
        descent overshoots along the last where the learning rate is above 2 divided by it.
    """
    A = np.column_stack([features, np.ones(len(features))])
    singular = np.linalg.svd(A / np.sqrt(4 * len(A)), compute_uv=False)  # p(1 - p) is 1/4
    return np.asarray(singular[::-1] ** 2)


def rate(features: Array) -> float:
    """Give half the largest learning rate that doesn't overshoot at the start."""
    return float(1.0 / curvature(features)[-1])


def neuron(features: Array) -> Training[MLP]:
    """Train one sigmoid neuron from zero weights, at its own `rate`."""
    start = MLP([Dense(np.zeros((features.shape[1], 1)), [0.0], "sigmoid")])
    training = Training(start, binary_cross_entropy, GradientDescent(rate(features)))
    return training.run(features, y, epochs=UPDATES)


def shut(activation: activations.Activation = activations.relu) -> MLP:
    """Build the churn network with both hidden biases at SHIFT: every z1 is negative."""
    hidden = Dense(churn.W1, [SHIFT, SHIFT], activation)
    return MLP([hidden, Dense(churn.W2, churn.b2, "sigmoid")])


def revived() -> Training[MLP]:
    """Train the shut network with a leak in its hidden layer."""
    start = shut(activations.leaky_relu_with(LEAK))
    training = Training(start, binary_cross_entropy, GradientDescent(DEAD_RATE))
    return training.run(churn.X, churn.y, epochs=DEAD_UPDATES)


def dead() -> Training[MLP]:
    """Train the shut network as it is."""
    training = Training(shut(), binary_cross_entropy, GradientDescent(DEAD_RATE))
    return training.run(churn.X, churn.y, epochs=DEAD_UPDATES)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol.
    """
    return {
        "income": _INCOME,
        "age": _AGE,
        "ratio": _RATIO,
        "left": _LEFT,
        "new": NEW,
        "shift": (SHIFT,),
        "leak": (LEAK,),
        "labels": _LABELS,
        "chances": _CHANCES,
        "half": (0.5,),
        "small": (0.01,),
        "scores": (2.0, 1.0, 0.1),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``mistakes.scaled.loss`` is the mean loss in nats after 1,000 updates.
    """
    named: dict[str, float | int] = {}
    two = Standardiser.fit(X[:2])
    eight = Standardiser.fit(X)
    for k, feature in enumerate(("income", "age", "ratio")):
        named[f"two.{feature}.mean"] = float(two.mean[k])
        named[f"two.{feature}.std"] = float(two.std[k])
        named[f"eight.{feature}.mean"] = float(eight.mean[k])
        named[f"eight.{feature}.std"] = float(eight.std[k])
        named[f"new.{feature}"] = float(eight.transform([NEW])[0, k])
    named["two.low"], named["two.high"] = two.transform(X[:2])[:, 0].tolist()
    named |= _trainings(eight.transform(X))
    named |= _dead()
    wrong = np.subtract.outer(_LABELS, _CHANCES) ** 2
    named["shape.right"] = float(np.diagonal(wrong).mean())
    named["shape.wrong"] = float(wrong.mean())
    named["shape.pairs"] = wrong.size
    return {f"mistakes.{name}": value for name, value in named.items()}


def _trainings(scaled: Array) -> dict[str, float | int]:
    raw_, scaled_ = curvature(X), curvature(scaled)
    named: dict[str, float | int] = {
        "raw.condition_billions": float(raw_[-1] / raw_[0] / 1e9),
        "raw.limit_billionths": float(2e9 / raw_[-1]),
        "scaled.condition": float(scaled_[-1] / scaled_[0]),
        "scaled.limit": float(2 / scaled_[-1]),
    }
    for name, features in (("raw", X), ("scaled", scaled)):
        found = neuron(features).network
        logits = found.forward(features).layers[-1].z
        named[f"{name}.loss"] = binary_cross_entropy.value_from_logits(y, logits)
        named[f"{name}.correct"] = int(((logits > 0) == (y == 1)).sum())
    return named


def _dead() -> dict[str, float | int]:
    gone, back = dead().network, revived().network
    named: dict[str, float | int] = {
        "dead.z1_max": float(shut().forward(churn.X).layers[0].z.max()),
        "dead.y_hat": float(gone.predict(churn.X)[0, 0]),
    }
    for name, network in (("dead", gone), ("leaky", back)):
        logits = network.forward(churn.X).layers[-1].z
        named[f"{name}.loss"] = binary_cross_entropy.value_from_logits(churn.y, logits)
    return named
