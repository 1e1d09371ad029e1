"""Statements of the sources that fall between the chapters' own, put to the test."""

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand import activations, data
from byhand.activations import relu
from byhand.init import he, xavier
from byhand.layers import Dense
from byhand.losses import (
    binary_cross_entropy,
    categorical_cross_entropy,
    half_squared_error,
    mse,
)
from byhand.mlp import MLP
from byhand.optim import Adam, GradientDescent, Momentum
from byhand.perceptron import learn, step
from byhand.remedies import Stack
from byhand.train import Training
from byhand.worked import activation_table, churn, deep
from byhand.worked.overfitting import Crowd, clouds, draw

Array = NDArray[np.float64]


def test_a_network_can_learn_from_inputs_alone() -> None:
    """4-2-4 learns to pass four rows on through two neurons; the answers are the inputs."""
    X = np.eye(4)
    passed = 0
    for seed in range(5):
        start = MLP.from_sizes([4, 2, 4], ["tanh", "softmax"], np.random.default_rng(seed))
        run = Training(start, categorical_cross_entropy, Adam(lr=0.05))
        run.run(X, X, epochs=500)
        passed += bool((run.network.predict(X).argmax(axis=1) == np.arange(4)).all())
    assert passed >= 4


def test_the_loss_of_the_first_customer_is_close_to_that_of_one_half() -> None:
    loss = binary_cross_entropy.per_sample(churn.y, churn.trace().y_hat)[0]
    assert loss - np.log(2) < 0.08
    sure = binary_cross_entropy.value([[0.0]], [[0.99]])
    assert sure > 5 * loss
    nearly_perfect = binary_cross_entropy.value([[0.0]], [[1e-9]])
    assert 0 < nearly_perfect < 1e-8


def test_zeros_are_half_of_the_layer_and_multiplied_all_the_same() -> None:
    rng = np.random.default_rng(0)
    hidden = Dense(he(rng, 64, 64), np.zeros(64), "relu")
    output = Dense(he(rng, 64, 8), np.zeros(8), "identity")
    a = hidden.forward(rng.normal(size=(200, 64))).a
    assert 0.45 < (a == 0).mean() < 0.55
    on = a[0] > 0
    only_on = a[:1, on] @ output.W[on]
    np.testing.assert_allclose(only_on, output.forward(a[:1]).z)  # the rest adds nothing
    assert output.W[on].size < 0.7 * output.W.size  # but `@` multiplies it


def test_a_relu_neuron_gets_stuck_at_zero() -> None:
    walk = activation_table.walk(0, activation_table.ALIVE_w, activation_table.HIGH_lr, 200)
    z = walk[:, 0, None] * activation_table.x + walk[:, 1, None]
    assert (z[0] > 0).all()
    assert (z[2:] < 0).all()
    assert (walk[2:] == walk[2]).all()


def test_the_sigmoid_is_flat_at_both_ends_and_shrinks_gradients_in_the_middle_too() -> None:
    far = activations.sigmoid.df(np.array([-10.0, 10.0]))
    assert (far < 5e-5).all()
    middle = activations.sigmoid.df(np.zeros(1))[0]
    assert middle**10 < 1e-6


def _after(size: int, epochs: int, seed: int) -> float:
    X, y = data.moons(np.random.default_rng(0), 200)
    rng = np.random.default_rng(seed)
    start = MLP.from_sizes([2, 8, 1], ["tanh", "sigmoid"], rng)
    run = Training(start, binary_cross_entropy, GradientDescent(lr=0.5))
    run.run(X, y, epochs=epochs, batch_size=size, rng=rng)
    return binary_cross_entropy.value(y, run.network.predict(X))


def test_batch_descent_is_slower_by_the_epoch_and_not_by_the_update() -> None:
    def median(size: int, epochs: int) -> float:
        return float(np.median([_after(size, epochs, seed) for seed in range(5)]))

    assert median(5, 4) < 0.8 * median(200, 4)  # four looks at the data
    assert median(200, 40) < 1.2 * median(5, 1)  # forty updates each


