"""Split Markdown into what is code, maths, heading, link, tag and prose, with line numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

CODE, MATH, PLAIN, PROSE = "code", "math", "plain", "prose"
"""Code (also tags, addresses) is left alone; plain text can hold no element; prose can."""

_PATTERNS = [
    (
        "fence",
        r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})[^\n]*\n(?:.*?\n)??[ \t]*(?P=ticks)[`~]*[ \t]*$",
    ),
    ("comment", r"<!--.*?-->"),
    ("svg", r"<svg\b.*?</svg>"),
    ("script", r"<(?P<raw>script|style|pre|code)\b.*?</(?P=raw)>"),
    ("display", r"\$\$.*?\$\$"),
    ("inline_code", r"(?P<ticks2>`+)(?!`)[^\n]*?(?:\n(?!\s*\n)[^\n]*?)*?(?<!`)(?P=ticks2)(?!`)"),
    ("inline_math", r"(?<![\\$\w])\$(?=\S)(?:\\.|[^\\$\n]|\n(?!\s*\n))+?(?<=\S)\$(?!\d)"),
    ("heading", r"^#{1,6}[ \t][^\n]*$"),
    ("title", r"^[ \t]*(?:!!!|\?\?\?\+?|===\+?)[ \t][^\n]*$"),
    ("image", r"!\[(?P<alt>[^\]\n]*)\]\([^)\n]*\)"),
    ("link", r"(?<!\!)\[(?P<label>(?:[^\[\]]|\[[^\]]*\])+)\](?P<target>\([^)\n]*\)|\[[^\]\n]*\])"),
    ("definition", r"^[ \t]*\[(?!\^)[^\]\n]+\]:[ \t][^\n]*$"),
    ("tag", r"</?[A-Za-z][^<>]*>"),
    ("address", r"https?://[^\s)>]+"),
    ("attributes", r"\{:?[ \t]*[#.][^{}\n]*\}"),
]
_SPLIT = re.compile(
    "|".join(f"(?P<k_{name}>{pattern})" for name, pattern in _PATTERNS), re.MULTILINE | re.DOTALL
)
_CODE = {"fence", "comment", "script", "inline_code", "definition", "tag", "address", "attributes"}
_MATH = {"display", "inline_math"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a page: its context, its text, and the line it begins on."""

    context: str
    text: str
    line: int


@lru_cache(4096)
def pieces(text: str, line: int = 1) -> tuple[Piece, ...]:
    """Split `text`; the pieces' texts join to it again.

    Parameters
    ----------
    text : str
        Markdown.
    line : int
        The line on which it begins.

    Returns
    -------
    tuple of Piece
        In order. Each text is split once; every check of a page asks for it.
    """
    return tuple(_pieces(text, line, plain=False))


def _pieces(text: str, line: int, *, plain: bool) -> Iterator[Piece]:
    """Split a text; `plain` where no element can stand, as in a heading or a link's text."""
    at = 0
    prose = PLAIN if plain else PROSE
    for match in _SPLIT.finditer(text):
        kind = str(match.lastgroup).removeprefix("k_")  # the outermost group closes last
        if match.start() > at:
            yield Piece(prose, text[at : match.start()], line)
        line += text.count("\n", at, match.start())
        yield from _inside(kind, match, line)
        line += text.count("\n", match.start(), match.end())
        at = match.end()
    if at < len(text):
        yield Piece(prose, text[at:], line)


def _inside(kind: str, match: re.Match[str], line: int) -> Iterator[Piece]:
    whole = match[0]
    if kind in _CODE:
        yield Piece(CODE, whole, line)
    elif kind in _MATH:
        yield Piece(MATH, whole, line)
    elif kind == "svg":
        yield Piece(PLAIN, whole, line)
    elif kind == "heading":
        hashes = whole[: len(whole) - len(whole.lstrip("#"))]
        yield Piece(CODE, hashes, line)
        yield from _pieces(whole[len(hashes) :], line, plain=True)
    elif kind == "title":
        mark = re.match(r"[ \t]*[!?=+]+", whole)
        yield Piece(CODE, mark[0] if mark else "", line)
        yield from _pieces(whole[mark.end() if mark else 0 :], line, plain=True)
    elif kind == "image":
        yield Piece(CODE, "![", line)
        yield Piece(PLAIN, match["alt"], line)
        yield Piece(CODE, whole[2 + len(match["alt"]) :], line)
    else:
        yield Piece(CODE, "[", line)
        yield from _pieces(match["label"], line, plain=True)
        yield Piece(CODE, "]" + match["target"], line)
