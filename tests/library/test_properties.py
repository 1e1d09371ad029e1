"""What holds for every network: ReLU's scaling, and every derivative of a random architecture."""

from functools import partial

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from byhand import MLP, Dense, activations, gradcheck
from byhand._validate import Array
from byhand.losses import half_squared_error
from tests.library.strategies import matrices, random_mlp, rows, seeds, sizes, steady

POWERS = st.integers(-6, 6).map(lambda power: 2.0**power)  # scaling by these rounds nothing


@given(matrices(), POWERS)
@steady
def test_relu_scales_with_its_input(z: Array, scale: float) -> None:
    relu = activations.relu
    np.testing.assert_array_equal(relu.f(scale * z), scale * relu.f(z))


@given(st.integers(1, 5), st.integers(1, 6), seeds, POWERS)
@steady
def test_a_relu_layer_scaled_up_and_the_next_scaled_down_is_the_same_network(
    n_hidden: int, n: int, seed: int, scale: float
) -> None:
    mlp = random_mlp([3, n_hidden, 2], seed, hidden="relu", output="identity")
    hidden, output = mlp.layers
    scaled = MLP(
        [
            Dense(scale * hidden.W, scale * hidden.b, "relu"),
            Dense(output.W / scale, output.b, "identity"),
        ]
    )
    X = rows(mlp, n, seed)
    np.testing.assert_allclose(scaled.predict(X), mlp.predict(X), rtol=1e-13, atol=1e-13)


def loss_with(mlp: MLP, X: Array, y: Array, number: int, W: Array, b: Array) -> float:
    layers = list(mlp.layers)
    layers[number] = Dense(W, b, layers[number].activation)
    return half_squared_error.value(y, MLP(layers).predict(X))


@given(sizes, st.sampled_from(["tanh", "sigmoid", "identity"]), seeds)
@steady
def test_every_derivative_of_a_random_architecture(
    layer_sizes: list[int], hidden: str, seed: int
) -> None:
    mlp = random_mlp(layer_sizes, seed, hidden, output="identity")
    X, y = rows(mlp, 3, seed), np.random.default_rng(seed + 1).normal(size=(3, mlp.n_out))

    trace = mlp.forward(X)
    back = mlp.backward(trace, da=half_squared_error.gradient(y, trace.y_hat))
    for number, (layer, found) in enumerate(zip(mlp.layers, back.layers, strict=True)):
        loss_at = partial(loss_with, mlp, X, y, number)
        assert gradcheck.check(partial(loss_at, b=layer.b), layer.W, found.dW) < 1e-6
        assert gradcheck.check(partial(loss_at, layer.W), layer.b, found.db) < 1e-6
