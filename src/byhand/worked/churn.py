"""Customer churn: two inputs, two ReLU neurons, one sigmoid neuron, five customers."""

import math

import numpy as np

from byhand._validate import Array, frozen
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP, ForwardTrace
from byhand.worked._forward import forward_numbers

PREFIX = "churn"

# Tenure and monthly charges, both scaled to [0, 1]; y is 1 for a customer who left.
X = frozen(np.array([[0.5, 0.1], [0.9, 0.8], [0.2, 0.3], [0.7, 0.6], [0.4, 0.2]]))  # (5, 2)
y = frozen(np.array([[0.0], [1.0], [0.0], [1.0], [0.0]]))  # (5, 1)

# One column per neuron. The source stores W1 by neuron: its rows are our columns.
W1 = frozen(np.array([[0.5, 0.3], [-0.2, 0.8]]))  # (2, 2)
b1 = frozen(np.array([0.1, -0.1]))  # (2,)
W2 = frozen(np.array([[0.6], [-0.4]]))  # (2, 1)
b2 = frozen(np.array([0.0]))  # (1,)

THRESHOLD = 0.5  # at and above it we call a customer a churner
CONSTANT = 0.5  # the prediction of somebody who knows nothing
EPSILON = 1e-8  # what the source's code adds inside its logarithms
CHANGED_W2_1 = 0.8  # the exercise: the first output weight, raised


def network() -> MLP:
    """Build the 2-2-1 network with the example's weights.

    Returns
    -------
    MLP
    """
    return MLP([Dense(W1, b1, "relu"), Dense(W2, b2, "sigmoid")])


def trace() -> ForwardTrace:
    """Pass all five customers through the network.

    Returns
    -------
    ForwardTrace

    Examples
    --------
    >>> print(trace().y_hat.round(3).ravel())
    [0.536 0.478 0.501 0.491 0.521]
    """
    return network().forward(X)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    arrays = {"X": X, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    given = {name: tuple(array.ravel().tolist()) for name, array in arrays.items()}
    return given | {
        "threshold": (THRESHOLD,),
        "constant": (CONSTANT,),
        "epsilon": (EPSILON,),
        "changed_W2_1": (CHANGED_W2_1,),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``churn.s1.z1_2``; losses in nats, counts as int.
    """
    forward = trace()
    losses = binary_cross_entropy.per_sample(y, forward.y_hat)  # (5,)
    named: dict[str, float | int] = {}
    for i in range(len(X)):
        sample = f"{PREFIX}.s{i + 1}"
        named |= forward_numbers(sample, forward, i)
        named[f"{sample}.loss"] = float(losses[i])
    parts = (_first_sample(forward), _means(forward), _baselines(), _quality(forward), _exercise())
    for part in parts:
        named |= {f"{PREFIX}.{name}": value for name, value in part.items()}
    return named


def _first_sample(forward: ForwardTrace) -> dict[str, float]:
    y_hat = float(forward.y_hat[0, 0])
    rounded = round(y_hat, 3)
    chain = -math.log(1.0 - rounded)  # the loss of a reader who goes on from the rounded digits
    return {
        "s1.exp": math.exp(-float(forward.layers[-1].z[0, 0])),
        "s1.one_minus_y_hat": 1.0 - y_hat,
        "s1.y_hat_rounded": rounded,
        "s1.one_minus_y_hat_rounded": 1.0 - rounded,
        "s1.loss_chain": chain,
        "s1.loss_chain_cut": math.floor(chain * 1000) / 1000,
    }


def _means(forward: ForwardTrace) -> dict[str, float]:
    y_hat = forward.y_hat
    shifted = y * np.log(y_hat + EPSILON) + (1.0 - y) * np.log(1.0 - y_hat + EPSILON)  # (5, 1)
    return {
        "loss": binary_cross_entropy.value(y, y_hat),
        "loss_eps": float(-shifted.mean()),
        "y_hat_min": float(y_hat.min()),
        "y_hat_max": float(y_hat.max()),
    }


def _constant_loss(prediction: float) -> float:
    return binary_cross_entropy.value(y, np.full_like(y, prediction))


def _baselines() -> dict[str, float]:
    base_rate = float(y.mean())
    return {
        "base_rate": base_rate,
        "constant_half.loss": _constant_loss(CONSTANT),
        "best_constant.loss": _constant_loss(base_rate),
        "majority.accuracy": max(base_rate, 1.0 - base_rate),
    }


def _quality(forward: ForwardTrace) -> dict[str, float | int]:
    correct = (forward.y_hat >= THRESHOLD) == (y == 1.0)  # (5, 1)
    churned, stayed = forward.y_hat[y == 1.0], forward.y_hat[y == 0.0]  # (2,), (3,)
    ordered = churned[:, None] > stayed[None, :]  # (2, 3): one entry per pair
    return {
        "correct": int(correct.sum()),
        "accuracy": float(correct.mean()),
        "pairs": int(ordered.size),
        "pairs_correct": int(ordered.sum()),
        "auc": float(ordered.mean()),
        "n_parameters": forward.mlp.n_parameters,
    }


def _with_first_output_weight(weight: float) -> MLP:
    changed: Array = W2.copy()
    changed[0, 0] = weight
    return MLP([Dense(W1, b1, "relu"), Dense(changed, b2, "sigmoid")])


def _exercise() -> dict[str, float]:
    before = network().forward(X[:1])
    after = _with_first_output_weight(CHANGED_W2_1).forward(X[:1])
    y_hat = float(before.y_hat[0, 0])
    slope = y_hat * (1.0 - y_hat) * float(before.layers[0].a[0, 0])  # d y_hat / d W2_1
    return {
        "ex_w2.z2": float(after.layers[-1].z[0, 0]),
        "ex_w2.y_hat": float(after.y_hat[0, 0]),
        "ex_w2.delta": float(after.y_hat[0, 0]) - y_hat,
        "ex_w2.delta_first_order": slope * (CHANGED_W2_1 - float(W2[0, 0])),
    }
