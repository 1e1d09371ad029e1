"""Stored expectations: what each block printed and drew when an author last agreed to it."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomlkit

from byhand_site import figurecompare
from byhand_site.executor import Outcome
from byhand_site.failures import Failure
from byhand_site.fences import Block
from byhand_site.ledger import UPDATE
from byhand_site.paths import DOCS, data

_HEADER = "Expected outputs of this page's blocks, rewritten by scripts/update.py on purpose only."
_MISSING = "there is no stored expectation for this block"


def page_file(docs: Path, page: str) -> Path:
    """File that stores the printed text of a page's blocks."""
    return data(docs) / "outputs" / (page.removesuffix(".md").removesuffix(".ipynb") + ".toml")


def figure_file(docs: Path, block_id: str, number: int) -> Path:
    """File that stores the data of a block's n-th figure."""
    return data(docs) / "figures" / block_id / f"{number}.json"


def load(docs: Path, page: str) -> dict[str, str]:
    """Read the stored texts of a page, by the block's name."""
    path = page_file(docs, page)
    if not path.exists():
        return {}
    return {name: table["output"] for name, table in tomllib.loads(path.read_text("utf-8")).items()}


def text_of(block: Block, outcome: Outcome) -> str:
    """Text that a block is held to: what it printed, or the Markdown a show block gave."""
    return outcome.output if block.language == "python" else outcome.markdown


def check(
    block: Block, outcome: Outcome, stored: dict[str, str], docs: Path = DOCS
) -> Iterator[Failure]:
    """Compare a block's outcome with what is stored; views and failed blocks have none."""
    if block.language == "view" or outcome.error:
        return

    def failure(what: str, expected: str = "", got: str = "") -> Failure:
        return Failure(block.page, block.line, f"{block.name}: {what}", expected, got, UPDATE)

    text = text_of(block, outcome)
    if block.name not in stored:
        yield failure(_MISSING, got=text)
    elif stored[block.name] != text:
        yield failure("the output changed", stored[block.name], text)
    yield from check_figures(block.id, [data for _, data in outcome.figures], docs, failure)


def check_figures(
    block_id: str, figures: list[dict[str, Any]], docs: Path, failure: Any
) -> Iterator[Failure]:
    """Compare the data of a block's figures with what is stored."""
    for number, described in enumerate(figures, 1):
        expected = figurecompare.read(figure_file(docs, block_id, number))
        if expected is None:
            yield failure(f"there is no stored data for figure {number}")
            continue
        changes = list(figurecompare.differences(expected, described))
        if changes:
            yield failure(f"figure {number} changed", got="\n".join(changes[:6]))
    if figure_file(docs, block_id, len(figures) + 1).exists():
        yield failure(f"a stored figure {len(figures) + 1} is no longer drawn")


def store_texts(docs: Path, page: str, texts: dict[str, str]) -> None:
    """Write the expectation of a page's blocks, in the page's order."""
    path = page_file(docs, page)
    if not texts:
        path.unlink(missing_ok=True)
        return
    document = tomlkit.document()
    document.add(tomlkit.comment(_HEADER))
    for name, text in texts.items():
        table = tomlkit.table()
        table.add("output", tomlkit.string(text, multiline="\n" in text))
        document.add(tomlkit.nl())
        document.add(name, table)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def store_figure(docs: Path, block_id: str, number: int, described: dict[str, Any]) -> None:
    """Write the expected data of one figure."""
    path = figure_file(docs, block_id, number)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def orphans(docs: Path, pages: set[str], names: set[str]) -> Iterator[tuple[Path, str]]:
    """Find what is stored for pages and blocks that are gone.

    Parameters
    ----------
    docs : Path
        The lessons.
    pages : set of str
        Source paths of pages and notebooks.
    names : set of str
        Ids of their blocks, a notebook's own path without its ending included.

    Yields
    ------
    path, name : Path, str
        The file, and the block in it that is gone; an empty name where the whole file is.
    """
    known = {page.rsplit(".", 1)[0] for page in pages}
    for path in sorted((data(docs) / "outputs").rglob("*.toml")):
        page = path.relative_to(data(docs) / "outputs").with_suffix("").as_posix()
        if page not in known:
            yield path, ""
        elif page not in names:  # a notebook's cells are compared where it is read
            for name in tomllib.loads(path.read_text(encoding="utf-8")):
                if f"{page}/{name}" not in names:
                    yield path, name
    for path in sorted((data(docs) / "figures").rglob("*.json")):
        if path.parent.relative_to(data(docs) / "figures").as_posix() not in names:
            yield path, ""
