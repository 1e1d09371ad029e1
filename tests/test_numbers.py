"""Every number the site prints, against an oracle that shares no code with the library.

An oracle starts from decimal strings and carries 50 digits; it is rounded here, by code of our own.
"""

import importlib
import json
import pkgutil
import re
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import byhand.worked
import byhand.worked.two_three_two_one
from byhand_site import digits, ledger, tokens
from byhand_site.ledger import Entry, Source
from tests import examples
from tests.examples import ENTRIES, PROBLEMS

WORKED = {module.name for module in pkgutil.iter_modules(byhand.worked.__path__)}
EXAMPLES = sorted(WORKED.intersection(ledger.examples(ENTRIES)))  # those that a page uses
ORACLES: dict[str, Callable[[], Any]] = {
    key: oracle
    for name in EXAMPLES
    for key, oracle in importlib.import_module(f"tests.oracles.{name}").ORACLES.items()
}
FORM = re.compile(r"-?\d+(?:\.(?P<decimals>\d+))?(?P<exponent>e-?\d+)?(?P<percent>%?)")
PRINTED = [
    (entry, source) for entry in ENTRIES.values() for source in entry.source if source.printed
]


DIFFERENCES = ("approximation.square.error",)
"""Small differences, measured, of numbers near 1: their last digits are the machine's."""


@cache
def true_value(key: str) -> Decimal:
    return Decimal(str(ORACLES[key]()))


def rounded(value: Decimal, like: str, how: str = ROUND_HALF_EVEN) -> str:
    """Round a value of 50 digits to the digits of a text; not by the site's own code."""
    form = FORM.fullmatch(like)
    assert form, f"{like!r} is no number"
    places = len(form["decimals"] or "")
    with localcontext() as context:
        context.prec, context.rounding = 60, how
        if form["exponent"]:
            mantissa, exponent = f"{value:.{places}e}".split("e")
            return f"{mantissa}e{int(exponent)}"
        if form["percent"]:
            value *= 100
        text = f"{value.quantize(Decimal(1).scaleb(-places)):f}{form['percent']}"
    return text.removeprefix("-") if not Decimal(text.rstrip("%")) else text


def test_the_ledger_is_well_formed() -> None:
    assert [str(problem) for problem in PROBLEMS] == []
    assert ENTRIES


def test_ledger_library_and_oracles_speak_of_the_same_numbers() -> None:
    in_ledger = {entry.value_key for entry in ENTRIES.values()}
    assert in_ledger == {key for name in EXAMPLES for key in examples.numbers(name)}
    assert in_ledger == set(ORACLES)


@pytest.mark.parametrize("key", sorted(ENTRIES))
def test_the_printed_text_is_the_correct_rounding_of_the_oracle(key: str) -> None:
    entry = ENTRIES[key]
    assert entry.text == rounded(true_value(entry.value_key), entry.text)


@pytest.mark.parametrize("key", sorted({entry.value_key for entry in ENTRIES.values()}))
def test_the_library_agrees_with_the_oracle_to_thirteen_digits(key: str) -> None:
    value, expected = examples.number(key), true_value(key)
    assert type(value) in {int, float}
    size = Decimal(1) if key.startswith(DIFFERENCES) else Decimal(0)
    allowed = abs(expected) * Decimal("1e-13") + size * Decimal("1e-15")
    assert abs(Decimal(value) - expected) <= allowed


def test_the_ledger_names_the_oracle_it_has() -> None:
    for key, entry in ENTRIES.items():
        assert entry.kind in {"exact", "trained"}, key
        assert entry.oracle == "mpmath", key


def place(case: tuple[Entry, Source]) -> str:
    return f"{case[0].key}: {case[1].place}"


@pytest.mark.parametrize("case", PRINTED, ids=place)
def test_the_verdict_on_what_a_source_prints_is_right(case: tuple[Entry, Source]) -> None:
    entry, source = case
    correct = rounded(true_value(entry.value_key), source.printed)
    if source.verdict == "reproduced":
        assert source.printed == correct
    else:
        assert source.verdict in {"wrong", "rounded chain"}
        assert source.printed != correct


@pytest.mark.parametrize(
    "case", [case for case in PRINTED if "cut off" in case[1].chain], ids=place
)
def test_what_is_said_to_be_cut_off_is(case: tuple[Entry, Source]) -> None:
    _, source = case
    said = source.chain.split("cut off")[0]
    *_, (token, _) = tokens.find(said)
    value = true_value(ENTRIES[token.name].value_key)
    assert source.printed == rounded(value, source.printed, ROUND_DOWN)


