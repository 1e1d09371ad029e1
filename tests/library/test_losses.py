"""Losses: hand-worked values, mpmath, differences, infinities that do not warn, refusals."""

from fractions import Fraction
from math import inf, log
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand import gradcheck
from byhand._validate import Array
from byhand.activations import get
from byhand.losses import (
    Loss,
    binary_cross_entropy,
    categorical_cross_entropy,
    half_squared_error,
    mse,
)
from tests.library.strategies import matrices, seeds, steady

mp = mpmath.mp.clone()
mp.dps = 50

LOSSES = [mse, half_squared_error, binary_cross_entropy, categorical_cross_entropy]
LARGEST = float(np.finfo(np.float64).max)
each_loss = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)

LABELS = {
    "mse": np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]]),
    "half_squared_error": np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]]),
    "binary_cross_entropy": np.array([[1.0, 0.0, 0.3], [0.0, 1.0, 1.0]]),
    "categorical_cross_entropy": np.array([[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]]),
}
LOGITS = np.array([[0.4, -1.3, 2.2], [-0.6, 0.9, 0.1]])


@pytest.mark.parametrize(
    ("loss", "y", "y_hat", "expected"),
    [
        (mse, [[1, 2], [3, 5]], [[2, 4], [3, 1]], [Fraction(5, 2), 8]),
        (half_squared_error, [[1, 2], [3, 5]], [[2, 4], [3, 1]], [Fraction(5, 2), 8]),
        (mse, [[1], [3]], [[4], [3]], [9, 0]),
        (half_squared_error, [[1], [3]], [[4], [3]], [Fraction(9, 2), 0]),
        (binary_cross_entropy, [[1], [0]], [[0.25], [0.75]], [log(4), log(4)]),
        (binary_cross_entropy, [[1, 0]], [[0.5, 0.75]], [log(2) + log(4)]),
        (binary_cross_entropy, [[0.5]], [[0.25]], [(log(4) + log(4 / 3)) / 2]),
        (categorical_cross_entropy, [[0, 1, 0]], [[0.25, 0.125, 0.625]], [log(8)]),
        (categorical_cross_entropy, [[0.5, 0.5]], [[0.25, 0.75]], [(log(4) + log(4 / 3)) / 2]),
    ],
)
def test_by_hand(loss: Loss, y: Any, y_hat: Any, expected: list[Any]) -> None:
    per_sample = [float(value) for value in expected]
    np.testing.assert_allclose(loss.per_sample(y, y_hat), per_sample, rtol=1e-15)
    mean = sum(per_sample) / len(per_sample)
    assert loss.value(y, y_hat) == pytest.approx(mean, rel=1e-15)
    assert type(loss.value(y, y_hat)) is float


@each_loss
def test_gradient_agrees_with_central_differences(loss: Loss) -> None:
    y, y_hat = LABELS[loss.name], get(loss.link).f(LOGITS)
    # the bare rule: a single entry of a distribution cannot move without leaving it
    mean = lambda y_hat: float(loss.f(y, y_hat).mean())  # noqa: E731
    # and the logarithm bends so much near zero that differences are good to seven digits only
    assert gradcheck.check(mean, y_hat, loss.gradient(y, y_hat)) < 1e-7


@each_loss
def test_gradient_from_logits_agrees_with_central_differences(loss: Loss) -> None:
    y = LABELS[loss.name]
    gradient = loss.gradient_from_logits(y, LOGITS)
    assert gradcheck.check(lambda z: loss.value_from_logits(y, z), LOGITS, gradient) < 1e-9


@each_loss
def test_logits_and_predictions_tell_the_same_story(loss: Loss) -> None:
    y, link = LABELS[loss.name], get(loss.link)
    y_hat = link.f(LOGITS)
    assert loss.value_from_logits(y, LOGITS) == pytest.approx(loss.value(y, y_hat), rel=1e-14)
    by_chain_rule = link.backward(loss.gradient(y, y_hat), LOGITS)
    np.testing.assert_allclose(loss.gradient_from_logits(y, LOGITS), by_chain_rule, atol=1e-15)


@pytest.mark.parametrize("p", [1e-300, 1e-20, 1e-9, 0.1, 0.536, 1 - 1e-9])
@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
def test_binary_cross_entropy_keeps_its_digits(y: float, p: float) -> None:
    p50 = mp.mpf(p)
    expected = -y * mp.log(p50) - (1 - y) * mp.log(1 - p50)
    # near one, 50 digits are not enough for 1 - 1e-300: its logarithm is -p
    expected = p50 if y == 0.0 and p < 1e-40 else expected
    assert binary_cross_entropy.value([[y]], [[p]]) == pytest.approx(
        float(expected), rel=1e-14, abs=0.0
    )


