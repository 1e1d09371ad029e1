"""What the sources say about activation functions, put to the test."""

import timeit
import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand import activations, data, init
from byhand.activations import leaky_relu_with, relu, sigmoid, softmax, tanh
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy, mse
from byhand.mlp import MLP, Initialiser
from byhand.optim import GradientDescent
from byhand.train import Training
from byhand.worked import activation_table as table
from byhand.worked.starts import loss_curves

Array = NDArray[np.float64]
XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_network_without_activations_cannot_learn_xor(depth: int) -> None:
    sizes = (2, *[4] * depth, 1)
    for seed in range(3):
        start = MLP.from_sizes(sizes, ["identity"] * (depth + 1), np.random.default_rng(seed))
        learned = Training(start, mse, GradientDescent(0.05)).run(*XOR, epochs=1500)
        assert learned.history.loss[-1] == pytest.approx(0.25, abs=1e-3)
        assert np.allclose(learned.network.predict(XOR[0]), 0.5, atol=0.05)


def test_the_sigmoid_rises_by_a_quarter_at_most() -> None:
    z = np.linspace(-40, 40, 4001)
    slopes = sigmoid.df(z)
    assert slopes.max() == 0.25
    assert z[slopes == 0.25].tolist() == [0.0]


@pytest.mark.parametrize(("name", "low", "high"), [("sigmoid", 0.0, 1.0), ("tanh", -1.0, 1.0)])
def test_floats_reach_the_ends_of_the_range(name: str, low: float, high: float) -> None:
    rule = activations.get(name)
    assert low < float(rule(-18.0)) < float(rule(18.0)) < high
    assert float(rule(40.0)) == high
    assert float(rule(-800.0)) == low


def test_tanh_as_four_exponentials_is_not_a_number() -> None:
    def literally(z: float) -> float:
        up, down = np.exp(np.float64(z)), np.exp(-np.float64(z))
        return float((up - down) / (up + down))

    for z in (-3.0, 0.0, 0.5, 20.0):
        assert literally(z) == pytest.approx(float(tanh(z)), abs=1e-15)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert np.isnan(literally(710.0))
    assert float(tanh(710.0)) == 1.0


def test_the_two_spellings_of_leaky_relu_agree_up_to_a_slope_of_one() -> None:
    z = np.linspace(-3, 3, 61)
    for alpha in np.linspace(-2, 3, 51):
        same = np.allclose(leaky_relu_with(float(alpha)).f(z), np.maximum(alpha * z, z))
        assert same == (alpha <= 1.0 + 1e-9)


def test_a_leak_brings_a_dead_neuron_back() -> None:
    for alpha in (0.01, 0.1):
        weights = table.walk(alpha, w=-1.0, lr=0.05, steps=600)[:, 0]
        assert weights[-1] == pytest.approx(2.0, abs=0.05)
    assert (table.walk(0.0, w=-1.0, lr=0.05, steps=600)[:, 0] == -1.0).all()


def test_a_dead_neuron_comes_back_where_its_inputs_still_learn() -> None:
    layers = [
        Dense([[1.0]], [0.0], "relu"),
        Dense([[1.0, 1.0]], [0.0, -1.5], "relu"),  # the second unit is off
        Dense([[1.0], [1.0]], [0.0], "identity"),
    ]
    X, y = [[1.0]], [[10.0]]
    start = MLP(layers)
    assert start.forward(X).layers[1].z[0, 1] < 0
    learned = Training(start, mse, GradientDescent(0.01)).run(X, y, epochs=200).network
    assert learned.forward(X).layers[1].z[0, 1] > 0
    first_layer = MLP([Dense([[1.0]], [-1.5], "relu"), Dense([[1.0]], [0.0], "identity")])
    still = Training(first_layer, mse, GradientDescent(0.01)).run(X, y, epochs=200).network
    assert still.forward(X).layers[0].z[0, 0] == -0.5  # it reads the data: nothing changes


def _over_everything(z: Array) -> Array:
    e = np.exp(z - z.max())
    return np.asarray(e / e.sum())


