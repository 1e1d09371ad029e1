"""The small computation graphs: the same given values on both sides, and right slopes."""

from decimal import Decimal

import pytest

from byhand.gradcheck import numerical_gradient
from byhand.worked import autograd
from tests.oracles import autograd as oracle


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_both_sides_start_from_the_same_decimals() -> None:
    leaves, neuron = oracle.LEAVES, oracle.NEURON
    assert {
        symbol: [Decimal(repr(value)) for value in values]
        for symbol, values in autograd.declared().items()
    } == {
        "w, x, b": decimals(leaves["w"], leaves["x"], leaves["b"]),
        "lr": decimals(oracle.LR),
        "neuron x": decimals(neuron["x1"], neuron["x2"]),
        "neuron w": decimals(neuron["w1"], neuron["w2"]),
        "neuron b": decimals(neuron["b"]),
        "exercise a, b": decimals(*oracle.EXERCISE.values()),
        "doublings": [Decimal(oracle.DOUBLINGS)],
        "kink": decimals(oracle.KINK),
    }


@pytest.mark.parametrize(("w", "x", "b"), [(-2.0, 3.0, 4.0), (0.5, -1.5, 0.25), (1.0, 0.0, -0.5)])
def test_the_shared_graph_is_right_at_other_places_too(w: float, x: float, b: float) -> None:
    nodes = autograd.shared(w, x, b)
    expected = numerical_gradient(lambda v: float(autograd.shared(*v)["y"].data), [w, x, b])
    found = [nodes[name].grad for name in ("w", "x", "b")]
    assert found == pytest.approx(expected.tolist(), abs=1e-8)


def test_the_two_labels_share_a_forward_pass_and_their_losses_are_those_of_one_chance() -> None:
    zero, one = autograd.neuron(0), autograd.neuron(1)
    assert zero["a"].data == one["a"].data
    assert zero["c"].data + one["c"].data == pytest.approx(1.0)
    assert zero["z"].grad - one["z"].grad == pytest.approx(1.0)


def test_a_label_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="label must be 0 or 1; got 2"):
        autograd.neuron(2)
