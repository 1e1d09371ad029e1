"""Networks in training: their gradients by central differences, their memory, their loss."""

from typing import Any

import numpy as np
import pytest

from byhand import Loss, activations, gradcheck, losses
from byhand._validate import Array
from byhand.fast import MLPInTraining, StackInTraining, flat_views, output_step
from byhand.layers import Dense
from byhand.remedies import BatchNorm, Part, Residual, Stack
from tests.library.strategies import random_mlp, rows

PAIRINGS = [
    (losses.mse, "identity"),
    (losses.mse, "softmax"),
    (losses.half_squared_error, "tanh"),
    (losses.binary_cross_entropy, "sigmoid"),
    (losses.binary_cross_entropy, "softmax"),
    (losses.categorical_cross_entropy, "softmax"),
]
every_pairing = pytest.mark.parametrize(
    ("loss", "output"), PAIRINGS, ids=lambda x: getattr(x, "name", x)
)
Z = np.random.default_rng(0).normal(size=(5, 3))
Y = activations.softmax(np.random.default_rng(1).normal(size=(5, 3)))


@every_pairing
def test_the_output_step_is_the_loss_and_its_derivative(loss: Loss, output: str) -> None:
    f = activations.get(output)
    value, dz = output_step(loss, f, Y, Z)
    assert value == pytest.approx(loss.value(Y, f(Z)), rel=1e-14)
    assert gradcheck.check(lambda z: output_step(loss, f, Y, z)[0], Z, dz) < 1e-9


@pytest.mark.parametrize("loss", [losses.binary_cross_entropy, losses.categorical_cross_entropy])
def test_with_its_link_the_gradient_of_a_cross_entropy_is_the_error(loss: Loss) -> None:
    f = activations.get(loss.link)
    _, dz = output_step(loss, f, Y, Z)
    np.testing.assert_allclose(dz, (f(Z) - Y) / 5, atol=1e-16)


@every_pairing
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_the_flat_gradient_agrees_with_central_differences(
    loss: Loss, output: str, l2: float
) -> None:
    mlp = random_mlp([4, 5, 3], 3, "tanh", output)
    X = rows(mlp, 5)
    learner = MLPInTraining(mlp, loss)
    (flat,) = learner.parameters
    flat += 0.25  # biases start at 0, where a sign would not matter
    mlp = learner.network()
    value, (gradient,) = learner.gradients(X, Y, l2)
    start, gradient = flat.copy(), gradient.copy()

    def of_parameters(parameters: Array) -> float:
        flat[...] = parameters
        weights = learner.arrays[::2]
        return learner.evaluate(X, Y) + 0.5 * l2 * sum(float((W**2).sum()) for W in weights)

    assert gradcheck.check(of_parameters, start, gradient) < 1e-8
    assert value == pytest.approx(loss.value(Y, mlp.predict(X)), rel=1e-14)


def test_without_a_word_there_is_no_penalty() -> None:
    mlp = random_mlp([4, 3], 3)
    learner = MLPInTraining(mlp, losses.mse)
    _, (silent,) = learner.gradients(rows(mlp, 5), Y)
    silent = silent.copy()
    _, (said,) = learner.gradients(rows(mlp, 5), Y, 0.0)
    np.testing.assert_array_equal(silent, said)


def test_the_parameters_are_one_array_and_the_network_a_copy() -> None:
    mlp = random_mlp([2, 3, 1], 0)
    learner = MLPInTraining(mlp, losses.mse)
    (flat,) = learner.parameters
    assert flat.shape == (mlp.n_parameters,)
    before = learner.network()
    flat += 1.0
    for layer, old, now in zip(mlp.layers, before.layers, learner.network().layers, strict=True):
        np.testing.assert_array_equal(old.W, layer.W)
        np.testing.assert_array_equal(now.W, layer.W + 1.0)
        np.testing.assert_array_equal(now.b, layer.b + 1.0)
        assert now.activation is layer.activation


def test_flat_views_share_their_memory_and_leave_the_arrays_alone() -> None:
    arrays = [np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0])]
    flat, views = flat_views(arrays)
    assert flat.tolist() == [1, 2, 3, 4, 5]
    flat *= 10.0
    assert [view.tolist() for view in views] == [[[10, 20], [30, 40]], [50]]
    assert arrays[1].tolist() == [5.0]


def test_a_stack_in_training_is_a_copy_and_measures_as_in_inference() -> None:
    stack = Stack([Dense(np.ones((2, 2)), [0, 1], "identity"), BatchNorm(2)], "sigmoid")
    learner = StackInTraining(stack, losses.mse)
    X, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    before = learner.evaluate(X, y)
    assert before == losses.mse.value(y, stack.predict(X))
    learner.gradients(X, y)  # the running means move
    assert learner.evaluate(X, y) != before
    assert stack.arrays[4].tolist() == [0.0, 0.0]
    kept = learner.network()
    learner.parameters[0] += 1.0
    assert kept.arrays[0].tolist() == [[1, 1], [1, 1]]


class Scale:
    """A part of somebody else's, which holds on to its own array."""

    def __init__(self, factor: float) -> None:
        self.factor = np.array([factor])
        self.arrays = [self.factor]

    def forward(self, X: Any, *, training: bool) -> Any:  # noqa: ARG002
        return self.factor * X, lambda da: (self.factor * da, [np.array([(da * X).sum()])])


def test_a_stack_keeps_apart_what_cannot_lie_in_one_array() -> None:
    dense = Dense(np.eye(2), [0, 1], "identity")
    shared = Residual([dense])
    X, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    cases: list[tuple[list[Part | Dense], int]] = [
        ([dense, BatchNorm(2), shared], 1),
        ([shared, dense, shared], 6),
        ([dense, Scale(2.0)], 3),
    ]
    for parts, number in cases:
        learner = StackInTraining(Stack(parts, "identity"), losses.mse)
        assert len(learner.parameters) == number
        before, gradients = learner.gradients(X, y)
        for parameter, gradient in zip(learner.parameters, gradients, strict=True):
            parameter -= 1e-6 * gradient
        by_slope = sum(float(np.vdot(gradient, gradient)) for gradient in gradients)
        if number == 6:  # the arrays of the shared part get what both places say
            ours, _, theirs = gradients[:2], gradients[2:4], gradients[4:]
            by_slope += sum(2.0 * float(np.vdot(*pair)) for pair in zip(ours, theirs, strict=True))
        assert (before - learner.gradients(X, y)[0]) / 1e-6 == pytest.approx(by_slope, rel=1e-3)


def test_rows_far_apart_do_not_touch_each_other() -> None:
    y, z = np.eye(2), np.array([[0.0, 1.0], [5000.0, 5001.0]])
    loss, softmax = losses.categorical_cross_entropy, activations.softmax
    value, dz = output_step(loss, softmax, y, z)
    assert value == pytest.approx(loss.value_from_logits(y, z), rel=1e-12)
    np.testing.assert_allclose(dz, loss.gradient_from_logits(y, z), rtol=1e-12)
