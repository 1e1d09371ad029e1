"""What the sources and the course say about universal approximation, put to the test."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand.data import noisy_curve
from byhand.losses import mse
from byhand.mlp import MLP
from byhand.optim import Adam
from byhand.train import Training
from byhand.worked import churn
from byhand.worked.approximation import (
    customers,
    deep_square,
    hinges,
    largest_of_three,
    layers_until_zero,
    sawtooth,
    square,
    stairs,
    worst,
)
from byhand.worked.starts import Starts, largest_error
from tests.examples import number

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]
LINE = np.linspace(-1.0, 1.0, 41)[:, None]
FINE = np.linspace(-1.0, 1.0, 801)[:, None]


def _waves(k: float) -> Curve:
    return lambda x: np.sin(2.0 * np.pi * k * x)


WAVE = _waves(1)


def _starts(sizes: list[int], m: int = 20, seed: int = 10, **how: object) -> Starts:
    return Starts(np.random.default_rng(seed), sizes, m, **how)  # type: ignore[arg-type]


def _spaced(f: Curve, n: int, low: float = 0.0, high: float = 1.0) -> MLP:
    knots = np.linspace(low, high, n + 1)
    return hinges(knots, f(knots))


def _rms(starts: Starts, X: Array, y: Array) -> Array:
    return np.asarray(np.sqrt(((starts.predict(X) - y) ** 2).mean(axis=(-2, -1))))


def _pieces(network: MLP, low: float, high: float) -> int:
    """Count runs of one slope on a fine grid."""
    y_hat = network.predict(np.linspace(low, high, 20_001)[:, None])[:, 0]
    bends = np.abs(np.diff(y_hat, 2)) > 1e-9
    return 1 + int((np.diff(bends.astype(int)) == 1).sum()) + int(bends[0])


# The tools are what they say


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_starts_learn_as_the_library_does(activation: str) -> None:
    starts = _starts([1, 4, 3, 1], m=2, activation=activation)
    alone = [
        Training(starts.network(i), mse, Adam(lr=0.03)).run(LINE, WAVE(LINE), epochs=20).network
        for i in range(2)
    ]
    starts.train(LINE, WAVE(LINE), epochs=20)
    for i, network in enumerate(alone):
        np.testing.assert_allclose(starts.predict(LINE)[i], network.predict(LINE), rtol=1e-9)


# Building by hand


def test_hinges_meet_every_knot_and_their_error_is_the_bound() -> None:
    rng = np.random.default_rng(0)
    knots = np.sort(rng.uniform(-3.0, 3.0, 30))
    heights = rng.normal(size=30)
    np.testing.assert_allclose(
        hinges(knots, heights).predict(knots[:, None])[:, 0], heights, atol=1e-9
    )
    for n in (4, 8, 32):
        assert worst(_spaced(np.square, n), np.square, 0.0, 1.0) == pytest.approx(1 / (4 * n * n))
    for k in (1, 3):
        for n in (8, 20, 64):
            bound = (2.0 * np.pi * k) ** 2 / (8.0 * n * n)
            assert worst(_spaced(_waves(k), n), _waves(k), 0.0, 1.0) <= bound


def test_twice_the_hinges_quarter_the_error_and_twice_the_stairs_halve_it() -> None:
    bent = [worst(_spaced(WAVE, n), WAVE, 0.0, 1.0) for n in (32, 64, 128)]
    for larger, smaller in pairwise(bent):
        assert 3.9 < larger / smaller < 4.1
    stepped = []
    for n in (32, 64, 128):
        levels = WAVE((np.arange(n + 1) + 0.5) / (n + 1))
        steps = stairs(np.arange(1, n + 1) / (n + 1), levels, 50.0 * n)
        stepped.append(worst(steps, WAVE, 0.0, 1.0))
    for larger, smaller in pairwise(stepped):
        assert 1.9 < larger / smaller < 2.1
    assert stepped[0] > 5.0 * bent[0]


def test_crowded_knots_mend_the_rate_of_the_root() -> None:
    def error(n: int, power: int) -> float:
        knots = np.linspace(0.0, 1.0, n + 1) ** power
        fine = np.interp(np.arange(32 * n + 1) / 32, np.arange(n + 1), knots)[:, None]
        return float(np.abs(hinges(knots, np.sqrt(knots)).predict(fine) - np.sqrt(fine)).max())

    for n in (16, 64, 256):
        assert error(n, 1) == pytest.approx(1.0 / (4.0 * np.sqrt(n)), rel=0.01)
        assert error(n, 4) < 1.0 / (2.0 * n * n)


# The theorem, and its conditions


def _best_output(f: Curve, n: int, rng: np.random.Generator) -> float:
    """Fit the output weights of n random hidden neurons by least squares; the rms error."""
    A = np.hstack([f(FINE * rng.normal(0.0, 3.0, n) + rng.uniform(-3.0, 3.0, n)), FINE**0])
    best = np.linalg.lstsq(A, WAVE(FINE), rcond=1e-9)[0]
    return float(np.sqrt(((A @ best - WAVE(FINE)) ** 2).mean()))


def test_one_hidden_layer_suffices_unless_its_activation_is_a_polynomial() -> None:
    """Hinges come as close as you like; squares and cubes stay where three or four are."""
    errors = [worst(_spaced(WAVE, n, -1.0, 1.0), WAVE, -1.0, 1.0) for n in (20, 200, 1000)]
    assert errors[0] < 0.05
    assert errors[1] < 0.0005
    assert errors[2] < 0.00002
    rng = np.random.default_rng(1)
    for power, few in ((2, 3), (3, 4)):
        alone = _best_output(lambda z, p=power: z**p, few, rng)  # type: ignore[misc]
        crowd = _best_output(lambda z, p=power: z**p, 200, rng)  # type: ignore[misc]
        assert alone == pytest.approx(crowd, abs=1e-6)
        assert crowd > 0.55
    assert _best_output(np.tanh, 30, rng) < 0.01
    for scale in (1.0, 10.0, 100.0):  # outside a bounded set nothing is promised
        assert worst(_spaced(WAVE, 200, -1.0, 1.0), WAVE, 1.0, 1.0 + scale) > 0.9


def test_a_jump_costs_half_its_height_at_any_width() -> None:
    beside = np.array([[-1e-9], [1e-9]])
    jump = (beside > 0.0).astype(float)
    for steepness in (2.0, 100.0, 1e6):
        assert np.abs(stairs([0.0], [0.0, 1.0], steepness).predict(beside) - jump).max() > 0.499
        knots = np.array([-1.0, -1.0 / steepness, 1.0 / steepness, 1.0])
        ramp = hinges(knots, np.array([0.0, 0.0, 1.0, 1.0]))
        assert np.abs(ramp.predict(beside) - jump).max() > 0.499


def test_without_biases_relu_networks_are_two_rays() -> None:
    rng = np.random.default_rng(0)
    starts = _starts([1, 30, 30, 1], m=5)
    for b in starts.b:
        b[:] = 0.0
    one = starts.predict(np.array([[1.0], [-1.0]]))
    for c in rng.uniform(0.01, 50.0, 10):
        np.testing.assert_allclose(starts.predict(np.array([[c], [-c]])), c * one, rtol=1e-9)


def test_any_labels_of_distinct_points_are_matched_exactly() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 5)), rng.normal(size=60)
    along = X @ rng.normal(size=5)  # one direction tells all points apart
    order = np.argsort(along)
    network = hinges(along[order], y[order])
    np.testing.assert_allclose(network.predict(along[:, None])[:, 0], y, atol=1e-9)


def test_the_five_customers_labels_take_two_hinges() -> None:
    tenure = churn.X[:, :1]
    np.testing.assert_allclose(customers().predict(tenure), churn.y, atol=1e-12)
    assert customers().sizes == (1, 2, 1)
    assert customers().n_parameters == 7


def test_an_approximation_is_no_representation_and_no_learning() -> None:
    """Hinges are never the wave; and training stops far from weights that do exist."""
    for n in (20, 200, 1000):
        assert worst(_spaced(WAVE, n, -1.0, 1.0), WAVE, -1.0, 1.0) > 1.0 / (n * n)
    X = np.linspace(0.0, 1.0, 33)[:, None]
    y = sawtooth(4).predict(X)
    starts = _starts([1, 20, 20, 1], spread=1.0).train(X, y, 800, lr=0.01)
    assert (largest_error(starts, X, y) < 0.2).sum() == 0


# Two and twenty


def test_two_hinges_bend_at_most_twice_and_not_in_any_way() -> None:
    rng = np.random.default_rng(3)
    starts = _starts([1, 2, 1], m=400)
    errors = largest_error(starts, FINE, WAVE(FINE))
    assert (errors >= 1.0).all()
    assert max(_pieces(starts.network(i), -1.0, 1.0) for i in range(40)) == 3
    starts.train(LINE, WAVE(LINE), epochs=500)
    assert (largest_error(starts, FINE, WAVE(FINE)) > 0.999).all()
    for _ in range(500):  # hinges anywhere, either way round, with their best output weights
        A = np.hstack(
            [np.maximum(FINE * rng.choice([-1.0, 1.0], 2) + rng.uniform(-1, 1, 2), 0.0), FINE**0]
        )
        best = np.linalg.lstsq(A, WAVE(FINE), rcond=None)[0]
        assert np.abs(A @ best - WAVE(FINE)).max() >= 0.999
    smooth = _starts([1, 2, 1], activation="tanh").train(LINE, WAVE(LINE), epochs=1000)
    assert (largest_error(smooth, FINE, WAVE(FINE)) > 0.5).all()


def test_twenty_neurons_follow_the_wave_by_recipe_and_with_tanh() -> None:
    recipe = worst(_spaced(WAVE, 20, -1.0, 1.0), WAVE, -1.0, 1.0)
    assert recipe == pytest.approx(1.0 - np.cos(np.pi / 10.0), rel=1e-3)
    tanh, relu = (
        largest_error(
            _starts([1, 20, 1], activation=name).train(LINE, WAVE(LINE), 1000), FINE, WAVE(FINE)
        )
        for name in ("tanh", "relu")
    )
    assert (tanh < 0.15).sum() >= 18
    assert np.median(tanh) < recipe < np.median(relu)
    assert (relu > 2.0 * recipe).all()
    assert (relu > 0.9).sum() >= 2  # a hump missed


# The rule of thumb


def test_no_number_of_neurons_handles_all_smooth_bounded_functions() -> None:
    """One wave is easy. Of 200 waves, 256 ReLU neurons can't do better than the constant 0."""
    assert worst(_spaced(WAVE, 32), WAVE, 0.0, 1.0) < 0.01
    assert worst(_spaced(_waves(10), 256), _waves(10), 0.0, 1.0) < 0.01
    assert worst(_spaced(_waves(10), 32), _waves(10), 0.0, 1.0) > 0.2
    turns = (2 * np.arange(400) + 1) / 800  # peaks and troughs of 200 waves
    for network in (_spaced(_waves(200), 256), _starts([1, 256, 1], m=1).network(0)):
        y_hat = network.predict(turns[:, None])[:, 0]
        crossings = int((y_hat[1:] * y_hat[:-1] < 0.0).sum())
        assert crossings <= 257  # of the 399 that it takes
        assert np.abs(y_hat - _waves(200)(turns)).max() >= 1.0
    found = {}
    for k in (1, 10):
        X = np.linspace(-1.0, 1.0, 12 * k + 1)[:, None]
        y = np.sin(np.pi * k * (X + 1.0))
        for width in (32, 256):
            starts = _starts([1, width, 1], m=3, activation="tanh").train(X, y, 500, lr=0.01)
            found[k, width] = float(np.median(_rms(starts, X, y)))
    assert found[1, 32] < 0.05
    assert found[10, 32] > 0.6
    assert found[10, 256] > 0.6