def _slope(w: Array, X: Array, y: Array) -> Array:
    dz = (activations.sigmoid.f(X @ w) - y) / len(y)
    return np.asarray(X.T @ dz)


def test_single_samples_do_not_come_to_rest() -> None:
    """One sigmoid neuron on labels that no line parts: a lowest point exists."""
    rng = np.random.default_rng(3)
    X = np.column_stack([np.ones(60), rng.normal(size=(60, 2))])
    chance = activations.sigmoid.f(X @ np.array([[0.3], [1], [-1]]))
    y: Array = np.where(rng.random((60, 1)) < chance, 1.0, 0.0)
    batch, single = np.zeros((3, 1)), np.zeros((3, 1))
    for _ in range(3000):
        batch = batch - 1.0 * _slope(batch, X, y)
    for _ in range(200):
        for i in rng.permutation(60):
            single = single - 1.0 * _slope(single, X[[i]], y[[i]])
    assert np.abs(_slope(batch, X, y)).max() < 1e-8
    assert np.abs(_slope(single, X, y)).max() > 1e-2


def test_noise_follows_the_root_of_the_batch_between_32_and_256() -> None:
    rng = np.random.default_rng(0)
    X, y = data.moons(rng, 512)
    network = MLP.from_sizes([2, 8, 1], ["tanh", "sigmoid"], rng)

    def gradient(rows: NDArray[np.int64]) -> Array:
        trace = network.forward(X[rows])
        dz = binary_cross_entropy.gradient_from_logits(y[rows], trace.layers[-1].z)
        return network.backward(trace, dz=dz).layers[1].dW.ravel()

    whole = gradient(np.arange(512))
    noise = {}
    for size in (32, 256):
        off = [gradient(rng.integers(0, 512, size)) - whole for _ in range(1000)]
        noise[size] = np.sqrt(np.mean([(one**2).sum() for one in off]))
    assert noise[32] / noise[256] == pytest.approx(np.sqrt(8), rel=0.15)
    assert len(churn.X) < 32


def test_contradicting_labels_keep_the_loss_above_a_floor() -> None:
    X, y = np.array([[1.0], [1.0]]), np.array([[0.0], [1.0]])
    start = MLP.from_sizes([1, 8, 1], ["tanh", "sigmoid"], np.random.default_rng(0))
    run = Training(start, binary_cross_entropy, GradientDescent(lr=0.5))
    run.run(X, y, epochs=2000)
    assert min(run.history.loss) >= np.log(2) - 1e-12
    assert run.history.loss[-1] == pytest.approx(np.log(2), abs=1e-6)


def test_a_trained_hidden_layer_may_represent_nothing() -> None:
    run = Training(churn.network(), binary_cross_entropy, GradientDescent(lr=3))
    run.run(churn.X, churn.y, epochs=1000)
    assert not run.network.forward(churn.X).layers[0].a.any()  # the same for all five


def _learns(hidden: activations.Activation, lr: float) -> list[int]:
    """Count the epochs to a loss below 0.05, for those of five starts that get there in 300."""
    curves = (_losses(hidden, seed, lr) for seed in range(5))
    return [int(np.flatnonzero(losses < 0.05)[0]) for losses in curves if losses.min() < 0.05]


def _losses(hidden: activations.Activation, seed: int, lr: float) -> Array:
    """Train three hidden layers of eight on two half moons; give the loss of each epoch."""
    rng = np.random.default_rng(seed)
    X, y = data.moons(rng, 100)
    start = MLP.from_sizes((2, 8, 8, 8, 1), [hidden] * 3 + ["sigmoid"], rng, xavier)
    training = Training(start, binary_cross_entropy, GradientDescent(lr))
    return np.array(training.run(X, y, epochs=300).history.loss)


