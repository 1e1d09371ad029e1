"""Every row of the sources has a place in the course, and every place is there."""

from collections import Counter
from pathlib import Path

import pytest

from byhand_site import claims, topics, views_sources
from byhand_site.paths import DOCS
from byhand_site.topics import Heading, Topic
from tests.pages import all_of, every, first, read

ROWS = topics.load()
POINTS = topics.points()
PLACES = sorted(
    {place for row in ROWS for place in row.places}
    | {place for point in POINTS for place in point.places}
)

# How many rows of each kind the documents have, counted in the documents.
COUNTED = {
    0: {"explanation": 11, "worked numbers": 6, "formula": 3, "figure": 3, "table": 1, "code": 1}
    | {"exercise": 5, "summary": 1, "promised, not delivered": 1},
    1: {"explanation": 10, "formula": 12, "figure": 1, "summary": 3, "promised, not delivered": 1},
    2: {"explanation": 7, "formula": 4, "code": 6, "table": 2, "mistake": 4, "summary": 2}
    | {"promised, not delivered": 1},
    3: {"explanation": 4, "code": 5, "worked numbers": 1, "figure": 1}
    | {"promised, not delivered": 1},
    4: {"explanation": 9, "formula": 5, "figure": 9, "promised, not delivered": 2},
}


def name(row: Topic) -> str:
    return f"{row.doc}: {row.section}: {row.what}"


@pytest.mark.parametrize("doc", COUNTED)
def test_every_row_of_a_document_is_listed(doc: int) -> None:
    assert Counter(row.kind for row in ROWS if row.doc == doc) == COUNTED[doc]


def test_no_row_stands_twice() -> None:
    assert len({(row.doc, row.section, row.what) for row in ROWS}) == len(ROWS)
    assert {row.doc for row in ROWS} == set(COUNTED)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_every_row_has_a_place(row: Topic) -> None:
    assert row.places


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_a_heading_of_a_page(place: str) -> None:
    page, _, anchor = place.partition("#")
    assert (DOCS / page).is_file()
    if page.endswith(".md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        assert anchor in {heading.id for heading in topics.headings(text)}


def test_headings_are_found_outside_fences_only() -> None:
    text = "# One\n```python\n# no heading\n```\n    ```text\n    ## none\n    ```\n"
    text += "## Two, with *stars*? { #own }\n### What's `this`?\n"
    assert [*topics.headings(text)] == [
        Heading(1, "one", "One"),
        Heading(8, "own", "Two, with *stars*?"),
        Heading(9, "whats-this", "What's `this`?"),
    ]


def test_a_place_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no heading with the id 'nowhere'"):
        views_sources.link("notation.md#nowhere")


def test_a_malformed_row_is_refused(tmp_path: Path) -> None:
    (tmp_path / "_data").mkdir()
    row = '[[topic]]\ndoc = 0\nsection = "s"\nwhat = "w"\nplaces = []\n'
    for more, problem in (('kind = "k"', "kind must be one of"), ("", "fields of Topic")):
        (tmp_path / "_data" / "topics.toml").write_text(row + more, encoding="utf-8")
        with pytest.raises(ValueError, match=problem):
            topics.load(tmp_path)


def test_the_summary_has_its_ten_points() -> None:
    assert len(POINTS) == 10
    known = claims.load()
    assert {name for point in POINTS for name in point.claims} <= set(known)


def test_every_place_is_in_the_built_site(site: Path) -> None:
    for page in {place.partition("#")[0] for place in PLACES}:
        there = every(read((site / page).with_suffix(".html")), "id")
        wanted = {place.partition("#")[2] for place in PLACES if place.startswith(f"{page}#")}
        assert wanted <= {*there}, page


def test_the_page_of_the_sources_shows_every_row_with_its_places(site: Path) -> None:
    page = read(site / "sources.html")
    for doc in COUNTED:
        shown = first(page, f'[data-block="sources/covered-{doc}"]').css("tbody tr")
        rows = [row for row in ROWS if row.doc == doc]
        assert len(shown) == len(rows)
        for line, row in zip(shown, rows, strict=True):
            assert all_of(line, "a", "href") == [
                place.replace(".md", ".html").replace(".ipynb", ".html") for place in row.places
            ]
            assert row.kind in line.text()
