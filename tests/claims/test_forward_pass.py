"""What the sources say about the forward pass, put to the test."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand.layers import Dense
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP
from byhand.worked import churn

Array = NDArray[np.float64]
GRID = np.linspace(-10.0, 10.0, 401)


def _loss(mlp: MLP) -> float:
    return binary_cross_entropy.value_from_logits(churn.y, mlp.forward(churn.X).layers[-1].z)


def _ordered_pairs(y_hat: Array) -> NDArray[np.bool_]:
    left, stayed = y_hat[churn.y == 1], y_hat[churn.y == 0]
    return np.asarray(left[:, None] > stayed[None, :])


def test_one_neuron_parts_the_five_customers() -> None:
    neuron = MLP([Dense([[1], [0]], [-0.6], "sigmoid")])  # tenure above 0.6
    assert ((neuron.predict(churn.X) > 0.5) == (churn.y == 1)).all()


def test_layers_without_activation_are_one_affine_map() -> None:
    rng = np.random.default_rng(0)
    sizes = (3, 5, 4, 2)
    layers = [
        Dense(rng.normal(size=shape), rng.normal(size=shape[1]), "identity")
        for shape in pairwise(sizes)
    ]
    X = rng.normal(size=(7, 3))
    W, b = np.eye(3), np.zeros(3)
    for layer in layers:
        W, b = W @ layer.W, b @ layer.W + layer.b
    stack = MLP(layers)
    np.testing.assert_allclose(stack.predict(X), X @ W + b, rtol=1e-12, atol=1e-12)
    assert np.abs(stack.predict(np.zeros((1, 3)))).max() > 0.1  # affine: zero does not go to zero


def test_the_inputs_can_be_recovered_from_the_hidden_layer() -> None:
    hidden = churn.trace().layers[0].a
    assert hidden.shape == churn.X.shape
    back = np.linalg.solve(churn.W1.T, (hidden - churn.b1).T).T
    np.testing.assert_allclose(back, churn.X, rtol=1e-12)


def test_the_network_ranks_every_pair_the_wrong_way_round() -> None:
    y_hat = churn.trace().y_hat
    assert np.abs(y_hat - 0.5).max() < 0.04
    assert not _ordered_pairs(y_hat).any()
    assert not ((y_hat >= 0.5) == (churn.y == 1)).any()
    turned = churn.network(W2=-churn.W2).predict(churn.X)
    assert _ordered_pairs(turned).all()
    assert ((turned >= 0.5) == (churn.y == 1)).all()


@pytest.mark.parametrize("positives", range(6))
def test_one_half_costs_ln_2_at_any_balance(positives: int) -> None:
    y = (np.arange(5)[:, None] < positives).astype(float)
    half = binary_cross_entropy.value(y, np.full_like(y, 0.5))
    assert half == pytest.approx(np.log(2), rel=1e-15)
    best = binary_cross_entropy.value(y, np.full_like(y, y.mean()))
    assert best < half  # five samples are never balanced


def test_the_network_is_worse_than_one_half_for_everybody() -> None:
    assert _loss(churn.network()) > np.log(2)


def test_sample_1_means_two_customers() -> None:
    counted_from_one, counted_from_zero = churn.y[1 - 1, 0], churn.y[1, 0]
    assert (counted_from_one, counted_from_zero) == (0.0, 1.0)
    assert churn.X[2].tolist() == [0.2, 0.3]  # "sample 2" of the exercise


def _slices() -> dict[str, Array]:
    """Return the mean loss along each of the nine parameters, all others held fixed."""
    found = {}
    for name in ("W1", "b1", "W2", "b2"):
        given: Array = getattr(churn, name)
        for index in np.ndindex(given.shape):
            losses = []
            for value in GRID:
                changed = given.copy()
                changed[index] = value
                losses.append(_loss(churn.network(**{name: changed})))
            found[f"{name}{index}"] = np.array(losses)
    return found


def test_only_three_of_the_nine_slices_are_bowls() -> None:
    slices = _slices()
    assert len(slices) == 9
    for name, losses in slices.items():
        convex = bool((np.diff(losses, 2) > 0).all())
        flat = bool(np.ptp(losses[:40]) == 0)
        output_layer = name.startswith(("W2", "b2"))
        assert convex == output_layer, name
        assert flat != output_layer, name


def test_the_loss_comes_as_near_to_zero_as_one_likes() -> None:
    def tenure_only(steepness: float) -> float:
        W1, W2 = np.diag([1.0, 0.0]), np.array([[steepness], [0.0]])
        return _loss(churn.network(W1=W1, b1=[0, 0], W2=W2, b2=[-0.6 * steepness]))

    losses = [tenure_only(steepness) for steepness in (1, 10, 100, 1000)]
    assert losses == sorted(losses, reverse=True)
    assert 0 < losses[-1] < 1e-40


class _Counted:
    """A number that counts the multiplications it takes part in."""

    multiplications = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def __mul__(self, other: "_Counted") -> "_Counted":
        _Counted.multiplications += 1
        return _Counted(self.value * other.value)

    def __add__(self, other: "_Counted") -> "_Counted":
        return _Counted(self.value + other.value)


@pytest.mark.parametrize("n", [1, 5, 20])
def test_multiplications_per_sample_do_not_depend_on_the_batch(n: int) -> None:
    width, depth = 6, 3
    counted = np.vectorize(_Counted, otypes=[object])
    A = counted(np.ones((n, width)))
    _Counted.multiplications = 0
    for _ in range(depth):
        A = A @ counted(np.full((width, width), 0.5))
    assert _Counted.multiplications == n * depth * width**2
