"""Optimisers: steps by hand, the two forms of momentum, Adam's bias, clipping, refusals."""

from math import isclose, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand import optim
from byhand._validate import Array
from byhand.optim import Adam, GradientDescent, Momentum, Optimiser
from tests.library.strategies import any_float, matrices, steady

MAKERS = [GradientDescent, Momentum, Adam]
every_optimiser = pytest.mark.parametrize("make", MAKERS)


def slope(w: Array) -> Array:
    return np.asarray(w * np.array([2.0, 6.0]))  # of x² + 3 y²


def test_momentum_by_hand() -> None:
    # v = 0.5·0 - 0.25·8 = -2, w = 8 - 2 = 6; v = 0.5·(-2) - 0.25·4 = -2, w = 4
    w, momentum = np.array([8.0]), Momentum(lr=0.25, mu=0.5)
    momentum.step([w], [np.array([8.0])])
    assert w.tolist() == [6.0]
    momentum.step([w], [np.array([4.0])])
    assert w.tolist() == [4.0]


def test_adam_by_hand() -> None:
    # m = 0.5·4 = 2, m̂ = 2/0.5 = 4; v = 0.25·16 = 4, v̂ = 4/0.25 = 16; step 1·4/(4 + 1)
    w, adam = np.array([2.0]), Adam(lr=1.0, beta1=0.5, beta2=0.75, epsilon=1.0)
    adam.step([w], [np.array([4.0])])
    np.testing.assert_allclose(w, [2.0 - 4.0 / 5.0], rtol=1e-15)
    # m = 0.5·2 + 0.5·(-2) = 0, so the second step does nothing
    adam.step([w], [np.array([-2.0])])
    np.testing.assert_allclose(w, [2.0 - 4.0 / 5.0], rtol=1e-15)


def test_without_momentum_it_is_gradient_descent() -> None:
    plain = optim.path(GradientDescent(lr=0.1), slope, [4, 3], 20)
    np.testing.assert_array_equal(optim.path(Momentum(lr=0.1, mu=0.0), slope, [4, 3], 20), plain)


def test_the_other_form_of_momentum_makes_the_same_steps() -> None:
    w, v = np.array([4.0, 3.0]), np.zeros(2)
    other = [w]
    for _ in range(20):
        v = 0.9 * v + slope(w)
        w = w - 0.1 * v
        other.append(w)
    ours = optim.path(Momentum(lr=0.1), slope, [4, 3], 20)
    np.testing.assert_allclose(ours, other, rtol=1e-12, atol=1e-14)


def test_the_two_forms_of_momentum_part_when_the_learning_rate_changes() -> None:
    w, momentum = np.array([1.0]), Momentum(lr=1.0, mu=0.5)
    momentum.step([w], [np.array([1.0])])
    momentum.lr = 0.0625
    momentum.step([w], [np.array([0.0])])
    assert w.tolist() == [-0.5]  # the old velocity still carries the old learning rate
    # the other form would go 0.0625·0.5 on


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_adams_first_step_is_lr_whatever_the_gradient(size: float) -> None:
    w = np.zeros(2)
    Adam(lr=0.25).step([w], [np.array([size, -size])])
    np.testing.assert_allclose(w, [-0.25, 0.25], rtol=1e-4)


def test_without_bias_correction_adams_first_step_would_be_three_times_as_long() -> None:
    m, v = 0.1 * 1.0, 0.001 * 1.0
    assert 3.1 < m / np.sqrt(v) < 3.2


@pytest.mark.parametrize(("lr", "falls"), [(0.3, True), (0.34, False)])
def test_gradient_descent_converges_below_two_over_the_largest_curvature(
    lr: float, falls: bool
) -> None:
    places = optim.path(GradientDescent(lr), slope, [4, 3], 300)
    assert (np.abs(places[-1]) < 1e-12).all() == falls
    assert (np.abs(places[-1, 1]) > 3.0) != falls


@every_optimiser
def test_a_list_of_arrays_is_stepped_like_one_long_array(make: Any) -> None:
    rng = np.random.default_rng(3)
    shapes = [(2, 3), (3,), (3, 1), (1,)]
    parts = [rng.normal(size=shape) for shape in shapes]
    flat = np.concatenate([part.ravel() for part in parts])
    apart, together = make(lr=0.1), make(lr=0.1)
    for _ in range(5):
        gradients = [rng.normal(size=shape) for shape in shapes]
        apart.step(parts, gradients)
        together.step([flat], [np.concatenate([g.ravel() for g in gradients])])
    np.testing.assert_array_equal(np.concatenate([part.ravel() for part in parts]), flat)


@every_optimiser
def test_a_step_changes_parameters_in_place_and_gradients_never(make: Any) -> None:
    w, g = np.array([1.0, 2.0]), np.array([0.5, 0.0])
    address = w.ctypes.data
    make(lr=0.1).step([w], [g])
    assert w.ctypes.data == address
    assert w[0] < 1.0
    assert w[1] == 2.0
    assert g.tolist() == [0.5, 0.0]


@every_optimiser
def test_path_keeps_every_place_and_leaves_the_start_alone(make: Any) -> None:
    start = np.array([[4.0, 3.0]])
    places = optim.path(make(lr=0.05), slope, start, 7)
    assert places.shape == (8, 1, 2)
    np.testing.assert_array_equal(places[0], start)
    assert start.tolist() == [[4.0, 3.0]]
    assert len(np.unique(places[:, 0, 0])) == 8


