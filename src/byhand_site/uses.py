"""Where the course uses each number: read from the pages and from what their blocks gave."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from byhand_site import outputs, pages, tokens, topics
from byhand_site.fences import Block
from byhand_site.markdown_text import PROSE
from byhand_site.pages import Page
from byhand_site.paths import DOCS

_ABOUT = ("ledger.md", "errata.md", "sources.md")
"""Pages that list numbers and use none."""


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a page uses a number.

    Parameters
    ----------
    page : str
        The page's source.
    anchor : str
        Id of the number itself where it stands in the text, else of the heading above it.
    title : str
        That heading.
    """

    page: str
    anchor: str
    title: str


def id_of(key: str) -> str:
    """Id that a page gives to the first element of a number (see `tokens.with_cards`)."""
    return f"use-{key}"


def everywhere(keys: Iterable[str], docs: Path = DOCS) -> dict[str, list[Use]]:
    """Find the uses of every key: one a page, in the course's order."""
    read = [page for page in pages.load(docs)[0].values() if page.path not in _ABOUT]
    found: dict[str, list[Use]] = {}
    for page in read:
        for key, use in of_page(page, outputs.load(docs, page.path)).items():
            found.setdefault(key, []).append(use)
    for key in keys:
        shown = None if key in found else drawn(key, read)
        if shown:
            found[key] = [shown]
    return found


def of_page(page: Page, stored: Mapping[str, str]) -> dict[str, Use]:
    """Find each key that a page uses, with its best place.

    Parameters
    ----------
    page : Page
        The page.
    stored : mapping of str to str
        What its blocks gave, by name.

    Returns
    -------
    dict of str to Use
        A number in running text comes before one in a formula, a drawing or an answer box.
    """
    above = [*topics.headings(page.body, page.body_line)]
    found: dict[str, Use] = {}
    for key, line, element in sorted(_tokens(page, stored), key=lambda one: (not one[2], one[1])):
        heading = [heading for heading in above if heading.line <= line][-1]
        anchor = id_of(key) if element else heading.id
        found.setdefault(key, Use(page.path, anchor, heading.title))
    return found


def _tokens(page: Page, stored: Mapping[str, str]) -> Iterator[tuple[str, int, bool]]:
    """Yield each key with its line, and whether an element for it stands in the HTML."""
    yield from _in_text(page.body, page.body_line)
    for block in page.blocks:
        for name, text in block.options.items():
            for key, _, element in _in_text(text, block.line):
                yield key, block.line, element and name == "caption"
        if block.language == "show":
            for key, _, element in _in_text(stored.get(block.name, ""), block.line):
                yield key, block.line, element


def _in_text(text: str, line: int) -> Iterator[tuple[str, int, bool]]:
    for token, context in tokens.find(text, line):
        if token.sign != "=":
            shown = token.sign == "@" and token.place == 1 and context == PROSE
            yield token.name, token.line, shown


def drawn(key: str, read: Iterable[Page]) -> Use | None:
    """Find the drawing that shows a number which no text quotes, by the keys in its block."""
    known = [
        ((max(lengths), back), page, block)
        for page in read
        for block in page.blocks
        if (lengths := [len(text) for text in _prefixes(block) if key.startswith(text)])
        for back in [_is_slope(key) == ("backward" in block.source)]
    ]
    if not known:
        return None
    _, page, block = max(known, key=lambda one: one[0])  # the first of the best
    above = [h for h in topics.headings(page.body, page.body_line) if h.line <= block.line]
    return Use(page.path, above[-1].id, above[-1].title)


def _is_slope(key: str) -> bool:
    """Tell whether a key names a derivative, such as "churn.s1.da1_2"."""
    return bool(re.match(r"d[azWbxy]", key.rpartition(".")[2]))


def _prefixes(block: Block) -> set[str]:
    """Texts in a show block's code that keys may begin with."""
    if block.language != "show":
        return set()
    names = {
        node.value
        for node in ast.walk(ast.parse(block.source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {name if name.endswith(".") else f"{name}." for name in names if name} | names - {""}
