"""What the sources say about mistakes, tried."""

from itertools import pairwise

import numpy as np
import pytest

from byhand import data
from byhand.activations import leaky_relu_with, sigmoid, softmax
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy, mse
from byhand.mlp import MLP
from byhand.optim import Adam, GradientDescent, Momentum
from byhand.scaling import Standardiser
from byhand.train import Training
from byhand.worked import churn, mistakes


def norms(activation: str, scale: float | None, seed: int) -> list[float]:
    """Size of the gradient in each layer of a 3-64×10-1 network."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(32, 3))
    y = (X[:, :1] + X[:, 1:2] * X[:, 2:] > 0).astype(float)
    sizes, made = [3, *[64] * 10, 1], []
    for n_in, n_out in pairwise(sizes):
        W = rng.normal(size=(n_in, n_out)) * (scale or np.sqrt(2 / n_in))
        made.append(Dense(W, np.zeros(n_out), activation if n_out > 1 else "sigmoid"))
    network = MLP(made)
    trace = network.forward(X)
    backward = network.backward(trace, dz=(trace.y_hat - y) / len(X))
    return [float(np.linalg.norm(layer.dW)) for layer in backward.layers]


def unchanged(seed: int, lr: float) -> float:
    """Share of the first layer's weights that a step leaves as they are, to the last bit."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(32, 3))
    y = (X[:, :1] + X[:, 1:2] * X[:, 2:] > 0).astype(float)
    sizes = [3, *[64] * 10, 1]
    weights = [0.01 * rng.normal(size=pair) for pair in pairwise(sizes)]
    network = MLP([Dense(W, np.zeros(W.shape[1]), "sigmoid") for W in weights])
    trace = network.forward(X)
    dW = network.backward(trace, dz=(trace.y_hat - y) / 32).layers[0].dW
    return float((weights[0] - lr * dW == weights[0]).mean())


def orders(activation: str, scale: float | None) -> tuple[float, float]:
    """Median order of magnitude of the first and of the last layer's gradient."""
    runs = np.log10([norms(activation, scale, seed) for seed in range(7)])
    first, *_, last = np.median(runs, axis=0)
    return float(first), float(last)


def test_curve_and_start_starve_a_deep_network_together() -> None:
    first, last = orders("sigmoid", 0.01)
    assert first - last < -15  # a source's wrong network
    assert min(unchanged(seed, lr=0.1) for seed in range(7)) > 0.9
    he_first, he_last = orders("sigmoid", None)
    assert -6.5 < he_first - he_last < -4
    assert he_first - first > 11
    small_first, small_last = orders("relu", 0.01)
    assert max(small_first, small_last) < -12  # ReLU alone is no cure
    right_first, right_last = orders("relu", None)
    assert abs(right_first - right_last) < 1.5
    assert right_first > -2


def test_raw_inputs_overshoot_or_stand_still() -> None:
    start = MLP([Dense(np.zeros((3, 1)), [0.0], "sigmoid")])
    run = Training(start, binary_cross_entropy, GradientDescent(0.1))
    run.run(mistakes.X, mistakes.y, epochs=20)
    assert max(run.history.loss) > 1000  # a usual rate
    still = mistakes.neuron(mistakes.X).history.loss
    assert min(still) > 0.69
    assert all(after <= before for before, after in pairwise(still))


@pytest.mark.parametrize("scaled", [False, True])
def test_the_limit_of_the_rate_is_where_the_first_steps_overshoot(scaled: bool) -> None:
    X = Standardiser.fit(mistakes.X).transform(mistakes.X) if scaled else mistakes.X
    A = np.column_stack([X, np.ones(8)])
    steepest = np.linalg.svd(A, full_matrices=False)[2][0]  # along the most curved direction
    largest = 2 / mistakes.curvature(X)[-1]

    def loss(w: np.ndarray) -> float:
        z = A @ w
        return float(np.mean(np.logaddexp(0, z) - mistakes.y[:, 0] * z))

    small = 1e-3 / np.linalg.norm(A @ steepest)
    curve = (loss(small * steepest) - 2 * loss(0 * steepest) + loss(-small * steepest)) / small**2
    assert curve == pytest.approx(2 / largest, rel=1e-3)

    def walk(rate: float) -> list[float]:
        w, passed = np.zeros(4), [loss(np.zeros(4))]
        for _ in range(200):
            w = w - rate * A.T @ (1 / (1 + np.exp(-A @ w)) - mistakes.y[:, 0]) / 8
            passed.append(loss(w))
        return passed

    assert (np.diff(walk(0.9 * largest)) < 0).all()
    below, above = walk(0.99 * largest)[:2], walk(1.1 * largest)[:2]
    assert below[1] < below[0]
    assert (above[1] > above[0]) == (not scaled)