# Depth


def test_one_layer_needs_exponentially_many_neurons_for_folds() -> None:
    """k folds take 2^k values in turn; a line needs a piece for each step between them."""
    for k in (1, 4, 10):
        places = np.arange(2**k + 1)[:, None] / 2**k
        assert np.array_equal(sawtooth(k).predict(places)[:, 0], np.arange(2**k + 1) % 2)
    rng = np.random.default_rng(0)
    for n in (1, 5, 20):
        starts = _starts([1, n, 1], m=20, seed=int(rng.integers(99)))
        assert max(_pieces(starts.network(i), -2.0, 2.0) for i in range(20)) <= n + 1
    teeth = np.arange(2**5 + 1)[:, None] / 2**5
    for n in (8, 30):  # fewer than 31 neurons: somewhere wrong by one half, trained or not
        starts = _starts([1, n, 1], spread=1.0).train(teeth, sawtooth(5).predict(teeth), 300)
        assert (largest_error(starts, teeth, sawtooth(5).predict(teeth)) >= 0.499).all()


def test_depth_saves_parameters_where_there_is_something_to_reuse() -> None:
    assert sawtooth(10).n_parameters == 61
    assert 40 * sawtooth(10).n_parameters < int(number("approximation.sawtooth.wide_parameters10"))
    X = np.linspace(-1.0, 1.0, 40)[:, None]  # nothing to reuse: random heights
    y = np.random.default_rng(0).normal(size=(20, 40, 1))
    wide, deep = (
        np.median(_rms(_starts(sizes, activation="tanh").train(X, y, 1500), X, y))
        for sizes in ([1, 8, 1], [1, 3, 3, 1])
    )
    assert _starts([1, 8, 1]).network(0).n_parameters == 25
    assert _starts([1, 3, 3, 1]).network(0).n_parameters == 22
    assert min(wide, deep) > 0.3
    assert deep > 0.9 * wide