@pytest.mark.parametrize("z", [-1000.0, -40.0, -1.0, 0.0, 0.146, 40.0, 1000.0])
@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
def test_binary_cross_entropy_from_logits_keeps_its_digits(y: float, z: float) -> None:
    with mp.workdps(1000):  # e^-1000 beside 1
        value = y * mp.log(1 + mp.exp(-z)) + (1 - y) * mp.log(1 + mp.exp(z))
        slope = mp.exp(z) / (1 + mp.exp(z)) - y
    loss = binary_cross_entropy
    assert loss.value_from_logits([[y]], [[z]]) == pytest.approx(float(value), rel=1e-14, abs=0.0)
    assert loss.gradient_from_logits([[y]], [[z]])[0, 0] == pytest.approx(float(slope), abs=1e-15)


@pytest.mark.parametrize("gap", [0.0, 1.0, 40.0, 1000.0])
@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
def test_two_classes_are_one_binary_question(y: float, gap: float) -> None:
    two = categorical_cross_entropy
    one = binary_cross_entropy
    pair, labels = [[gap, 0.0]], [[y, 1.0 - y]]
    assert two.value_from_logits(labels, pair) == pytest.approx(
        one.value_from_logits([[y]], [[gap]]), rel=1e-13, abs=1e-16
    )
    first = two.gradient_from_logits(labels, pair)[0]
    second = one.gradient_from_logits([[y]], [[gap]])[0, 0]
    np.testing.assert_allclose(first, [second, -second], atol=1e-15)


@pytest.mark.parametrize(
    ("y", "y_hat", "value", "slope"),
    [
        (0.0, 0.0, 0.0, 1.0),  # certain and right: free, with the slope of the open side
        (1.0, 1.0, 0.0, -1.0),
        (1.0, 0.0, inf, -inf),  # certain and wrong
        (0.0, 1.0, inf, inf),
        (0.5, 0.0, inf, -inf),
        (1.0, 5e-324, -log(5e-324), -inf),  # the slope is beyond the largest float
    ],
)
def test_binary_cross_entropy_at_the_ends(
    y: float, y_hat: float, value: float, slope: float
) -> None:
    loss = binary_cross_entropy
    assert loss.value([[y]], [[y_hat]]) == value
    assert loss.gradient([[y]], [[y_hat]])[0, 0] == slope


def test_a_certain_and_right_prediction_costs_plain_zero() -> None:
    for loss, y in [
        (binary_cross_entropy, [[1.0], [0.0]]),
        (categorical_cross_entropy, [[0.0, 1.0]]),
    ]:
        assert not np.signbit(loss.per_sample(y, y)).any()  # and never -0.0
        assert str(loss.value(y, y)) == "0.0"


def test_categorical_cross_entropy_at_the_ends() -> None:
    loss, certain = categorical_cross_entropy, [[1.0, 0.0]]
    assert loss.value(certain, certain) == 0.0
    assert str(loss.gradient(certain, certain).tolist()) == "[[-1.0, 0.0]]"  # 0.0, not -0.0
    assert loss.value([[0.0, 1.0]], certain) == inf
    assert loss.gradient([[0.0, 1.0]], certain).tolist() == [[0.0, -inf]]


@pytest.mark.parametrize("z", [1000.0, 1e300, LARGEST])
def test_logits_stay_finite_where_probabilities_do_not(z: float) -> None:
    binary, categorical = binary_cross_entropy, categorical_cross_entropy
    assert binary.value_from_logits([[0.0]], [[z]]) == z
    assert binary.value_from_logits([[1.0]], [[-z]]) == z
    assert binary.value_from_logits([[1.0]], [[z]]) == 0.0
    assert binary.gradient_from_logits([[1.0]], [[-z]]).tolist() == [[-1.0]]
    assert binary.gradient_from_logits([[0.0]], [[z]]).tolist() == [[1.0]]
    assert categorical.value_from_logits([[0.0, 1.0]], [[z, 0.0]]) == z
    assert categorical.value_from_logits([[1.0, 0.0]], [[z, -z]]) == 0.0
    assert categorical.gradient_from_logits([[0.0, 1.0]], [[z, -z]]).tolist() == [[1.0, -1.0]]


@each_loss
@steady
@given(z=matrices(), seed=seeds)
def test_batch_is_the_mean_of_its_samples(loss: Loss, z: Array, seed: int) -> None:
    y = get(loss.link).f(np.random.default_rng(seed).normal(size=z.shape))
    y_hat, n = get(loss.link).f(z), len(z)
    singles = [loss.value(y[i : i + 1], y_hat[i : i + 1]) for i in range(n)]
    np.testing.assert_allclose(loss.per_sample(y, y_hat), singles, rtol=1e-12, atol=1e-15)
    assert loss.value(y, y_hat) == pytest.approx(sum(singles) / n, rel=1e-12)
    gradients = [loss.gradient(y[i : i + 1], y_hat[i : i + 1])[0] / n for i in range(n)]
    np.testing.assert_allclose(loss.gradient(y, y_hat), gradients, rtol=1e-12)


