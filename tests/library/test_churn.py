"""The churn example: the worked first sample by hand, its data, its honesty about itself."""

from fractions import Fraction
from math import exp, isclose, log

import numpy as np
import pytest

from byhand import gradcheck
from byhand._validate import Array
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP
from byhand.worked import churn

NUMBERS = churn.numbers()


@pytest.mark.parametrize(
    ("key", "by_hand"),
    [
        ("churn.s1.z1_1", Fraction(1, 4) - Fraction(2, 100) + Fraction(1, 10)),
        ("churn.s1.z1_2", Fraction(15, 100) + Fraction(8, 100) - Fraction(1, 10)),
        ("churn.s1.z2", Fraction(198, 1000) - Fraction(52, 1000)),
        ("churn.s3.z1_1", Fraction(1, 10) - Fraction(6, 100) + Fraction(1, 10)),
        ("churn.s3.z1_2", Fraction(6, 100) + Fraction(24, 100) - Fraction(1, 10)),
        ("churn.ex_w2.z2", Fraction(264, 1000) - Fraction(52, 1000)),
    ],
)
def test_pre_activations_by_hand(key: str, by_hand: Fraction) -> None:
    assert isclose(NUMBERS[key], by_hand, rel_tol=1e-14)


def test_the_first_customer_by_hand() -> None:
    y_hat = 1 / (1 + exp(-0.146))
    assert isclose(NUMBERS["churn.s1.y_hat"], y_hat, rel_tol=1e-14)
    assert isclose(NUMBERS["churn.s1.loss"], -log(1 - y_hat), rel_tol=1e-14)
    assert isclose(NUMBERS["churn.s1.loss_chain"], -log(0.464), rel_tol=1e-14)


def test_three_losses_that_differ_in_the_third_decimal() -> None:
    exact, chain, cut = (
        NUMBERS[f"churn.s1.{name}"] for name in ("loss", "loss_chain", "loss_chain_cut")
    )
    assert (f"{exact:.3f}", f"{chain:.3f}", f"{cut:.3f}") == ("0.769", "0.768", "0.767")


def test_the_network_is_wrong_about_everybody() -> None:
    assert NUMBERS["churn.correct"] == NUMBERS["churn.pairs_correct"] == 0
    assert NUMBERS["churn.loss"] > NUMBERS["churn.constant_half.loss"]
    assert NUMBERS["churn.constant_half.loss"] > NUMBERS["churn.best_constant.loss"]


def test_the_best_constant_is_the_base_rate() -> None:
    def loss(prediction: float) -> float:
        return binary_cross_entropy.value(churn.y, np.full((5, 1), prediction))

    best = min(np.linspace(0.01, 0.99, 99), key=loss)
    assert isclose(best, NUMBERS["churn.base_rate"], abs_tol=1e-12)
    assert isclose(loss(best), NUMBERS["churn.best_constant.loss"], rel_tol=1e-12)


def test_trace_and_network() -> None:
    trace = churn.trace()
    assert trace.mlp.sizes == (2, 2, 1)
    assert [layer.activation.name for layer in trace.mlp.layers] == ["relu", "sigmoid"]
    assert trace.y_hat.shape == churn.y.shape == (5, 1)
    np.testing.assert_array_equal(trace.X, churn.X)


def test_every_gradient_of_the_example_agrees_with_central_differences() -> None:
    trace = churn.trace()
    dz = binary_cross_entropy.gradient_from_logits(churn.y, trace.layers[-1].z)
    hidden, output = trace.mlp.backward(trace, dz=dz).layers

    def loss(
        W1: Array = churn.W1, b1: Array = churn.b1, W2: Array = churn.W2, b2: Array = churn.b2
    ) -> float:
        mlp = MLP([Dense(W1, b1, "relu"), Dense(W2, b2, "sigmoid")])
        return binary_cross_entropy.value(churn.y, mlp.predict(churn.X))

    assert gradcheck.check(lambda W1: loss(W1=W1), churn.W1, hidden.dW) < 1e-9
    assert gradcheck.check(lambda b1: loss(b1=b1), churn.b1, hidden.db) < 1e-9
    assert gradcheck.check(lambda W2: loss(W2=W2), churn.W2, output.dW) < 1e-9
    assert gradcheck.check(lambda b2: loss(b2=b2), churn.b2, output.db) < 1e-9


@pytest.mark.parametrize("name", ["X", "y", "W1", "b1", "W2", "b2"])
def test_the_data_cannot_be_changed(name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(churn, name)[0] = 1.0


def test_numbers_come_out_the_same_each_time() -> None:
    assert churn.numbers() == NUMBERS