def test_more_layers_can_save_parameters_and_generalise_better_or_worse() -> None:
    rng = np.random.default_rng(3)
    line = np.linspace(0.0, 1.0, 201)[:, None]
    wide, deep = [1, 46, 1], [1, 7, 7, 7, 1]  # 139 and 134 parameters

    def fresh(sizes: list[int], X: Array, y: Array, q: Array) -> float:
        starts = _starts(sizes, activation="tanh", spread=2.0).train(X, y, 800, lr=0.01)
        return float(np.median(_rms(starts, line if X.min() >= 0 else 2 * line - 1, q)))

    X = rng.uniform(0.0, 1.0, (20, 100, 1))
    y = np.stack([sawtooth(3).predict(x) for x in X])
    truth = sawtooth(3).predict(line)
    assert fresh(deep, X, y, truth) < 0.95 * fresh(wide, X, y, truth)
    X, y = map(np.stack, zip(*(noisy_curve(rng, 20, 0.3) for _ in range(20)), strict=True))
    truth = np.sin(np.pi * (2 * line - 1))
    assert fresh(deep, X, y, truth) > 1.05 * fresh(wide, X, y, truth)


def test_depth_squares_with_the_error_of_exponentially_many_hinges() -> None:
    for m in range(1, 10):
        deep = worst(deep_square(m), np.square, 0.0, 1.0)
        assert deep == 4.0 ** -(m + 1) == worst(_spaced(np.square, 2**m), np.square, 0.0, 1.0)
        assert set(deep_square(m).sizes[1:-1]) == {3}
    for n in (10, 100, 361):  # the best line along the longest of n + 1 pieces
        assert 1.0 / (8.0 * (n + 1) ** 2) > 4.0**-10


