"""Names of numbers."""

from typing import Any

import pytest

from byhand.keys import key


@pytest.mark.parametrize(
    ("arguments", "n_units", "expected"),
    [
        (("churn", "loss"), None, "churn.loss"),
        (("churn.s1", "y_hat"), None, "churn.s1.y_hat"),
        (("churn.s1", "z", 1, 1), 2, "churn.s1.z1_1"),
        (("churn.s1", "a", 1, 2), 2, "churn.s1.a1_2"),
        (("churn.s1", "z", 2, 1), 1, "churn.s1.z2"),
        (("churn.s1", "y_hat", None, 1), 1, "churn.s1.y_hat"),
        (("iris.s1", "y_hat", None, 3), 3, "iris.s1.y_hat_3"),
        (("churn.s1", "dW", 1, 2, 1), 2, "churn.s1.dW1_2_1"),
        (("churn.s1", "dW", 2, 2, 1), 1, "churn.s1.dW2_2"),
        (("churn", "W", 2), None, "churn.W2"),
    ],
)
def test_key(arguments: tuple[Any, ...], n_units: int | None, expected: str) -> None:
    assert key(*arguments, n_units=n_units) == expected


@pytest.mark.parametrize(
    ("arguments", "n_units", "message"),
    [
        (("", "z", 1, 1), 2, "a key needs a prefix and a symbol"),
        (("churn", "", 1, 1), 2, "a key needs a prefix and a symbol"),
        (("churn", "z", 0, 1), 2, "layer counts from 1; got 0"),
        (("churn", "z", 1, 0), 2, r"units count from 1; got \(0,\)"),
        (("churn", "dW", 1, 0, 1), 2, r"units count from 1; got \(0, 1\)"),
        (("churn", "z", 1, 3), 2, "the layer has n_units = 2; got unit 3"),
        (("churn", "z", 1, 1), None, r"n_units must say how many units .* got units \(1,\)"),
    ],
)
def test_key_refuses(arguments: tuple[Any, ...], n_units: int | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        key(*arguments, n_units=n_units)
