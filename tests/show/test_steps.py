import mpmath
import numpy as np
import pytest

from byhand import losses
from byhand.activations import Activation
from byhand.layers import Dense
from byhand.mlp import MLP, ForwardTrace
from byhand.show import activation_step, loss_step, mean_step
from byhand.worked import churn
from byhand_site.maths import render
from tests.show import evaluate
from tests.show.networks import random_trace

ELEMENTWISE = ["identity", "relu", "leaky_relu", "sigmoid", "tanh"]


def one(z: float, activation: str | Activation) -> ForwardTrace:
    return MLP([Dense([[1.0]], [0.0], activation)]).forward([[z]])


def expected(z: str, activation: str) -> mpmath.mpf:
    x = mpmath.mpf(z)
    rules = {
        "identity": lambda: x,
        "relu": lambda: max(x, mpmath.mpf(0)),
        "leaky_relu": lambda: x if x > 0 else x / 100,
        "sigmoid": lambda: 1 / (1 + mpmath.exp(-x)),
        "tanh": lambda: mpmath.tanh(x),
    }
    return mpmath.mpf(rules[activation]())


@pytest.mark.parametrize("activation", ELEMENTWISE)
@pytest.mark.parametrize("z", ["0.33", "-0.4", "0", "2.5"])
def test_an_activation_is_worked_out_of_its_z(activation: str, z: str) -> None:
    worked = activation_step(one(float(z), activation), 1, 1, decimals=5)
    render(worked.removeprefix("$$").removesuffix("$$"), display=True)
    *steps, result = evaluate.lines(worked)
    exact = expected(z, activation)
    for relation, content in steps:
        if "z^" not in content and "ReLU" not in content.rpartition(" = ")[2]:
            off = abs(evaluate.value(content) - exact)
            assert off < (1e-45 if relation == "=" else 1e-6)
    assert abs(evaluate.value(result[1]) - exact) <= 5e-6
    assert (result[0] == "=") == (abs(evaluate.value(result[1]) - exact) < 1e-12)


def test_the_output_of_the_first_customer() -> None:
    assert evaluate.left(activation_step(churn.trace(), 2, 1)) == r"\hat{y}"
    assert evaluate.left(activation_step(churn.trace(), 1, 2)) == "a^{(1)}_{2}"
    assert evaluate.lines(activation_step(churn.trace(), 2, 1)) == [
        ("=", r"\sigma(0.146) = \frac{1}{1 + e^{-0.146}}"),
        (r"\approx", r"\frac{1}{1 + 0.8642}"),
        (r"\approx", "0.536"),
    ]
    assert evaluate.lines(activation_step(churn.trace(), 1, 1)) == [
        ("=", r"\operatorname{ReLU}(0.33) = \max(0,\, 0.33)"),
        ("=", "0.33"),
    ]


def test_with_a_key_a_negative_exponent_keeps_its_parentheses() -> None:
    worked = activation_step(churn.trace(), 2, 1, 2, key="churn.s2")
    assert "e^{-({@churn.s2.z2})}" in worked
    detailed = activation_step(churn.trace(), 2, 1, key="churn.s1", detail=True)
    values = churn.numbers()
    for _, content in evaluate.lines(detailed):
        got = evaluate.value(evaluate.with_values(content, values))
        assert float(got) == pytest.approx(values["churn.s1.y_hat"], rel=1e-12)
    assert "{@churn.s1.exp}" in detailed
    assert detailed.endswith("{@churn.s1.y_hat}\n\\end{aligned}\n$$")


@pytest.mark.parametrize("units", [2, 3, 7])
def test_softmax_looks_at_the_whole_layer(units: int) -> None:
    trace = random_trace([2, units], ["softmax"])
    worked = activation_step(trace, 1, units, decimals=4)
    render(worked.removeprefix("$$").removesuffix("$$"), display=True)
    *steps, result = evaluate.lines(worked)
    assert float(evaluate.value(result[1])) == pytest.approx(trace.y_hat[0, -1], abs=5e-5)
    for _, content in steps:
        if units <= 5:
            got = float(evaluate.value(content))
            assert got == pytest.approx(trace.y_hat[0, -1], abs=1e-4)
        else:
            assert rf"\underbrace{{\cdots}}_{{{units - 3}\text{{ more}}}}" in content
            assert content.count(" + ") == 3  # two units, what is left out, the last unit


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softmax"])
@pytest.mark.parametrize("z", [-800.0, 800.0])
def test_extreme_values_are_worked_out_without_overflow(activation: str, z: float) -> None:
    worked = activation_step(one(z, activation), 1, 1)
    assert float(evaluate.value(evaluate.lines(worked)[-1][1])) == pytest.approx(
        float(one(z, activation).y_hat[0, 0]), abs=1e-12
    )


