"""The gradient check finds right derivatives right and wrong ones wrong."""

import math
from typing import Any

import numpy as np
import pytest

from byhand._validate import Array
from byhand.gradcheck import check, numerical_gradient


def cubic(x: Array) -> float:
    return float((x**3).sum())


@pytest.mark.parametrize("x", [2.0, [1.0, -2.0], [[0.0, 3.0], [-0.5, 1e-3]]])
def test_a_right_derivative_passes(x: Any) -> None:
    assert check(cubic, x, 3 * np.square(x)) < 1e-9


@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_one_wrong_entry_is_found(place: tuple[int, int]) -> None:
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    grad = 3 * x**2
    grad[place] *= 1.001
    assert check(cubic, x, grad) > 1e-4


def test_error_is_relative_beyond_one_and_absolute_below() -> None:
    assert check(lambda x: float(1000 * x), 1.0, 1010.0) == pytest.approx(10 / 1010)
    assert check(lambda x: float(x / 1000), 1.0, 0.011) == pytest.approx(0.01)


def test_numerical_gradient_of_a_known_function() -> None:
    gradient = numerical_gradient(lambda x: math.sin(x[0]) * math.exp(x[1]), [1.0, 2.0])
    expected = [math.cos(1) * math.exp(2), math.sin(1) * math.exp(2)]
    np.testing.assert_allclose(gradient, expected, rtol=1e-9)


def test_an_input_used_twice_counts_twice() -> None:
    assert check(lambda x: float((x + x).sum()), [1.0, 2.0], [2.0, 2.0]) < 1e-10
    assert check(lambda x: float((x + x).sum()), [1.0, 2.0], [1.0, 1.0]) > 0.4


def test_x_is_left_alone() -> None:
    x = np.array([1.0, 2.0])
    check(cubic, x, 3 * x**2)
    assert x.tolist() == [1.0, 2.0]


def test_integers_are_welcome() -> None:
    assert check(cubic, [1, 2], [3, 12]) < 1e-9


@pytest.mark.parametrize(
    ("x", "grad", "message"),
    [
        ([1.0, 2.0], [1.0], r"grad must be \(2,\), the shape of x; got \(1,\)"),
        ([1.0], [[1.0]], r"grad must be \(1,\), the shape of x; got \(1, 1\)"),
        ([np.nan], [1.0], r"x must be finite"),
        ([1.0], [np.inf], r"grad must be finite"),
    ],
)
def test_refuses(x: Any, grad: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(cubic, x, grad)


def test_nothing_to_check_differs_by_nothing() -> None:
    assert check(np.sum, np.empty(0), np.empty(0)) == 0.0
