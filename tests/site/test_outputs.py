"""Stored expectations: a block is held to what it printed and drew when an author last agreed."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand_site import outputs, update
from byhand_site.executor import Outcome
from byhand_site.fences import Block
from tests.library.strategies import steady

FIGURE: dict[str, Any] = {"axes": [{"title": "t", "artists": [{"line": "a", "x": [1.0, 250.0]}]}]}


def block(language: str = "python") -> Block:
    return Block("05-x/page.md", "one", language, 12, "print(1)", {})


def check(outcome: Outcome, docs: Path, language: str = "python") -> list[str]:
    stored = outputs.load(docs, "05-x/page.md")
    return [str(found) for found in outputs.check(block(language), outcome, stored, docs)]


def store(docs: Path, text: str, *figures: dict[str, Any]) -> None:
    outputs.store_texts(docs, "05-x/page.md", {"one": text})
    for number, figure in enumerate(figures, 1):
        outputs.store_figure(docs, "05-x/page/one", number, figure)


def drawn(*figures: dict[str, Any]) -> Outcome:
    return Outcome("1\n", [("<svg/>", figure) for figure in figures])


def test_the_stored_text_passes(tmp_path: Path) -> None:
    store(tmp_path, "1\n")
    assert check(Outcome("1\n"), tmp_path) == []


def test_a_block_without_expectation_fails(tmp_path: Path) -> None:
    (failure,) = check(Outcome("1\n"), tmp_path)
    assert failure.startswith("05-x/page.md:12: one: there is no stored expectation")
    assert "to do: if the new value is right: python3 scripts/update.py" in failure


def test_another_output_fails_with_expected_and_got(tmp_path: Path) -> None:
    store(tmp_path, "1\n")
    (failure,) = check(Outcome("2\n"), tmp_path)
    assert failure.startswith("05-x/page.md:12: one: the output changed")
    assert "        1" in failure.split("got:")[0]
    assert "        2" in failure.split("got:")[1]


@pytest.mark.parametrize("changed", ["1", "1\n\n", " 1\n", "1 \n"])
def test_white_space_counts(changed: str, tmp_path: Path) -> None:
    store(tmp_path, "1\n")
    assert len(check(Outcome(changed), tmp_path)) == 1


def test_a_show_block_is_held_to_its_markdown_and_a_view_to_nothing(tmp_path: Path) -> None:
    store(tmp_path, "$z = {@a.z}$")
    assert check(Outcome(markdown="$z = {@a.z}$"), tmp_path, "show") == []
    assert len(check(Outcome(markdown="$z = {@a.y}$"), tmp_path, "show")) == 1
    assert check(Outcome(markdown="anything"), tmp_path, "view") == []


def moved(factor: float) -> dict[str, Any]:
    figure = copy.deepcopy(FIGURE)
    figure["axes"][0]["artists"][0]["x"][1] *= factor
    return figure


@pytest.mark.parametrize("factor", [1, 1 + 5e-7, 1 - 5e-7])
def test_a_figure_within_a_millionth_passes(factor: float, tmp_path: Path) -> None:
    store(tmp_path, "1\n", FIGURE)
    assert check(drawn(moved(factor)), tmp_path) == []


@pytest.mark.parametrize("factor", [1 + 2e-6, 1 - 2e-6, -1, 0])
def test_a_figure_that_moves_more_fails(factor: float, tmp_path: Path) -> None:
    store(tmp_path, "1\n", FIGURE)
    (failure,) = check(drawn(moved(factor)), tmp_path)
    assert "one: figure 1 changed" in failure
    assert "expected 250" in failure


def test_figures_are_counted_both_ways(tmp_path: Path) -> None:
    store(tmp_path, "1\n", FIGURE, FIGURE)
    assert check(drawn(FIGURE, FIGURE), tmp_path) == []
    (fewer,) = check(drawn(FIGURE), tmp_path)
    assert "one: a stored figure 2 is no longer drawn" in fewer
    (more,) = check(drawn(FIGURE, FIGURE, FIGURE), tmp_path)
    assert "one: there is no stored data for figure 3" in more


printable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=80)


@steady
@given(printable)
def test_any_text_comes_back_as_it_was_stored(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        outputs.store_texts(Path(folder), "page.md", {"one": text, "two": "2\n"})
        assert outputs.load(Path(folder), "page.md") == {"one": text, "two": "2\n"}


@pytest.mark.parametrize(
    "text", ["\n", "\n1\n", '"""\n', "a\\\n  b\n", "\t\x1b[0m\n", '\'\'\'\n""""']
)
def test_awkward_texts_come_back_as_they_were_stored(text: str, tmp_path: Path) -> None:
    store(tmp_path, text)
    assert outputs.load(tmp_path, "05-x/page.md") == {"one": text}


def test_storing_figures_says_what_moved_and_drops_those_that_are_gone(tmp_path: Path) -> None:
    assert [*update.store_figures("p/one", [FIGURE, FIGURE], tmp_path)] == [
        "p/one: figure 1: (none)",
        "p/one: figure 2: (none)",
    ]
    assert [*update.store_figures("p/one", [moved(1 + 5e-7), FIGURE], tmp_path)] == []
    changed, gone = update.store_figures("p/one", [moved(1.1)], tmp_path)
    assert "expected 250, got 275" in changed
    assert gone == "p/one: figure 2: gone"
    assert not outputs.figure_file(tmp_path, "p/one", 2).exists()
