"""Statements of the sources that fall between the chapters' own, put to the test."""

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand import activations, data
from byhand.init import he
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy, categorical_cross_entropy, half_squared_error
from byhand.mlp import MLP
from byhand.optim import Adam, GradientDescent
from byhand.perceptron import learn, step
from byhand.train import Training
from byhand.worked import activation_table, churn

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


def test_positive_activations_pull_all_weights_the_same_way() -> None:
    rng = np.random.default_rng(0)
    together = {}
    for name in ("sigmoid", "tanh"):
        a = Dense(rng.normal(size=(3, 6)), np.zeros(6), name).forward(rng.normal(size=(50, 3))).a
        for_one_sample = a * rng.normal(size=(50, 1))  # its share of dW, times its dz
        together[name] = (np.abs(np.sign(for_one_sample).sum(axis=1)) == 6).mean()
    assert together["sigmoid"] == 1
    assert together["tanh"] < 0.5


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
    assert _right("clouds", network, 400) < _right("clouds", line, 400) + 0.02
    assert _right("clouds", line, 400) < 0.95
