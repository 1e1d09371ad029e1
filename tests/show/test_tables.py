import re

import numpy as np
import pytest

from byhand import losses
from byhand.show import at_a_glance, samples, table
from byhand.worked import churn
from tests.show import evaluate
from tests.show.networks import random_trace


def cells(markdown: str) -> list[list[str]]:
    """Rows of cells, the line of dashes left out."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in markdown.splitlines()]
    assert all(set(cell.strip()) <= set("-:") for cell in rows[1])
    assert len({len(row) for row in rows}) == 1
    return [[cell.strip() for cell in row] for row in rows[:1] + rows[2:]]


def number(cell: str) -> float:
    return float(cell.replace("\N{MINUS SIGN}", "-"))


def test_columns_of_numbers_are_aligned_to_the_right() -> None:
    made = table(
        ["name", "float", "token", "mixed", "share"],
        [
            ["a", 0.1 + 0.2, "{@churn.loss}", "0.5", "40%"],
            ["b", np.float64(-2 / 3), "{=0.1}", "none", "5 %"],
            ["c", 7, "", "1", "0.5"],
        ],
    )
    assert made.splitlines()[1] == "| --- | ---: | ---: | --- | ---: |"
    assert cells(made)[1][1:3] == ["0.3", "{@churn.loss}"]
    assert cells(made)[2][1] == "\N{MINUS SIGN}0.667"
    assert cells(made)[3][1] == "7"


def test_a_bar_in_a_cell_stays_in_its_cell() -> None:
    made = cells(table(["a", "b"], [["|x|", r"y\|z"]]))
    assert made[1] == [r"\|x\|", r"y\|z"]


def test_rows_must_fit_the_header() -> None:
    with pytest.raises(ValueError, match="row 2 must have 2 cells; got 1"):
        table(["a", "b"], [[1, 2], [3]])
    assert table(["a", "b"], []) == "| a | b |\n| --- | --- |"


@pytest.mark.parametrize("sample", range(1, 6))
def test_the_glance_shows_each_value_and_how_it_comes_about(sample: int) -> None:
    values = churn.numbers()
    rows = cells(at_a_glance(churn.trace(), churn.y, sample))[1:]
    names = ["z1_1", "a1_1", "z1_2", "a1_2", "z2", "y_hat", "loss"]
    assert len(rows) == len(names)
    for name, (_, _, _, result) in zip(names, rows, strict=True):
        assert abs(number(result) - values[f"churn.s{sample}.{name}"]) <= 0.0005 + 1e-12
    for row in rows[0], rows[2], rows[4]:
        assert float(evaluate.value(row[2])) == pytest.approx(number(row[3]), abs=1e-12)
    assert rows[5][1:3] == ["σ(z)", f"σ({rows[4][3]})"]
    certain = "1 \N{MINUS SIGN} " if not churn.y[sample - 1, 0] else ""
    assert rows[6][2] == f"\N{MINUS SIGN}ln({certain}{rows[5][3]})"


def test_with_a_key_every_computed_value_of_the_glance_is_a_token() -> None:
    values = churn.numbers()
    plain = cells(at_a_glance(churn.trace(), churn.y, 4))
    keyed = cells(at_a_glance(churn.trace(), churn.y, 4, key="churn.s4"))
    for row, expected in zip(keyed, plain, strict=True):
        for cell, text in zip(row, expected, strict=True):
            put_in = re.sub(
                r"\{@([^}]+)\}",
                lambda m: f"{values[m[1]]:.3f}".replace("-", "\N{MINUS SIGN}"),
                cell,
            )
            if "{@" in cell:
                trimmed = re.sub(r"(\.\d*?)0+(?!\d)", r"\1", put_in)
                assert trimmed == re.sub(r"(\.\d*?)0+(?!\d)", r"\1", text)
    assert [row[3] for row in keyed[1:]] == [
        f"{{@churn.s4.{name}}}" for name in ("z1_1", "a1_1", "z1_2", "a1_2", "z2", "y_hat", "loss")
    ]


def test_a_wide_layer_says_how_many_units_it_leaves_out() -> None:
    rows = cells(at_a_glance(random_trace([2, 11, 2], ["relu", "softmax"])))
    assert ["4 more units", "⋮", "⋮", "⋮"] in rows
    shown = [row[0] for row in rows if row[0].startswith("Hidden $z")]
    assert shown == [f"Hidden $z^{{(1)}}_{{{unit}}}$" for unit in (1, 2, 3, 4, 5, 6, 11)]
    assert rows[-1][2].startswith("e^(")
    assert not rows[-1][0].startswith("Loss")


@pytest.mark.parametrize(
    ("loss", "name", "values"),
    [
        (losses.mse, "MSE", "(0.5 \N{MINUS SIGN} 2)²"),
        (losses.half_squared_error, "half squared error", "(0.5 \N{MINUS SIGN} 2)² / 2"),
    ],
)
def test_other_losses_are_named(loss: losses.Loss, name: str, values: str) -> None:
    trace = random_trace([1, 1], ["identity"])
    trace = trace.mlp.forward([[(0.5 - trace.mlp.layers[0].b[0]) / trace.mlp.layers[0].W[0, 0]]])
    assert cells(at_a_glance(trace, [[2.0]], loss=loss))[-1][1:3] == [name, values]


def test_losses_over_several_outputs() -> None:
    trace = random_trace([2, 2], ["softmax"], samples=1)
    first, second = (f"{p:.3f}" for p in trace.y_hat[0])
    minus = "\N{MINUS SIGN}"
    expected = [
        (losses.categorical_cross_entropy, f"{minus}ln({second})"),
        (losses.binary_cross_entropy, f"{minus}[ln(1 {minus} {first}) + ln({second})]"),
        (losses.mse, f"[({first} {minus} 0)² + ({second} {minus} 1)²] / 2"),
    ]
    for loss, values in expected:
        assert cells(at_a_glance(trace, [[0.0, 1.0]], loss=loss))[-1][2] == values


def test_all_samples_hold_all_values() -> None:
    values = churn.numbers()
    header, *rows = cells(samples(churn.trace(), churn.y))
    assert len(header) == 1 + 2 + 2 + 2 + 1 + 1 + 1 + 1
    assert header[7:] == ["$z^{(2)}$", r"$\hat{y}$", "$y$", "$L$"]
    for i, row in enumerate(rows, start=1):
        names = ["z1_1", "z1_2", "a1_1", "a1_2", "z2", "y_hat"]
        assert [number(cell) for cell in row[:3]] == [i, *churn.X[i - 1]]
        for cell, name in zip(row[3:9], names, strict=True):
            assert abs(number(cell) - values[f"churn.s{i}.{name}"]) <= 0.0005 + 1e-12
        assert number(row[9]) == churn.y[i - 1, 0]
        assert abs(number(row[10]) - values[f"churn.s{i}.loss"]) <= 0.0005
    keyed = samples(churn.trace(), churn.y, key="churn")
    tokens = re.findall(r"\{@([^}]+)\}", keyed)
    assert len(tokens) == len(set(tokens)) == 35
    assert set(tokens) <= set(values)
    assert keyed.splitlines()[1] == "|" + " ---: |" * 11


def test_samples_without_labels_and_with_several_outputs() -> None:
    trace = random_trace([2, 2], ["softmax"], samples=3)
    assert cells(samples(trace))[0][-2:] == [r"$\hat{y}_{1}$", r"$\hat{y}_{2}$"]
    labelled = samples(trace, np.eye(2)[[0, 1, 0]], loss=losses.categorical_cross_entropy)
    assert cells(labelled)[0][-3:] == ["$y_{1}$", "$y_{2}$", "$L$"]