@steady
@given(z=matrices(), seed=seeds, shift=st.floats(-100.0, 100.0))
def test_categorical_cross_entropy_ignores_a_shift_of_the_logits(
    z: Array, seed: int, shift: float
) -> None:
    loss = categorical_cross_entropy
    y = get("softmax").f(np.random.default_rng(seed).normal(size=z.shape))
    shifted = loss.value_from_logits(y, z + shift)
    assert shifted == pytest.approx(loss.value_from_logits(y, z), rel=1e-11, abs=1e-13)
    rows = loss.gradient_from_logits(y, z).sum(axis=1)
    np.testing.assert_allclose(rows, 0.0, atol=1e-15)


@each_loss
@steady
@given(z=matrices())
def test_a_right_prediction_is_never_beaten(loss: Loss, z: Array) -> None:
    y = get(loss.link).f(z)
    other = get(loss.link).f(np.roll(z, 1, axis=1))
    assert loss.value(y, y) <= loss.value(y, other) + 1e-12


@each_loss
@pytest.mark.parametrize(
    "method", ["value", "gradient", "per_sample", "value_from_logits", "gradient_from_logits"]
)
@pytest.mark.parametrize(
    ("y", "other", "message"),
    [
        ([[1.0]] * 3, [0.5] * 3, r"must be \(n, k\), one row per sample; got \(3,\): reshape"),
        ([1.0] * 3, [[0.5]] * 3, r"y must be \(n, k\)"),
        ([[1.0]] * 3, [[0.5]] * 2, r"must be \(3, 1\), the shape of y; got \(2, 1\)"),
        ([[1.0]] * 3, [[0.5, 0.5]] * 3, r"must be \(3, 1\), the shape of y; got \(3, 2\)"),
        (np.empty((0, 1)), np.empty((0, 1)), r"y must hold at least one sample; got \(0, 1\)"),
        ([[1.0]], [[np.nan]], r"must be finite; (y_hat|z)\[0, 0\] is nan"),
        ([[inf]], [[0.5]], r"y must be finite; y\[0, 0\] is inf"),
        ([["yes"]], [[0.5]], r"y must be real numbers; got dtype <U3"),
        ([[1.0]], [[None]], r"must be real numbers; got dtype object"),
    ],
)
def test_refuses(loss: Loss, method: str, y: Any, other: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(loss, method)(y, other)


@pytest.mark.parametrize(
    ("loss", "y", "y_hat", "message"),
    [
        (binary_cross_entropy, [[2.0]], [[0.5]], r"y must lie in \[0, 1\]; got 2.0"),
        (binary_cross_entropy, [[-1.0]], [[0.5]], r"y must lie in \[0, 1\]; got -1.0"),
        (binary_cross_entropy, [[1.0]], [[1.5]], r"y_hat must lie in \[0, 1\]; got 1.5"),
        (categorical_cross_entropy, [[1, 1]], [[0.5, 0.5]], r"each row of y must sum to 1; row 0"),
        (categorical_cross_entropy, [[2, -1]], [[0.5, 0.5]], r"y must lie in \[0, 1\]; got 2.0"),
        (categorical_cross_entropy, [[1, 0]], [[0.5, 0.4]], r"row of y_hat .* row 0 sums to 0.9"),
        (categorical_cross_entropy, [[1, 0]], [[3.0, 1.0]], r"y_hat must lie in \[0, 1\]; got 3.0"),
    ],
)
def test_refuses_what_is_out_of_range(loss: Loss, y: Any, y_hat: Any, message: str) -> None:
    for method in (loss.value, loss.gradient, loss.per_sample):
        with pytest.raises(ValueError, match=message):
            method(y, y_hat)


@pytest.mark.parametrize("y", [[[1.5]], [[-0.1]]])
def test_logits_may_be_anything_but_labels_may_not(y: Any) -> None:
    with pytest.raises(ValueError, match=r"y must lie in \[0, 1\]"):
        binary_cross_entropy.value_from_logits(y, [[7.0]])


def test_integers_and_booleans_are_converted() -> None:
    assert binary_cross_entropy.value([[True], [False]], [[1], [0]]) == 0.0
    assert mse.gradient([[1]], [[3]]).dtype == np.float64


def test_rows_far_apart_do_not_touch_each_other() -> None:
    y, z = np.eye(2), np.array([[0.0, 1.0], [5000.0, 5001.0]])
    apart = [categorical_cross_entropy.value_from_logits(y[[i]], z[[i]]) for i in (0, 1)]
    together = categorical_cross_entropy.value_from_logits(y, z)
    assert together == pytest.approx(sum(apart) / 2, rel=1e-12)
