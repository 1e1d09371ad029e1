"""What the sources say about losses, put to the test."""

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand.activations import sigmoid
from byhand.gradcheck import numerical_gradient
from byhand.init import normal
from byhand.losses import binary_cross_entropy, mse
from byhand.mlp import MLP
from byhand.worked import churn, losses_by_hand

Array = NDArray[np.float64]
Y, Y_HAT = losses_by_hand.y, losses_by_hand.y_hat
ONE = np.ones((1, 1))


def _bare_sum(y: Array, y_hat: Array) -> float:
    return float(-(y * np.log(y_hat)).sum())


def test_the_bare_sum_grows_and_forgets_class_0() -> None:
    one_hot, chances = np.hstack([1 - Y, Y]), np.hstack([1 - Y_HAT, Y_HAT])
    once, twice = _bare_sum(one_hot, chances), _bare_sum(np.tile(one_hot, 2), np.tile(chances, 2))
    assert once == pytest.approx(4 * binary_cross_entropy.value(Y, Y_HAT), rel=1e-14)
    assert twice == pytest.approx(2 * once, rel=1e-14)
    assert _bare_sum(Y, np.ones_like(Y)) == 0.0  # half of these predictions are wrong
    assert binary_cross_entropy.value(Y, np.ones_like(Y)) == np.inf


def test_twice_the_error_is_four_times_the_square() -> None:
    for error in (0.1, 0.3, 2.0):
        small, large = mse.value([[0.0]], [[error]]), mse.value([[0.0]], [[2 * error]])
        assert large == pytest.approx(4 * small, rel=1e-15)
    errors = np.abs(Y_HAT - Y).ravel()
    assert errors.max() / errors.sum() < 0.5 < (errors**2).max() / (errors**2).sum()


def test_a_confident_error_costs_without_limit() -> None:
    chances = 10.0 ** -np.arange(1, 200)
    costs = [binary_cross_entropy.value(ONE, [[p]]) for p in chances]
    np.testing.assert_allclose(np.diff(costs), np.log(10), rtol=1e-10)
    assert costs[-1] > 450
    assert max(mse.value(ONE, [[p]]) for p in chances) <= 1.0


def test_random_networks_are_ignorant_rather_than_off() -> None:
    rng = np.random.default_rng(1)
    losses, all_right = [], 0
    for _ in range(2000):
        y_hat = MLP.from_sizes([2, 2, 1], ["relu", "sigmoid"], rng, normal).predict(churn.X)
        losses.append(binary_cross_entropy.value(churn.y, y_hat))
        all_right += bool(((y_hat >= 0.5) == (churn.y == 1)).all())
    assert abs(np.median(losses) - np.log(2)) < 0.02
    assert 0.25 < np.mean(np.array(losses) < np.log(2) - 1e-9) < 0.45
    assert 0 < all_right < 40


def test_where_the_squared_error_has_no_slope() -> None:
    def in_z(z: Array) -> float:
        return mse.value(ONE, sigmoid(z[None]))

    slopes = [abs(numerical_gradient(in_z, [z])[0]) for z in (-8.0, -4.0, -np.log(2), 4.0, 8.0)]
    assert slopes[0] < slopes[1] < slopes[2] > slopes[3] > slopes[4]
    assert slopes[0] < 0.001
    in_y_hat = [abs(mse.gradient(ONE, [[p]])[0, 0]) for p in (0.01, 0.3, 0.7, 0.99)]
    assert in_y_hat == sorted(in_y_hat, reverse=True)  # largest where it is most wrong


def test_the_slope_of_cross_entropy_is_the_error() -> None:
    z = np.linspace(-8, 8, 33)[:, None]
    slopes = numerical_gradient(
        lambda z: len(z) * binary_cross_entropy.value_from_logits(np.ones_like(z), z), z
    )
    np.testing.assert_allclose(slopes, sigmoid(z) - 1, atol=1e-8)
    assert (np.diff(np.abs(slopes[:, 0])) < 0).all()  # the less wrong, the flatter
    assert 0.999 < np.abs(slopes).max() < 1


def _steps(squared: bool, lr: float, W: Array, b: float) -> float:
    """Count steps of one neuron until all five customers are on the right side."""
    for count in range(1001):
        p = sigmoid(churn.X @ W + b)
        if ((p >= 0.5) == (churn.y == 1)).all():
            return count
        dz = (p - churn.y) / len(churn.y) * (2 * p * (1 - p) if squared else 1)
        W, b = W - lr * churn.X.T @ dz, b - lr * float(dz.sum())
    return np.inf


def test_squared_errors_can_classify_from_a_gentle_start() -> None:
    rate = float(churn.y.mean())
    constants = np.linspace(0.05, 0.95, 19)
    for loss in (mse, binary_cross_entropy):
        values = [loss.value(churn.y, np.full_like(churn.y, c)) for c in constants]
        assert constants[int(np.argmin(values))] == pytest.approx(rate)
    zero = np.zeros((2, 1)), 0.0
    wrong = np.array([[-10.0], [0.0]]), 6.0
    assert _steps(True, 30.0, *zero) < np.inf
    small, large = (1.0, 3.0, 10.0), (36.0, 50.0, 70.0, 100.0, 200.0)
    assert all(_steps(False, lr, *wrong) < 100 for lr in small + large)
    assert all(_steps(True, lr, *wrong) == np.inf for lr in small)
    jumps = [_steps(True, lr, *wrong) for lr in large]
    assert min(jumps) < 20
    assert max(jumps) == np.inf


def test_beyond_the_clip_the_loss_is_flat() -> None:
    def clipped(z: Array) -> float:
        p = np.clip(sigmoid(z), losses_by_hand.CLIP, 1 - losses_by_hand.CLIP)
        return float(-np.log(1 - p)[0])  # a sample of class 0

    assert clipped(np.array([40.0])) == pytest.approx(-np.log(losses_by_hand.CLIP), rel=1e-8)
    assert numerical_gradient(clipped, [20.0])[0] == 0.0
    assert numerical_gradient(clipped, [10.0])[0] > 0.99

    def from_logits(z: Array) -> float:
        return binary_cross_entropy.value_from_logits(np.zeros((1, 1)), z[None])

    assert numerical_gradient(from_logits, [20.0])[0] == pytest.approx(1.0, abs=1e-6)
    assert from_logits(np.array([40.0])) == pytest.approx(40.0)