def test_an_activation_of_your_own_is_applied_by_name() -> None:
    doubled = Activation("twice_over", lambda z: 2 * z, lambda z: np.full_like(z, 2.0))
    assert evaluate.lines(activation_step(one(0.25, doubled), 1, 1)) == [
        ("=", r"\operatorname{twice\_over}(0.25)"),
        ("=", "0.5"),
    ]


@pytest.mark.parametrize("sample", range(1, 6))
def test_the_loss_of_every_customer(sample: int) -> None:
    values = churn.numbers()
    detail = {"key": f"churn.s{sample}", "detail": True}
    worked = loss_step(churn.trace(), churn.y, sample, **detail)  # type: ignore[arg-type]
    known = {**values, f"churn.s{sample}.one_minus_y_hat": 1 - values[f"churn.s{sample}.y_hat"]}
    _, *steps = evaluate.lines(worked)
    for relation, content in steps:
        assert relation == r"\approx"
        got = float(evaluate.value(evaluate.with_values(content, known)))
        assert got == pytest.approx(values[f"churn.s{sample}.loss"], rel=1e-12)
    both, simplified = steps[0][1], steps[1][1]
    assert both.count(r"\cdot \ln(") == 2
    assert simplified.count(r"\ln(") == 1
    assert " 0" in simplified or "[0 " in simplified


def test_the_loss_of_the_first_customer_as_text() -> None:
    assert evaluate.lines(loss_step(churn.trace(), churn.y))[1:] == [
        (r"\approx", r"-\left[0 \cdot \ln(0.536) + 1 \cdot \ln(1 - 0.536)\right]"),
        (r"\approx", r"-\left[0 + \ln(0.4636)\right]"),
        (r"\approx", "0.769"),
    ]


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("loss", [losses.mse, losses.half_squared_error])
def test_squared_losses_evaluate_to_the_loss(loss: losses.Loss, outputs: int) -> None:
    trace = random_trace([2, outputs], ["identity"])
    y = np.linspace(-1, 1, 2 * outputs).reshape(2, outputs)
    worked = loss_step(trace, y, 2, loss=loss, decimals=6)
    render(worked.removeprefix("$$").removesuffix("$$"), display=True)
    for _, content in evaluate.lines(worked)[1:]:
        got = float(evaluate.value(content))
        assert got == pytest.approx(loss.per_sample(y, trace.y_hat)[1], abs=2e-5)


@pytest.mark.parametrize("loss", [losses.binary_cross_entropy, losses.categorical_cross_entropy])
@pytest.mark.parametrize("truth", [[0, 1, 0], [0.25, 0.5, 0.25]])
def test_cross_entropies_evaluate_to_the_loss(loss: losses.Loss, truth: list[float]) -> None:
    trace = random_trace([2, 3], ["softmax"], samples=1)
    worked = loss_step(trace, [truth], loss=loss, decimals=6)
    render(worked.removeprefix("$$").removesuffix("$$"), display=True)
    for _, content in evaluate.lines(worked)[1:]:
        got = float(evaluate.value(content))
        assert got == pytest.approx(loss.per_sample([truth], trace.y_hat)[0], abs=2e-5)


def test_the_mean_of_the_losses() -> None:
    values = churn.numbers()
    worked = mean_step(churn.trace(), churn.y, key="churn")
    _, numbers, result = evaluate.lines(worked)
    assert numbers[1].count("{@churn.s") == 5
    assert result == (r"\approx", "{@churn.loss}")
    got = evaluate.value(evaluate.with_values(numbers[1], values))
    assert float(got) == pytest.approx(values["churn.loss"], rel=1e-12)
    plain = mean_step(churn.trace(), churn.y, decimals=4)
    assert plain.endswith("&\\approx 0.7303\n\\end{aligned}\n$$")


def test_a_certain_and_wrong_answer_costs_infinity() -> None:
    worked = loss_step(one(800.0, "sigmoid"), [[0.0]])
    assert evaluate.lines(worked)[-1][1] == r"\infty"


def test_errors_name_what_is_wrong() -> None:
    f, df = losses.mse.f, losses.mse.df
    foreign = losses.Loss("mine", "identity", f, df, f, df)
    with pytest.raises(ValueError, match=r"loss must be one of .*mse.*; got 'mine'"):
        loss_step(churn.trace(), churn.y, loss=foreign)
    with pytest.raises(ValueError, match="sample must lie in 1 to 5; got 7"):
        loss_step(churn.trace(), churn.y, 7)
    with pytest.raises(ValueError, match="y_hat must be"):
        mean_step(churn.trace(), churn.y[:3])
