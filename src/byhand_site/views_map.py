"""The course map: a line for each chapter, and an arc from every chapter that it builds on.

Drawn from the table of the home page, so that the picture and the table can't disagree.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from byhand.show.palette import var
from byhand.show.svg import FONT, element, label, text_width
from byhand_site.paths import DOCS

_ROW = re.compile(r"^\| (\d+) \| \[(.+?)\]\((\S+?)\) \|.*\| (.+?) \|$", re.MULTILINE)
_STEP, _TOP, _LINE = 27.0, 16.0, 112.0  # between chapters, above the first, left of the titles


@dataclass(frozen=True, slots=True)
class Chapter:
    """A row of the table: number, title, page, and the chapters to know before."""

    number: int
    title: str
    page: str
    needs: tuple[int, ...]


def chapters(docs: Path = DOCS) -> list[Chapter]:
    """Read the table of the home page."""
    text = (docs / "index.md").read_text(encoding="utf-8")
    return [
        Chapter(int(number), title, page, tuple(map(int, re.findall(r"\[(\d+)\]", needs))))
        for number, title, page, needs in _ROW.findall(text)
    ]


def course_map() -> str:
    """Draw which chapter needs which."""
    rows = chapters()
    heights = {row.number: _TOP + _STEP * place for place, row in enumerate(rows)}
    arcs = [_arc(heights[need], heights[row.number]) for row in rows for need in row.needs]
    titles = [
        element("circle", cx=_LINE, cy=heights[row.number], r=4, fill=var("ink"))
        + label(f"{row.number}  {row.title}", _LINE + 14, heights[row.number], anchor="start")
        for row in rows
    ]
    width = _LINE + 24 + max(text_width(f"{row.number}  {row.title}") for row in rows)
    height = 2 * _TOP + _STEP * (len(rows) - 1)
    spoken = "; ".join(
        f"{row.number} needs {' and '.join(map(str, row.needs))}" for row in rows if row.needs
    )
    drawn = element(
        "svg",
        *arcs,
        *titles,
        class_="figure",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        aria_label=f"Which chapter needs which: {spoken}.",
        font_size=FONT,
    )
    caption = "The map of the course: an arc leads from a chapter down to each that builds on it."
    return f'<figure class="block-figure">{drawn}<figcaption>{caption}</figcaption></figure>'


def _arc(above: float, below: float) -> str:
    """Draw an arc on the left; the wider, the further apart its ends."""
    aside = _LINE - 14 - 9 * (below - above) / _STEP
    path = (
        f"M{_LINE} {above:.1f}C{aside:.1f} {above:.1f} {aside:.1f} {below:.1f} {_LINE} {below:.1f}"
    )
    return element("path", d=path, fill="none", stroke=var("accent"), stroke_width=1.5)
