"""The backward pass as it is shown: drawn, worked out, listed; held to central differences."""

import re
import xml.etree.ElementTree as ET
from functools import partial
from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand.gradcheck import numerical_gradient
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy, half_squared_error
from byhand.mlp import MLP, BackwardTrace, ForwardTrace
from byhand.show import backward_step, gradients, network
from byhand.show.palette import var
from byhand.worked import churn, two_three_two_one
from byhand_site.maths import render
from tests.show import evaluate
from tests.show.networks import random_trace
from tests.show.test_network import parse, said, text_box, texts, unit_boxes

Array = NDArray[np.float64]
MINUS = "\N{MINUS SIGN}"


def customer(i: int = 1) -> tuple[ForwardTrace, BackwardTrace]:
    mlp = churn.network()
    trace = mlp.forward(churn.X[i - 1 : i])
    z = trace.layers[-1].z
    y = churn.y[i - 1 : i]
    return trace, mlp.backward(trace, dz=binary_cross_entropy.gradient_from_logits(y, z))


def squared(seed: int, sizes: tuple[int, ...] = (2, 3, 2)) -> tuple[ForwardTrace, BackwardTrace]:
    trace = random_trace(list(sizes), ["tanh"] * (len(sizes) - 2) + ["sigmoid"], seed, samples=1)
    y = np.zeros_like(trace.y_hat)
    return trace, trace.mlp.backward(trace, da=half_squared_error.gradient(y, trace.y_hat))


def loss_with(trace: ForwardTrace, layer: int, W: Array, b: Array) -> float:
    """Compute the squared loss again with other parameters in one layer, counted from 0."""
    layers = list(trace.mlp.layers)
    layers[layer] = Dense(W, b, layers[layer].activation)
    y_hat = MLP(layers).predict(trace.X)
    return half_squared_error.value(np.zeros_like(y_hat), y_hat)


def floats(cell: str) -> float:
    return float(cell.replace(MINUS, "-"))


def test_each_derivative_stands_in_the_colour_of_the_way_back_right_below_its_value() -> None:
    trace, back = customer()
    drawn = network(trace.mlp, trace, backward=back)
    every = texts(drawn)
    shown = [text for text in every if text.get("fill") == var("backward")]
    hidden, output = back.layers
    assert hidden.da is not None
    pairs = list(zip(hidden.dz[0], hidden.da[0], strict=True))
    expected = [value for pair in pairs for value in pair] + [output.dz[0, 0]]
    assert [floats(text.text or "") for text in shown] == pytest.approx(expected, abs=5e-4)
    values = [text for text in every if text.get("text-anchor") == "end"]
    below_another = [(above, below) for above, below in pairwise(values) if below in shown]
    assert len(below_another) == len(shown)
    for above, below in below_another:
        assert above.get("x") == below.get("x")
        assert 0 < float(below.attrib["y"]) - float(above.attrib["y"]) < 30


@pytest.mark.parametrize("seed", range(6))
def test_nothing_overlaps_and_everything_is_inside(seed: int) -> None:
    trace, back = squared(seed)
    drawn = network(trace.mlp, trace, backward=back)
    labels, units = list(map(text_box, texts(drawn))), unit_boxes(drawn)
    width, height = map(float, parse(drawn).attrib["viewBox"].split()[2:])
    for one, other in [*combinations(labels, 2), *combinations(units, 2)]:
        assert not one.meets(other), f"{one.what} and {other.what}"
    for box in [*labels, *units]:
        assert box.left >= 0, box.what
        assert box.top >= 0, box.what
        assert box.right <= width, box.what
        assert box.bottom <= height, box.what


def test_the_derivatives_are_in_the_data_and_in_the_name() -> None:
    trace, back = customer()
    drawn = network(trace.mlp, trace, backward=back, key="churn.s1")
    units = {(unit["layer"], unit["unit"]): unit for unit in drawn.data["units"]}
    assert units[1, 2]["dz"] == back.layers[0].dz[0, 1]
    assert units[1, 2]["da"] == back.layers[1].dX[0, 1]
    assert "da" not in units[2, 1]  # the loss was differentiated from its logit
    assert "dz2 = {@churn.s1.dz1_2}" in drawn.alt
    keys = {text.get("data-key") for text in texts(drawn)} - {None}
    assert {"churn.s1.dz1_1", "churn.s1.da1_2", "churn.s1.dz2"} < keys


def test_an_output_that_was_given_da_shows_it() -> None:
    trace, back = squared(0, (2, 1))
    drawn = network(trace.mlp, trace, backward=back, key="one.s1")
    assert "dŷ" in said(drawn)
    assert "{@one.s1.dy_hat}" in drawn.alt
    assert "backward" not in ET.tostring(parse(network(trace.mlp, trace))).decode()


