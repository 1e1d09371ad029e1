"""Initial weights: shape, spread, and whose randomness it is."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from byhand import init
from byhand._validate import Array

RULES: list[Callable[..., Array]] = [init.normal, init.xavier, init.he]
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@each_rule
def test_shape_dtype_and_repeatability(rule: Callable[..., Array]) -> None:
    first, again = (rule(np.random.default_rng(7), 3, 5) for _ in range(2))
    assert first.shape == (3, 5)
    assert first.dtype == np.float64
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(
    ("rule", "variance"),
    [
        (lambda rng: init.normal(rng, 400, 200, 0.5), 1 / 4),
        (lambda rng: init.normal(rng, 400, 200), 1.0),
        (lambda rng: init.xavier(rng, 400, 200), 1 / 300),
        (lambda rng: init.he(rng, 400, 200), 1 / 200),
    ],
    ids=["normal", "normal, scale 1", "xavier", "he"],
)
def test_mean_and_variance(rule: Callable[[np.random.Generator], Array], variance: float) -> None:
    W = rule(np.random.default_rng(0))
    # 80,000 draws: the variance is known to about half a per cent
    assert W.var() == pytest.approx(variance, rel=0.03)
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)


@each_rule
def test_global_random_state_is_untouched(rule: Callable[..., Array]) -> None:
    before = np.random.get_state(legacy=False)["state"]["key"].copy()  # noqa: NPY002
    rule(np.random.default_rng(0), 2, 2)
    np.testing.assert_array_equal(before, np.random.get_state(legacy=False)["state"]["key"])  # noqa: NPY002


def test_scale_zero_is_all_zeros() -> None:
    assert not init.normal(np.random.default_rng(0), 2, 3, 0.0).any()


@each_rule
@pytest.mark.parametrize(
    ("rng", "n_in", "n_out", "message"),
    [
        (42, 2, 2, r"rng must be a Generator; got int"),
        (np.random, 2, 2, r"rng must be a Generator; got module"),
        (np.random.default_rng(0), 0, 2, r"n_in must be a whole number of at least 1; got 0"),
        (np.random.default_rng(0), 2, -1, r"n_out must be a whole number of at least 1; got -1"),
        (np.random.default_rng(0), 2.0, 1, r"n_in must be a whole number of at least 1; got 2.0"),
        (
            np.random.default_rng(0),
            2,
            True,
            r"n_out must be a whole number of at least 1; got True",
        ),
    ],
)
def test_refuses(rule: Callable[..., Array], rng: Any, n_in: Any, n_out: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rule(rng, n_in, n_out)


@pytest.mark.parametrize("scale", [-1.0, np.nan, np.inf, "wide", [1.0, 2.0]])
def test_normal_refuses_a_scale(scale: Any) -> None:
    with pytest.raises(ValueError, match="scale must be"):
        init.normal(np.random.default_rng(0), 2, 2, scale)