def test_softmax_over_the_whole_array_is_wrong_for_a_batch() -> None:
    row = table.logits.reshape(1, -1)
    np.testing.assert_allclose(_over_everything(row), softmax.f(row), rtol=1e-15)
    both = np.vstack([row, row + table.SHIFT])
    assert not np.isclose(_over_everything(both).sum(axis=1), 1.0).any()
    right = softmax.f(both)
    np.testing.assert_allclose(right[0], right[1], rtol=1e-12)


def test_softmax_outcomes_exclude_each_other() -> None:
    rng = np.random.default_rng(0)
    p = softmax.f(table.logits.reshape(1, -1))[0]
    drawn = rng.choice(3, size=100_000, p=p)
    first, second = drawn == 0, drawn == 1
    assert first.mean() == pytest.approx(p[0], abs=0.01)  # both statements hold
    assert second.mean() == pytest.approx(p[1], abs=0.01)
    assert not (first & second).any()  # and the product of the two is no chance of both
    assert (first | second).mean() == pytest.approx(p[0] + p[1], abs=0.01)


def _fit(output: str) -> float:
    """Fit y = 3x, whose mean is zero, by one neuron; return the loss."""
    X = np.linspace(-1, 1, 21)[:, None]
    start = MLP([Dense([[0.5]], [0.0], output)])
    return Training(start, mse, GradientDescent(0.2)).run(X, 3 * X, epochs=500).history.loss[-1]


def test_centred_goals_need_no_tanh() -> None:
    assert _fit("identity") < 1e-9
    assert _fit("tanh") > 0.5  # it cannot go beyond 1
    around_two = np.linspace(-1, 5, 61)
    assert tanh.f(around_two).mean() > 0.5  # centred only where z is


def _losses(hidden: str, lr: float, seeds: int, epochs: int = 300) -> list[Array]:
    """Train three hidden layers of eight on two half moons; return each start's losses."""
    rule: Initialiser = init.he if hidden == "relu" else init.xavier
    rngs = [np.random.default_rng(seed) for seed in range(seeds)]
    X, y = map(np.stack, zip(*(data.moons(rng, 100) for rng in rngs), strict=True))
    names = [hidden] * 3 + ["sigmoid"]
    starts = [MLP.from_sizes((2, 8, 8, 8, 1), names, rng, rule) for rng in rngs]
    return [*loss_curves(starts, X, y, binary_cross_entropy, GradientDescent(lr), epochs)]


def _arrivals(hidden: str, lr: float, seeds: int, epochs: int = 300) -> list[float]:
    """Count the epochs until each start gets below 0.1; infinite where it does not."""
    below = [np.flatnonzero(losses < 0.1) for losses in _losses(hidden, lr, seeds, epochs)]
    return [float(when[0]) if when.size else np.inf for when in below]


def test_tanh_beats_the_sigmoid_in_hidden_layers_but_is_no_chance() -> None:
    for lr in (0.3, 1.0, 3.0):
        of_tanh, of_sigmoid = _losses("tanh", lr, 5), _losses("sigmoid", lr, 5)
        for one, other in zip(of_tanh, of_sigmoid, strict=True):
            assert one.min() < other.min()
    assert float(tanh(-1.0)) < 0.0  # as the answer to yes or no it is out of range


def test_relu_beats_the_sigmoid_and_not_always_tanh() -> None:
    of_relu = _arrivals("relu", 1.0, 5)
    assert max(of_relu) < np.inf
    assert min(_arrivals("sigmoid", 1.0, 5)) == np.inf
    at_its_best = _arrivals("sigmoid", 10.0, 5, epochs=1200)
    assert max(at_its_best) < np.inf
    assert np.median(at_its_best) > 3 * np.median(of_relu)
    assert np.median(of_relu) < np.median(_arrivals("tanh", 1.0, 5))
    at_three = {name: np.isfinite(_arrivals(name, 3.0, 10)).sum() for name in ("relu", "tanh")}
    assert at_three["relu"] <= 3
    assert at_three["tanh"] >= 8


def test_relu_takes_less_time_than_the_sigmoid() -> None:
    z = np.linspace(-5, 5, 100_000)
    of_relu, of_sigmoid = (
        min(timeit.repeat(lambda rule=rule: rule.f(z), number=3, repeat=7))  # type: ignore[misc]
        for rule in (relu, sigmoid)
    )
    assert 2 * of_relu < of_sigmoid
