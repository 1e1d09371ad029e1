"""What the sources say about layers and architectures, put to the test."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from byhand.activations import Activation
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP
from byhand.optim import GradientDescent
from byhand.train import Training
from byhand.worked import architectures

Array = NDArray[np.float64]
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([False, True, True, False])


def _random(
    rng: np.random.Generator, sizes: tuple[int, ...], hidden: str | Activation = "tanh"
) -> MLP:
    pairs = list(pairwise(sizes))
    names = [hidden] * (len(pairs) - 1) + ["sigmoid"]
    return MLP(
        [
            Dense(rng.normal(size=pair), rng.normal(size=pair[1]), name)
            for pair, name in zip(pairs, names, strict=True)
        ]
    )


def test_the_two_two_layer_networks_differ() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):  # inputs and outputs only: opposite corners average to the same z
        z = _random(rng, (2, 1)).forward(CORNERS).layers[-1].z[:, 0]
        assert np.isclose(z[0] + z[3], z[1] + z[2])
        assert not np.array_equal(z > 0, XOR)
    hidden = Dense([[1, 1], [1, 1]], [0, -1], "relu")
    one_hidden_layer = MLP([hidden, Dense([[2], [-4]], [-1], "sigmoid")])
    assert np.array_equal(one_hidden_layer.predict(CORNERS)[:, 0] > 0.5, XOR)


def test_one_sigmoid_does_what_two_softmax_outputs_do() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(50, 3))
    for classes in (2, 3, 5):
        W, b = rng.normal(size=(3, classes)), rng.normal(size=classes)
        full = MLP([Dense(W, b, "softmax")]).predict(X)
        W0, b0 = W - W[:, -1:], b - b[-1]  # the last score fixed at 0
        assert not W0[:, -1].any()
        np.testing.assert_allclose(MLP([Dense(W0, b0, "softmax")]).predict(X), full, rtol=1e-12)
        if classes == 2:
            one = MLP([Dense(W0[:, :1], b0[:1], "sigmoid")])
            np.testing.assert_allclose(one.predict(X), full[:, :1], rtol=1e-12)
            assert one.n_parameters < MLP([Dense(W, b, "softmax")]).n_parameters


def _output_share(*sizes: int) -> float:
    return architectures.multiplications(sizes[-2:]) / architectures.multiplications(sizes)


def test_the_work_is_where_the_weights_are() -> None:
    assert _output_share(784, 128, 64, 10) < 0.01
    assert _output_share(*architectures.WIDE_OUTPUT) > 0.98


def test_depth_without_width_stays_monotone() -> None:
    rng = np.random.default_rng(2)
    line = np.linspace(-2, 2, 81)[:, None]
    for depth in (1, 2, 5):
        for hidden in ("relu", "tanh"):
            for _ in range(100):
                mlp = _random(rng, (2, *[1] * depth, 1), hidden)
                steps = np.diff(mlp.predict(line * mlp.layers[0].W[:, 0])[:, 0])
                assert (steps >= 0).all() or (steps <= 0).all()
                assert not np.array_equal(mlp.predict(CORNERS)[:, 0] > 0.5, XOR)


def _tied(kernel: Array, n_in: int) -> Array:
    W = np.zeros((n_in, n_in - len(kernel) + 1))
    for place in range(W.shape[1]):
        W[place : place + len(kernel), place] = kernel
    return W


def test_the_neurons_of_a_convolution_share_their_weights() -> None:
    kernel = np.array([2.0, -1.0, 3.0])
    W = _tied(kernel, 8)
    for column in W.T:
        assert np.array_equal(column[column != 0], kernel)
    assert len(np.unique(W[W != 0])) == len(kernel) < (W != 0).sum()


def test_a_convolution_is_a_dense_layer_with_a_tied_matrix() -> None:
    rng = np.random.default_rng(3)
    kernel, X = rng.normal(size=3), rng.normal(size=(4, 8))
    layer = Dense(_tied(kernel, 8), np.zeros(6), "identity")
    slid = np.array([np.correlate(x, kernel, mode="valid") for x in X])
    np.testing.assert_allclose(layer.forward(X).a, slid, rtol=1e-12)


def test_a_recurrent_layer_remembers_and_unrolls_into_a_feedforward_network() -> None:
    rng = np.random.default_rng(4)
    Wx, Wh, b = rng.normal(size=(2, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
    first, last = rng.normal(size=(2, 1, 2))

    def recurrent(*steps: Array) -> Array:
        h = np.zeros((1, 3))
        for x in steps:
            h = np.tanh(x @ Wx + h @ Wh + b)
        return h

    assert np.abs(recurrent(first, last) - recurrent(-first, last)).max() > 0.01  # it remembers

    tied = Dense(
        np.vstack([Wx, Wh]), b, "tanh"
    )  # one layer, at every depth of the unrolled network
    h = np.zeros((1, 3))
    for x in (first, last):
        h = tied.forward(np.hstack([x, h])).a
    np.testing.assert_allclose(h, recurrent(first, last), rtol=1e-12)


def test_a_network_learns_shuffled_features_as_it_learns_the_others() -> None:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(40, 6))
    y = (X[:, :1] * X[:, 1:2] > 0) * 1.0
    start = _random(rng, (6, 5, 1))
    order = rng.permutation(6)
    hidden, output = start.layers
    shuffled = MLP([Dense(hidden.W[order], hidden.b, "tanh"), output])
    runs = [
        Training(network, binary_cross_entropy, GradientDescent(0.5)).run(inputs, y, epochs=50)
        for network, inputs in ((start, X), (shuffled, X[:, order]))
    ]
    losses = [run.history.loss for run in runs]
    assert losses[0][-1] < losses[0][0] - 0.05  # it does learn
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-9)
    (W, _), (moved, _) = ([layer.W for layer in run.network.layers] for run in runs)
    np.testing.assert_allclose(W[order], moved, rtol=1e-7)
