"""What the sources say about the loss landscape and gradient descent, put to the test."""

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand.activations import sigmoid
from byhand.data import moons
from byhand.gradcheck import numerical_gradient
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP
from byhand.worked import churn, churn_training, xor

Array = NDArray[np.float64]


def _gradient(P: Array, h: int, penalty: float = 0.01) -> tuple[Array, Array]:
    """Return losses and gradients of many 2-h-1 networks on XOR, one network per row."""
    W1, b1, W2, b2 = np.split(P, [2 * h, 3 * h, 4 * h], axis=1)
    a = np.tanh(xor.X @ W1.reshape(-1, 2, h) + b1[:, None, :])
    z = a @ W2[:, :, None] + b2[:, :, None]
    dz2 = (sigmoid.f(z) - xor.y) / 4
    dz1 = (dz2 @ W2[:, None, :]) * (1 - a**2)
    parts = (xor.X.T @ dz1, dz1.sum(axis=1), a.transpose(0, 2, 1) @ dz2, dz2.sum(axis=1))
    gradient = np.hstack([part.reshape(len(P), -1) for part in parts]) + penalty * P
    loss = np.logaddexp(0, np.where(xor.y == 1, -z, z)).mean(axis=(1, 2))
    return loss + penalty / 2 * (P**2).sum(axis=1), gradient


def _walks(h: int, starts: int, steps: int) -> Array:
    P = np.random.default_rng(0).normal(size=(starts, 4 * h + 1))
    for _ in range(steps):
        P = P - 0.5 * _gradient(P, h)[1]
    return P


def _curvatures(p: Array) -> Array:
    shift = 1e-5 * np.eye(len(p))
    H = (_gradient(p + shift, 2)[1] - _gradient(p - shift, 2)[1]) / 2e-5
    return np.asarray(np.linalg.eigvalsh((H + H.T) / 2))


def _require_right_gradient() -> None:
    p = np.random.default_rng(1).normal(size=9)
    expected = numerical_gradient(lambda q: float(_gradient(q[None], 2)[0][0]), p)
    np.testing.assert_allclose(_gradient(p[None], 2)[1][0], expected, rtol=1e-7, atol=1e-9)


def test_walks_end_in_different_local_minima() -> None:
    _require_right_gradient()
    P = _walks(2, starts=200, steps=3000)
    losses = _gradient(P, 2)[0].round(3)
    levels = np.unique(losses)
    assert len(levels) == 4
    for level in levels:
        p = P[losses == level][0]
        assert np.abs(_gradient(p[None], 2)[1]).max() < 1e-4
        assert _curvatures(p).min() > 1e-3
    assert (losses > levels[0]).mean() > 0.5


def test_wider_networks_get_stuck_less_often() -> None:
    stuck = {}
    for h in (2, 4, 6):
        losses = _gradient(_walks(h, starts=150, steps=3000), h)[0]
        stuck[h] = float((losses > losses.min() + 0.02).mean())
    assert stuck[2] > 0.5
    assert stuck[4] < 0.1
    assert stuck[6] == 0


def _bends(loss: str) -> Array:
    w = np.linspace(-10, 10, 401)
    x, y = np.array([1.0, 0.3, -2.0]), np.array([1, 0, 0])
    z = w[:, None] * x
    if loss == "squared error":
        return np.diff(((y - sigmoid.f(z)) ** 2).mean(axis=1), 2)
    return np.diff(np.logaddexp(0, np.where(y == 1, -z, z)).mean(axis=1), 2)


def test_cross_entropy_of_one_neuron_is_convex_and_squared_error_is_not() -> None:
    assert _bends("cross-entropy").min() > -1e-13
    assert _bends("squared error").min() < -1e-5


def test_half_way_between_exchanged_networks_the_loss_is_higher() -> None:
    hidden, output = churn_training.run("fast").network.layers

    def loss(W1: Array, b1: Array, W2: Array) -> float:
        network = churn.network(W1=W1, b1=b1, W2=W2, b2=output.b)
        return binary_cross_entropy.value(churn.y, network.predict(churn.X))

    trained = (hidden.W, hidden.b, output.W)
    exchanged = (hidden.W[:, ::-1], hidden.b[::-1], output.W[::-1])
    half_way = [(p + q) / 2 for p, q in zip(trained, exchanged, strict=True)]
    assert loss(*exchanged) == pytest.approx(loss(*trained))
    assert loss(half_way[0], half_way[1], half_way[2]) > 1.1 * loss(*trained)


def _end(share: float) -> float:
    w, v = 2.0, 0.0
    for _ in range(3000):
        v = share * v - 0.01 * (4 * w * (w**2 - 1) + 0.3)
        w += v
    return w


def test_momentum_may_pass_a_valley_or_come_back() -> None:
    assert _end(0) > 0.9
    assert _end(0.5) > 0.9
    assert _end(0.9) < -0.9
    assert _end(0.95) > 0.9


def test_four_times_the_samples_halve_the_noise() -> None:
    rng = np.random.default_rng(0)
    X, y = moons(rng, 256)
    network = MLP.from_sizes([2, 8, 1], ["tanh", "sigmoid"], rng)

    def gradient(rows: NDArray[np.int64]) -> Array:
        trace = network.forward(X[rows])
        z = trace.layers[-1].z
        dz = binary_cross_entropy.gradient_from_logits(y[rows], z)
        layers = network.backward(trace, dz=dz).layers
        return np.concatenate([g.ravel() for layer in layers for g in (layer.dW, layer.db)])

    whole = gradient(np.arange(256))
    off = []
    for size in (4, 16, 64):
        guesses = np.array([gradient(rng.integers(0, 256, size)) for _ in range(1000)])
        off.append(float(np.sqrt(((guesses - whole) ** 2).sum(axis=1).mean())))
        assert np.linalg.norm(guesses.mean(axis=0) - whole) < 0.15 * off[-1]
    assert off[0] / off[1] == pytest.approx(2, rel=0.1)
    assert off[1] / off[2] == pytest.approx(2, rel=0.1)
