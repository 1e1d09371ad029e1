import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byhand.layers import Dense
from byhand.mlp import MLP
from byhand.show import arithmetic, arithmetic_text
from byhand.worked import churn
from byhand_site.maths import render
from tests.show import evaluate
from tests.show.networks import random_trace

NEURONS = [(layer, unit) for layer, units in ((1, 2), (2, 1)) for unit in range(1, units + 1)]


def fraction(value: float) -> Fraction:
    """The decimal that was written, not the float nearest to it."""
    return Fraction(repr(float(value)))


def churn_z(layer: int, unit: int, sample: int) -> Fraction:
    x = [fraction(v) for v in churn.X[sample - 1]]
    z1 = [
        sum((x[i] * fraction(churn.W1[i, u]) for i in range(2)), fraction(churn.b1[u]))
        for u in range(2)
    ]
    if layer == 1:
        return z1[unit - 1]
    a1 = [max(z, Fraction(0)) for z in z1]
    return sum((a1[i] * fraction(churn.W2[i, 0]) for i in range(2)), fraction(churn.b2[0]))


@pytest.mark.parametrize("sample", range(1, 6))
@pytest.mark.parametrize(("layer", "unit"), NEURONS)
def test_every_line_is_the_exact_value(layer: int, unit: int, sample: int) -> None:
    symbolic, *steps = evaluate.lines(arithmetic(churn.trace(), layer, unit, sample, decimals=6))
    assert symbolic[1].count("W") == 2
    expected = churn_z(layer, unit, sample)
    assert len(steps) == 3
    for relation, content in steps:
        assert relation == "="
        assert Fraction(str(evaluate.value(content))).limit_denominator(10**12) == expected


def test_the_first_neuron_reads_as_on_paper() -> None:
    assert arithmetic(churn.trace(), 1, 1) == (
        "$$\n\\begin{aligned}\n"
        "z^{(1)}_{1} &= W^{(1)}_{11} x_{1} + W^{(1)}_{21} x_{2} + b^{(1)}_{1} \\\\\n"
        r"&= 0.5 \times 0.5 + (-0.2) \times 0.1 + 0.1 \\" + "\n"
        r"&= 0.25 -0.02 + 0.1 \\" + "\n"
        "&= 0.33\n"
        "\\end{aligned}\n$$"
    )
    text = arithmetic_text(churn.trace(), 1, 1)
    assert text == "0.5 × 0.5 + (\N{MINUS SIGN}0.2) × 0.1 + 0.1 = 0.33"


@pytest.mark.parametrize(("layer", "unit"), NEURONS)
def test_with_a_key_the_computed_values_are_tokens_that_exist(layer: int, unit: int) -> None:
    values = churn.numbers()
    worked = arithmetic(churn.trace(), layer, unit, key="churn.s1", detail=True)
    result = f"{{@churn.s1.z{layer}" + (f"_{unit}}}" if layer == 1 else "}")
    *_, products, last = evaluate.lines(worked)
    assert last == ("=", result)
    assert products[1].count("{@churn.s1.p") == 2
    for _, content in evaluate.lines(worked)[1:]:
        assert evaluate.value(evaluate.with_values(content, values)) == pytest.approx(
            float(churn_z(layer, unit, 1)), rel=1e-12
        )
    line = arithmetic_text(churn.trace(), layer, unit, key="churn.s1")
    assert line.endswith(f" = {result}")
    assert evaluate.value(evaluate.with_values(line.rpartition(" = ")[0], values)) == pytest.approx(
        float(churn_z(layer, unit, 1)), rel=1e-12
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 3), st.integers(0, 10**6))
def test_any_neuron_evaluates_to_its_z(n_in: int, n_out: int, seed: int) -> None:
    trace = random_trace([n_in, n_out], ["tanh"], seed)
    z = trace.layers[0].z[1, n_out - 1]
    for relation, content in evaluate.lines(arithmetic(trace, 1, n_out, 2, decimals=4))[1:]:
        assert relation == "="  # two decimals times two decimals: four hold everything
        assert abs(evaluate.value(content) - z) < 1e-12
    steps = evaluate.lines(arithmetic(trace, 1, n_out, 2, decimals=2))[1:]
    relations = [relation for relation, _ in steps]
    assert relations == sorted(relations, key=["=", r"\approx"].index)
    for relation, content in steps:
        allowed = 1e-12 if relation == "=" else 0.005 + 0.0005 * n_in
        assert abs(evaluate.value(content) - z) <= allowed


