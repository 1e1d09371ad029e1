"""Where a number is used: the place is the number itself where it stands in the text."""

from pathlib import Path

import pytest

from byhand_site import ledger, uses, views_filter
from byhand_site.fences import Block
from byhand_site.pages import Page
from byhand_site.uses import Use
from tests.examples import ENTRIES
from tests.pages import Pages, all_of, first, get, read

USED = uses.everywhere(ENTRIES)
TEXT = """\
---
title: T
---
# Top

$z = {@a.one}$

## In {@a.two}, a heading

A {@a.one}, a {?a.three} and [a link with {@a.four}](x.md); {!a.five}, {=0.5}.

```show id="b" caption="It is {@a.six}." alt="It is {@a.seven}."
x(key="drawn.s1")
```
"""
SHOW = Block("p.md", "b", "show", 13, 'x(key="drawn.s1")', {"caption": "It is {@a.six}."})
PAGE = Page("01-p/index.md", TEXT, (), [SHOW])


def test_a_number_in_the_text_comes_before_one_in_a_formula() -> None:
    found = uses.of_page(PAGE, {"b": "| x |\n|---|\n| {@a.eight} |"})
    title = "In {@a.two}, a heading"
    heading = {use.anchor for use in found.values() if not use.anchor.startswith("use-")}
    assert {key for key, use in found.items() if use.anchor == f"use-{key}"} == {
        "a.one",
        "a.six",
        "a.eight",
    }
    assert set(found) == {"a.one", "a.two", "a.three", "a.four", "a.five", "a.six", "a.eight"}
    assert {use.title for use in found.values()} == {title}
    assert len(heading) == 1


def test_a_number_that_is_only_drawn_is_found_by_its_blocks_keys() -> None:
    use = uses.drawn("drawn.s1.z1_1", [PAGE])
    assert use is not None
    assert (use.page, use.title) == (PAGE.path, "In {@a.two}, a heading")
    assert uses.drawn("other.s1.z1_1", [PAGE]) is None


def test_every_number_is_used_somewhere() -> None:
    assert [key for key in ENTRIES if not USED[key]] == []


@pytest.fixture(scope="module")
def built(site: Path) -> Pages:
    names = {use.page for found in USED.values() for use in found}
    return {name: read((site / name).with_suffix(".html")) for name in names}


def test_each_place_is_there_and_holds_the_number(built: Pages) -> None:
    ids = {name: {get(tag, "id"): tag for tag in page.css("[id]")} for name, page in built.items()}
    for key, found in USED.items():
        for use in found:
            assert use.anchor in ids[use.page], (key, use)
            if use.anchor == uses.id_of(key):
                number = first(ids[use.page][use.anchor], "data.number")
                assert get(number, "data-key") == key


def test_the_ledger_links_each_use_and_the_number_there_links_back(
    site: Path, built: Pages
) -> None:
    page = read(site / "ledger.html")
    for entry in page.css(".ledger-entry"):
        key = get(entry, "id")
        links = {*all_of(entry, "dd a:not(.num-link, .num-more)", "href")}
        assert links == {f"{use.page.removesuffix('.md')}.html#{use.anchor}" for use in USED[key]}
    for name, lesson in built.items():
        for number in lesson.css(".num[id]"):
            link = first(number, "a.num-link")
            assert get(link, "href").endswith(f"ledger.html#{get(number, 'id')[4:]}"), name


def test_an_entry_carries_what_the_filter_asks_for() -> None:
    assert (
        views_filter.marks(
            [(0, "wrong"), (0, "wrong"), (2, "not printed")],
            [
                "05-forward-pass/index.md",
                "index.md",
                "12-optimisers/index.md",
                "05-forward-pass/lab.md",
            ],
        )
        == 'data-says="0 wrong|2 not printed" data-chapters="5 12"'
    )
    assert views_filter.marks([], []) == 'data-says="" data-chapters=""'
    assert views_filter.chapter("index.md") == "home"


def test_the_filter_knows_every_verdict_and_every_chapter(site: Path) -> None:
    assert set(views_filter.VERDICTS) == ledger.VERDICTS | {"true", "false", "depends"}
    form = first(read(site / "ledger.html"), "form.ledger-filter")
    assert "hidden" in form.attrs  # until its script is there
    chapters = all_of(form, "[name=chapter] option", "value")[1:]
    assert chapters == [str(int(name[:2])) for name in sorted(chapter_names(site))]


def chapter_names(site: Path) -> list[str]:
    return [path.parent.name for path in site.glob("[0-9]*/index.html")]


def test_a_use_is_found_for_a_page_only_once() -> None:
    for found in USED.values():
        assert len({use.page for use in found}) == len(found)
    assert isinstance(USED["churn.s1.z1_1"][0], Use)
