"""The dense layer: by hand, by differences, and what it refuses."""

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand import Dense, LayerForward, gradcheck
from byhand._validate import Array
from tests.library.strategies import seeds, steady

# z = X @ W + b by hand: 3·1 + 4·2 + 0 = 11, 3·(-1) + 4·(-2) + 1 = -10, 3·0 + 4·5 - 20 = 0
W = [[1, -1, 0], [2, -2, 5]]
B = [0, 1, -20]
X = [[3, 4], [1, 0]]


def test_forward_by_hand() -> None:
    record = Dense(W, B, "relu").forward(X)
    assert record.z.tolist() == [[11, -10, 0], [1, 0, -20]]
    assert record.a.tolist() == [[11, 0, 0], [1, 0, 0]]


def test_backward_by_hand() -> None:
    layer = Dense(W, B, "relu")
    back = layer.backward(X, layer.forward(X), da=[[1, 10, 100], [1000, 7, 7]])
    assert back.da is not None
    assert back.da.tolist() == [[1, 10, 100], [1000, 7, 7]]
    assert back.dz.tolist() == [[1, 0, 0], [1000, 0, 0]]  # the ReLU is shut at z <= 0
    assert back.dW.tolist() == [[3 + 1000, 0, 0], [4, 0, 0]]
    assert back.db.tolist() == [1001, 0, 0]
    assert back.dX.tolist() == [[1, 2], [1000, 2000]]


def test_backward_from_dz_skips_the_activation() -> None:
    layer = Dense(W, B, "relu")
    back = layer.backward(X, layer.forward(X), dz=[[1, 10, 100], [0, 0, 0]])
    assert back.da is None
    assert back.dz.tolist() == [[1, 10, 100], [0, 0, 0]]
    assert back.dW.tolist() == [[3, 30, 300], [4, 40, 400]]
    assert back.db.tolist() == [1, 10, 100]
    assert back.dX.tolist() == [[1 - 10, 2 - 20 + 500], [0, 0]]


def test_sizes() -> None:
    layer = Dense(W, B, "relu")
    assert (layer.n_in, layer.n_out, layer.n_parameters) == (2, 3, 9)


@pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softmax"])
@pytest.mark.parametrize("symbol", ["W", "b", "X"])
def test_every_derivative_agrees_with_central_differences(name: str, symbol: str) -> None:
    rng = np.random.default_rng(3)
    values = {"X": rng.normal(size=(4, 2)), "W": rng.normal(size=(2, 3)), "b": rng.normal(size=3)}
    da = rng.normal(size=(4, 3))

    def loss(value: Array) -> float:
        now = values | {symbol: value}
        return float((da * Dense(now["W"], now["b"], name).forward(now["X"]).a).sum())

    layer = Dense(values["W"], values["b"], name)
    back = layer.backward(values["X"], layer.forward(values["X"]), da=da)
    assert gradcheck.check(loss, values[symbol], getattr(back, f"d{symbol}")) < 1e-8


@steady
@given(n=st.integers(1, 5), n_in=st.integers(1, 5), n_out=st.integers(1, 5), seed=seeds)
def test_shapes(n: int, n_in: int, n_out: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    layer = Dense(rng.normal(size=(n_in, n_out)), rng.normal(size=n_out), "tanh")
    batch = rng.normal(size=(n, n_in))
    record = layer.forward(batch)
    back = layer.backward(batch, record, da=np.ones((n, n_out)))
    assert record.z.shape == record.a.shape == back.dz.shape == (n, n_out)
    assert (back.dW.shape, back.db.shape, back.dX.shape) == ((n_in, n_out), (n_out,), (n, n_in))


def test_a_layer_keeps_its_own_read_only_copy() -> None:
    weights = np.array([[1.0]])
    layer = Dense(weights, [0.0], "identity")
    weights[0, 0] = 9.0
    assert layer.W.tolist() == [[1.0]]
    with pytest.raises(ValueError, match="read-only"):
        layer.W[0, 0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        layer.b[0] = 2.0


@pytest.mark.parametrize("field", ["W", "b", "activation"])
def test_a_layer_is_frozen(field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(Dense(W, B, "relu"), field, None)


def test_integers_become_floats() -> None:
    layer = Dense(W, B, "relu")
    assert layer.W.dtype == layer.b.dtype == layer.forward(X).z.dtype == np.float64


@pytest.mark.parametrize(
    ("weights", "biases", "activation", "message"),
    [
        (W, [0, 0], "relu", r"W is \(2, 3\) \(n_in, n_out\), so b must be \(3,\); got \(2,\)"),
        (W, [[0, 0, 0]], "relu", r"so b must be \(3,\); got \(1, 3\)"),
        (W, 0, "relu", r"so b must be \(3,\); got \(\)"),
        ([1, 2], B, "relu", r"W must be \(n_in, n_out\); got \(2,\)"),
        (np.empty((0, 3)), B, "relu", r"W must be \(n_in, n_out\); got \(0, 3\)"),
        ([[1, np.nan]], [0, 0], "relu", r"W must be finite; W\[0, 1\] is nan"),
        ([[1]], [-np.inf], "relu", r"b must be finite; b\[0\] is -inf"),
        ([["1"]], [0], "relu", r"W must be real numbers; got dtype <U1"),
        ([[1], [2, 3]], [0], "relu", r"W must be a rectangular array of numbers"),
        (W, B, "rleu", r"activation must be an Activation or one of identity, .*; got 'rleu'"),
    ],
)
def test_a_layer_refuses(weights: Any, biases: Any, activation: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Dense(weights, biases, activation)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ([3, 4], r"got \(2,\): reshape a single sample to \(1, 2\)"),
        ([[3, 4, 5]], r"X must be \(n, 2\), one row per sample; got \(1, 3\)"),
        (np.empty((0, 2)), r"X must hold at least one sample; got \(0, 2\)"),
        (np.ones((1, 1, 2)), r"X must be \(n, 2\), one row per sample; got \(1, 1, 2\)"),
        ([[3, np.inf]], r"X must be finite; X\[0, 1\] is inf"),
    ],
)
def test_forward_refuses(batch: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Dense(W, B, "relu").forward(batch)


@pytest.mark.parametrize(
    ("gradients", "message"),
    [
        ({}, "backward needs exactly one of da and dz; got neither"),
        ({"da": np.ones((2, 3)), "dz": np.ones((2, 3))}, "exactly one of da and dz; got both"),
        ({"da": np.ones((2, 1))}, r"da must be \(2, 3\), the shape of the layer's z; got \(2, 1\)"),
        ({"dz": np.ones((1, 3))}, r"dz must be \(2, 3\), the shape of the layer's z; got \(1, 3\)"),
        ({"dz": [[0, 0, 0], [0, 0, np.nan]]}, r"dz must be finite; dz\[1, 2\] is nan"),
    ],
)
def test_backward_refuses(gradients: dict[str, Any], message: str) -> None:
    layer = Dense(W, B, "relu")
    with pytest.raises(ValueError, match=message):
        layer.backward(X, layer.forward(X), **gradients)


def test_backward_refuses_a_record_of_another_batch() -> None:
    layer = Dense(W, B, "relu")
    record = LayerForward(np.ones((1, 3)), np.ones((1, 3)))
    with pytest.raises(ValueError, match=r"forward.z must be \(2, 3\), the shape of X @ W; got"):
        layer.backward(X, record, da=np.ones((2, 3)))
