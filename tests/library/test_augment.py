"""The bias as a weight: both forms compute the same, forward and backward."""

import numpy as np
import pytest
from hypothesis import given

from byhand import Dense, augment
from tests.library.strategies import batch, random_mlp, rows, seeds, sizes, steady


@steady
@given(layer_sizes=sizes, n=batch, seed=seeds)
def test_the_folded_form_is_the_bias_form(layer_sizes: list[int], n: int, seed: int) -> None:
    mlp = random_mlp(layer_sizes, seed)
    rng = np.random.default_rng(seed)
    A = X = rows(mlp, n)
    layers = [Dense(layer.W, rng.normal(size=layer.n_out), "tanh") for layer in mlp.layers]
    for layer in layers:
        folded = augment.fold(layer.W, layer.b)
        assert folded.shape == (1 + layer.n_in, layer.n_out)
        forward = layer.forward(X)
        np.testing.assert_allclose(augment.ones_first(A) @ folded, forward.z, atol=1e-13)
        A, X = np.tanh(augment.ones_first(A) @ folded), forward.a


def test_the_gradient_of_the_folded_weights_is_db_above_dW() -> None:  # noqa: N802
    rng = np.random.default_rng(1)
    layer = Dense(rng.normal(size=(3, 2)), rng.normal(size=2), "identity")
    X, dz = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    back = layer.backward(X, layer.forward(X), dz=dz)
    dW, db = augment.unfold(augment.ones_first(X).T @ dz)
    np.testing.assert_allclose(dW, back.dW, atol=1e-14)
    np.testing.assert_allclose(db, back.db, atol=1e-14)


def test_unfold_undoes_fold() -> None:
    W, b = augment.unfold(augment.fold([[1, 2], [3, 4]], [5, 6]))
    assert W.tolist() == [[1, 2], [3, 4]]
    assert b.tolist() == [5, 6]


def test_refusals() -> None:
    with pytest.raises(ValueError, match=r"b must be \(2,\), the shape of a column of W each"):
        augment.fold([[1, 2]], [1])
    with pytest.raises(ValueError, match=r"folded must be \(1 \+ n_in, n_out\); got 1 row"):
        augment.unfold([[1, 2]])
    with pytest.raises(ValueError, match=r"X must be \(n, n_in\)"):
        augment.ones_first([1, 2])


def test_unfold_takes_two_rows_and_more() -> None:
    W, b = augment.unfold([[5], [1]])
    assert (W.tolist(), b.tolist()) == ([[1]], [5])
