"""The copy button: what lands in the clipboard is the block's source, and it runs."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from byhand_site import pages as sources
from tests import pages
from tests.browser.conftest import CHAPTER, LAB, Open, unfold, windows

BLOCKS = sources.load()[0]["05-forward-pass/index.md"].blocks
WRITTEN = {block.id: block for block in BLOCKS if block.language == "python"}
PRINTING = [name for name, block in WRITTEN.items() if "print(" in block.source]
COPY = 'button[data-clipboard-target], button[data-md-type="copy"], button.md-clipboard'


def copied(visit: Open, path: str, selector: str) -> list[str]:
    """Press every copy button below the selector; give what the clipboard holds each time."""
    visited = visit()
    page = visited.open(path)
    unfold(page)
    texts = []
    buttons = page.locator(selector).locator(COPY)
    for number in range(buttons.count()):
        page.evaluate("() => navigator.clipboard.writeText('')")
        buttons.nth(number).click()
        page.wait_for_function("() => navigator.clipboard.readText().then(Boolean)")
        texts.append(str(page.evaluate("() => navigator.clipboard.readText()")))
    assert visited.troubles == []
    return texts


@pytest.fixture(scope="module")
def texts(
    browser: Browser, browser_context_args: dict[str, Any], site_url: str
) -> Iterator[list[str]]:
    """Copy every block of the chapter."""
    for begin in windows(browser, browser_context_args, site_url):
        yield copied(begin, CHAPTER, '[data-block][data-kind="python"]')


@pytest.fixture(scope="module")
def shown(site: Path) -> list[pages.Shown]:
    return pages.shown(CHAPTER, pages.read(site / CHAPTER))


def test_every_button_of_the_chapter_copies_its_block(
    texts: list[str], shown: list[pages.Shown]
) -> None:
    assert len(texts) == len(WRITTEN) == len(shown)
    for block, text in zip(shown, texts, strict=True):
        assert text.rstrip("\n") == WRITTEN[block.id].source.rstrip("\n")


@pytest.mark.parametrize("name", PRINTING[:1] + PRINTING[-1:])
def test_what_was_copied_runs_and_prints_what_is_shown(
    texts: list[str], shown: list[pages.Shown], tmp_path: Path, name: str
) -> None:
    ((text, block),) = [pair for pair in zip(texts, shown, strict=True) if pair[1].id == name]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", text],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stderr, done.stdout) == ("", block.output)


def test_every_cell_of_the_lab_can_be_copied(visit: Open, site: Path) -> None:
    (lab,) = pages.shown(LAB, pages.read(site / LAB))
    copies = copied(visit, LAB, "[data-cell]")
    assert [text.rstrip("\n") for text in copies] == [text.rstrip("\n") for text in lab.sources]