def test_equal_scale_is_not_equal_weight() -> None:
    X = Standardiser.fit(mistakes.X).transform(mistakes.X)
    income, age, ratio = np.abs(mistakes.neuron(X).network.layers[0].W[:, 0])
    assert age > 4 * income
    assert ratio > 4 * income


def test_any_two_rows_become_minus_one_and_plus_one() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        two = rng.normal(size=(2, 3)) * 10.0 ** rng.integers(-3, 6, size=3)
        made = Standardiser.fit(two).transform(two)
        assert np.allclose(np.abs(made), 1)
        assert np.allclose(made.sum(axis=0), 0)


@pytest.mark.parametrize(
    "optimiser", [GradientDescent(0.1), GradientDescent(10.0), Momentum(0.1), Adam(0.1)]
)
def test_a_dead_layer_stays_dead_under_every_optimiser(
    optimiser: GradientDescent | Momentum | Adam,
) -> None:
    start = mistakes.shut()
    run = Training(start, binary_cross_entropy, optimiser).run(churn.X, churn.y, epochs=500)
    (before, out), (after, end) = start.layers, run.network.layers
    assert np.array_equal(before.W, after.W)
    assert np.array_equal(before.b, after.b)
    assert np.array_equal(out.W, end.W)
    assert not np.array_equal(out.b, end.b)
    backward = start.backward(start.forward(churn.X), dz=start.predict(churn.X) - churn.y)
    assert not backward.layers[0].dW.any()
    assert not backward.layers[1].dW.any()
    assert backward.layers[1].db.any()


@pytest.mark.parametrize("leak", [0.05, 0.1, 0.3])
def test_a_leak_brings_the_layer_back(leak: float) -> None:
    start = mistakes.shut(leaky_relu_with(leak))
    run = Training(start, binary_cross_entropy, GradientDescent(1.0))
    run.run(churn.X, churn.y, epochs=3000)
    assert run.history.loss[-1] < 0.01


def test_softmax_cannot_tell_both_from_neither() -> None:
    X = np.array([[1.0, 0], [0, 1], [1, 1], [0, 0]])
    shared = np.array([[1.0, 0], [0, 1], [0.5, 0.5], [0.5, 0.5]])
    for activation, target in ((softmax, shared), (sigmoid, X)):
        W, b = np.zeros((2, 2)), np.zeros(2)
        for _ in range(2000):
            dz = (activation.f(X @ W + b) - target) / 4
            W, b = W - X.T @ dz, b - dz.sum(axis=0)
        found = activation.f(X @ W + b)
        told_apart = len({tuple(row) for row in (found > 0.5 + 1e-9).tolist()})
        assert told_apart == (4 if activation is sigmoid else 3)


def test_with_a_rate_of_its_own_the_squared_error_trains_the_moons() -> None:
    X, y = data.moons(np.random.default_rng(4), 100, noise=0.2)
    for loss in (binary_cross_entropy, mse):
        shares = []
        for seed in range(10):
            rng = np.random.default_rng(seed)
            start = MLP.from_sizes((2, 8, 1), ["tanh", "sigmoid"], rng)
            found = Training(start, loss, GradientDescent(3.0)).run(X, y, epochs=300).network
            shares.append(((found.predict(X) > 0.5) == (y == 1)).mean())
        assert np.median(shares) > 0.92
