"""Every number of the churn example, by key."""

import math

import numpy as np
from numpy.typing import NDArray

from byhand._validate import Array
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP, ForwardTrace
from byhand.worked._forward import forward_numbers, product_numbers
from byhand.worked.churn._backward import gradients
from byhand.worked.churn._data import (
    CONSTANT,
    EPSILON,
    RAISED_W2_1,
    THRESHOLD,
    W1,
    W2,
    SHUT_b1,
    X,
    b1,
    b2,
    network,
    trace,
    y,
)

Numbers = dict[str, float | int]
"""Values by key; counts are int."""


def numbers() -> Numbers:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``churn.s1.z1_2``; losses in nats, counts as int.
    """
    forward = trace()
    parts = (
        _samples(forward),
        _first_sample(forward),
        _means(forward),
        _roundings(forward),
        _baselines(),
        _quality(forward),
        _both_neurons_on(),
        _flipped(),
        _raised_weight(forward),
        _shut_neurons(),
        _swapped_orientation(),
        gradients(),
    )
    return {f"churn.{name}": value for part in parts for name, value in part.items()}


def _loss(mlp: MLP) -> float:
    return binary_cross_entropy.value(y, mlp.predict(X))


def _samples(forward: ForwardTrace) -> Numbers:
    named: Numbers = {}
    losses = binary_cross_entropy.per_sample(y, forward.y_hat)  # (5,)
    for i, loss in enumerate(losses.tolist()):
        named |= forward_numbers(f"s{i + 1}", forward, i)
        named[f"s{i + 1}.loss"] = loss
    return named


def _first_sample(forward: ForwardTrace) -> Numbers:
    return product_numbers("s1", forward, 0) | {
        "s1.exp": math.exp(-float(forward.layers[-1].z[0, 0])),
        "s1.one_minus_y_hat": 1.0 - float(forward.y_hat[0, 0]),
    }


def _means(forward: ForwardTrace) -> Numbers:
    y_hat = forward.y_hat
    shifted = y * np.log(y_hat + EPSILON) + (1.0 - y) * np.log(1.0 - y_hat + EPSILON)  # (5, 1)
    return {
        "loss": binary_cross_entropy.value(y, y_hat),
        "loss_eps": float(-shifted.mean()),
        "y_hat_min": float(y_hat.min()),
        "y_hat_max": float(y_hat.max()),
    }


def _cut(value: float, decimals: int) -> float:
    """Cut the further decimals off, as a hurried hand does instead of rounding."""
    scale = 10.0**decimals
    return math.floor(value * scale) / scale


def _roundings(forward: ForwardTrace) -> Numbers:
    """Follow a reader who goes on from the digits on the page."""
    first, second = (round(float(forward.y_hat[i, 0]), 3) for i in (0, 1))
    first_loss = -math.log(1.0 - first)
    losses = binary_cross_entropy.per_sample(y, forward.y_hat)
    return {
        "s1.y_hat_rounded": first,
        "s1.one_minus_y_hat_rounded": 1.0 - first,
        "s1.loss_chain": first_loss,
        "s1.loss_chain_cut": _cut(first_loss, 3),
        "s2.loss_chain": -math.log(second),
        "loss_chain": float(np.mean([round(loss, 3) for loss in losses.tolist()])),
        "loss_cut": _cut(float(losses.mean()), 4),
    }


def _baselines() -> Numbers:
    base_rate = float(y.mean())
    return {
        "base_rate": base_rate,
        "constant_half.loss": binary_cross_entropy.value(y, np.full_like(y, CONSTANT)),
        "best_constant.loss": binary_cross_entropy.value(y, np.full_like(y, base_rate)),
        "majority.correct": int((y == 0.0).sum()),  # those who always say "stays" get right
        "majority.accuracy": float((y == 0.0).mean()),
    }


def _hits(y_hat: Array) -> NDArray[np.bool_]:
    return np.asarray((y_hat >= THRESHOLD) == (y == 1.0))  # (5, 1)


def _ordered_pairs(y_hat: Array) -> NDArray[np.bool_]:
    churned, stayed = y_hat[y == 1.0], y_hat[y == 0.0]  # (2,), (3,)
    return np.asarray(churned[:, None] > stayed[None, :])  # (2, 3): one entry per pair


def _quality(forward: ForwardTrace) -> Numbers:
    hits, ordered = _hits(forward.y_hat), _ordered_pairs(forward.y_hat)
    return {
        "correct": int(hits.sum()),
        "accuracy": float(hits.mean()),
        "pairs": int(ordered.size),
        "pairs_correct": int(ordered.sum()),
        "auc": float(ordered.mean()),
        "n_parameters": forward.mlp.n_parameters,
    }


def _both_neurons_on() -> Numbers:
    """Where both ReLUs let z through, two layers are one line."""
    w = W1 @ W2  # (2, 2) @ (2, 1)
    bias = b1 @ W2 + b2  # (2,) @ (2, 1) + (1,)
    return {
        "linear.w_1": float(w[0, 0]),
        "linear.w_2": float(w[1, 0]),
        "linear.b": float(bias[0]),
    }


def _flipped() -> Numbers:
    """Change the sign of both output weights."""
    mlp = network(W2=-W2)
    y_hat = mlp.predict(X)
    return {
        "flipped.correct": int(_hits(y_hat).sum()),
        "flipped.pairs_correct": int(_ordered_pairs(y_hat).sum()),
        "flipped.loss": _loss(mlp),
    }


def _raised_weight(forward: ForwardTrace) -> Numbers:
    """Raise the first output weight, for the first customer."""
    raised = network(W2=[[RAISED_W2_1], [W2[1, 0]]]).forward(X[:1])
    before, after = float(forward.y_hat[0, 0]), float(raised.y_hat[0, 0])
    slope = before * (1.0 - before) * float(forward.layers[0].a[0, 0])  # d y_hat / d W2_1
    return {
        "ex_w2.z2": float(raised.layers[-1].z[0, 0]),
        "ex_w2.y_hat": after,
        "ex_w2.delta": after - before,
        "ex_w2.slope": slope,
        "ex_w2.delta_first_order": slope * (RAISED_W2_1 - float(W2[0, 0])),
        "ex_w2.delta_chain": round(after, 3) - round(before, 3),
    }


def _shut_neurons() -> Numbers:
    """Lower the hidden biases until no neuron fires for anybody."""
    shut = network(b1=SHUT_b1)
    forward = shut.forward(X)
    return {
        "ex_off.z_max": float(forward.layers[0].z.max()),
        "ex_off.y_hat": float(forward.y_hat[0, 0]),
        "ex_off.loss": _loss(shut),
    }


def _swapped_orientation() -> Numbers:
    """Multiply by the transpose of W1, which a square matrix lets pass without a word."""
    return {**forward_numbers("swapped", network(W1=W1.T).forward(X[:1]), 0)}
