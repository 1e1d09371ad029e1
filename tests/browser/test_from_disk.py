"""The site opens from disk as it does from a server: pages, links, search."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import CHAPTER, PHONE, Open


def expect_found(page: Page, words: str) -> None:
    """Type words into the search as a reader does, and follow the first result."""
    page.keyboard.press("/")
    expect(page.locator("input.md-search__input")).to_be_focused()
    page.keyboard.type(words, delay=20)
    results = page.locator("a.md-search-result__link")
    expect(results.first).to_be_visible()
    results.first.click()
    expect(page.locator("article")).to_contain_text(re.compile(words, re.IGNORECASE))
    expect(page.locator("article mark").first).to_have_text(re.compile(words, re.IGNORECASE))


def test_pages_open_from_disk_and_lead_to_each_other(visit: Open, site: Path) -> None:
    visited = visit(home=site.as_uri() + "/")
    page = visited.open("index.html")
    page.locator(f'article a[href="{CHAPTER}"]').first.click()
    expect(page.locator("h1")).to_contain_text("forward pass")
    expect(page.locator("article .katex-html").first).to_be_visible()
    expect(page.locator("svg.figure").first).to_be_visible()
    page.locator(".num-link").first.click()
    assert "ledger.html#" in page.url
    assert visited.troubles == []


def test_search_works_from_disk(visit: Open, site: Path) -> None:
    visited = visit(home=site.as_uri() + "/")
    expect_found(visited.open("index.html"), "sigmoid")
    assert visited.troubles == []


def test_search_works_from_a_server_on_a_page_in_a_folder(visit: Open) -> None:
    visited = visit()
    expect_found(visited.open(CHAPTER), "glossary")
    assert visited.troubles == []


def test_the_searchs_index_is_fetched_by_whoever_searches(visit: Open) -> None:
    visited = visit()
    asked: list[str] = []
    visited.page.on("request", lambda request: asked.append(request.url))
    page = visited.open("glossary.html")
    page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if "search_index" in url] == []
    expect_found(page, "sigmoid")
    assert len([url for url in asked if "search_index" in url]) >= 1


def test_a_link_to_a_search_finds(visit: Open) -> None:
    page = visit().open("index.html?q=sigmoid")
    expect(page.locator("a.md-search-result__link").first).to_be_visible()


def test_the_menu_of_a_phone_leads_to_the_chapter(visit: Open) -> None:
    visited = visit(PHONE)
    page = visited.open("index.html")
    page.locator("label.md-header__button[for=__drawer]").click()
    link = page.locator(f'nav.md-nav--primary a[href="{CHAPTER}"]').first
    page.locator("li.md-nav__item--nested").filter(
        has=page.locator(f'a[href="{CHAPTER}"]')
    ).locator("> label").first.click()
    link.click()
    expect(page.locator("h1")).to_contain_text("forward pass")
    assert visited.troubles == []
