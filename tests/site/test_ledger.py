"""The ledger: malformed entries are named with their line, and texts are held to their digits."""

import textwrap
from pathlib import Path

import pytest

from byhand_site import ledger
from byhand_site.failures import Failure
from byhand_site.ledger import Entry
from tests.site.entries import entry

GOOD = """\
# a comment

["churn.s1.z1_1"]
text = "0.33"
kind = "exact"
meaning = "pre-activation of hidden neuron 1, first customer"
compute = "x1·W1_11 + x2·W1_21 + b1_1"
oracle = "mpmath"
[["churn.s1.z1_1".source]]
doc = 0
place = "Phase 1"
printed = "0.33"
verdict = "reproduced"

["churn.s1.z1_1.percent"]
of = "churn.s1.z1_1"
text = "33%"
"""


def load(tmp_path: Path, text: str) -> tuple[dict[str, Entry], list[Failure]]:
    folder = tmp_path / "_data" / "ledger"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "churn.toml").write_text(text, encoding="utf-8")
    return ledger.load(tmp_path)


def test_an_entry_is_read_with_its_place(tmp_path: Path) -> None:
    entries, failures = load(tmp_path, GOOD)
    assert failures == []
    found = entries["churn.s1.z1_1"]
    assert (found.text, found.kind, found.oracle) == ("0.33", "exact", "mpmath")
    assert (found.file, found.line) == ("_data/ledger/churn.toml", 3)
    (source,) = found.source
    assert (source.doc, source.place, source.printed) == (0, "Phase 1", "0.33")


def test_another_form_shares_value_and_description_but_not_the_sources(tmp_path: Path) -> None:
    entries, _ = load(tmp_path, GOOD)
    found = entries["churn.s1.z1_1.percent"]
    assert found.value_key == "churn.s1.z1_1"
    assert found.meaning == entries["churn.s1.z1_1"].meaning
    assert found.source == ()
    assert found.line == 15


SOURCE = '[["churn.a".source]]\n'
FIELDS = {
    "text": '"0.33"',
    "kind": '"exact"',
    "meaning": '"m"',
    "compute": '"c"',
    "oracle": '"mpmath"',
}


def table(**changed: str | None) -> str:
    fields = {**FIELDS, **changed}
    return '["churn.a"]\n' + "".join(
        f"{name} = {value}\n" for name, value in fields.items() if value
    )


def source(text: str) -> str:
    return table() + SOURCE + textwrap.dedent(text)