def test_positive_activations_pull_all_weights_the_same_way() -> None:
    rng = np.random.default_rng(0)
    together = {}
    for name in ("sigmoid", "tanh"):
        a = Dense(rng.normal(size=(3, 6)), np.zeros(6), name).forward(rng.normal(size=(50, 3))).a
        for_one_sample = a * rng.normal(size=(50, 1))  # its share of dW, times its dz
        together[name] = (np.abs(np.sign(for_one_sample).sum(axis=1)) == 6).mean()
    assert together["sigmoid"] == 1
    assert together["tanh"] < 0.5

    tanh, half = activations.tanh, np.array([1.0, -1.0] * 4)
    up = activations.Activation("tanh + 1", lambda z: tanh.f(z) + 1.0, tanh.df)  # the same slopes
    mixed = activations.Activation("tanh + 1 or - 1", lambda z: tanh.f(z) + half, tanh.df)
    assert len(_learns(tanh, 3.0)) >= 4
    assert len(_learns(up, 3.0)) <= 1
    assert len(_learns(mixed, 3.0)) <= 1
    later = _learns(up, 1.0)
    assert len(later) >= 3
    assert np.median(later) > 1.5 * np.median(_learns(tanh, 1.0))


def test_a_perceptron_is_a_network_of_one_layer() -> None:
    X, y = data.gate("and")
    neuron = learn(X, y, epochs=100).neuron
    np.testing.assert_array_equal(MLP([neuron]).predict(X), y)
    assert MLP([neuron]).n_parameters == 3


def test_a_network_is_its_layers_nested() -> None:
    rng = np.random.default_rng(1)
    f1, f2, f3 = MLP.from_sizes([4, 6, 5, 3], ["relu", "tanh", "softmax"], rng).layers
    X = rng.normal(size=(7, 4))
    nested = f3.forward(f2.forward(f1.forward(X).a).a).a
    np.testing.assert_array_equal(MLP([f1, f2, f3]).predict(X), nested)


def test_layers_wait_for_the_layer_above() -> None:
    """Samples and neurons of a layer at once; another dz above gives another gradient below."""
    rng = np.random.default_rng(2)
    network = MLP.from_sizes([3, 4, 2], ["tanh", "identity"], rng)
    X, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    trace = network.forward(X)
    da = half_squared_error.gradient(y, trace.y_hat)
    hidden = network.backward(trace, da=da).layers[0]
    one_by_one = sum(np.outer(X[i], hidden.dz[i]) for i in range(5))
    np.testing.assert_allclose(hidden.dW, one_by_one)
    other = network.backward(trace, da=da + 1).layers[0]
    assert not np.allclose(other.dW, hidden.dW)


def test_what_trains_a_neuron_need_not_train_a_hidden_layer() -> None:
    """The perceptron's step has slope 0 almost everywhere: nothing reaches a hidden layer."""
    rng = np.random.default_rng(0)
    X, y = data.gate("xor")
    stepped = MLP([Dense(rng.normal(size=(2, 3)), rng.normal(size=3), step)])
    for h in (1e-6, -1e-6):
        moved = MLP([Dense(stepped.layers[0].W + h, stepped.layers[0].b, step)])
        np.testing.assert_array_equal(moved.predict(X), stepped.predict(X))
    smooth = MLP.from_sizes([2, 3, 1], ["tanh", "sigmoid"], rng)
    trace = smooth.forward(X)
    dz = binary_cross_entropy.gradient_from_logits(y, trace.layers[-1].z)
    assert np.abs(smooth.backward(trace, dz=dz).layers[0].dW).max() > 1e-3


