"""What the sources cover, row by row, and where the course has it."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown.extensions.toc import slugify

from byhand_site.paths import DOCS, data

KINDS = (
    "explanation",
    "formula",
    "worked numbers",
    "figure",
    "table",
    "code",
    "mistake",
    "exercise",
    "summary",
    "promised, not delivered",
)
"""What a row of a source can be."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One row: something that a source has or promises.

    Parameters
    ----------
    doc : int
        The document.
    section : str
        Its heading there.
    kind : str
        One of `KINDS`.
    what : str
        What it is, in our words.
    places : tuple of str
        Where the course has it: a page's source and a heading's id, or a lab.
    note : str
        What a reader should know besides.
    """

    doc: int
    section: str
    kind: str
    what: str
    places: tuple[str, ...]
    note: str = ""


def load(docs: Path = DOCS) -> list[Topic]:
    """Read all rows in their order.

    Raises
    ------
    ValueError
        If a row has an unknown kind or field, or lacks one.
    """
    text = (data(docs) / "topics.toml").read_text(encoding="utf-8")
    return [_topic(row) for row in tomllib.loads(text)["topic"]]


def _topic(row: dict[str, object]) -> Topic:
    lists = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    try:
        found = Topic(**lists)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(f"a topic has the fields of Topic; got {row} ({error})") from error
    if found.kind not in KINDS:
        raise ValueError(f"kind must be one of {KINDS}; got {found.kind!r}")
    return found


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a source's summary.

    Parameters
    ----------
    what : str
        What it says, in our words.
    claims : tuple of str
        Claims of the ledger that decide it.
    places : tuple of str
        Where the course has it.
    """

    what: str
    claims: tuple[str, ...]
    places: tuple[str, ...]


def points(docs: Path = DOCS) -> list[Point]:
    """Read the points of document 2's summary."""
    text = (data(docs) / "topics.toml").read_text(encoding="utf-8")
    return [
        Point(row["what"], tuple(row["claims"]), tuple(row["places"]))
        for row in tomllib.loads(text)["point"]
    ]


_FENCE = re.compile(r" *(`{3,}|~{3,})")
_HEADING = re.compile(r"#{1,6} +(?P<title>.+?)(?: *\{ *#(?P<id>[\w.-]+) *\})? *$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page: its line, its id in the HTML, and its text."""

    line: int
    id: str
    title: str


def headings(text: str, line: int = 1) -> Iterator[Heading]:
    """Yield the headings of a page's Markdown, outside its fences; `line` is the first one's."""
    fence = ""
    for number, written in enumerate(text.splitlines(), line):
        opening = _FENCE.match(written)
        if fence:
            fence = "" if written.strip() == fence else fence
        elif opening:
            fence = opening[1]
        elif match := _HEADING.match(written):
            title = match["title"].strip()
            name = match["id"] or slugify(re.sub(r"[`*$]", "", title), "-")
            yield Heading(number, name, title)
