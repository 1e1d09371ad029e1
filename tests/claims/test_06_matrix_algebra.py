"""What the sources say about the forward pass as matrix algebra, put to the test."""

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand.activations import sigmoid
from byhand.augment import fold, ones_first
from byhand.worked import forward_cost, session_one, two_three_one

Array = NDArray[np.float64]
BIASES = np.array([0.5, 0.25, -0.5, 1.0])
PRINTED = np.array([[11000484, 18107842], [42432891, 51636447], [34992114, 44969404]])


def _row_by_row(X: Array, W: Array, b: Array) -> Array:
    rows = [
        [sum(x * w for x, w in zip(row, column, strict=True)) for column in W.T]
        for row in X.tolist()
    ]
    return np.array([[s + bias for s, bias in zip(sums, b, strict=True)] for sums in rows])


def test_a_batch_needs_its_biases_repeated() -> None:
    X, W = session_one.X, session_one.W1
    expected = _row_by_row(X, W, BIASES)
    assert (X @ W).shape != BIASES.shape
    np.testing.assert_allclose(X @ W + np.ones((3, 1)) @ BIASES[None], expected, rtol=1e-12)
    np.testing.assert_allclose(ones_first(X) @ fold(W, BIASES), expected, rtol=1e-12)


def test_each_layer_must_be_augmented_anew() -> None:
    it = two_three_one
    folded_1, folded_2 = fold(it.W1, it.b1), fold(it.W2, it.b2)
    hidden = sigmoid(ones_first(it.X) @ folded_1)
    with pytest.raises(ValueError, match="matmul"):
        hidden @ folded_2
    expected = it.trace("sigmoid").layers[-1].z
    np.testing.assert_allclose(ones_first(hidden) @ folded_2, expected, rtol=1e-14)
    carried = np.column_stack([sigmoid(np.ones((1, 1))), hidden])  # the 1 went through as well
    assert abs(carried @ folded_2 - expected)[0, 0] > 0.02


def test_broadcasting_adds_each_neurons_bias_to_each_row() -> None:
    X, W = session_one.X, session_one.W1
    assert not session_one.b1.any()
    assert not session_one.b2.any()
    np.testing.assert_allclose(X @ W + BIASES, _row_by_row(X, W, BIASES), rtol=1e-12)


def test_single_precision_does_not_give_the_printed_digits() -> None:
    single = np.float32
    hidden = np.maximum(session_one.X.astype(single) @ session_one.W1.astype(single), 0)
    by_neuron = session_one.W2.T.astype(single)  # the other layout, the same sums
    outputs = 1 / (1 + np.exp(-(hidden @ by_neuron.T)))
    assert outputs.dtype == single
    digits = np.rint(outputs.astype(np.float64) * 1e8).astype(int)
    assert (digits != PRINTED).any()
    assert np.abs(digits - PRINTED).max() < 100  # six digits hold
    double = np.rint(session_one.trace().y_hat * 1e8).astype(int)
    assert (double == PRINTED).all()


def test_the_star_is_another_operation() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        two_three_one.X * two_three_one.W1
    square, row = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[10.0, 100.0]])
    assert not np.array_equal(np.broadcast_to(row @ square, (2, 2)), row * square)


def test_the_order_of_the_product_follows_the_layout() -> None:
    X, W = two_three_one.X, two_three_one.W1
    with pytest.raises(ValueError, match="matmul"):
        W @ X.T
    np.testing.assert_allclose((W.T @ X.T).T, X @ W, rtol=1e-15)


def test_one_sample_is_quick_and_a_million_are_not() -> None:
    weights = sum(forward_cost.WIDTH * forward_cost.WIDTH for _ in range(forward_cost.DEPTH))
    assert weights == forward_cost.numbers()["forward_cost.weights"]
    seconds = weights / forward_cost.RATE
    assert 0.1 < seconds < 1
    assert seconds * forward_cost.BATCH > 24 * 3600


def test_each_row_is_its_sample_alone() -> None:
    network, X = session_one.network(), session_one.X
    together = network.forward(X)
    for i in range(len(X)):
        alone = network.forward(X[[i]])
        for one, all_ in zip(alone.layers, together.layers, strict=True):
            np.testing.assert_allclose(one.a[0], all_.a[i], rtol=1e-13)
    order = [2, 0, 1]
    np.testing.assert_allclose(network.predict(X[order]), together.y_hat[order], rtol=1e-13)