def test_two_layers_represent_what_one_can_only_approximate() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 2))
    np.testing.assert_allclose(
        largest_of_three().predict(X)[:, 0], np.maximum(X.max(axis=1), 0.0), atol=1e-12
    )

    def bend(network: MLP, place: float) -> float:
        across = place + np.outer([-1.0, 0.0, 1.0], [0.25, -0.25])
        left, here, right = network.predict(across)[:, 0]
        return float(left - 2.0 * here + right)

    assert bend(largest_of_three(), 5.0) == pytest.approx(0.5)
    assert bend(largest_of_three(), -5.0) == pytest.approx(0.0)
    for seed in range(50):  # one layer: a line that bends far out bends as much on the other end
        starts = Starts(np.random.default_rng(seed), [2, 12, 1], m=1)
        starts.W[0][0, :, :3] = [[1.0] * 3, [-1.0] * 3]  # three neurons along x1 = x2
        starts.b[0][0, 0, :3] = 0.0
        network = starts.network(0)
        assert bend(network, 1e4) == pytest.approx(bend(network, -1e4), abs=1e-6)


def test_without_a_hidden_layer_borders_are_flat_and_functions_need_not_be() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(2, 50, 2))
    middle = (left + right) / 2.0
    for output, affine in (("identity", True), ("sigmoid", False)):
        network = MLP.from_sizes((2, 1), (output,), np.random.default_rng(1))
        ends = (network.predict(left) + network.predict(right)) / 2.0
        assert np.allclose(ends, network.predict(middle), atol=1e-9) is affine
        sides = network.predict(left) > network.predict(np.zeros((1, 2)))
        flat = left @ network.layers[0].W > 0.0
        assert np.array_equal(sides, flat)


