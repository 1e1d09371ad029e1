"""Readers that learn on data of their own, and what coins do."""

import numpy as np
import pytest

from byhand import data
from byhand.worked.digits import Readers, by_luck, interval, needed, parts


def test_readers_with_data_of_their_own_learn_as_alone() -> None:
    ink, labels = data.digits()
    X, rows = ink / 16, parts()[0][:128].reshape(2, 64)
    together = Readers((0, 1), (64, 5, 10))
    assert list(together.train(X[rows], labels[rows], epochs=2)) == [1, 2]
    for place in range(2):
        alone = Readers((place,), (64, 5, 10))
        for _ in alone.train(X[rows[place]], labels[rows[place]], epochs=2):
            pass
        np.testing.assert_allclose(together.W[0][place], alone.W[0][0], rtol=1e-12)
        own = together.chances(X[rows])[place]  # each asked about pictures of its own
        np.testing.assert_allclose(own, alone.chances(X[rows[place]])[0], rtol=1e-9)


def test_the_parts_are_apart_and_all() -> None:
    together = np.concatenate(parts())
    assert np.array_equal(np.sort(together), np.arange(1797))


def test_luck_is_that_of_coins() -> None:
    falls = np.random.default_rng(0).integers(0, 2, size=(100_000, 12)).sum(axis=1)
    uneven = (np.minimum(falls, 12 - falls) <= 3).mean()
    assert by_luck(9, 3) == pytest.approx(uneven, abs=0.005)
    assert by_luck(3, 9) == by_luck(9, 3)
    assert by_luck(0, 0) == 1.0


@pytest.mark.parametrize(("right", "n"), [(0, 10), (7, 10), (290, 297)])
def test_the_interval_ends_where_the_count_is_just_possible(right: int, n: int) -> None:
    for p in interval(right, n):
        away = abs(right / n - p) - 1.959964 * np.sqrt(p * (1 - p) / n)
        assert abs(away) < 1e-6
    low, high = interval(right, n)
    other_low, other_high = interval(n - right, n)
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low))


def test_more_pictures_are_needed_for_less() -> None:
    assert needed(0.97, 0.975, 2) > 3 * needed(0.97, 0.98, 2)
    assert needed(0.98, 0.97, 2) == needed(0.97, 0.98, 2)