def test_a_verdict_without_a_printed_text_has_none() -> None:
    for entry in ENTRIES.values():
        for source in entry.source:
            unseen = source.verdict in {"not printed", "not answered"}
            assert unseen is (source.printed == ""), place((entry, source))


def test_what_the_ledger_says_of_a_number_quotes_numbers_of_the_ledger() -> None:
    for key, entry in ENTRIES.items():
        texts = [entry.meaning, entry.compute]
        texts += [text for source in entry.source for text in (source.chain, source.reason)]
        for text in texts:
            for token, _ in tokens.find(text):
                assert tokens.problem(token, ENTRIES, None) == "", key
            assert tokens.malformed(text) == [], key


def test_the_errors_the_project_began_with_are_in_the_ledger() -> None:
    loss = ENTRIES["churn.s1.loss"]
    assert loss.text == "0.769"
    assert {source.printed for source in loss.source if source.verdict == "wrong"} == {"0.767"}
    assert ENTRIES["churn.s1.loss_chain"].text == "0.768"
    assert ENTRIES["churn.s1.loss_chain_cut"].text == "0.767"


@pytest.fixture(scope="module")
def published(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / "numbers.json").read_text(encoding="utf-8"))
    return found


def test_the_site_publishes_exactly_the_ledger(published: dict[str, Any]) -> None:
    assert sorted(published) == sorted(ENTRIES)


def test_what_is_published_of_a_number_is_what_the_ledger_says(published: dict[str, Any]) -> None:
    for key, entry in ENTRIES.items():
        found = published[key]
        for name in ("text", "kind", "meaning", "compute", "oracle"):
            assert found[name] == getattr(entry, name), key
        said = [(source["printed"], source["verdict"]) for source in found["source"]]
        assert said == [(source.printed, source.verdict) for source in entry.source], key
        value = true_value(entry.value_key)
        whole = entry.text.lstrip("-").isdigit() and value == int(value)  # a count: all its digits
        assert found["value"] == float(value if whole else f"{value:.12g}"), key


def test_every_published_number_names_a_page_or_the_place_of_its_source(
    published: dict[str, Any], site: Path
) -> None:
    for key, found in published.items():
        assert found["pages"] or found["source"], key
        for page in found["pages"]:
            assert (site / page).with_suffix(".html").exists()


def test_rounding_here_and_rounding_at_build_agree() -> None:
    for like in ("0.3", "0.333", "3", "3.3%", "33%", "3.3e-5"):
        for value in (0.125, 1 / 3, -2 / 3, 0.05, 12345.678, -0.0004):
            assert rounded(Decimal(value), like) == digits.as_text(value, like)


def printed(key: str) -> Decimal:
    return Decimal(ENTRIES[key].text)


BY_CALCULATOR: dict[str, Callable[[], Decimal]] = {
    "two_paths.dz1": lambda: printed("two_paths.da1") * printed("two_paths.slope1"),
    "two_three_two_one.dz2_2": lambda: (
        printed("two_three_two_one.da2_2") * printed("two_three_two_one.slope2_2")
    ),
    **{
        f"two_three_two_one.da1_{unit}": lambda w=row: (  # type: ignore[misc]
            Decimal(str(w[0])) * printed("two_three_two_one.dz2_1")
            + Decimal(str(w[1])) * printed("two_three_two_one.dz2_2")
        )
        for unit, row in enumerate(byhand.worked.two_three_two_one.W2.tolist(), start=1)
    },
    "churn.s1.da1_1": lambda: Decimal("0.6") * printed("churn.s1.dz2"),
    "autograd.neuron.dc": lambda: -1 / printed("autograd.neuron.c"),
    "autograd.neuron.one.L": lambda: -printed("autograd.neuron.a").ln(),
}
"""Places at which a page says that printed digits give another last digit, or to carry more."""


@pytest.mark.parametrize("key", BY_CALCULATOR)
def test_printed_digits_give_another_last_digit_where_the_page_says_so(key: str) -> None:
    text = ENTRIES[key].text
    chained = rounded(BY_CALCULATOR[key](), text)
    unit = Decimal(1).scaleb(-len(text.partition(".")[2]))
    assert abs(Decimal(chained) - Decimal(text)) == unit