# Training


def _folds(k: int, width: int) -> Array:
    X = np.linspace(0.0, 1.0, 33)[:, None]
    y = sawtooth(k).predict(X)
    starts = _starts([1, *[width] * k, 1], spread=1.0).train(X, y, 600, lr=0.01)
    return largest_error(starts, X, y)


def test_weights_that_exist_are_not_always_found() -> None:
    assert (_folds(1, 2) < 0.2).sum() <= 10
    for k in (2, 4):
        assert (_folds(k, 2) < 0.2).sum() <= 3
    assert (_folds(1, 16) < 0.2).sum() >= 15
    assert 5 <= (_folds(2, 16) < 0.2).sum() <= 19
    assert (_folds(4, 16) < 0.2).sum() <= 1


def test_the_way_back_to_known_weights_gets_shorter_with_every_fold() -> None:
    X = np.linspace(0.0, 1.0, 65)[:, None]
    back = {}
    for k, size in ((1, 0.1), (3, 0.1), (3, 0.01), (5, 0.03), (5, 0.001)):
        rng = np.random.default_rng(5)
        starts, y = Starts(rng, [1, *[2] * k, 1], m=20), sawtooth(k).predict(X)
        for W, b, exact in zip(starts.W, starts.b, sawtooth(k).layers, strict=True):
            W[:] = exact.W + size * rng.normal(size=W.shape)
            b[:] = exact.b + size * rng.normal(size=b.shape)
        starts.train(X, y, 200, lr=0.003)
        back[k, size] = int((largest_error(starts, X, y) < 0.2).sum())
    assert min(back[1, 0.1], back[3, 0.01], back[5, 0.001]) >= 15
    assert max(back[3, 0.1], back[5, 0.03]) <= 8


def test_depth_traps_narrow_networks_and_helps_wider_ones() -> None:
    y = WAVE(LINE)

    def run(layers: int, width: int) -> tuple[float, int]:
        starts = _starts([1, *[width] * layers, 1], spread=1.0).train(LINE, y, 500, lr=0.01)
        dead = np.ptp(starts.predict(LINE), axis=(1, 2)) < 1e-3
        return float(np.median(_rms(starts, LINE, y))), int(dead.sum())

    (shallow, _), (deep, dead) = run(1, 10), run(4, 10)
    assert deep < 0.5 * shallow
    assert dead <= 1
    (_, few), (_, many) = run(1, 3), run(4, 3)
    assert few <= 4
    assert many >= 6


# Outside


def test_outside_the_data_no_width_continues_the_pattern() -> None:
    far = np.linspace(2.0, 3.0, 101)[:, None]
    for activation in ("relu", "tanh"):
        for width in (20, 100):
            starts = _starts([1, width, 1], m=10, activation=activation)
            starts.train(LINE, WAVE(LINE), 800)
            inside = np.median(_rms(starts, LINE, WAVE(LINE)))
            outside = np.median(_rms(starts, far, WAVE(far)))
            assert outside > max(0.6, 4.0 * inside)
            curves = starts.predict(np.linspace(1e4, 2e4, 3)[:, None])
            assert np.abs(np.diff(curves, 2, axis=1)).max() < 1e-6  # straight lines
            assert np.ptp(curves[:, 0]) > 1.0  # and no two starts agree


# Digits


def test_a_float_folds_down_to_zero() -> None:
    assert layers_until_zero(0.1) == 56
    x = Fraction(0.1)
    assert x.denominator == 2**55
    for folds in (1, 10, 50, 55):
        x_folded = x
        for _ in range(folds):
            x_folded = min(2 * x_folded, 2 - 2 * x_folded)
        assert Fraction(float(sawtooth(folds).predict([[0.1]])[0, 0])) == x_folded


def test_the_network_built_by_hand_is_wrong_by_one_sixty_fourth_at_most() -> None:
    assert worst(square(), np.square, 0.0, 1.0) == 1.0 / 64.0
