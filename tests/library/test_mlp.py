"""The multilayer perceptron: passes by hand, by differences, symmetries, refusals."""

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand import MLP, Dense, Loss, activations, gradcheck, init
from byhand._validate import Array
from byhand.losses import binary_cross_entropy, categorical_cross_entropy, half_squared_error, mse
from tests.library.strategies import batch, random_mlp, rows, seeds, sizes, steady

# A 2-2-1 network in whole numbers. Hidden z = [1·3 + 2·1 - 1, -1·3 + 1·1 + 0] = [4, -2],
# a = [4, 0]; output z = 2·4 + 5·0 + 3 = 11.
HIDDEN = Dense([[1, -1], [2, 1]], [-1, 0], "relu")
OUTPUT = Dense([[2], [5]], [3], "identity")
SMALL = MLP([HIDDEN, OUTPUT])


def test_forward_by_hand() -> None:
    trace = SMALL.forward([[3, 1]])
    assert trace.mlp is SMALL
    assert trace.X.tolist() == [[3, 1]]
    assert [record.z.tolist() for record in trace.layers] == [[[4, -2]], [[11]]]
    assert [record.a.tolist() for record in trace.layers] == [[[4, 0]], [[11]]]
    assert [fed.tolist() for fed in trace.inputs] == [[[3, 1]], [[4, 0]]]
    assert trace.y_hat is trace.layers[-1].a
    assert SMALL.predict([[3, 1]]).tolist() == [[11]]


def test_backward_by_hand() -> None:
    trace = SMALL.forward([[3, 1]])
    back = SMALL.backward(trace, da=[[10]])
    hidden, output = back.layers
    assert output.dz.tolist() == [[10]]
    assert output.dW.tolist() == [[40], [0]]
    assert output.db.tolist() == [10]
    assert hidden.da is not None
    assert hidden.da.tolist() == [[20, 50]]
    assert hidden.dz.tolist() == [[20, 0]]  # the second neuron's ReLU is shut
    assert hidden.dW.tolist() == [[60, 0], [20, 0]]
    assert hidden.db.tolist() == [20, 0]
    assert back.dX.tolist() == [[20, 40]]


PAIRINGS = [
    (mse, "identity"),
    (mse, "tanh"),
    (half_squared_error, "identity"),
    (half_squared_error, "sigmoid"),
    (binary_cross_entropy, "sigmoid"),
    (categorical_cross_entropy, "softmax"),
]


def with_parameters(mlp: MLP, flat: Array) -> MLP:
    layers, used = [], 0
    for layer in mlp.layers:
        W = flat[used : used + layer.W.size].reshape(layer.W.shape)
        b = flat[used + layer.W.size : used + layer.n_parameters]
        layers.append(Dense(W, b, layer.activation))
        used += layer.n_parameters
    return MLP(layers)