def test_a_very_small_z_evaluates_too() -> None:
    trace = MLP([Dense([[0.5]], [-0.25], "relu")]).forward([[0.50002]])
    (*_, (relation, content)) = evaluate.lines(arithmetic(trace, 1, 1, 1, decimals=2))
    assert r"10^{" in content
    assert relation == r"\approx"
    assert abs(evaluate.value(content) - 1e-5) < 1e-7


def test_rounded_factors_are_never_joined_by_an_equals_sign() -> None:
    trace = MLP([Dense([[1 / 3]], [0.0], "relu")]).forward([[0.5]])
    assert [relation for relation, _ in evaluate.lines(arithmetic(trace, 1, 1))] == [
        "=",
        r"\approx",
        r"\approx",
        r"\approx",
    ]
    assert arithmetic_text(trace, 1, 1) == "0.333 × 0.5 + 0 ≈ 0.167"


def test_after_a_rounding_even_an_exact_result_is_only_near_what_was_read() -> None:
    trace = MLP([Dense([[1 / 3]], [0.0], "relu")]).forward([[3.0]])
    relations = [relation for relation, _ in evaluate.lines(arithmetic(trace, 1, 1))]
    assert relations == ["=", r"\approx", r"\approx", r"\approx"]
    assert arithmetic_text(trace, 1, 1) == "0.333 × 3 + 0 ≈ 1"


def test_terms_that_cancel_leave_zero_and_no_noise() -> None:
    trace = MLP([Dense([[0.1], [0.2]], [-0.3], "relu"), Dense([[2.0]], [1.0], "identity")])
    forward = trace.forward([[1.0, 1.0]])
    assert forward.layers[0].z[0, 0] != 0
    assert arithmetic_text(forward, 1, 1).endswith(" = 0")
    assert arithmetic_text(forward, 2, 1) == "2 × 0 + 1 = 1"


def test_a_wide_neuron_says_how_much_it_leaves_out() -> None:
    trace = random_trace([12, 2], ["relu"])
    worked = arithmetic(trace, 1, 2)
    symbolic, numeric, products, result = evaluate.lines(worked)
    for _, content in (symbolic, numeric, products):
        assert content.count(r"\underbrace{\cdots}_{8\text{ more}}") == 1
    assert re.findall(r"x_\{(\d+)\}", symbolic[1]) == ["1", "2", "3", "12"]
    assert numeric[1].count(r"\times") == 4
    assert float(evaluate.value(result[1])) == pytest.approx(trace.layers[0].z[0, 1], abs=5e-4)
    assert "… (8 more products) …" in arithmetic_text(trace, 1, 2)
    assert arithmetic_text(trace, 1, 2).count("×") == 4
    render(worked.removeprefix("$$").removesuffix("$$"), display=True)  # KaTeX reads it


def test_weights_of_wide_layers_keep_their_indices_apart() -> None:
    trace = random_trace([2, 11], ["relu"])
    assert "W^{(1)}_{1,11} x_{1}" in arithmetic(trace, 1, 11)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((3, 1, 1), "layer must lie in 1 to 2; got 3"),
        ((0, 1, 1), "layer must lie in 1 to 2; got 0"),
        ((1, 3, 1), "unit must lie in 1 to 2; got 3"),
        ((1, 1, 6), "sample must lie in 1 to 5; got 6"),
    ],
)
def test_what_is_not_there_is_named(place: tuple[int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        arithmetic(churn.trace(), *place)


def test_numpy_scalars_leave_no_trace_in_the_text() -> None:
    assert "np." not in arithmetic(churn.trace(), 1, 1) + arithmetic_text(churn.trace(), 1, 1)
