"""One network, three ways: number by number, array by array, and by differences of fifty digits."""

import math
from collections.abc import Sequence
from typing import Any

import mpmath
import numpy as np
import pytest

from byhand import losses, scalar
from byhand._validate import Array
from byhand.gradcheck import check
from byhand.layers import Dense
from byhand.mlp import MLP
from byhand.scalar import Value
from byhand.worked import churn
from tests.library.strategies import random_mlp, rows

mp = mpmath.mp.clone()
mp.dps = 50
STEP = mp.mpf(10) ** -16  # its square is the error of a central difference: far below 1e-12

AGREE = 1e-12
BY_MPMATH = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "tanh": mp.tanh,
    "relu": lambda z: (z + abs(z)) / 2,
}


def same_network(mlp: MLP) -> scalar.MLP:
    """Build the scalar engine's network with the weights of an array network."""
    return scalar.MLP(
        [scalar.Layer(d.W.tolist(), d.b.tolist(), d.activation.name) for d in mlp.layers]
    )


def gradients_by_layer(network: scalar.MLP) -> list[tuple[Array, Array]]:
    """Put the gradients into the arrays' layout: one column of dW for each neuron."""
    return [
        (
            np.array([[w.grad for w in neuron.w] for neuron in layer.neurons]).T,
            np.array([neuron.b.grad for neuron in layer.neurons]),
        )
        for layer in network.layers
    ]


def mean_by_values(
    network: scalar.MLP, X: Array, y: Array, loss: str
) -> tuple[Value, list[list[Value]]]:
    """Write the loss out in Values; return it and the inputs it was computed from."""
    inputs = [[Value(x) for x in row] for row in X.tolist()]
    total = Value(0)
    for row, wanted in zip(inputs, y.tolist(), strict=True):
        for y_hat, t in zip(network(row), wanted, strict=True):
            if loss == "binary_cross_entropy":
                total = total - (t * y_hat.log() + (1 - t) * (1 - y_hat).log())
            else:
                total = total + (y_hat - t) ** 2 / 2
    return total / len(X), inputs


def mean_by_mpmath(parameters: Sequence[Any], mlp: MLP, X: Array, y: Array, loss: str) -> Any:
    """Compute the loss from a flat list of parameters, layer by layer W by rows, then b."""
    values = iter(parameters)
    layers = []
    for dense in mlp.layers:
        W = [[next(values) for _ in range(dense.n_out)] for _ in range(dense.n_in)]
        layers.append((W, [next(values) for _ in range(dense.n_out)], dense.activation.name))
    total = mp.mpf(0)
    for row, wanted in zip(X.tolist(), y.tolist(), strict=True):
        a = [mp.mpf(x) for x in row]
        for W, b, name in layers:
            z = [sum(x * w[j] for x, w in zip(a, W, strict=True)) + b[j] for j in range(len(b))]
            a = [BY_MPMATH[name](each) for each in z]
        for y_hat, t in zip(a, wanted, strict=True):
            if loss == "binary_cross_entropy":
                total -= t * mp.log(y_hat) + (1 - t) * mp.log(1 - y_hat)
            else:
                total += (y_hat - t) ** 2 / 2
    return total / len(X)


def flat(pairs: Sequence[tuple[Array, Array]]) -> Array:
    return np.concatenate([np.append(W.ravel(), b) for W, b in pairs])


def case(seed: int, sizes: list[int], hidden: str, output: str, n: int) -> tuple[MLP, Array, Array]:
    mlp = random_mlp(sizes, seed, hidden, output)
    y = np.random.default_rng(seed + 1).integers(0, 2, size=(n, sizes[-1])).astype(float)
    return mlp, rows(mlp, n, seed), y


CASES = {
    "churn": (churn.network(), churn.X, churn.y, "binary_cross_entropy"),
    "one neuron": (*case(0, [3, 1], "tanh", "sigmoid", 4), "binary_cross_entropy"),
    "two outputs": (*case(1, [2, 4, 2], "tanh", "sigmoid", 5), "binary_cross_entropy"),
    "relu, deep": (*case(2, [2, 5, 4, 3, 1], "relu", "sigmoid", 6), "binary_cross_entropy"),
    "regression": (*case(3, [3, 4, 2], "sigmoid", "identity", 5), "half_squared_error"),
    "tanh output": (*case(4, [4, 3, 3, 1], "relu", "tanh", 7), "half_squared_error"),
}
each_case = pytest.mark.parametrize(("mlp", "X", "y", "loss"), CASES.values(), ids=CASES)


