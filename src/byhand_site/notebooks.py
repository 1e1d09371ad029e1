"""A chapter as a notebook: its text, its blocks with what they gave in the build, its figures."""

import base64
import re
from collections.abc import Iterator
from typing import Any

from byhand_site import flatten
from byhand_site.chapters import LICENCE, Chapter
from byhand_site.fences import Block
from byhand_site.pages import Page

Cell = dict[str, Any]
"""A cell as the format nbformat has it."""


def notebook(chapter: Chapter) -> dict[str, Any]:
    """Make a chapter's notebook.

    Returns
    -------
    dict
        In the format nbformat ``4.5``. A block's name is its cell's id; text is numbered.
    """
    cells = [_text(_about(chapter)), *_cells(chapter)]
    count = 0
    for number, cell in enumerate(cells):
        cell["id"] = cell["id"] or f"text_{number}"  # a block's name has no underscore
        if cell["cell_type"] == "code":
            cell["execution_count"] = count = count + 1
        else:
            cell["source"] = re.sub(r"\n{3,}", "\n\n", cell["source"])
        cell["source"] = cell["source"].strip("\n").splitlines(keepends=True)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": kernel,
            "language_info": {"name": "python"},
            "title": chapter.title,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _about(chapter: Chapter) -> str:
    return (
        f"[{chapter.title}]({chapter.address}), a chapter of [byhand]({chapter.site_url}), as a "
        "notebook. It is made of the blocks that were run and compared when the site was built, "
        "with what they gave, and runs from top to bottom. The boxes that check your own answers "
        "are on the page.\n\n"
        f"It needs the course's package: download [the wheel]({chapter.wheel}), and install it.\n\n"
        f"```text\n{chapter.install()}\n```\n\n"
        f"Verified with {chapter.verified()}. {LICENCE}"
    )


def _cells(chapter: Chapter) -> Iterator[Cell]:
    """Yield the cells of text and code in turn; a heading begins one."""
    text = _text()
    for part in flatten.parts(chapter.page):
        is_code = part.block is not None and part.block.language == "python"
        before = chapter.plain(part.text)
        if text["source"].strip() and re.match(r"\s*#{1,6} ", before):
            yield text
            text = _text()
        text["source"] += f"\n{before}"
        if part.block is None:
            continue
        caption = chapter.plain(part.block.options.get("caption", ""))
        if is_code:
            title = chapter.plain(part.block.options.get("title", ""))
            text["source"] += f"\n**{title}**\n" if title else ""
            if text["source"].strip():
                yield text
            yield _code(chapter, part.block, part.folded)
            text = _text(f"**Figure.** {caption}\n" if caption else "")
        else:
            _show(text, chapter, part.block)
            text["source"] += f"\n{caption}\n"
    if text["source"].strip():
        yield text


def _text(source: str = "") -> Cell:
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": source}


def _show(text: Cell, chapter: Chapter, block: Block) -> None:
    """Add what a show block gave to a cell of text: Markdown, or a drawing as an attachment."""
    made = Page(block.page, chapter.session.outcome(block).markdown, (), [])
    text["source"] += f"\n{chapter.plain(''.join(p.text for p in flatten.parts(made)))}\n"
    for number, (image, alt) in enumerate(chapter.figures(block), 1):
        name = f"{block.name}-{number}.svg"
        data = base64.b64encode(image.encode()).decode("ascii")
        text.setdefault("attachments", {})[name] = {"image/svg+xml": data}
        label = re.sub(r"([\[\]\\])", r"\\\1", alt)
        text["source"] += f"\n![{label}](attachment:{name})\n"


def _code(chapter: Chapter, block: Block, folded: bool) -> Cell:
    """Make a cell of a block; that of an answer stays closed, where a notebook can do that."""
    outputs: list[dict[str, Any]] = []
    if printed := chapter.session.outcome(block).output:
        lines = printed.splitlines(keepends=True)
        outputs.append({"output_type": "stream", "name": "stdout", "text": lines})
    for image, alt in chapter.figures(block):
        data = {"image/svg+xml": [image], "text/plain": [alt]}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    hidden = {"jupyter": {"source_hidden": True, "outputs_hidden": True}}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": block.name,
        "metadata": hidden if folded else {},
        "outputs": outputs,
        "source": block.source,
    }
