"""The judge of the answer boxes: what it takes for right, and what it says otherwise."""

from pathlib import Path
from typing import Any

import pytest
from py_mini_racer import MiniRacer

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "assets" / "js" / "answer-check.js"


@pytest.fixture(scope="module")
def engine() -> MiniRacer:
    """A JavaScript engine with the script loaded the way node loads it."""
    context = MiniRacer()
    context.eval("var module = {exports: {}};")
    context.eval(SCRIPT.read_text(encoding="utf-8"))
    return context


def verdict(engine: MiniRacer, typed: str, value: str, text: str) -> Any:
    return engine.call("module.exports.judge", typed, value, text)["verdict"]


@pytest.mark.parametrize(
    ("typed", "value", "text"),
    [
        ("0.33", "0.33", "0.33"),
        (" 0,33 ", "0.33", "0.33"),
        (".33", "0.33", "0.33"),
        ("0.330000", "0.33", "0.33"),
        ("= 0.33", "0.33", "0.33"),
        ("3.3e-1", "0.33", "0.33"),
        ("33%", "0.33", "0.33"),
        ("0.7686", "0.768598316372", "0.769"),
        ("0.7685", "0.768598316372", "0.769"),
        ("0.76949", "0.768598316372", "0.769"),
        ("\N{MINUS SIGN}0.17", "-0.168", "-0.17"),
        ("-0,168", "-0.168", "-0.17"),
        ("-.165", "-0.168", "-0.17"),
        ("53.6", "0.536337469042", "53.6%"),
        ("53.6 %", "0.536337469042", "53.6%"),
        ("0.5363", "0.536337469042", "53.6%"),
        ("9", "9", "9"),
        ("9.0", "9", "9"),
        ("0", "0", "0"),
        ("109,386", "109386", "109386"),
        ("1,201", "1201", "1201"),
        ("-1e-8", "-9.99999995e-09", "-1.0e-8"),
        ("-0.00000001", "-9.99999995e-09", "-1.0e-8"),
    ],
)
def test_what_rounds_to_the_printed_text_is_right(
    engine: MiniRacer, typed: str, value: str, text: str
) -> None:
    assert verdict(engine, typed, value, text) == "right"


@pytest.mark.parametrize(
    ("typed", "value", "text", "expected"),
    [
        ("", "0.33", "0.33", "empty"),
        ("   ", "0.33", "0.33", "empty"),
        ("about 0.3", "0.33", "0.33", "not a number"),
        ("1/3", "0.33", "0.33", "not a number"),
        ("1.234.5", "0.33", "0.33", "not a number"),
        ("-", "0.33", "0.33", "not a number"),
        ("NaN", "0.33", "0.33", "not a number"),
        ("0.3", "0.33", "0.33", "digits"),
        ("0.77", "0.768598316372", "0.769", "digits"),
        ("0", "0.004", "0.004", "wrong"),
        ("-0.33", "0.33", "0.33", "sign"),
        ("0.17", "-0.168", "-0.17", "sign"),
        ("0.768", "0.768598316372", "0.769", "close"),
        ("0.767", "0.768598316372", "0.769", "close"),
        ("0.76849", "0.768598316372", "0.769", "close"),
        ("0.7695", "0.768598316372", "0.769", "close"),
        ("0.335", "0.33", "0.33", "close"),
        ("0.6", "0.768598316372", "0.769", "wrong"),
        ("33", "0.33", "0.33", "wrong"),
        ("5.36", "0.536337469042", "53.6%", "wrong"),
        ("9.2", "9", "9", "wrong"),
        ("10", "9", "9", "wrong"),
        ("1e999", "0.33", "0.33", "wrong"),
        ("1,20", "120", "120", "wrong"),
        ("0", "-9.99999995e-09", "-1.0e-8", "wrong"),
        ("0.00000001", "-9.99999995e-09", "-1.0e-8", "sign"),
        ("-5e-8", "-9.99999995e-09", "-1.0e-8", "wrong"),
    ],
)
def test_every_other_answer_is_told_what_is_the_matter(
    engine: MiniRacer, typed: str, value: str, text: str, expected: str
) -> None:
    assert verdict(engine, typed, value, text) == expected


def test_a_right_answer_is_shown_more_digits(engine: MiniRacer) -> None:
    said = engine.call("module.exports.judge", "-0.17", "-0.168", "-0.17")["message"]
    assert said == "Right: \N{MINUS SIGN}0.17. With more digits, \N{MINUS SIGN}0.168."


def test_a_wrong_answer_never_gives_the_value_away(engine: MiniRacer) -> None:
    for typed in ("", "x", "0.77", "-0.769", "0.767", "0.6"):
        said = engine.call("module.exports.judge", typed, "0.768598316372", "0.769")
        assert said["verdict"] != "right"
        assert "769" not in said["message"]


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\hat{y}", "y hat"),
        (r"\mathrm dz^{(2)}", "dz^(2)"),
        (r"\partial L / \partial W^{(2)}_1", "dL / dW^(2)_1"),
    ],
)
def test_the_name_of_a_box_holds_no_command(engine: MiniRacer, tex: str, said: str) -> None:
    assert engine.call("module.exports.spoken", tex) == said