def by_arrays(
    mlp: MLP, X: Array, y: Array, loss: str
) -> tuple[float, list[tuple[Array, Array]], Array]:
    rule: losses.Loss = getattr(losses, loss)
    trace = mlp.forward(X)
    back = mlp.backward(trace, da=rule.gradient(y, trace.y_hat))
    return rule.value(y, trace.y_hat), [(layer.dW, layer.db) for layer in back.layers], back.dX


@each_case
def test_the_two_engines_agree(mlp: MLP, X: Array, y: Array, loss: str) -> None:
    network = same_network(mlp)
    value, inputs = mean_by_values(network, X, y, loss)
    value.backward()
    expected, pairs, dX = by_arrays(mlp, X, y, loss)
    assert value.data == pytest.approx(expected, rel=AGREE, abs=0)
    np.testing.assert_allclose(flat(gradients_by_layer(network)), flat(pairs), AGREE, 1e-15)
    np.testing.assert_allclose([[x.grad for x in row] for row in inputs], dX, AGREE, 1e-15)
    assert np.any(dX)


@each_case
def test_fifty_digits_agree_with_both(mlp: MLP, X: Array, y: Array, loss: str) -> None:
    parameters = [mp.mpf(p) for p in flat([(d.W, d.b) for d in mlp.layers])]

    def mean(place: int, change: Any) -> Any:
        moved = [p + change if i == place else p for i, p in enumerate(parameters)]
        return mean_by_mpmath(moved, mlp, X, y, loss)

    expected, pairs, _ = by_arrays(mlp, X, y, loss)
    assert float(mean(0, mp.mpf(0))) == pytest.approx(expected, rel=AGREE, abs=0)
    places = range(len(parameters))
    slopes = [float((mean(i, STEP) - mean(i, -STEP)) / (2 * STEP)) for i in places]
    np.testing.assert_allclose(flat(pairs), slopes, AGREE, 1e-15)


@each_case
def test_differences_of_floats_agree(mlp: MLP, X: Array, y: Array, loss: str) -> None:
    rule: losses.Loss = getattr(losses, loss)

    def mean(parameters: Array) -> float:
        layers, start = [], 0
        for dense in mlp.layers:
            W = parameters[start : start + dense.W.size].reshape(dense.W.shape)
            b = parameters[start + dense.W.size : start + dense.n_parameters]
            layers.append(Dense(W, b, dense.activation))
            start += dense.n_parameters
        return rule.value(y, MLP(layers).predict(X))

    _, pairs, _ = by_arrays(mlp, X, y, loss)
    assert check(mean, flat([(d.W, d.b) for d in mlp.layers]), flat(pairs)) < 1e-8


def test_the_loss_from_logits_has_the_same_gradients() -> None:
    mlp, X, y, _ = CASES["churn"]
    trace = mlp.forward(X)
    dz = losses.binary_cross_entropy.gradient_from_logits(y, trace.layers[-1].z)
    fused = [(layer.dW, layer.db) for layer in mlp.backward(trace, dz=dz).layers]
    network = same_network(mlp)
    mean_by_values(network, X, y, "binary_cross_entropy")[0].backward()
    np.testing.assert_allclose(flat(gradients_by_layer(network)), flat(fused), AGREE, 1e-15)


def test_every_step_of_training_agrees() -> None:
    mlp, X, y, loss = CASES["churn"]
    network = same_network(mlp)
    optimiser = scalar.SGD(network.parameters(), lr=0.1)
    for _ in range(25):
        value, _ = mean_by_values(network, X, y, loss)
        value.backward()
        optimiser.step()
        expected, pairs, _ = by_arrays(mlp, X, y, loss)
        assert math.isclose(value.data, expected, rel_tol=AGREE)
        stepped = [
            Dense(d.W - 0.1 * dW, d.b - 0.1 * db, d.activation)
            for d, (dW, db) in zip(mlp.layers, pairs, strict=True)
        ]
        mlp = MLP(stepped)
