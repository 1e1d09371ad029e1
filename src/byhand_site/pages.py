"""The pages before anything is rendered: their blocks, tokens and typed decimals, checked."""

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from byhand_site import fences, tokens
from byhand_site.failures import Failure
from byhand_site.fences import Block
from byhand_site.ledger import Entry
from byhand_site.paths import DOCS

_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_EXAMPLE = re.compile(r"^example:[ \t]*([\w, ]+?)[ \t]*$", re.MULTILINE)
GIVEN = "write {@key} for a result, {=…} for a given value"


@dataclass(frozen=True, slots=True)
class Page:
    """A page's source.

    Parameters
    ----------
    path : str
        Relative to docs.
    text : str
        The whole file.
    examples : tuple of str
        Worked examples that the front matter names; their declared values may be given.
    blocks : list of Block
        What it executes.
    """

    path: str
    text: str
    examples: tuple[str, ...]
    blocks: list[Block]

    @property
    def body_line(self) -> int:
        """Line on which the Markdown after the front matter begins, counted from 1."""
        match = _FRONT.match(self.text)
        return 1 + (match[0].count("\n") if match else 0)

    @property
    def body(self) -> str:
        """The Markdown after the front matter."""
        return _FRONT.sub("", self.text)

    def texts(self) -> Iterator[tuple[str, int]]:
        """Yield all that is prose: the body, then captions, titles and accessible names."""
        yield self.body, self.body_line
        for block in self.blocks:
            for text in block.options.values():
                yield text, block.line


def load(docs: Path = DOCS) -> tuple[dict[str, Page], list[Failure]]:
    """Read every Markdown page below `docs`."""
    found: dict[str, Page] = {}
    failures: list[Failure] = []
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).as_posix()
        if name.startswith(("_data/", "assets/")):
            continue
        text = path.read_text(encoding="utf-8")
        blocks, problems = fences.blocks(name, text)
        front = _FRONT.match(text)
        named = _EXAMPLE.search(front[1]) if front else None
        examples = tuple(re.split(r",\s*", named[1])) if named else ()
        found[name] = Page(name, text, examples, blocks)
        failures += problems
    return found, failures


def labs(docs: Path = DOCS) -> list[str]:
    """Paths of the notebooks, relative to docs."""
    return sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.ipynb"))


def declared(examples: tuple[str, ...]) -> set[str] | None:
    """Texts of the values that the examples declare; None where no example is named."""
    if not examples:
        return None
    modules = [importlib.import_module(f"byhand.worked.{name}") for name in examples]
    return {
        repr(value) for module in modules for group in module.declared().values() for value in group
    }


def check(page: Page, entries: Mapping[str, Entry]) -> Iterator[Failure]:
    """Yield what is wrong with a page's tokens and typed decimals."""
    given = declared(page.examples)
    for text, line in page.texts():
        for token, _ in tokens.find(text, line):
            problem = tokens.problem(token, entries, given)
            if problem:
                yield Failure(page.path, token.line, problem)
        for number, start in tokens.malformed(text, line):
            yield Failure(page.path, number, f"{start!r} begins like a token and is none")
        for number, literal in tokens.stray_decimals(text, line):
            yield Failure(page.path, number, f"{literal} is typed into the text", todo=GIVEN)


def check_lab(docs: Path, name: str) -> Iterator[Failure]:
    """Yield what is wrong with a notebook: outputs or unstable ids stored, decimals typed."""
    notebook = json.loads((docs / name).read_text(encoding="utf-8"))
    for number, cell in enumerate(notebook["cells"], 1):
        where = f"{name} (cell {number})"
        source = "".join(cell["source"])
        if not cell.get("id"):
            yield Failure(where, 0, "the cell has no stored id", todo="save it as nbformat 4.5")
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"]):
            yield Failure(where, 0, "outputs are stored in the notebook", todo="clear all outputs")
        if cell["cell_type"] == "markdown":
            for _, literal in tokens.stray_decimals(source):
                yield Failure(where, 0, f"{literal} is typed into the text", todo="compute it")
            for token, _ in tokens.find(source):
                yield Failure(where, 0, f"{token} would stay as it is in the downloaded notebook")


def used(page: Page) -> set[str]:
    """Ledger keys that a page's own text quotes."""
    found = (token for text, line in page.texts() for token, _ in tokens.find(text, line))
    return {token.name for token in found if token.sign != "="}