@every_optimiser
@pytest.mark.parametrize(
    ("parameters", "gradients", "message"),
    [
        ([(2,)], [(2,), (1,)], "one gradient for each parameter; got 2 gradients for 1 parameters"),
        ([(2, 1), (3,)], [(2, 1), (3, 1)], r"gradient 2 must be \(3,\), the shape of parameter 2"),
        ([(3, 1)], [(1,)], r"gradient 1 must be \(3, 1\)"),  # NumPy would broadcast
    ],
)
def test_refuses_gradients(make: Any, parameters: Any, gradients: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(lr=0.1).step([np.ones(s) for s in parameters], [np.ones(s) for s in gradients])


@pytest.mark.parametrize("make", [Momentum, Adam])
def test_an_optimiser_with_a_memory_belongs_to_one_list_of_parameters(make: Any) -> None:
    optimiser: Optimiser = make(lr=0.1)
    optimiser.step([np.ones(2)], [np.ones(2)])
    with pytest.raises(ValueError, match="belongs to one list of parameters"):
        optimiser.step([np.ones((2, 1))], [np.ones((2, 1))])


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    [
        (GradientDescent, {"lr": 0}, "lr must be one number above 0; got 0"),
        (GradientDescent, {"lr": np.nan}, "lr must be finite"),
        (GradientDescent, {"lr": [0.1]}, r"lr must be one number above 0; got \[0.1\]"),
        (Momentum, {"lr": -1}, "lr must be one number above 0"),
        (Momentum, {"lr": 1, "mu": 1.0}, r"mu must be one number in \[0, 1\); got 1.0"),
        (Adam, {"beta1": -0.1}, r"beta1 must be one number in \[0, 1\)"),
        (Adam, {"beta2": 1}, r"beta2 must be one number in \[0, 1\)"),
        (Adam, {"epsilon": 0}, "epsilon must be one number above 0"),
    ],
)
def test_refuses_settings(make: Any, arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(**arguments)


def test_path_refuses_no_steps() -> None:
    with pytest.raises(ValueError, match="steps must be a whole number of at least 1; got 0"):
        optim.path(GradientDescent(0.1), slope, [4, 3], 0)


lists = st.lists(matrices(elements=any_float), min_size=1, max_size=3)


@steady
@given(gradients=lists, max_norm=st.floats(1e-3, 1e6))
def test_clipping_keeps_the_direction_and_bounds_the_length(
    gradients: list[Array], max_norm: float
) -> None:
    before = optim.norm(gradients)
    clipped = optim.clip_by_norm(gradients, max_norm)
    if not before < np.inf:
        return
    assert optim.norm(clipped) <= max_norm * (1 + 1e-12) or before <= max_norm
    if before <= max_norm:
        assert all(one is other for one, other in zip(clipped, gradients, strict=True))
    else:
        assert optim.norm(clipped) >= max_norm * (1 - 1e-12)
        for one, other in zip(clipped, gradients, strict=True):
            np.testing.assert_allclose(one, other / before * max_norm, rtol=1e-12)


def test_the_norm_of_huge_entries_is_finite() -> None:
    assert isclose(optim.norm([np.array([3e200]), np.array([[4e200]])]), 5e200, rel_tol=1e-15)
    assert isclose(optim.norm([np.array([3e-200, 4e-200])]), 5e-200, rel_tol=1e-15)
    assert optim.norm([np.zeros(3)]) == optim.norm([]) == 0.0
    assert optim.norm([np.array([1.0, np.inf])]) == np.inf


def test_clipping_refuses_a_length_of_zero() -> None:
    with pytest.raises(ValueError, match="max_norm must be one number above 0; got 0"):
        optim.clip_by_norm([np.ones(2)], 0)


def test_adam_over_several_steps_is_its_definition() -> None:
    # the running means as the sums that they are: weights (1 - beta)·beta^(t - i) on each gradient
    beta1, beta2, epsilon, lr = 0.9, 0.99, 1e-8, 0.1
    gradients = [3.0, -1.0, 0.5, 2.0, -4.0]
    w, adam = np.array([1.0]), Adam(lr, beta1, beta2, epsilon)
    expected = 1.0
    for t, gradient in enumerate(gradients, start=1):
        adam.step([w], [np.array([gradient])])
        m = sum((1 - beta1) * beta1 ** (t - i) * g for i, g in enumerate(gradients[:t], start=1))
        v = sum((1 - beta2) * beta2 ** (t - i) * g**2 for i, g in enumerate(gradients[:t], start=1))
        expected -= lr * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + epsilon)
        np.testing.assert_allclose(w, [expected], rtol=1e-13)


def test_adams_settings_are_the_papers() -> None:
    adam = Adam()
    assert (adam.lr, adam.beta1, adam.beta2, adam.epsilon) == (0.001, 0.9, 0.999, 1e-8)


def test_an_empty_gradient_has_no_length() -> None:
    assert optim.norm([np.empty(0)]) == 0.0
    assert optim.norm([np.empty(0), np.array([3.0, 4.0])]) == 5.0