MALFORMED = {
    "unknown field": (table(note='"n"'), "unknown field 'note'"),
    "no text": (table(text=None), "field 'text' is missing"),
    "text is a number": (table(text="0.33"), "field 'text'"),
    "no kind": (table(kind=None), "field 'kind' is missing"),
    "no meaning": (table(meaning=None), "field 'meaning' is missing"),
    "no compute": (table(compute=None), "field 'compute' is missing"),
    "no oracle": (table(oracle=None), "field 'oracle' is missing"),
    "unknown kind": (table(kind='"exakt"'), "kind must be one of"),
    "of names nothing": ('["churn.a"]\nof = "churn.z"\ntext = "1"\n', "churn.z"),
    "source without doc": (
        source('place = "p"\nverdict = "reproduced"\nprinted = "1"'),
        "a source needs doc",
    ),
    "source with an unknown field": (
        source('doc = 0\nplace = "p"\nverdict = "not printed"\nprint = "1"'),
        "a source needs doc",
    ),
    "source is no list": (table(source='"document 0"'), "source"),
    "unknown verdict": (
        source('doc = 0\nplace = "p"\nverdict = "right"'),
        "verdict must be one of",
    ),
    "reproduced without printed": (
        source('doc = 0\nplace = "p"\nverdict = "reproduced"'),
        "needs the printed text",
    ),
    "wrong without reason": (
        source('doc = 0\nplace = "p"\nverdict = "wrong"\nprinted = "1"'),
        "verdict 'wrong' needs a reason",
    ),
    "rounded chain without chain": (
        source('doc = 0\nplace = "p"\nverdict = "rounded chain"\nprinted = "1"'),
        "verdict 'rounded chain' needs the chain",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_entry_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    text, problem = MALFORMED[case]
    entries, failures = load(tmp_path, f"{GOOD}\n{text}")
    assert "churn.a" not in entries
    (failure,) = failures
    assert (failure.place, failure.line) == ("_data/ledger/churn.toml", 19)
    assert failure.what.startswith("churn.a: ")
    assert problem in failure.what


def test_an_entry_that_is_no_table_is_named(tmp_path: Path) -> None:
    entries, failures = load(tmp_path, f'"churn.a" = 3\n{GOOD}')
    assert len(entries) == 2
    assert [failure.what for failure in failures] == ["churn.a: an entry must be a table; got 3"]


@pytest.mark.parametrize("text", ['["churn.a"]\ntext = 0.33.1\n', GOOD + GOOD, '["churn.a\n'])
def test_a_file_that_is_no_toml_is_named(text: str, tmp_path: Path) -> None:
    entries, failures = load(tmp_path, text)
    assert entries == {}
    (failure,) = failures
    assert failure.place == "_data/ledger/churn.toml"
    assert "line" in failure.what or failure.line > 0


def test_a_key_in_two_files_is_named(tmp_path: Path) -> None:
    load(tmp_path, GOOD)
    other = tmp_path / "_data" / "ledger" / "other.toml"
    other.write_text(GOOD, encoding="utf-8")
    _, failures = ledger.load(tmp_path)
    assert [str(failure) for failure in failures] == [
        "_data/ledger/other.toml:3: churn.s1.z1_1: this key is used twice",
        "_data/ledger/other.toml:15: churn.s1.z1_1.percent: this key is used twice",
    ]


def check(text: str, value: float) -> list[str]:
    return [str(found) for found in ledger.check({"a.z": entry("a.z", text)}, {"a.z": value})]


@pytest.mark.parametrize(
    ("text", "value"), [("0.33", 0.32999999999999996), ("33%", 0.33), ("9", 9), ("-0.1", -0.05001)]
)
def test_the_correct_rounding_passes(text: str, value: float) -> None:
    assert check(text, value) == []


def test_another_digit_fails_and_says_where_what_and_how_to_mend_it() -> None:
    (failure,) = check("0.34", 0.32999999999999996)
    assert failure.splitlines() == [
        "_data/ledger/churn.toml:7: a.z: the value prints other digits",
        "    expected: 0.34",
        "    got: 0.33 (value 0.32999999999999996)",
        "    to do: if the new value is right: python3 scripts/update.py",
    ]


@pytest.mark.parametrize(
    ("text", "value", "problem"),
    [
        ("0.330", 0.3294, "prints other digits"),
        ("+0.33", 0.33, "prints other digits"),
        ("00.33", 0.33, "prints other digits"),
        ("-0.0", -0.01, "prints other digits"),
        ("0.767", 0.7688, "prints other digits"),
        ("33%", 0.5, "prints other digits"),
        ("one third", 0.33, "text must look like"),
        ("0.33", float("nan"), "value must be finite"),
        ("0.12", 0.125, "lies on a rounding edge"),
    ],
)
def test_what_is_no_correct_rounding_fails(text: str, value: float, problem: str) -> None:
    (failure,) = check(text, value)
    assert failure.startswith("_data/ledger/churn.toml:7: a.z: ")
    assert problem in failure


def test_a_key_that_is_not_computed_and_a_value_without_entry_are_both_named() -> None:
    found = ledger.check({"a.z": entry("a.z", "0.33")}, {"a.y": 1.0})
    assert [failure.what for failure in found] == [
        "a.z: no such number is computed",
        "a.y has no entry in the ledger",
    ]


def test_values_come_from_the_module_that_the_key_names() -> None:
    values = ledger.values({"churn.s1.z1_1": entry("churn.s1.z1_1", "0.33")})
    assert values["churn.s1.z1_1"] == pytest.approx(0.33)


def test_a_key_of_no_known_example_is_named_like_any_other() -> None:
    entries = {"nothing.z": entry("nothing.z", "0.33")}
    found = ledger.check(entries, ledger.values(entries))
    assert [failure.what for failure in found] == ["nothing.z: no such number is computed"]
