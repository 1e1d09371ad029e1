"""A number on the page: hover or focus opens its card, and the link works without scripts."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import CHAPTER, DESKTOP, PHONE, Open, Shared, arrive, unfold
from tests.examples import ENTRIES

KEY = "churn.s1.z1_1"


def chapter(shared: Shared, width: int = DESKTOP) -> Page:
    """Give the chapter as a reader finds it: nothing in focus, the pointer in a corner."""
    page = shared(CHAPTER, width)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    page.mouse.move(5, 5)
    return page


def number(page: Page, key: str = KEY) -> Locator:
    return page.locator(f'article .num:has(data[data-key="{key}"])').first


def expect_card(page: Page, card: Locator) -> None:
    """Expect a card that says what it must, in full inside the window."""
    expect(card).to_be_visible()
    expect(card).to_contain_text("0.330000000000")
    expect(card).to_contain_text(ENTRIES[KEY].meaning)
    expect(card).to_contain_text(ENTRIES[KEY].compute)
    expect(card).to_contain_text("confirmed by mpmath")
    link = card.get_by_role("link", name="Ledger entry")
    assert str(link.get_attribute("href")).endswith(f"ledger.html#{KEY}")
    box = card.bounding_box()
    assert box is not None
    size = page.viewport_size
    assert size is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size["height"]


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_hovering_a_number_opens_its_card_and_leaving_closes_it(shared: Shared, width: int) -> None:
    page = chapter(shared, width)
    card = number(page).locator(".num-card")
    expect(card).to_be_hidden()
    number(page).locator(".num-link").hover()
    expect_card(page, card)
    page.locator("h1").hover()
    expect(card).to_be_hidden()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_tab_key_reaches_a_number_and_opens_its_card(shared: Shared, width: int) -> None:
    page = chapter(shared, width)
    page.locator("h1 + *").click()  # from the beginning of the text on
    for _ in range(120):
        page.keyboard.press("Tab")
        link = page.locator(".num-link:focus")
        if link.count() and link.locator("data").get_attribute("data-key") == KEY:
            break
    else:
        pytest.fail("the Tab key does not reach the number")
    expect_card(page, page.locator(".num:focus-within .num-card"))


def test_escape_closes_a_card_and_keeps_the_focus(shared: Shared) -> None:
    page = chapter(shared)
    link, card = number(page).locator(".num-link"), number(page).locator(".num-card")
    link.focus()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(link).to_be_focused()
    page.mouse.move(5, 5)
    link.hover()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_the_pointer_can_go_to_the_card_and_follow_its_link(visit: Open) -> None:
    visited = visit()
    page = visited.open(CHAPTER)
    number(page).locator(".num-link").hover()
    card = number(page).locator(".num-card")
    expect(card).to_be_visible()
    card.locator(".num-formula").hover()
    expect(card).to_be_visible()
    card.get_by_role("link", name="Ledger entry").click()
    arrive(page, rf"/ledger\.html#{re.escape(KEY)}")
    expect(page.locator(f'[id="{KEY}"]')).to_be_in_viewport()
    assert visited.troubles == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_every_card_of_the_chapter_fits_into_the_window(shared: Shared, width: int) -> None:
    page = chapter(shared, width)
    unfold(page)
    outside = page.evaluate(
        """async () => {
          const found = [];
          for (const number of document.querySelectorAll("article .num")) {
            const link = number.querySelector(".num-link");
            const card = number.querySelector(".num-card");
            if (!link.checkVisibility()) { found.push("hidden " + link.textContent); continue; }
            link.scrollIntoView({ block: "center" });
            link.focus({ preventScroll: true });
            await new Promise(requestAnimationFrame);
            const box = card.getBoundingClientRect();
            const fits = box.width > 40 && box.left >= 0 && box.top >= 0
              && box.right <= innerWidth && box.bottom <= innerHeight;
            if (!fits) found.push(`${card.id} ${link.textContent}: ${JSON.stringify(box)}`);
          }
          return found;
        }"""
    )
    unfold(page, is_open=False)
    assert page.locator("article .num").count() > 50
    assert outside == []


def test_a_screen_reader_hears_number_and_description(shared: Shared) -> None:
    page = chapter(shared)
    link = number(page).locator(".num-link")
    expect(link).to_have_accessible_name("0.33")
    expect(link).to_have_accessible_description(re.compile(re.escape(ENTRIES[KEY].meaning)))


def test_without_scripts_a_number_still_has_its_card_and_its_link(visit: Open) -> None:
    visited = visit(scripts=False)
    page = visited.open(CHAPTER)
    link = number(page).locator(".num-link")
    link.hover()
    expect_card(page, number(page).locator(".num-card"))
    page.mouse.move(5, 5)
    link.click()
    arrive(page, rf"/ledger\.html#{re.escape(KEY)}")
    expect(page.locator(f'[id="{KEY}"]')).to_be_in_viewport()
    assert visited.troubles == []


def test_without_scripts_maths_figures_and_code_can_be_seen(visit: Open) -> None:
    page = visit(scripts=False).open(CHAPTER)
    for selector in (".katex-html", "svg.figure", ".highlight code", "[data-output]"):
        found = page.locator(f"article {selector}")
        assert found.count() > 3
        expect(found.first).to_be_visible()
        box = found.first.bounding_box()
        assert box is not None
        assert box["width"] > 3
        assert box["height"] > 3
    answers = page.locator("details.answer")
    answers.first.locator("> summary").click()
    expect(answers.first.locator("p").first).to_be_visible()


def test_a_tap_opens_the_card_before_it_follows_the_link(browser: Browser, site_url: str) -> None:
    phone = browser.new_context(
        viewport={"width": PHONE, "height": 844}, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    page.goto(site_url + CHAPTER)
    number(page).locator(".num-link").tap()
    expect(number(page).locator(".num-card")).to_be_visible()
    assert page.url.endswith(CHAPTER)
    phone.close()
