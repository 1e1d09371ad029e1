"""What the sources say about overfitting and small data, put to the test."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand.data import circles, moons, noisy_curve
from byhand.losses import Loss, binary_cross_entropy, mse
from byhand.optim import Adam
from byhand.remedies import Dropout, Stack
from byhand.train import Training
from byhand.worked import churn
from byhand.worked.overfitting import (
    NOISE,
    WIDTH,
    Crowd,
    accuracy,
    clouds,
    draw,
    labellings_by_a_line,
    mean_squared,
)

Array = NDArray[np.float64]
Data = tuple[Array, Array]


def _run(crowd: Crowd, data: Data, epochs: int, **how: object) -> Crowd:
    for _ in crowd.train(*data, epochs, **how):  # type: ignore[arg-type]
        pass
    return crowd


def _classify(sizes: list[int], data: Data, epochs: int = 150, spread: float = 1.0) -> Crowd:
    crowd = Crowd(np.random.default_rng(2), sizes, len(data[1]), spread)
    return _run(crowd, data, epochs, classify=True)


# The crowd is what it says: the library's training, many times.


@pytest.mark.parametrize(
    ("sizes", "output", "loss"),
    [
        ([2, 1], "sigmoid", binary_cross_entropy),
        ([2, 4, 1], "identity", mse),
        ([2, 4, 3, 1], "sigmoid", binary_cross_entropy),
    ],
)
@pytest.mark.parametrize("l2", [0.0, 0.02])
def test_a_crowd_learns_as_the_library_does(
    sizes: list[int], output: str, loss: Loss, l2: float
) -> None:
    data = draw(moons, np.random.default_rng(0), 3, 8)
    crowd = Crowd(np.random.default_rng(1), sizes, 3, spread=1.0)
    runs = [
        Training(crowd.network(i, output), loss, Adam(lr=0.03), l2=l2).run(
            data[0][i], data[1][i], epochs=25
        )
        for i in range(3)
    ]
    before = crowd.z(data[0])
    _run(crowd, data, 25, classify=output == "sigmoid", l2=l2)
    assert np.abs(crowd.z(data[0]) - before).max() > 0.01
    for i, run in enumerate(runs):
        ours = crowd.network(i, output).predict(data[0][i])
        np.testing.assert_allclose(ours, run.network.predict(data[0][i]), rtol=1e-9)


def test_a_crowd_of_one_drops_what_the_library_drops() -> None:
    data = draw(moons, np.random.default_rng(0), 1, 8)
    crowd = Crowd(np.random.default_rng(1), [2, 6, 1], 1)
    hidden, output = crowd.network(0).layers
    stack = Stack([hidden, Dropout(0.5, np.random.default_rng(3)), output], "identity")
    run = Training(stack, mse, Adam(lr=0.03)).run(data[0][0], data[1][0], epochs=25)
    _run(crowd, data, 25, dropout=0.5, rng=np.random.default_rng(3))
    expected = run.network.predict(data[0][0])
    np.testing.assert_allclose(crowd.z(data[0])[0], expected, rtol=1e-9)


# Memorising


@pytest.fixture(scope="module")
def heights() -> dict[int, tuple[Array, Array]]:
    """Errors on learned and on fresh random heights, by width."""
    rng = np.random.default_rng(10)
    X, y = np.linspace(-1, 1, 10)[:, None], rng.normal(size=(60, 10, 1))
    fresh = rng.uniform(-1, 1, (60, 200, 1)), rng.normal(size=(60, 200, 1))
    found = {}
    for width in (2, 20):
        crowd = _run(Crowd(np.random.default_rng(1), [1, width, 1], 60), (X, y), 600)
        found[width] = mean_squared(crowd, X, y), mean_squared(crowd, *fresh)
    return found


def test_random_targets_are_learned_given_enough_neurons(
    heights: dict[int, tuple[Array, Array]],
) -> None:
    assert np.median(heights[20][0]) < 0.001
    assert np.median(heights[2][0]) > 0.2


def test_memorised_noise_costs_about_twice_the_noise(
    heights: dict[int, tuple[Array, Array]],
) -> None:
    assert 1.5 < np.median(heights[20][1]) < 2.2
    assert np.median(heights[2][1]) > 1.2  # the plain mean pays 1.1


def test_random_labels_are_parted_given_enough_neurons() -> None:
    rng = np.random.default_rng(10)
    X = rng.normal(size=(40, 16, 2))
    y = rng.permuted(np.tile(np.arange(16.0) % 2, (40, 1)), axis=1)[:, :, None]
    perfect = {}
    for width in (0, 2, 5, 20):
        crowd = _classify([2, width, 1] if width else [2, 1], (X, y), 1000, spread=2.0)
        perfect[width] = int((accuracy(crowd, X, y) == 1.0).sum())
    assert perfect[0] <= 1
    assert perfect[2] <= 12
    assert perfect[2] < perfect[5] < perfect[20]
    assert perfect[20] >= 36


def test_a_line_parts_as_many_labellings_as_counted() -> None:
    """Every labelling of the five customers that some line parts, by trying very many lines."""
    rng = np.random.default_rng(0)
    angles, offsets = rng.uniform(0, 2 * np.pi, 200_000), rng.uniform(-1.5, 1.5, 200_000)
    across = churn.X @ np.stack([np.cos(angles), np.sin(angles)]) + offsets  # (5, lines)
    assert len(np.unique(across > 0.0, axis=1).T) == labellings_by_a_line(5) == 22


def test_the_same_network_memorises_and_generalises() -> None:
    rng = np.random.default_rng(10)
    X, real = draw(moons, rng, 20, 40, 0.2)
    fresh = draw(moons, rng, 20, 200, 0.2)
    shuffled = rng.permuted(real, axis=1)
    for y, low, high in ((real, 0.9, 1.0), (shuffled, 0.4, 0.6)):
        crowd = _classify([2, 50, 1], (X, y), 600, spread=2.0)
        assert np.median(accuracy(crowd, X, y)) > 0.97
        assert low < np.median(accuracy(crowd, *fresh)) < high


# Training and test error


@cache
def _curve_errors(width: int, **how: float) -> tuple[Array, Array, Array]:
    """Errors of sixty networks at the end, on train and test data, and the best on the way."""
    rng = np.random.default_rng(3)
    data, test = (draw(noisy_curve, rng, 60, n, NOISE) for n in (20, 100))
    crowd = Crowd(np.random.default_rng(1), [1, width, 1], 60)
    best = last = np.full(60, np.inf)
    for epoch in crowd.train(*data, 400, rng=np.random.default_rng(4), **how):  # type: ignore[arg-type]
        if epoch % 10 == 0:
            last = mean_squared(crowd, *test)
            best = np.minimum(best, last)
    return mean_squared(crowd, *data), last, best


def test_more_neurons_overfit_if_trained_to_the_end() -> None:
    (train5, last5, best5), (train80, last80, best80) = _curve_errors(5), _curve_errors(80)
    assert np.median(train80) < 0.8 * np.median(train5)
    assert np.median(last80) > 1.08 * np.median(last5)
    assert np.median(best80) < 1.02 * np.median(best5)


def test_few_neurons_underfit() -> None:
    (train1, last1, best1), (train5, last5, best5) = _curve_errors(1), _curve_errors(5)
    assert np.median(train1) > 1.3 * NOISE**2 > np.median(train5)
    assert np.median(last1) > 1.15 * np.median(last5)
    assert np.median(best1) > 1.15 * np.median(best5)


def test_remedies_help_in_the_right_strength() -> None:
    train, plain, _ = _curve_errors(WIDTH)
    for how in ({"l2": 0.001}, {"dropout": 0.1}):
        remedied_train, remedied, _ = _curve_errors(WIDTH, **how)
        assert np.median(remedied_train) > np.median(train)
        assert np.median(remedied) < 0.95 * np.median(plain)
        assert (remedied < plain).sum() > 40
    too_much_train, too_much, _ = _curve_errors(WIDTH, l2=0.1)
    assert np.median(too_much) > 1.15 * np.median(plain)
    assert np.median(too_much_train) > 1.5 * NOISE**2


def _off_and_scatter(n: int, **how: object) -> tuple[float, float]:
    rng = np.random.default_rng(3)
    crowd = Crowd(np.random.default_rng(1), [1, WIDTH, 1], 40)
    _run(crowd, draw(noisy_curve, rng, 40, n, NOISE), 300, rng=rng, **how)
    places = np.linspace(-1.0, 1.0, 101)[:, None]
    curves, truth = crowd.z(places), np.sin(np.pi * places)
    off, scatter = ((curves.mean(axis=0) - truth) ** 2).mean(), curves.var(axis=0).mean()
    np.testing.assert_allclose(off + scatter, ((curves - truth) ** 2).mean(), rtol=1e-12)
    return float(off), float(scatter)


def test_remedies_trade_scatter_for_being_off() -> None:
    off, scatter = _off_and_scatter(20)
    assert off < 0.01
    assert scatter > 0.06
    mild_off, mild_scatter = _off_and_scatter(20, l2=0.001)
    assert mild_off < 0.015
    assert mild_scatter < 0.7 * scatter
    dropped_off, dropped_scatter = _off_and_scatter(20, dropout=0.2)
    assert mild_off < dropped_off < 0.03
    assert dropped_scatter < 0.7 * scatter
    strong_off, strong_scatter = _off_and_scatter(20, l2=0.1)
    assert strong_off > 0.04 > strong_scatter
    more_off, more_scatter = _off_and_scatter(100)
    assert more_off < 0.01
    assert more_scatter < 0.3 * scatter


def test_early_stopping_helps_and_flatters_its_validation_error() -> None:
    rng = np.random.default_rng(3)
    data, held, test = (draw(noisy_curve, rng, 60, n, NOISE) for n in (20, 10, 100))
    crowd = Crowd(np.random.default_rng(1), [1, WIDTH, 1], 60)
    best = errors = np.full((2, 60), np.inf)
    for epoch in crowd.train(*data, 600):
        if epoch % 10 == 0:
            errors = np.array([mean_squared(crowd, *held), mean_squared(crowd, *test)])
            best = np.where(errors[0] < best[0], errors, best)
    assert np.median(best[1]) < 0.9 * np.median(errors[1])
    assert np.median(best[0]) < 0.85 * np.median(best[1])


def test_more_data_beats_every_remedy() -> None:
    rng = np.random.default_rng(3)
    X, y = draw(noisy_curve, rng, 20, 100, NOISE)
    test = draw(noisy_curve, rng, 20, 100, NOISE)
    many = _run(Crowd(np.random.default_rng(1), [1, WIDTH, 1], 20), (X, y), 600)
    few = X[:, ::5], y[:, ::5]
    remedied = _run(Crowd(np.random.default_rng(1), [1, WIDTH, 1], 20), few, 600, l2=0.001)
    more, less = mean_squared(many, *test), mean_squared(remedied, *test)
    assert np.median(more) < 0.95 * np.median(less)
    assert np.ptp(more) < np.ptp(less)


# Small data


def test_five_samples_generalise_on_moons() -> None:
    rng = np.random.default_rng(0)
    data, fresh = draw(moons, rng, 100, 5), draw(moons, rng, 100, 400)
    shares = accuracy(_classify([2, 2, 1], data), *fresh)
    assert (shares > 0.5).sum() >= 90
    assert (shares > 0.7).sum() >= 75


def test_no_number_of_samples_ends_overfitting() -> None:
    deep = [2, 16, 16, 1]
    rng = np.random.default_rng(0)
    moons48, clouds96, clouds600 = (
        draw(source, rng, m, n)
        for source, m, n in ((moons, 20, 48), (clouds, 20, 96), (clouds, 8, 600))
    )
    fresh_moons = draw(moons, rng, 20, 400)
    assert np.median(accuracy(_classify(deep, moons48), *fresh_moons)) > 0.96
    for data, gaps in (
        (clouds96, {150: (0.1, 1.0)}),
        (clouds600, {150: (-0.05, 0.05), 1000: (0.1, 1.0)}),
    ):
        fresh = draw(clouds, rng, len(data[1]), 2000)
        crowd = Crowd(np.random.default_rng(2), deep, len(data[1]), spread=1.0)
        for epoch in crowd.train(*data, max(gaps), classify=True):
            if epoch in gaps:
                low, high = gaps[epoch]
                assert low < np.median(accuracy(crowd, *data) - accuracy(crowd, *fresh)) < high


@cache
def _both(source: object, n: int) -> tuple[float, float]:
    """Median accuracy on fresh samples of logistic regression and of 2-16-16-1."""
    rng = np.random.default_rng(10)
    data, fresh = draw(source, rng, 20, n), draw(source, rng, 20, 400)  # type: ignore[arg-type]
    shares = [
        float(np.median(accuracy(_classify(sizes, data), *fresh)))
        for sizes in ([2, 1], [2, 16, 16, 1])
    ]
    return shares[0], shares[1]


def test_a_network_generalises_better_than_a_neuron_where_the_border_bends() -> None:
    for source in (circles, moons):
        line, deep = _both(source, 96)
        assert deep > line + 0.05
    line, deep = _both(clouds, 96)
    assert line > deep + 0.02


def test_logistic_regression_on_few_samples_is_best_only_where_a_line_is() -> None:
    line, deep = _both(clouds, 24)
    assert line > deep + 0.02
    line, deep = _both(circles, 24)
    assert line < 0.6
    assert deep > 0.8
    line, deep = _both(circles, 400)
    assert line < 0.6 < deep
    line, deep = _both(moons, 24)
    assert deep > line + 0.02
    line, deep = _both(moons, 96)
    assert line < 0.9
    assert deep > 0.97


def test_dropout_on_small_data_is_no_cure_for_the_clouds() -> None:
    rng = np.random.default_rng(10)
    data, fresh = draw(clouds, rng, 40, 24), draw(clouds, rng, 40, 400)
    crowds = [Crowd(np.random.default_rng(2), [2, 16, 16, 1], 40, spread=1.0) for _ in range(2)]
    plain = _run(crowds[0], data, 150, classify=True)
    dice = np.random.default_rng(5)
    dropped = _run(crowds[1], data, 150, classify=True, dropout=0.5, rng=dice)
    line = np.median(accuracy(_classify([2, 1], data), *fresh))
    with_it, without = (np.median(accuracy(crowd, *fresh)) for crowd in (dropped, plain))
    assert without < with_it < line
