"""A page taken apart for readers outside the site: its text in plain Markdown, and its blocks.

The site's own Markdown is written in what every notebook knows: a box becomes a bold title and its
content, an answer that opens becomes ``<details>``, a token the checked text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from byhand_site import fences, tokens
from byhand_site.fences import Block
from byhand_site.markdown_text import CODE, MATH, Piece, pieces
from byhand_site.pages import Page

BLANK = r"\_\_\_\_"
"""Stands for an answer box: the reader fills it in."""

_BOX = re.compile(r'(?P<mark>!!!|\?\?\?\+?) +(?P<kind>\w+)(?: +"(?P<title>.*)")? *')
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ \t]*[#.][^{}\n]*\}")
_TARGET = re.compile(
    r"(\]\(|^[ \t]*\[[^\]\n]+\]:[ \t]+|\s(?:href|src)=\")([^\s)\"]+)", re.MULTILINE
)


@dataclass(slots=True)
class Box:
    """An admonition at work: how far its content is indented, and whether it is open as a fold."""

    indent: int
    title: str
    folds: bool
    begun: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, or a block; `folded` within an answer that a reader opens."""

    text: str = ""
    block: Block | None = None
    folded: bool = False


def parts(page: Page) -> Iterator[Part]:
    """Take a page apart, in its order; a heading begins a part.

    Parameters
    ----------
    page : Page
        Its tokens and links stay as they are in the texts; see `plain`.

    Yields
    ------
    Part
    """
    lines, boxes, text, heading = page.body.split("\n"), list[Box](), list[str](), ""
    known = {block.line - page.body_line: block for block in page.blocks}
    found = {fence.start: fence for fence in fences.find(lines)}
    at = 0
    while at < len(lines):
        line, fence, block = lines[at], found.get(at), known.get(at)
        at = fence.end if fence else at + 1
        if line.strip():
            text += _left(boxes, len(line) - len(line.lstrip(" ")))
        line = line[boxes[-1].indent :] if boxes else line
        if block and block.language == "python":
            text += _interrupted(boxes)
            yield Part("\n".join(text))
            yield Part(block=block, folded=any(box.folds for box in boxes))
            text = []
        elif block:
            text += _continued(boxes)
            yield from (Part("\n".join(text)), Part(block=block))
            text = []
        elif match := _BOX.fullmatch(line):
            text += _continued(boxes)
            indent = 4 + (boxes[-1].indent if boxes else 0)
            title = match["title"] or match["kind"].capitalize()
            boxes.append(Box(indent, title, folds=match["mark"] != "!!!"))
            if match["kind"] == "exercise":
                text += ["", f"#### Exercise: {title}", ""]
            elif not boxes[-1].folds and not heading.startswith(title):
                text += ["", f"**{title}**", ""]
        else:
            if not boxes and (match := re.match(r"#{1,6} +(.*)", line)):
                yield Part("\n".join(text))
                text, heading = [], match[1]
            text += _continued(boxes) if line.strip() else []
            text += [line, *([*fence.body, lines[at - 1].strip()] if fence else [])]
    yield Part("\n".join([*text, *_left(boxes, 0)]))


def _left(boxes: list[Box], indent: int) -> list[str]:
    """Close the boxes that a line of this indentation no longer belongs to."""
    made: list[str] = []
    while boxes and indent < boxes[-1].indent:
        made += ["", "</details>", ""] if boxes.pop().is_open else [""]
    return made


def _interrupted(boxes: list[Box]) -> list[str]:
    """Close folds for a block: a cell of code can't stand in one."""
    made: list[str] = []
    for box in reversed(boxes):
        if box.folds and not box.begun:
            made += ["", f"**{box.title}**", ""]
        made += ["", "</details>", ""] if box.is_open else []
        box.begun, box.is_open = True, False
    return made


def _continued(boxes: list[Box]) -> list[str]:
    """Open folds that text goes on in."""
    made: list[str] = []
    for box in boxes:
        if box.folds and not box.is_open:
            title = f"{box.title}, continued" if box.begun else box.title
            made += ["", f"<details><summary>{title}</summary>", ""]
            box.begun = box.is_open = True
    return made


def plain(text: str, page: tokens.Page, address: str) -> str:
    """Write a text in plain Markdown: tokens as their checked text, links from anywhere.

    Parameters
    ----------
    text : str
        Markdown of ours.
    page : tokens.Page
        Where numbers are known.
    address : str
        The page's whole address on the site.

    Returns
    -------
    str
    """
    return "".join(_piece(piece, page, address) for piece in pieces(text))


def _piece(piece: Piece, page: tokens.Page, address: str) -> str:
    if piece.context == MATH:
        return tokens.render(piece.text, page)
    if piece.context != CODE:
        blank = tokens.TOKEN.sub(lambda m: BLANK if m["sign"] == "?" else m[0], piece.text)
        return tokens.render_plain(blank, page)
    if piece.text.lstrip().startswith(("`", "~~~")):
        return piece.text
    if _ATTRIBUTES.fullmatch(piece.text):
        return ""
    return _TARGET.sub(lambda m: m[1] + absolute(m[2], address), piece.text)


def absolute(target: str, address: str) -> str:
    """Write a link's target as it works from anywhere; ``.md`` becomes the page made of it."""
    if urlsplit(target).scheme:
        return target
    path, mark, anchor = target.partition("#")
    return urljoin(address, re.sub(r"\.(?:md|ipynb)$", ".html", path) + mark + anchor)
