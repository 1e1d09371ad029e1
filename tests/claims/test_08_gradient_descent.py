"""What the sources say about the loss landscape and gradient descent, put to the test."""

from functools import cache

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
LEVELS = (0.3452, 0.3787, 0.5336, np.log(2))
"""Losses with penalty at which walks of 2-2-1 networks on XOR end."""


def _layers(P: Array, h: int) -> tuple[Array, Array, Array]:
    """Return a, z and W2 of many 2-h-1 networks on XOR, one network per row."""
    W1, b1 = P[:, : 2 * h].reshape(-1, 2, h), P[:, None, 2 * h : 3 * h]
    W2, b2 = P[:, 3 * h : 4 * h, None], P[:, None, 4 * h :]
    a = np.tanh(xor.X @ W1 + b1)
    return a, a @ W2 + b2, W2


def _losses(P: Array, h: int, penalty: float = 0.01) -> Array:
    _, z, _ = _layers(P, h)
    loss = np.logaddexp(0, np.where(xor.y == 1, -z, z)).mean(axis=(1, 2))
    return np.asarray(loss + penalty / 2 * (P**2).sum(axis=1))


def _gradients(P: Array, h: int, penalty: float = 0.01) -> Array:
    a, z, W2 = _layers(P, h)
    dz2 = (sigmoid.f(z) - xor.y) / 4
    dz1 = dz2 * W2.transpose(0, 2, 1) * (1 - a**2)
    parts = (xor.X.T @ dz1, dz1.sum(axis=1), a.transpose(0, 2, 1) @ dz2, dz2.sum(axis=1))
    return np.hstack([part.reshape(len(P), -1) for part in parts]) + penalty * P


@cache
def _walks(h: int, starts: int, seed: int = 0) -> Array:
    """Return where walks end: 1,500 steps at rate 1, which lead where 3,000 at half of it do."""
    P = np.random.default_rng(seed).normal(size=(starts, 4 * h + 1))
    for _ in range(1500):
        P = P - _gradients(P, h)
    P.setflags(write=False)
    return P


def _curvatures(p: Array, h: int = 2, penalty: float = 0.01) -> Array:
    shift = 1e-5 * np.eye(len(p))
    H = (_gradients(p + shift, h, penalty) - _gradients(p - shift, h, penalty)) / 2e-5
    return np.asarray(np.linalg.eigvalsh((H + H.T) / 2))


def _require_right_gradient() -> None:
    p = np.random.default_rng(1).normal(size=9)
    expected = numerical_gradient(lambda q: float(_losses(q[None], 2)[0]), p)
    np.testing.assert_allclose(_gradients(p[None], 2)[0], expected, rtol=1e-7, atol=1e-9)


def test_walks_end_in_different_local_minima() -> None:
    _require_right_gradient()
    P = _walks(2, starts=200)
    losses = _losses(P, 2).round(3)
    levels = np.unique(losses)
    assert len(levels) == 4
    for level in levels:
        p = P[losses == level][0]
        assert np.abs(_gradients(p[None], 2)).max() < 1e-4
        assert _curvatures(p).min() > 1e-3
    assert (losses > levels[0]).mean() > 0.5


def test_the_minima_have_mirror_images() -> None:
    ends = _walks(2, starts=200)
    losses = _losses(ends, 2)
    counts = []
    for level in LEVELS:
        places: list[Array] = []
        for p in ends[np.abs(losses - level) < 2e-3]:
            if all(np.abs(p - q).max() > 0.2 for q in places):
                places.append(p)
        counts.append(len(places))
        swapped = places[0][[1, 0, 3, 2, 5, 4, 7, 6, 8]]
        turned = places[0] * np.array([-1, 1, -1, 1, -1, 1, -1, 1, 1])  # neuron 1
        assert _losses(np.array([swapped, turned]), 2) == pytest.approx(level, abs=2e-3)
    assert counts == [8, 8, 16, 1]


@pytest.mark.parametrize("seed", [0, 1])
def test_most_walks_end_above_the_lowest_level_and_most_solve_xor(seed: int) -> None:
    losses = _losses(_walks(2, starts=200, seed=seed), 2)
    lowest, second, third = (np.abs(losses - level) < 2e-3 for level in LEVELS[:3])
    assert 0.55 < 1 - lowest.mean() < 0.75
    assert 0.5 < (lowest | second).mean() < 0.65
    assert third.mean() > 0.3
    assert (lowest | second | third).mean() > 0.95


def test_without_penalty_the_hollows_are_valleys_that_lead_on() -> None:
    ends = _walks(2, starts=200)
    losses = _losses(ends, 2)
    P = np.array([ends[np.abs(losses - level).argmin()] for level in LEVELS])
    z = np.tanh(xor.X @ P[:, :4].reshape(-1, 2, 2) + P[:, None, 4:6]) @ P[:, 6:8, None]
    right = np.where(xor.y == 1, 1, -1) * (z + P[:, None, 8:])
    assert (right[:2] > 1).all()  # the lower two solve XOR
    assert right[2].min() < 0
    before = _losses(P, 2, penalty=0.0)
    for _ in range(2500):
        P = P - _gradients(P, 2, penalty=0.0)
    after = _losses(P, 2, penalty=0.0)
    assert (after[:2] < 0.01).all()
    assert before[2] > 0.4
    assert np.log(2) / 2 < after[2] < np.log(2) / 2 + 1e-3
    assert after[3] == pytest.approx(np.log(2))


@pytest.mark.parametrize("h", [2, 3, 4, 6])
def test_the_hollow_at_zero_is_there_at_any_width_and_owed_to_the_penalty(h: int) -> None:
    zero = np.zeros(4 * h + 1)
    assert not _gradients(zero[None], h).any()
    assert _curvatures(zero, h).min() == pytest.approx(0.01)
    assert _curvatures(zero, h, penalty=0.0).min() == pytest.approx(0.0, abs=1e-9)


def test_wider_networks_get_stuck_less_often() -> None:
    stuck = {}
    for h in (2, 4, 6):
        losses = _losses(_walks(h, starts=150), h)
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
    each = np.array([gradient(np.array([row])) for row in range(256)])
    some = rng.integers(0, 256, 16)
    np.testing.assert_allclose(gradient(some), each[some].mean(axis=0), rtol=1e-9, atol=1e-12)
    off = []
    for size in (4, 16, 64):
        guesses = each[rng.integers(0, 256, (1000, size))].mean(axis=1)
        off.append(float(np.sqrt(((guesses - whole) ** 2).sum(axis=1).mean())))
        assert np.linalg.norm(guesses.mean(axis=0) - whole) < 0.15 * off[-1]
    assert off[0] / off[1] == pytest.approx(2, rel=0.1)
    assert off[1] / off[2] == pytest.approx(2, rel=0.1)
