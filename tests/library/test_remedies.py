"""Remedies: each by hand and by central differences, in training and at inference."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand import Dense, activations, gradcheck, losses
from byhand._validate import Array
from byhand.fast import output_step
from byhand.remedies import BatchNorm, Dropout, Part, Residual, Stack, add_l2
from tests.library.strategies import batch, random_mlp, rows, seeds, sizes, steady


def dense(n_in: int, n_out: int, name: str = "identity", seed: int = 0) -> Dense:
    rng = np.random.default_rng(seed)
    return Dense(rng.normal(size=(n_in, n_out)), rng.normal(size=n_out), name)


def batch_norm(k: int = 3) -> BatchNorm:
    part, rng = BatchNorm(k), np.random.default_rng(8)
    for array in part.arrays:
        array[...] = rng.uniform(0.5, 2.0, size=k)
    return part


# Each call builds the part anew, so that a Dropout draws the same mask every time.
PARTS: dict[str, Callable[[], Part]] = {
    "batch normalisation": batch_norm,
    "dropout": lambda: Dropout(0.4, np.random.default_rng(5)),
    "residual": lambda: Residual([dense(3, 4, "tanh"), dense(4, 3, "sigmoid", 1)]),
    "residual around batch normalisation": lambda: Residual(
        [dense(3, 3), batch_norm(), activations.tanh, Dropout(0.25, np.random.default_rng(1))]
    ),
    "stack": lambda: Stack([dense(3, 5), batch_norm(5), activations.sigmoid, dense(5, 2)], "tanh"),
    "shared part": lambda: Stack([shared := Residual([dense(3, 3, "tanh")]), shared], "tanh"),
}


def filled(make: Callable[[], Part], arrays: list[Array]) -> Part:
    part = make()
    for own, given_ in zip(part.arrays, arrays, strict=True):
        own[...] = given_
    return part


@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
@pytest.mark.parametrize("name", [name for name in PARTS if name != "shared part"])
def test_every_gradient_agrees_with_central_differences(name: str, training: bool) -> None:
    make = PARTS[name]
    X = np.random.default_rng(2).normal(size=(6, 3))
    arrays = [array.copy() for array in make().arrays]
    out, back = make().forward(X, training=training)
    weights = np.random.default_rng(3).normal(size=out.shape)
    dX, gradients = back(weights)
    assert len(gradients) == len(arrays)

    def total(X: Array, arrays: list[Array]) -> float:
        return float((weights * filled(make, arrays).forward(X, training=training)[0]).sum())

    assert gradcheck.check(lambda X: total(X, arrays), X, dX) < 1e-8
    if not training:
        return  # at inference nothing is learned
    for number, (array, gradient) in enumerate(zip(arrays, gradients, strict=True)):
        rest = arrays[:number], arrays[number + 1 :]
        of_array = lambda array, rest=rest: total(X, [*rest[0], array, *rest[1]])  # noqa: E731
        assert gradcheck.check(of_array, array, gradient) < 1e-8
        if name == "batch normalisation":  # the last two arrays are measured, not learned
            assert gradient.any() == (number < 2)


def test_a_part_used_twice_gets_both_gradients() -> None:
    X = np.random.default_rng(2).normal(size=(6, 3))
    stack = PARTS["shared part"]()
    _, back = stack.forward(X, training=True)
    _, gradients = back(np.ones((6, 3)))
    W, b = stack.arrays[0].copy(), stack.arrays[1].copy()

    def total(W: Array) -> float:
        part = Residual([Dense(W, b, "tanh")])
        return float(Stack([part, part], "tanh").forward(X, training=True)[0].sum())

    assert gradcheck.check(total, W, gradients[0] + gradients[2]) < 1e-8


def test_batch_normalisation_by_hand() -> None:
    # mean 3, variance 4: z_hat = ∓1; running mean 0.5·0 + 0.5·3, variance 0.5·1 + 0.5·(4·2/1)
    part = BatchNorm(1, momentum=0.5, epsilon=1e-300)
    part.arrays[0][...], part.arrays[1][...] = 10.0, 7.0
    out, _ = part.forward(np.array([[1.0], [5.0]]), training=True)
    assert out.tolist() == [[-3.0], [17.0]]
    assert [array.tolist() for array in part.arrays] == [[10.0], [7.0], [1.5], [4.5]]
    before = [array.copy() for array in part.arrays]
    out, _ = part.forward(np.array([[6.0]]), training=False)
    np.testing.assert_allclose(out, [[10.0 * (6.0 - 1.5) / 4.5**0.5 + 7.0]], rtol=1e-15)
    assert [array.tolist() for array in part.arrays] == [array.tolist() for array in before]


def test_epsilon_is_added_to_the_variance() -> None:
    out, _ = BatchNorm(1, epsilon=5.0).forward(np.array([[1.0], [5.0]]), training=True)
    assert out.tolist() == [[-2.0 / 3.0], [2.0 / 3.0]]  # the root of 4 + 5


@steady
@given(n=st.integers(2, 8), seed=seeds)
def test_batch_normalisation_forgets_scale_and_shift(n: int, seed: int) -> None:
    X = np.random.default_rng(seed).normal(size=(n, 3))
    one, _ = BatchNorm(3, epsilon=1e-12).forward(X, training=True)
    other, _ = BatchNorm(3, epsilon=1e-12).forward(1000.0 * X - 7.0, training=True)
    np.testing.assert_allclose(one, other, atol=1e-6)
    np.testing.assert_allclose(one.mean(axis=0), 0.0, atol=1e-9)
    np.testing.assert_allclose(one.std(axis=0), 1.0, atol=1e-6)


def test_the_running_means_approach_those_of_the_data() -> None:
    rng, part = np.random.default_rng(0), BatchNorm(2, momentum=0.99)
    for _ in range(800):
        part.forward(rng.normal([3.0, -1.0], [2.0, 0.5], size=(16, 2)), training=True)
    np.testing.assert_allclose(part.arrays[2], [3.0, -1.0], atol=0.15)
    np.testing.assert_allclose(part.arrays[3], [4.0, 0.25], rtol=0.15)


def test_at_inference_a_sample_does_not_depend_on_its_company() -> None:
    stack = PARTS["stack"]()
    assert isinstance(stack, Stack)
    X = np.random.default_rng(2).normal(size=(6, 3))
    np.testing.assert_allclose(stack.predict(X[:1]), stack.predict(X)[:1], rtol=1e-12)


def test_dropout_silences_a_share_and_keeps_the_mean() -> None:
    X = np.ones((200, 100))
    out, back = Dropout(0.25, np.random.default_rng(0)).forward(X, training=True)
    assert set(np.unique(out).tolist()) == {0.0, 1.0 / 0.75}
    assert abs((out == 0.0).mean() - 0.25) < 0.01
    np.testing.assert_array_equal(back(X)[0], out)  # the gradient takes the same places
    again, _ = Dropout(0.25, np.random.default_rng(0)).forward(X, training=True)
    np.testing.assert_array_equal(out, again)


@pytest.mark.parametrize(("rate", "training"), [(0.9, False), (0.0, True)])
def test_dropout_does_nothing_at_inference_or_rate_zero(rate: float, training: bool) -> None:
    X = rows(random_mlp([3, 1], 0), 5)
    out, _ = Dropout(rate, np.random.default_rng(0)).forward(X, training=training)
    np.testing.assert_array_equal(out, X)


def test_a_residual_around_silence_is_the_identity_both_ways() -> None:
    silent = Residual([Dense(np.zeros((2, 2)), np.zeros(2), "relu")])
    X = np.array([[1.0, -2.0]])
    out, back = silent.forward(X, training=True)
    assert out.tolist() == X.tolist()
    assert back(X)[0].tolist() == X.tolist()


def test_through_fifty_layers_the_gradient_survives_by_the_residual_alone() -> None:
    layer = Dense(0.1 * np.eye(4), np.zeros(4), "tanh")
    X = np.full((1, 4), 0.5)
    plain, residual = Stack([layer] * 50, "tanh"), Stack([Residual([layer])] * 50, "tanh")
    lengths = [
        float(np.abs(stack.forward(X, training=True)[1](np.ones((1, 4)))[0]).max())
        for stack in (plain, residual)
    ]
    assert lengths[0] < 1e-45
    assert lengths[1] > 1.0


@steady
@given(layer_sizes=sizes, n=batch, seed=seeds)
def test_a_stack_of_dense_layers_is_the_mlp(layer_sizes: list[int], n: int, seed: int) -> None:
    mlp = random_mlp(layer_sizes, seed)
    *hidden, last = mlp.layers
    stack = Stack([*hidden, Dense(last.W, last.b, "identity")], "sigmoid")
    X = rows(mlp, n)
    y = np.random.default_rng(seed).uniform(size=(n, mlp.n_out))
    np.testing.assert_array_equal(stack.predict(X), mlp.predict(X))
    z, back = stack.forward(X, training=True)
    value, dz = output_step(losses.binary_cross_entropy, stack.output, y, z)
    trace = mlp.forward(X)
    whole = mlp.backward(trace, dz=losses.binary_cross_entropy.gradient_from_logits(y, z))
    assert value == losses.binary_cross_entropy.value_from_logits(y, trace.layers[-1].z)
    expected = [g for layer in whole.layers for g in (layer.dW, layer.db)]
    dX, gradients = back(dz)
    np.testing.assert_allclose(dX, whole.dX, rtol=1e-12, atol=1e-15)
    for one, other in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)


def test_the_l2_gradient_agrees_with_central_differences() -> None:
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(3, 2)), rng.normal(size=2)
    gradients = [np.zeros((3, 2)), np.zeros(2)]
    penalty = add_l2([W, b], gradients, 0.3)
    assert penalty == pytest.approx(0.15 * float((W**2).sum()), rel=1e-14)
    of_weights = lambda W: add_l2([W, b], [np.zeros((3, 2)), np.zeros(2)], 0.3)  # noqa: E731
    assert gradcheck.check(of_weights, W, gradients[0]) < 1e-9
    assert not gradients[1].any()  # a bias is no weight


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: BatchNorm(0), "k must be a whole number of at least 1; got 0"),
        (lambda: BatchNorm(2, momentum=1), r"momentum must be one number in \[0, 1\); got 1"),
        (lambda: BatchNorm(2, epsilon=0), "epsilon must be one number above 0"),
        (lambda: BatchNorm(2).forward(np.ones((1, 2)), training=True), "a batch of 1 has no vari"),
        (
            lambda: BatchNorm(2).forward(np.ones((4, 3)), training=True),
            r"a row of X must be \(2,\), the shape of gamma; got \(3,\)",
        ),
        (lambda: Dropout(1.0, np.random.default_rng(0)), r"rate must be one number in \[0, 1\)"),
        (lambda: Dropout(0.5, 42), "rng must be a Generator; got int"),  # type: ignore[arg-type]
        (lambda: Stack([], "relu"), "parts must hold at least one part; got none"),
        (lambda: Residual([]), "parts must hold at least one part; got none"),
        (lambda: Stack([dense(2, 1)], "rleu"), "activation must be an Activation or one of"),
        (
            lambda: Residual([dense(2, 3)]).forward(np.ones((4, 2)), training=True),
            r"the output of a residual's parts must be \(4, 2\), the shape of their input",
        ),
        (lambda: Stack([dense(2, 1)], "relu").predict([1, 2]), r"X must be \(n, n_in\)"),
    ],
)
def test_refuses(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_no_penalty_costs_nothing_and_changes_nothing() -> None:
    W, dW = np.array([[4.0]]), np.array([[1.0]])
    assert add_l2([W], [dW], 0.0) == 0.0
    assert dW.tolist() == [[1.0]]
    assert add_l2([W], [dW], 1.0) == 8.0
    assert dW.tolist() == [[5.0]]


def test_batch_normalisations_settings_are_as_stated() -> None:
    norm = BatchNorm(1)
    assert (norm.momentum, norm.epsilon) == (0.9, 1e-5)
    assert BatchNorm(1, momentum=0.0).momentum == 0.0
