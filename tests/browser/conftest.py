"""A browser that notes what a reader would never see: errors, warnings, foreign requests."""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
)

expect.set_options(timeout=20_000)  # a busy machine is no fault of the page

DESKTOP, PHONE = 1280, 390
DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [
    path.relative_to(DOCS).with_suffix(".html").as_posix()
    for path in sorted([*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")])
    if path.relative_to(DOCS).parts[0] not in {"_data", "assets"}
]
CHAPTER = "05-forward-pass/index.html"
LAB = "05-forward-pass/lab.html"


class Visit:
    """A page that was opened, and what went wrong on it."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.home = home
        self.troubles: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.troubles.append(f"foreign: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # as when the next page was asked for meanwhile
            self.troubles.append(f"failed: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.url}")

    def open(self, path: str) -> Page:
        """Open a page of the site and wait until it stands still."""
        self.page.goto(self.home + path)
        self.page.evaluate("() => document.fonts.ready.then(() => true)")
        return self.page


Open = Callable[..., Visit]
Shared = Callable[[str, int], Page]


def windows(browser: Browser, settings: dict[str, Any], site_url: str) -> Iterator[Open]:
    """Give a function that opens windows of a width, in a scheme, with or without scripts."""
    contexts = []

    def begin(
        width: int = DESKTOP, scheme: str = "light", *, scripts: bool = True, home: str = site_url
    ) -> Visit:
        more = {
            "viewport": {"width": width, "height": 844},
            "color_scheme": scheme,
            "java_script_enabled": scripts,
            "base_url": home,
        }
        contexts.append(browser.new_context(**settings | more))
        contexts[-1].set_default_timeout(10_000)
        return Visit(contexts[-1], home)

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture
def visit(browser: Browser, browser_context_args: dict[str, Any], site_url: str) -> Iterator[Open]:
    """Open windows for one test."""
    yield from windows(browser, browser_context_args, site_url)


@pytest.fixture(scope="module")
def shared(
    browser: Browser, browser_context_args: dict[str, Any], site_url: str
) -> Iterator[Shared]:
    """Give a page at a width, opened once for a file of tests; who changes it puts it back."""
    for begin in windows(browser, browser_context_args, site_url):
        yield cache(partial(_opened, begin))


def _opened(begin: Open, path: str, width: int) -> Page:
    return begin(width).open(path)


def arrive(page: Page, address: str) -> None:
    """Wait until a link has led to an address: its end, as a pattern.

    Not by `expect`, which describes the whole page for its message each time that it must wait:
    seconds, on a page as long as the ledger.
    """
    page.wait_for_url(re.compile(address + "$"))


def unfold(page: Page, *, is_open: bool = True) -> None:
    """Unfold every answer, or fold it again."""
    page.evaluate(
        "(is) => document.querySelectorAll('details').forEach((box) => { box.open = is; })",
        is_open,
    )
