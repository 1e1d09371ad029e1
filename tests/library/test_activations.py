"""Activations: values against mpmath, derivatives by differences, the ends of the scale."""

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand import activations, gradcheck
from byhand._validate import Array
from byhand.activations import Activation, get, leaky_relu_with, softmax
from tests.library.strategies import any_float, matrices, moderate, steady

mp = mpmath.mp.clone()
mp.dps = 50

NAMES = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softmax"]
SMOOTH = {"sigmoid": lambda z: 1 / (1 + mp.exp(-z)), "tanh": mp.tanh}
POINTS = [-1000.0, -745.0, -40.0, -20.0, -1.5, -1e-9, 0.0, 1e-9, 0.146, 2.0, 20.0, 40.0, 1000.0]
LARGEST = float(np.finfo(np.float64).max)


def one(rule: Any, z: float) -> float:
    return float(rule(np.array([[z]]))[0, 0])


@pytest.mark.parametrize("z", POINTS)
@pytest.mark.parametrize("name", SMOOTH)
def test_value_keeps_its_digits(name: str, z: float) -> None:
    expected = float(SMOOTH[name](mp.mpf(z)))
    assert one(get(name).f, z) == pytest.approx(expected, rel=1e-14, abs=1e-320)


@pytest.mark.parametrize("z", POINTS)
@pytest.mark.parametrize("name", SMOOTH)
def test_derivative_keeps_its_digits(name: str, z: float) -> None:
    expected = {  # written with cosh: nothing cancels
        "sigmoid": lambda z: 1 / (2 * mp.cosh(z / 2)) ** 2,
        "tanh": lambda z: 1 / mp.cosh(z) ** 2,
    }[name](mp.mpf(z))
    assert one(get(name).df, z) == pytest.approx(float(expected), rel=1e-13, abs=1e-320)


@pytest.mark.parametrize(
    ("name", "z", "a", "slope"),
    [
        ("identity", -3.0, -3.0, 1.0),
        ("identity", 2.0, 2.0, 1.0),
        ("relu", -3.0, 0.0, 0.0),
        ("relu", 0.0, 0.0, 0.0),  # our choice at the kink
        ("relu", 2.0, 2.0, 1.0),
        ("leaky_relu", -3.0, -0.03, 0.01),
        ("leaky_relu", 0.0, 0.0, 0.01),
        ("leaky_relu", 2.0, 2.0, 1.0),
        ("sigmoid", 0.0, 0.5, 0.25),
        ("tanh", 0.0, 0.0, 1.0),
    ],
)
def test_value_and_derivative_by_hand(name: str, z: float, a: float, slope: float) -> None:
    assert one(get(name).f, z) == a
    assert one(get(name).df, z) == slope


@pytest.mark.parametrize("z", [1000.0, LARGEST])
def test_sigmoid_and_tanh_saturate_exactly(z: float) -> None:
    sigmoid, tanh = activations.sigmoid, activations.tanh
    assert (one(sigmoid.f, z), one(sigmoid.f, -z)) == (1.0, 0.0)
    assert (one(tanh.f, z), one(tanh.f, -z)) == (1.0, -1.0)
    assert [one(rule.df, s * z) for rule in (sigmoid, tanh) for s in (1, -1)] == [0.0] * 4