def test_a_backward_pass_must_fit_its_forward_pass() -> None:
    trace, back = customer()
    with pytest.raises(ValueError, match="backward must have dz of shapes"):
        network(trace.mlp, churn.trace(), backward=back)
    with pytest.raises(ValueError, match="backward must have dz of shapes"):
        network(trace.mlp, backward=back)


@pytest.mark.parametrize("seed", range(5))
def test_a_step_back_ends_with_what_central_differences_give(seed: int) -> None:
    trace, back = squared(seed)
    for unit in (1, 2, 3):
        first, second = backward_step(trace, back, 1, unit, decimals=6).split("\n\n")
        for display in (first, second):
            render(display.removeprefix("$$").removesuffix("$$"), display=True)
        dense = trace.mlp.layers[0]
        slope = numerical_gradient(partial(loss_with, trace, 0, dense.W), dense.b)
        worked = evaluate.lines(second)
        assert float(evaluate.value(worked[-1][1])) == pytest.approx(slope[unit - 1], abs=2e-6)
        for display in (first, second):
            _, numbers, result = evaluate.lines(display)
            off = abs(evaluate.value(numbers[1]) - evaluate.value(result[1]))
            assert off < 5e-6


def test_a_step_back_names_its_numbers() -> None:
    trace, back = customer()
    worked = backward_step(trace, back, 1, 2, key="churn.s1")
    assert r"(-0.4) \times {@churn.s1.dz2}" in worked
    assert r"({@churn.s1.da1_2}) \times 1" in worked  # negative, so in parentheses
    assert r"{@churn.s1.dz1_2}" in worked
    smooth, smooth_back = squared(1)
    worked = backward_step(smooth, smooth_back, 1, 2, key="net")
    assert r"\times {@net.slope1_2}" in worked


def test_nothing_gets_through_a_shut_relu_and_that_is_no_rounding() -> None:
    trace, back = two_three_two_one.passes()
    off, on = (backward_step(trace, back, 1, unit).split("\n\n")[1] for unit in (2, 1))
    assert r"\approx" not in off
    assert off.endswith("&= 0\n\\end{aligned}\n$$")
    assert r"&\approx" in on


def test_a_step_back_is_refused_where_there_is_none() -> None:
    trace, back = customer()
    with pytest.raises(ValueError, match="layer must lie in 1 to 1; got 2"):
        backward_step(trace, back, 2, 1)
    wide, wide_back = squared(0, (2, 2, 7))
    with pytest.raises(ValueError, match="at most 6 units; got 7"):
        backward_step(wide, wide_back, 1, 1)
    soft = random_trace([2, 3, 1], ["softmax", "sigmoid"], samples=1)
    with pytest.raises(ValueError, match="softmax has no slope of its own"):
        backward_step(soft, soft.mlp.backward(soft, dz=[[1.0]]), 1, 1)


@pytest.mark.parametrize("seed", range(3))
def test_the_list_of_gradients_is_that_of_central_differences(seed: int) -> None:
    trace, back = squared(seed)
    rows = [line.split(" | ") for line in gradients(trace, back, decimals=6).split("\n")[2:]]
    assert len(rows) == trace.mlp.n_parameters
    for layer, dense in enumerate(trace.mlp.layers):
        dW = numerical_gradient(lambda W: loss_with(trace, layer, W, dense.b), dense.W)  # noqa: B023
        db = numerical_gradient(lambda b: loss_with(trace, layer, dense.W, b), dense.b)  # noqa: B023
        listed = {row[0]: floats(row[3].rstrip(" |")) for row in rows}
        for (i, k), value in np.ndenumerate(dW):
            symbol = f"| $W^{{({layer + 1})}}_{{{i + 1}{k + 1}}}$"
            assert listed[symbol] == pytest.approx(value, abs=2e-6)
        for k, value in enumerate(db):
            assert listed[f"| $b^{{({layer + 1})}}_{{{k + 1}}}$"] == pytest.approx(value, abs=2e-6)


def test_each_row_of_gradients_is_a_product_of_what_stands_before_it() -> None:
    trace, back = customer()
    for line in gradients(trace, back, decimals=8).split("\n")[2:]:
        x, dz, product = map(floats, re.split(r" \| ?", line)[1:4])
        assert x * dz == pytest.approx(product, abs=2e-8)


def test_gradients_of_a_batch_are_no_products_of_one_sample() -> None:
    with pytest.raises(ValueError, match="one sample; got 5"):
        gradients(churn.trace(), customer()[1])