@pytest.mark.parametrize("hidden", ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softmax"])
@pytest.mark.parametrize(("loss", "output"), PAIRINGS, ids=lambda x: getattr(x, "name", x))
def test_every_gradient_agrees_with_central_differences(
    loss: Loss, output: str, hidden: str
) -> None:
    mlp = random_mlp([3, 4, 2, 3], 11, hidden, output)
    X = rows(mlp, 5)
    y = activations.softmax(rows(mlp, 5, seed=1))  # in range for every loss
    trace = mlp.forward(X)
    back = mlp.backward(trace, da=loss.gradient(y, trace.y_hat))

    flat = np.concatenate([np.append(layer.W.ravel(), layer.b) for layer in mlp.layers])
    grad = np.concatenate([np.append(layer.dW.ravel(), layer.db) for layer in back.layers])
    of_parameters = lambda flat: loss.value(y, with_parameters(mlp, flat).predict(X))  # noqa: E731
    assert gradcheck.check(of_parameters, flat, grad) < 1e-8
    assert gradcheck.check(lambda X: loss.value(y, mlp.predict(X)), X, back.dX) < 1e-8

    if output == loss.link:  # the short way, from the logits, ends at the same weights
        short = mlp.backward(trace, dz=loss.gradient_from_logits(y, trace.layers[-1].z))
        for one, other in zip(back.layers, short.layers, strict=True):
            np.testing.assert_allclose(one.dz, other.dz, atol=1e-13)
            np.testing.assert_allclose(one.dW, other.dW, atol=1e-13)


def test_weights_used_twice_add_their_gradients() -> None:
    rng = np.random.default_rng(5)
    shared, X, y = rng.normal(size=(3, 3)), rng.normal(size=(4, 3)), rng.normal(size=(4, 3))

    def twice(W: Array) -> MLP:
        return MLP([Dense(W, np.zeros(3), "tanh"), Dense(W, np.zeros(3), "identity")])

    mlp = twice(shared)
    trace = mlp.forward(X)
    first, second = mlp.backward(trace, da=mse.gradient(y, trace.y_hat)).layers
    loss = lambda W: mse.value(y, twice(W).predict(X))  # noqa: E731
    assert gradcheck.check(loss, shared, first.dW + second.dW) < 1e-8
    assert gradcheck.check(loss, shared, second.dW) > 1e-2


def test_data_used_as_input_and_target_adds_its_gradients() -> None:
    mlp = random_mlp([3, 2, 3], 2, "tanh", "identity")
    X = rows(mlp, 4)
    trace = mlp.forward(X)
    gradient = mse.gradient(X, trace.y_hat)
    total = mlp.backward(trace, da=gradient).dX - gradient  # X is also the target
    assert gradcheck.check(lambda X: mse.value(X, mlp.predict(X)), X, total) < 1e-8


@steady
@given(layer_sizes=sizes, n=batch, seed=seeds)
def test_shapes(layer_sizes: list[int], n: int, seed: int) -> None:
    mlp = random_mlp(layer_sizes, seed)
    trace = mlp.forward(rows(mlp, n))
    back = mlp.backward(trace, da=np.ones((n, mlp.n_out)))
    assert mlp.sizes == tuple(layer_sizes)
    assert len(trace.layers) == len(back.layers) == len(trace.inputs) == len(layer_sizes) - 1
    for layer, forward, backward in zip(mlp.layers, trace.layers, back.layers, strict=True):
        assert forward.z.shape == forward.a.shape == backward.dz.shape == (n, layer.n_out)
        assert backward.da is not None
        assert backward.da.shape == (n, layer.n_out)
        assert backward.dW.shape == layer.W.shape
        assert backward.db.shape == layer.b.shape
    assert trace.y_hat.shape == (n, mlp.n_out)
    assert back.dX.shape == trace.X.shape == (n, mlp.n_in)


@steady
@given(layer_sizes=sizes, n=batch, seed=seeds)
def test_a_batch_is_its_samples_stacked(layer_sizes: list[int], n: int, seed: int) -> None:
    mlp = random_mlp(layer_sizes, seed)
    X, da = rows(mlp, n), np.random.default_rng(1).normal(size=(n, mlp.n_out))
    trace = mlp.forward(X)
    together = mlp.backward(trace, da=da)
    singles = [mlp.forward(X[i : i + 1]) for i in range(n)]
    apart = [mlp.backward(single, da=da[i : i + 1]) for i, single in enumerate(singles)]
    for number, (forward, backward) in enumerate(zip(trace.layers, together.layers, strict=True)):
        z = np.vstack([single.layers[number].z for single in singles])
        dz = np.vstack([back.layers[number].dz for back in apart])
        dW = sum(back.layers[number].dW for back in apart)
        np.testing.assert_allclose(forward.z, z, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(backward.dz, dz, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(backward.dW, dW, rtol=1e-10, atol=1e-12)


@steady
@given(n_hidden=st.integers(2, 6), n=batch, seed=seeds)
def test_hidden_neurons_may_change_places(n_hidden: int, n: int, seed: int) -> None:
    mlp = random_mlp([3, n_hidden, 2], seed)
    order = np.random.default_rng(seed).permutation(n_hidden)
    hidden, output = mlp.layers
    shuffled = MLP(
        [
            Dense(hidden.W[:, order], hidden.b[order], "tanh"),
            Dense(output.W[order], output.b, "sigmoid"),
        ]
    )
    X = rows(mlp, n)
    one, other = mlp.forward(X), shuffled.forward(X)
    np.testing.assert_allclose(other.y_hat, one.y_hat, rtol=1e-12)
    da = np.ones_like(one.y_hat)
    dW = mlp.backward(one, da=da).layers[0].dW[:, order]
    np.testing.assert_allclose(shuffled.backward(other, da=da).layers[0].dW, dW, atol=1e-12)


@steady
@given(layer_sizes=sizes, seed=seeds)
def test_without_activations_depth_is_one_matrix(layer_sizes: list[int], seed: int) -> None:
    mlp = random_mlp(layer_sizes, seed, "identity", "identity")
    product = np.eye(mlp.n_in)
    for layer in mlp.layers:
        product = product @ layer.W
    X = rows(mlp, 4)
    np.testing.assert_allclose(mlp.predict(X), X @ product, rtol=1e-9, atol=1e-10)


def test_shut_relus_pass_no_gradient() -> None:
    dead = MLP(
        [Dense(np.ones((2, 3)), [-100, -100, -100], "relu"), Dense(np.ones((3, 1)), [0], "sigmoid")]
    )
    trace = dead.forward([[0.5, 0.1], [0.9, 0.8]])
    hidden, output = dead.backward(trace, da=[[1.0], [1.0]]).layers
    assert not hidden.dW.any()
    assert not hidden.db.any()
    assert not output.dW.any()  # its inputs are zero
    assert output.db.any()


def test_counts() -> None:
    mlp = random_mlp([2, 3, 4, 1], 0)
    assert mlp.n_parameters == (2 * 3 + 3) + (3 * 4 + 4) + (4 * 1 + 1)
    assert (mlp.n_in, mlp.n_out, mlp.sizes) == (2, 1, (2, 3, 4, 1))


def test_from_sizes_draws_in_order_and_starts_biases_at_zero() -> None:
    mlp = MLP.from_sizes(
        [2, 3, 1], ["relu", activations.sigmoid], np.random.default_rng(4), init.he
    )
    rng = np.random.default_rng(4)
    for layer, (n_in, n_out) in zip(mlp.layers, [(2, 3), (3, 1)], strict=True):
        np.testing.assert_array_equal(layer.W, init.he(rng, n_in, n_out))
        assert not layer.b.any()
    assert [layer.activation.name for layer in mlp.layers] == ["relu", "sigmoid"]


def test_from_sizes_uses_xavier_unless_told() -> None:
    mlp = MLP.from_sizes([2, 3], ["tanh"], np.random.default_rng(4))
    np.testing.assert_array_equal(mlp.layers[0].W, init.xavier(np.random.default_rng(4), 2, 3))


@pytest.mark.parametrize(
    ("layer_sizes", "names", "message"),
    [
        ([2], [], "sizes must be n_in and the neurons of each layer"),
        ([], [], "sizes must be n_in"),
        ([2, 3, 1], ["relu"], r"got sizes \[2, 3, 1\] and activations \['relu'\]"),
        ([2, 3], "relu", "activations one for each layer"),
        ([2, 0], ["relu"], "n_out must be a whole number of at least 1; got 0"),
        ([2, 3], ["rleu"], "activation must be an Activation or one of"),
    ],
)
def test_from_sizes_refuses(layer_sizes: Any, names: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MLP.from_sizes(layer_sizes, names, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "layers must hold at least one Dense; got none"),
        ([HIDDEN, "output"], "layer 2 must be a Dense; got str"),
        (
            [HIDDEN, OUTPUT, HIDDEN],
            r"layer 2 has 1 neurons, so W of layer 3 must be \(1, n_out\); got \(2, 2\)",
        ),
    ],
)
def test_refuses_layers(layers: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MLP(layers)


@pytest.mark.parametrize("method", ["forward", "predict"])
@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([3, 1], r"X must be \(n, 2\), .* got \(2,\): reshape a single sample to \(1, 2\)"),
        ([[3, 1, 4]], r"X must be \(n, 2\), one row per sample; got \(1, 3\)"),
        (np.empty((0, 2)), r"X must hold at least one sample; got \(0, 2\)"),
        ([["a", "b"]], r"X must be real numbers; got dtype <U1"),
        ([[3, np.nan]], r"X must be finite; X\[0, 1\] is nan"),
    ],
)
def test_refuses_data(method: str, X: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(SMALL, method)(X)


@pytest.mark.parametrize(
    ("gradients", "message"),
    [
        ({}, "exactly one of da and dz; got neither"),
        ({"da": [[1]], "dz": [[1]]}, "exactly one of da and dz; got both"),
        ({"da": [1]}, r"da must be \(1, 1\), the shape of the layer's z; got \(1,\)"),
        ({"da": [[-np.inf]]}, r"da must be finite; da\[0, 0\] is -inf"),
    ],
)
def test_backward_refuses(gradients: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SMALL.backward(SMALL.forward([[3, 1]]), **gradients)


def test_backward_refuses_another_networks_trace() -> None:
    with pytest.raises(ValueError, match="trace must be a forward pass of this network"):
        MLP([HIDDEN, OUTPUT]).backward(SMALL.forward([[3, 1]]), da=[[1]])


def test_a_trace_keeps_its_own_data() -> None:
    X = np.array([[3.0, 1.0]])
    trace = SMALL.forward(X)
    X[0, 0] = 9.0
    assert trace.X.tolist() == [[3, 1]]
    with pytest.raises(ValueError, match="read-only"):
        trace.X[0, 0] = 9.0


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (SMALL, "layers"),
        (SMALL.forward([[3, 1]]), "X"),
        (SMALL.forward([[3, 1]]).layers[0], "z"),
        (SMALL.backward(SMALL.forward([[3, 1]]), da=[[1]]), "layers"),
        (SMALL.backward(SMALL.forward([[3, 1]]), da=[[1]]).layers[0], "dW"),
    ],
)
def test_records_are_frozen_slotted_and_compared_by_identity(record: Any, field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(record, field, None)
    assert not hasattr(record, "__dict__")
    assert "__eq__" not in vars(type(record))
