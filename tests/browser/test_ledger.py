"""The ledger's filter: by source, chapter, verdict; by keyboard too; nothing without scripts."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from byhand_site import claims, uses
from tests.browser.conftest import DESKTOP, PHONE, Open, Shared, arrive
from tests.examples import ENTRIES

CLAIMS = [claim for claim in claims.load().values() if claims.is_source(claim)]
KEY = "churn.s1.z1_1"


def shown(page: Page) -> tuple[int, int]:
    """Count the entries and the claims that a reader sees."""
    entries, claims_ = page.evaluate(
        """() => [".ledger-entry", ".ledger-claim"].map((kind) =>
          [...document.querySelectorAll(kind)].filter((node) => node.checkVisibility()).length)"""
    )
    return entries, claims_


def numbers(doc: int, verdict: str = "") -> int:
    return sum(
        any(source.doc == doc and verdict in {"", source.verdict} for source in entry.source)
        for entry in ENTRIES.values()
    )


def said(page: Page) -> str:
    return page.locator(".ledger-filter output").inner_text()


def choose(page: Page, **choices: str) -> None:
    for name, value in choices.items():
        page.locator(f".ledger-filter select[name={name}]").select_option(value)


@pytest.fixture
def page(shared: Shared) -> Page:
    """Give the ledger without a choice."""
    page = shared("ledger.html", DESKTOP)
    choose(page, source="", chapter="", verdict="")
    return page


def test_at_first_everything_is_shown(visit: Open) -> None:
    visited = visit()
    page = visited.open("ledger.html")
    assert shown(page) == (len(ENTRIES), len(CLAIMS))
    assert said(page) == f"{len(ENTRIES)} numbers, {len(CLAIMS)} claims"
    assert visited.troubles == []


def test_a_source_and_a_verdict_leave_the_entries_that_have_both(page: Page) -> None:
    for doc in range(5):
        of_doc = [claim for claim in CLAIMS if doc in claims.documents(claim)]
        choose(page, source=str(doc), verdict="")
        assert shown(page) == (numbers(doc), len(of_doc))
        choose(page, verdict="reproduced")
        assert shown(page) == (numbers(doc, "reproduced"), 0)
        choose(page, verdict="false")
        assert shown(page) == (0, sum(claim["verdict"] == "false" for claim in of_doc))


def test_a_chapter_leaves_what_it_uses_and_no_empty_group(page: Page) -> None:
    choose(page, chapter="5")
    used = uses.everywhere(ENTRIES)
    there = [key for key in ENTRIES if any(use.page.startswith("05-") for use in used[key])]
    of_page = [claim for claim in CLAIMS if claim["page"].startswith("05-")]
    assert shown(page) == (len(there), len(of_page))
    heads = page.locator(".show-block > h2:visible")
    assert heads.count() < page.locator(".show-block > h2").count()
    for head in heads.all():
        assert head.evaluate("(head) => head.nextElementSibling.matches('.ledger-entry')")


def test_numbers_of_no_source_can_be_asked_for(page: Page) -> None:
    choose(page, source="none")
    own = sum(not entry.source for entry in ENTRIES.values())
    assert shown(page) == (own, 0)


def test_the_keyboard_alone_filters_and_shows_all_again(page: Page) -> None:
    page.locator('article a[href="numbers.json"]').focus()
    page.keyboard.press("Tab")
    expect(page.locator(".ledger-filter").get_by_label("Source")).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert shown(page)[0] == numbers(0)
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator(".ledger-filter").get_by_role("button", name="Show all")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".ledger-filter output")).to_have_text(re.compile(f"^{len(ENTRIES)} "))
    assert shown(page) == (len(ENTRIES), len(CLAIMS))


@pytest.mark.parametrize("from_disk", [False, True])
def test_a_choice_can_be_linked(visit: Open, site: Path, from_disk: bool) -> None:
    visited = visit(home=f"{site.as_uri()}/") if from_disk else visit()
    page = visited.open("ledger.html?source=0&verdict=wrong")
    assert shown(page) == (numbers(0, "wrong"), 0)
    choose(page, verdict="")
    assert shown(page)[0] == numbers(0)
    assert page.url.endswith("ledger.html?source=0")
    assert visited.troubles == []


def test_a_link_to_an_entry_that_is_hidden_shows_it(visit: Open) -> None:
    page = visit().open(f"ledger.html?verdict=wrong#{KEY}")
    expect(page.locator(f'[id="{KEY}"]')).to_be_visible()
    assert shown(page)[0] == len(ENTRIES)
    choose(page, verdict="wrong")
    expect(page.locator(f'[id="{KEY}"]')).to_be_hidden()
    page.evaluate(
        """(key) => new Promise((shown) => {
          addEventListener("hashchange", () => requestAnimationFrame(shown), { once: true });
          location.hash = key;
        })""",
        KEY,
    )
    expect(page.locator(f'[id="{KEY}"]')).to_be_in_viewport()


def test_an_entry_leads_to_the_number_and_the_number_leads_back(visit: Open) -> None:
    visited = visit()
    page = visited.open(f"ledger.html#{KEY}")
    page.locator(f'[id="{KEY}"] a', has_text="chapter 5").click()
    arrive(page, rf"index\.html#use-{re.escape(KEY)}")
    number = page.locator(f'[id="use-{KEY}"]')
    expect(number).to_be_in_viewport()
    number.locator(".num-link").click()
    arrive(page, rf"ledger\.html#{re.escape(KEY)}")
    expect(page.locator(f'.ledger-entry[id="{KEY}"]')).to_be_in_viewport()
    assert visited.troubles == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_entries_out_of_sight_wait_and_leave_room_for_what_they_hold(
    visit: Open, width: int
) -> None:
    page = visit(width).open("ledger.html")
    high = "() => document.documentElement.scrollHeight"
    waiting = page.evaluate(
        """() => [...document.querySelectorAll(".ledger-entry")].filter(
          (entry) => !entry.lastChild.checkVisibility({ contentVisibilityAuto: true })).length"""
    )
    assert waiting > 0.9 * len(ENTRIES)
    guessed = page.evaluate(high)
    page.emulate_media(media="print")
    assert page.locator(".ledger-entry").last.evaluate(
        "(entry) => entry.lastChild.checkVisibility({ contentVisibilityAuto: true })"
    )
    page.emulate_media(media="screen")
    page.add_style_tag(content=".md-typeset .ledger-entry { content-visibility: visible }")
    assert guessed == pytest.approx(page.evaluate(high), rel=0.02)


def test_without_scripts_there_is_no_form_and_everything_reads(visit: Open) -> None:
    page = visit(scripts=False).open("ledger.html?source=0")
    expect(page.locator(".ledger-filter")).to_be_hidden()
    assert shown(page) == (len(ENTRIES), len(CLAIMS))


def test_a_chapter_leads_to_its_part_of_the_ledger(visit: Open) -> None:
    visited = visit()
    page = visited.open("05-forward-pass/index.html")
    page.locator(".chapter-download a", has_text="ledger").click()
    arrive(page, r"ledger\.html\?chapter=5")
    expect(page.locator(".ledger-filter").get_by_label("Chapter")).to_have_value("5")
    assert 0 < shown(page)[0] < len(ENTRIES)
    assert visited.troubles == []
