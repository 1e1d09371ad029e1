"""What the sources say about the backward pass, put to the test."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand import gradcheck
from byhand.losses import binary_cross_entropy, half_squared_error
from byhand.mlp import MLP
from byhand.worked import churn, sigmoid_neuron, two_paths, two_two_one
from byhand.worked._backward import stepped

Array = NDArray[np.float64]


def _loss(mlp: MLP) -> float:
    return binary_cross_entropy.value(churn.y, mlp.predict(churn.X))


def test_adding_the_derivative_raises_the_loss_and_subtracting_it_lowers_it() -> None:
    trace, backward = sigmoid_neuron.passes()

    def loss(lr: float) -> float:
        y_hat = stepped(trace.mlp, backward, lr).predict(sigmoid_neuron.X)
        return half_squared_error.value(sigmoid_neuron.y, y_hat)

    assert loss(-1.0) > loss(0.0) > loss(1.0)


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_the_two_rules_differ_by_the_slope_of_the_sigmoid(label: float) -> None:
    z = np.linspace(-8.0, 8.0, 65)[:, None]
    y, y_hat = np.full_like(z, label), 1.0 / (1.0 + np.exp(-z))
    squared = half_squared_error.gradient(y, y_hat) * y_hat * (1.0 - y_hat)
    logistic = binary_cross_entropy.gradient_from_logits(y, z)
    np.testing.assert_allclose(squared, logistic * y_hat * (1.0 - y_hat), rtol=1e-12)
    assert (np.abs(squared) < np.abs(logistic) / 3.9).all()  # the slope is at most a quarter


def test_one_path_is_not_enough_where_two_lead_to_the_loss() -> None:
    trace, backward = two_paths.passes()
    hidden, output = backward.layers
    paths = output.dz[0] * two_paths.W2[0]  # what comes back through U2 and through U3
    a = float(trace.layers[0].a[0, 0])

    def loss(u1: Array) -> float:
        z = u1 * two_paths.W2 + two_paths.b2
        return half_squared_error.value(two_paths.y, 1.0 / (1.0 + np.exp(-z)))

    slope = float(gradcheck.numerical_gradient(loss, np.array(a)))
    assert float(paths.sum()) == pytest.approx(slope, abs=1e-9)
    assert (np.abs(paths - slope) > 0.05).all()
    assert float(hidden.dW[0, 0]) == pytest.approx(1.5 * a * (1.0 - a) * slope, abs=1e-9)
    last = trace.layers[1].a * (1.0 - trace.layers[1].a) * (trace.y_hat - two_paths.y) * a
    np.testing.assert_allclose(output.dW, last, rtol=1e-12)  # three factors, at the end


def test_moving_weights_on_the_way_spoils_the_layers_below() -> None:
    _, backward = two_two_one.passes()
    hidden, output = backward.layers
    moved = two_two_one.W2 - two_two_one.LR * output.dW
    spoiled = two_two_one.X.T @ (output.dz @ moved.T)  # both hidden units are on

    def loss(W1: Array) -> float:
        a = np.maximum(two_two_one.X @ W1 + two_two_one.b1, 0.0)
        z = a @ two_two_one.W2 + two_two_one.b2
        return binary_cross_entropy.value_from_logits(two_two_one.y, z)

    assert gradcheck.check(loss, two_two_one.W1, hidden.dW) < 1e-8
    assert gradcheck.check(loss, two_two_one.W1, spoiled) > 1e-3


def test_the_sign_is_right_for_small_steps_and_may_be_wrong_for_large_ones() -> None:
    backward = churn.backward()
    named = {"W1": churn.W1, "b1": churn.b1, "W2": churn.W2, "b2": churn.b2}
    hidden, output = backward.layers
    slopes = {"W1": hidden.dW, "b1": hidden.db, "W2": output.dW, "b2": output.db}
    here, tried = _loss(churn.network()), 0
    for name, array in named.items():
        for place, slope in np.ndenumerate(slopes[name]):
            changed = array.copy()
            changed[place] -= 1e-3 * np.sign(slope)
            assert _loss(churn.network(**{name: changed})) < here
            tried += 1
    assert tried == 9
    assert output.dW[0, 0] > 0
    assert _loss(churn.network(W2=[[0.6 - 1.0], [-0.4]])) > here


def test_the_gradient_needs_no_pre_activation() -> None:
    trace, backward = churn.trace(), churn.backward()
    a, y_hat = trace.layers[0].a, trace.y_hat
    dz2 = (y_hat - churn.y) / len(churn.y)
    dz1 = (dz2 @ churn.W2.T) * (a > 0)
    hidden, output = backward.layers
    np.testing.assert_allclose(output.dW, a.T @ dz2, rtol=1e-12)
    np.testing.assert_allclose(hidden.dW, churn.X.T @ dz1, rtol=1e-12)


def test_with_the_biases_the_loss_falls_more_than_twice_as_far() -> None:
    trace, backward = two_two_one.passes()

    def loss(mlp: MLP) -> float:
        return binary_cross_entropy.value(two_two_one.y, mlp.predict(two_two_one.X))

    before = loss(trace.mlp)
    both = before - loss(stepped(trace.mlp, backward, two_two_one.LR))
    weights = before - loss(stepped(trace.mlp, backward, two_two_one.LR, biases=False))
    assert weights > 0.0
    assert 2.0 < both / weights < 2.2


class _Counted:
    """A number that counts how often two of its kind are multiplied."""

    products = 0

    def __mul__(self, other: "_Counted") -> "_Counted":
        _Counted.products += 1
        return self

    def __add__(self, other: "_Counted") -> "_Counted":
        return self


@pytest.mark.parametrize("sizes", [(2, 2, 1), (4, 3, 2), (3, 8, 8, 8, 2)])
def test_there_and_back_costs_less_than_three_forward_passes(sizes: tuple[int, ...]) -> None:
    def table(*shape: int) -> NDArray[np.object_]:
        return np.full(shape, _Counted(), dtype=object)

    Ws, inputs, n = [table(*pair) for pair in pairwise(sizes)], [table(5, sizes[0])], 5
    _Counted.products = 0
    for W in Ws:
        inputs.append(inputs[-1] @ W)
    forward = _Counted.products
    assert forward == n * sum(W.size for W in Ws)
    delta = inputs.pop()
    for i in reversed(range(len(Ws))):
        assert (inputs[i].T @ delta).shape == Ws[i].shape
        if i > 0:
            delta = delta @ Ws[i].T
    assert 2 * forward < _Counted.products < 3 * forward
