"""What the sources say about optimisers, put to the test."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand.data import moons
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP
from byhand.optim import Adam, GradientDescent, Momentum, Optimiser, path
from byhand.train import Training
from byhand.worked import quadratic

Array = NDArray[np.float64]


def _turned(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]])


def _valley(make: Callable[[float], Optimiser], angle: float) -> float:
    """Return the least loss that 40 steps reach in a narrow valley, over many rates."""
    turn = _turned(angle)
    H = turn @ np.diag([1.0, 100.0]) @ turn.T
    start = turn @ np.array([4.0, 3.0])
    ends = [
        path(make(rate), lambda w: np.asarray(2 * H @ w), start, 40)[-1]
        for rate in np.geomspace(0.0005, 3, 60)
    ]
    return min(float(w @ H @ w) for w in ends)


def test_the_first_optimiser_is_deterministic_and_exact() -> None:
    walk = quadratic.walk(quadratic.OPTIMISERS["gd"]())
    assert (walk == quadratic.walk(quadratic.OPTIMISERS["gd"]())).all()
    factors = np.array([0.8, 0.4])
    expected = quadratic.START * factors ** np.arange(21)[:, None]
    np.testing.assert_allclose(walk, expected, rtol=1e-12)


def test_adams_default_rate_is_too_small_for_three_hundred_steps() -> None:
    X, y = moons(np.random.default_rng(0), 100)
    for seed in range(5):
        ends = {}
        for lr in (Adam().lr, 0.1):
            start = MLP.from_sizes([2, 8, 1], ["tanh", "sigmoid"], np.random.default_rng(seed))
            run = Training(start, binary_cross_entropy, Adam(lr)).run(X, y, epochs=300)
            ends[lr] = run.history.loss[-1]
            moved = [
                np.abs(after.W - before.W).max()
                for after, before in zip(run.network.layers, start.layers, strict=True)
            ]
            assert max(moved) < 1.5 * 300 * lr
        assert ends[0.001] > 100 * ends[0.1]


def test_who_wins_depends_on_the_function() -> None:
    ends = {
        name: float(quadratic.loss(quadratic.walk(make())[-1]))
        for name, make in quadratic.OPTIMISERS.items()
    }
    assert ends["gd"] < ends["momentum"] < ends["adam"]
    assert _valley(GradientDescent, 0) > 2 * max(_valley(Momentum, 0), _valley(Adam, 0))


def test_adam_adapts_by_parameter() -> None:
    plain = path(Adam(0.1), quadratic.gradient, quadratic.START, 20)
    scaled = path(Adam(0.1), lambda w: 1000 * quadratic.gradient(w), quadratic.START, 20)
    np.testing.assert_allclose(scaled, plain, rtol=1e-7)
    assert _valley(GradientDescent, np.pi / 4) == pytest.approx(_valley(GradientDescent, 0))
    assert _valley(Adam, np.pi / 4) > 2 * _valley(Adam, 0)


def test_momentum_adds_a_share_of_the_last_update() -> None:
    rates = np.where(np.arange(20) < 10, 0.1, 0.05)
    inside, outside, v_in, v_out = quadratic.START, quadratic.START, np.zeros(2), np.zeros(2)
    walks = [[inside], [outside]]
    for lr in rates:
        v_in = 0.9 * v_in - lr * quadratic.gradient(inside)
        v_out = 0.9 * v_out + quadratic.gradient(outside)
        inside, outside = inside + v_in, outside - lr * v_out
        walks[0].append(inside)
        walks[1].append(outside)
    off = []
    for places in map(np.array, walks):
        updates = np.diff(places, axis=0)
        slopes = quadratic.gradient(places[1:-1]) * rates[1:, None]
        off.append(np.abs(updates[1:] - (0.9 * updates[:-1] - slopes)).max(axis=1))
    assert off[0].max() < 1e-12
    assert off[1][:9].max() < 1e-12  # while the rate stays
    assert off[1][9] > 0.01  # the first step at the new one


def test_adam_is_a_velocity_with_a_rate_for_each_parameter() -> None:
    places = path(Adam(0.1), quadratic.gradient, quadratic.START, 20)
    velocity, square = np.zeros(2), np.zeros(2)
    for t, (w, after) in enumerate(pairwise(places), start=1):
        g = quadratic.gradient(w)
        velocity = 0.9 * velocity + g  # momentum, the rate outside
        square = square + 0.001 * (g**2 - square)
        rates = 0.1 * 0.1 / (1 - 0.9**t) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
        np.testing.assert_allclose(after, w - rates * velocity, rtol=1e-10)


def test_no_step_of_adam_exceeds_its_bound() -> None:
    bound = 0.1 / np.sqrt(0.001 * (1 - 0.81 / 0.999))
    rng = np.random.default_rng(0)

    def longest(gradients: Array) -> float:
        walk = path(Adam(1.0), partial(_next, iter(gradients)), [0.0], len(gradients))
        return float(np.abs(np.diff(walk, axis=0)).max())

    for _ in range(5):
        assert longest(rng.normal(size=3000) * rng.lognormal(0, 3, 3000)) <= bound
    growing = (0.999 / 0.9) ** np.arange(3000.0)
    assert 0.95 * bound < longest(growing) <= bound


def _next(gradients: Iterator[float], _: Array) -> Array:
    return np.array([next(gradients)])