def _draw(kind: str, rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Draw two moons, or two round clouds that overlap."""
    if kind == "moons":
        X, y = data.moons(rng, n)
        return X, y
    y = np.repeat([[0.0], [1.0]], n // 2, axis=0)
    return rng.normal(size=(n, 2)) + 2 * y - 1, y


def _right(kind: str, sizes: list[int], n: int) -> float:
    """Median accuracy on fresh points of three networks that learned from n."""
    found = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        names = ["tanh"] * (len(sizes) - 2) + ["sigmoid"]
        run = Training(MLP.from_sizes(sizes, names, rng), binary_cross_entropy, Adam(lr=0.03))
        run.run(*_draw(kind, rng, n), epochs=300)
        X, y = _draw(kind, rng, 2000)
        found.append(((run.network.predict(X) >= 0.5) == (y == 1)).mean())
    return float(np.median(found))


def test_more_data_helps_a_network_where_the_border_bends_and_nobody_beyond_the_noise() -> None:
    line, network = [2, 1], [2, 16, 16, 1]
    assert _right("moons", line, 400) < 0.93
    assert _right("moons", network, 400) > 0.97
    assert abs(_right("moons", line, 400) - _right("moons", line, 100)) < 0.03  # a plateau
    assert _right("moons", network, 400) > _right("moons", network, 100) > 0.97
    assert abs(_right("clouds", line, 400) - _right("clouds", line, 24)) < 0.03
    assert _right("clouds", network, 400) > _right("clouds", network, 48) + 0.01
    assert _right("clouds", network, 400) < _right("clouds", line, 400) + 0.02
    assert _right("clouds", line, 400) < 0.95


def test_flat_borders_part_the_handwritten_digits() -> None:
    """One softmax layer: on all pictures, and on fresh ones."""
    ink, labels = data.digits()
    X, y = ink / 16, data.one_hot(labels, 10)
    learned, fresh = np.split(np.random.default_rng(0).permutation(len(X)), [1200])
    start = MLP([Dense(np.zeros((64, 10)), np.zeros(10), "softmax")])

    def right(rows: NDArray[np.int64], asked: NDArray[np.int64], epochs: int) -> float:
        run = Training(start, categorical_cross_entropy, Adam(lr=0.1))
        found = run.run(X[rows], y[rows], epochs=epochs).network.predict(X[asked])
        return float((found.argmax(axis=1) == labels[asked]).mean())

    assert right(learned, fresh, 100) > 0.93
    every = np.arange(len(X))
    assert right(every, every, 1000) == 1.0


def _moved(theta: Array, X: Array = churn.X, y: Array = churn.y) -> float:
    """Mean loss of the churn network with its nine parameters in one row."""
    W1, b1, W2, b2 = np.split(theta, [4, 6, 8])
    network = churn.network(W1=W1.reshape(2, 2), b1=b1, W2=W2.reshape(2, 1), b2=b2)
    return binary_cross_entropy.value(y, network.predict(X))


def _parameters(network: MLP) -> Array:
    return np.concatenate([a.ravel() for layer in network.layers for a in (layer.W, layer.b)])


def _slopes(network: MLP, X: Array, y: Array, n: int) -> Array:
    """Derivatives by all nine parameters, from dz = (y_hat - y) / n."""
    trace = network.forward(X)
    layers = network.backward(trace, dz=(trace.y_hat - y) / n).layers
    return np.concatenate([a.ravel() for layer in layers for a in (layer.dW, layer.db)])


def test_a_step_is_the_rate_times_the_gradient_and_steepest_where_it_is_short() -> None:
    start = churn.network()
    theta, slopes = _parameters(start), _slopes(start, churn.X, churn.y, 5)
    run = Training(start, binary_cross_entropy, GradientDescent(lr=0.1))
    end = run.run(churn.X, churn.y, epochs=1).network
    step = np.linalg.norm(_parameters(end) - theta)
    assert step == pytest.approx(0.1 * np.linalg.norm(slopes))
    assert step < 0.1 / 5
    ways = np.random.default_rng(0).normal(size=(500, 9))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    down = -slopes / np.linalg.norm(slopes)
    best = {}
    for length in (0.001, 3.0):
        others = min(_moved(theta + length * way) for way in ways) - _moved(theta)
        best[length] = others / (_moved(theta + length * down) - _moved(theta))
    assert best[0.001] < 1
    assert best[3.0] > 3


def test_a_derivative_of_nearly_nothing_may_belong_to_a_weight_that_matters() -> None:
    run = Training(churn.network(), binary_cross_entropy, GradientDescent(lr=1.0))
    trained = run.run(churn.X, churn.y, epochs=2000).network
    theta = _parameters(trained)
    assert np.abs(_slopes(trained, churn.X, churn.y, 5)).max() < 0.001
    without = [np.where(np.arange(9) == place, 0.0, theta) for place in (6, 7)]  # output weights
    first, second = (_moved(row) / _moved(theta) for row in without)
    assert first > 1000
    assert _moved(without[1]) < 0.01 < 0.01 * second


def test_summed_derivatives_are_n_times_those_of_the_mean_loss() -> None:
    for n in (1, 5):
        X, y = churn.X[:n], churn.y[:n]
        summed = _slopes(churn.network(), X, y, 1)  # as the source's code has it
        for place in range(9):
            nudge = 1e-6 * (np.arange(9) == place)
            theta = _parameters(churn.network())
            numeric = (_moved(theta + nudge, X, y) - _moved(theta - nudge, X, y)) / 2e-6
            assert summed[place] == pytest.approx(n * numeric, rel=1e-5, abs=1e-9)


def test_momentum_crosses_what_is_nearly_flat_and_starts_nowhere_flat() -> None:
    def walk(slopes: Array) -> Array:
        w, momentum, places = np.zeros(1), Momentum(lr=0.1, mu=0.9), [0.0]
        for slope in slopes:
            momentum.step([w], [np.array([slope])])
            places.append(float(w[0]))
        return np.array(places)

    gentle = np.diff(walk(np.full(200, -0.01)))
    assert gentle[0] == pytest.approx(0.001)  # without momentum each step is that long
    assert gentle[-1] == pytest.approx(10 * 0.001)
    assert not walk(np.zeros(50)).any()
    coasting = walk(np.array([-1.0, *[0.0] * 500]))
    assert coasting[1] == pytest.approx(0.1)
    assert coasting[-1] == pytest.approx(10 * 0.1)


def test_against_explosion_normalising_and_initialising_cure_and_clipping_contains() -> None:
    def large(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return 3.0 * he(rng, n_in, n_out)

    def run(stack: Stack, lr: float, max_norm: float | None = None) -> list[float]:
        linear = Stack(stack.parts, "identity")
        training = Training(linear, mse, GradientDescent(lr), max_norm=max_norm)
        return training.run(deep.X, deep.y, epochs=100).history.loss

    guess = deep.y.var()
    for seed in range(5):
        raw = deep.network(seed, relu, large)
        with pytest.raises(FloatingPointError):
            run(raw, 0.02)
        assert run(raw, 0.02, max_norm=1.0)[-1] > 1000 * guess
        assert run(deep.network(seed, relu, large, batch_norm=True), 0.1)[-1] < 0.2 * guess
        assert run(deep.network(seed, relu, he), 0.02)[-1] < 0.6 * guess


def test_a_number_between_0_and_1_may_promise_too_much() -> None:
    rng = np.random.default_rng(0)
    learned, fresh = draw(clouds, rng, 20, 48), draw(clouds, rng, 20, 500)
    sure, right = {}, {}
    for name, sizes in (("neuron", [2, 1]), ("network", [2, 16, 16, 1])):
        crowd = Crowd(np.random.default_rng(2), sizes, 20, spread=1.0)
        for _ in crowd.train(*learned, 1000, classify=True):
            pass
        p = activations.sigmoid.f(crowd.z(fresh[0]))
        chosen = np.maximum(p, 1 - p) >= 0.99
        sure[name] = chosen.mean()
        right[name] = ((p > 0.5) == (fresh[1] == 1))[chosen].mean()
    assert sure["network"] > 0.7
    assert 0.72 < right["network"] < 0.86
    assert sure["neuron"] < 0.4
    assert right["neuron"] > 0.95


def test_a_published_size_has_hundreds_of_billions_of_parameters() -> None:
    """Four square matrices of attention, and two of four times the width, in each layer."""
    width, layers = 12288, 96
    attention, feedforward = 4 * width**2, 2 * width * (4 * width)
    assert attention + feedforward == 12 * width**2
    assert 1e11 < layers * (attention + feedforward) < 2e11
