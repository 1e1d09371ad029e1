"""The copy button: what lands in the clipboard is the block's source, and it runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from byhand_site import pages as sources
from tests import pages
from tests.browser.conftest import CHAPTER, LAB, Open

BLOCKS = sources.load()[0]["05-forward-pass/index.md"].blocks
WRITTEN = {block.id: block for block in BLOCKS if block.language == "python"}
PRINTING = [name for name, block in WRITTEN.items() if "print(" in block.source]
COPY = 'button[data-clipboard-target], button[data-md-type="copy"], button.md-clipboard'


def copied(visit: Open, path: str, selector: str) -> list[str]:
    """Press every copy button below the selector; give what the clipboard holds each time."""
    visited = visit()
    page = visited.open(path)
    page.evaluate(
        "() => document.querySelectorAll('details').forEach((box) => { box.open = true; })"
    )
    texts = []
    buttons = page.locator(selector).locator(COPY)
    for number in range(buttons.count()):
        page.evaluate("() => navigator.clipboard.writeText('')")
        buttons.nth(number).click()
        page.wait_for_function("() => navigator.clipboard.readText().then(Boolean)")
        texts.append(str(page.evaluate("() => navigator.clipboard.readText()")))
    assert visited.troubles == []
    return texts


def test_every_button_of_the_chapter_copies_its_block(visit: Open, site: Path) -> None:
    soup = pages.read(site / CHAPTER)
    shown = pages.shown(CHAPTER, soup)
    texts = copied(visit, CHAPTER, '[data-block][data-kind="python"]')
    assert len(texts) == len(WRITTEN) == len(shown)
    for block, text in zip(shown, texts, strict=True):
        assert text.rstrip("\n") == WRITTEN[block.id].source.rstrip("\n")


@pytest.mark.parametrize("name", PRINTING[:1] + PRINTING[-1:])
def test_what_was_copied_runs_and_prints_what_is_shown(
    visit: Open, site: Path, tmp_path: Path, name: str
) -> None:
    (text,) = copied(visit, CHAPTER, f'[data-block="{name}"]')
    (shown,) = [
        block for block in pages.shown(CHAPTER, pages.read(site / CHAPTER)) if block.id == name
    ]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", text],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stderr, done.stdout) == ("", shown.output)


def test_every_cell_of_the_lab_can_be_copied(visit: Open, site: Path) -> None:
    (lab,) = pages.shown(LAB, pages.read(site / LAB))
    texts = copied(visit, LAB, "[data-cell]")
    assert [text.rstrip("\n") for text in texts] == [text.rstrip("\n") for text in lab.sources]
