"""The page of the sources: for each row of a document, where the course has it."""

import html
import re
from functools import cache

from byhand_site import claims, topics
from byhand_site.paths import DOCS
from byhand_site.topics import Topic


def covered(doc: int) -> str:
    """Make the table of one document's rows."""
    rows = [topic for topic in topics.load(DOCS) if topic.doc == doc]
    lines = ["| In the document | In the course |", "| :--- | :--- |"]
    section = ""
    for row in rows:
        head = "" if row.section == section else f"**{html.escape(row.section)}**<br>"
        section = row.section
        lines.append(f"| {head}{_what(row)} | {_places(row)} |")
    return "\n".join(lines)


def _what(row: Topic) -> str:
    note = f" {html.escape(row.note)}" if row.note else ""
    return f"*{row.kind}:* {html.escape(row.what)}.{note}"


def _places(row: Topic) -> str:
    return "<br>".join(map(link, row.places))


def points() -> str:
    """Make the table of document 2's summary: each point, what decides it, where it stands."""
    known = claims.load(DOCS)
    lines = [
        "| No. | The source's point | What experiments say | Where |",
        "| ---: | :--- | :--- | :--- |",
    ]
    for number, point in enumerate(topics.points(DOCS), 1):
        said = "<br>".join(_claim(name, known[name]["verdict"]) for name in point.claims)
        places = "<br>".join(map(link, point.places))
        lines.append(f"| {number} | {html.escape(point.what)} | {said} | {places} |")
    return "\n".join(lines)


def _claim(name: str, verdict: str) -> str:
    """Link a claim on the ledger, with its verdict."""
    return (
        f'<a href="ledger.html#claim-{name}">{name.replace("-", " ")}</a> '
        f'<span class="verdict" data-verdict="{verdict}">{verdict}</span>'
    )


def link(place: str) -> str:
    """Link a place, by its chapter's number and its heading's title."""
    page, _, anchor = place.partition("#")
    there = re.sub(r"\.(md|ipynb)$", ".html", page) + (f"#{anchor}" if anchor else "")
    return f'<a href="{there}">{html.escape(label(page, anchor))}</a>'


def label(page: str, anchor: str) -> str:
    """Name a place in the course.

    Raises
    ------
    ValueError
        If the page has no such heading.
    """
    chapter = re.match(r"(\d+)-", page)
    if page.endswith(".ipynb"):
        return f"{int(page[:2])} · the lab"
    titles = _titles(page)
    if anchor not in titles:
        raise ValueError(f"{page} has no heading with the id {anchor!r}")
    whole = str(int(chapter[1])) if chapter else next(iter(titles.values()))
    return f"{whole} · {titles[anchor]}"


@cache
def _titles(page: str) -> dict[str, str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return {heading.id: heading.title for heading in topics.headings(text)}