def test_softmax_by_hand() -> None:
    z = np.log([[1.0, 2.0, 5.0]])
    np.testing.assert_allclose(softmax.f(z), [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-15)
    np.testing.assert_allclose(
        softmax.df(z) * 64, [[[7, -2, -5], [-2, 12, -10], [-5, -10, 15]]], rtol=1e-14
    )


@pytest.mark.parametrize(
    ("z", "a"),
    [
        ([[1000.0, 1000.0]], [[0.5, 0.5]]),
        ([[-1000.0, 0.0]], [[0.0, 1.0]]),
        ([[-LARGEST, LARGEST]], [[0.0, 1.0]]),
    ],
)
def test_softmax_at_the_ends(z: list[list[float]], a: list[list[float]]) -> None:
    np.testing.assert_array_equal(softmax(z), a)
    assert np.isfinite(softmax.df(np.array(z))).all()


def away_from_the_kink() -> Array:
    return np.array([[-2.5, -0.7, 0.3], [1.1, 3.0, -0.2]])


@pytest.mark.parametrize("name", NAMES)
def test_backward_agrees_with_central_differences(name: str) -> None:
    rule, z = get(name), away_from_the_kink()
    da = np.array([[0.3, -1.2, 0.8], [2.0, 0.5, -0.4]])  # weights that tell every entry apart
    assert gradcheck.check(lambda z: float((da * rule.f(z)).sum()), z, rule.backward(da, z)) < 1e-9


@pytest.mark.parametrize("name", NAMES)
def test_df_agrees_with_central_differences(name: str) -> None:
    rule, z = get(name), away_from_the_kink()
    for s, i in np.ndindex(z.shape):
        row = rule.df(z)[s, i] if not rule.elementwise else np.eye(3)[i] * rule.df(z)[s, i]

        def a(row_of_z: Array, s: int = s, i: int = i) -> float:
            shifted = z.copy()
            shifted[s] = row_of_z
            return float(rule.f(shifted)[s, i])

        assert gradcheck.check(a, z[s], row) < 1e-9


@pytest.mark.parametrize("name", NAMES)
def test_the_result_is_a_new_array(name: str) -> None:
    z = np.ones((2, 2))
    assert not np.shares_memory(get(name).f(z), z)


@pytest.mark.parametrize("name", NAMES)
@steady
@given(z=matrices(elements=any_float))
def test_any_finite_z_gives_finite_values_and_slopes(name: str, z: Array) -> None:
    rule = get(name)
    a, slope = rule(z), rule.df(z)
    assert a.shape == z.shape
    assert slope.shape == (z.shape if rule.elementwise else (*z.shape, z.shape[1]))
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()


@steady
@given(z=matrices(), shift=moderate)
def test_softmax_ignores_a_shift_and_sums_to_one(z: Array, shift: float) -> None:
    np.testing.assert_allclose(softmax(z + shift), softmax(z), rtol=1e-13)
    np.testing.assert_allclose(softmax(z).sum(axis=1), 1.0, rtol=1e-14)


@steady
@given(z=st.floats(-700.0, 700.0))
def test_sigmoid_mirrors_itself(z: float) -> None:
    mirrored = one(activations.sigmoid.f, z) + one(activations.sigmoid.f, -z)
    assert mirrored == pytest.approx(1.0, rel=1e-15)


def test_calling_converts_integers_and_lists() -> None:
    a = activations.relu([-1, 2])
    assert a.dtype == np.float64
    assert a.tolist() == [0.0, 2.0]
    assert float(activations.sigmoid(0)) == 0.5


@pytest.mark.parametrize(
    ("z", "message"),
    [
        (["0.5"], r"z must be real numbers; got dtype <U3"),
        ([1j], r"z must be real numbers; got dtype complex128"),
        ([[1.0], [1.0, 2.0]], r"z must be a rectangular array of numbers"),
        ([0.0, float("nan")], r"z must be finite; z\[1\] is nan"),
        (float("inf"), r"z must be finite; z is inf"),
    ],
)
def test_calling_refuses(z: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        activations.sigmoid(z)


@pytest.mark.parametrize("z", [1.0, np.empty((2, 0))])
def test_softmax_needs_rows(z: Any) -> None:
    with pytest.raises(ValueError, match="z must hold rows for softmax; got shape"):
        softmax(z)


@pytest.mark.parametrize("name", NAMES)
def test_get_finds_each_by_its_name(name: str) -> None:
    assert get(name) is getattr(activations, name)
    assert get(name).name == name


def test_get_passes_a_record_through() -> None:
    square = Activation("square", np.square, lambda z: 2.0 * z)
    assert get(square) is square


@pytest.mark.parametrize("unknown", ["RELU", "", "swish", None, 3])
def test_get_names_the_known_ones(unknown: Any) -> None:
    known = "identity, sigmoid, tanh, relu, leaky_relu, softmax; got"
    with pytest.raises(ValueError, match=known):
        get(unknown)


def test_leaky_relu_takes_its_slope() -> None:
    rule = leaky_relu_with(0.25)
    assert (one(rule.f, -8.0), one(rule.df, -8.0), one(rule.f, 8.0)) == (-2.0, 0.25, 8.0)


@pytest.mark.parametrize("alpha", ["steep", float("nan"), [0.1, 0.2]])
def test_leaky_relu_refuses_a_slope(alpha: Any) -> None:
    with pytest.raises(ValueError, match="alpha must be"):
        leaky_relu_with(alpha)


def test_leaky_relu_with_any_slope_has_its_corner_at_zero() -> None:
    rule = activations.leaky_relu_with(0.25)
    assert rule.name == "leaky_relu"
    z = np.array([-2.0, -0.0, 0.0, 0.5, 2.0])
    assert rule.f(z).tolist() == [-0.5, 0.0, 0.0, 0.5, 2.0]
    assert rule.df(z).tolist() == [0.25, 0.25, 0.25, 1.0, 1.0]
