"""The built site as tests read it: its pages, its blocks, and what their copy buttons copy."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, Tag


@dataclass(frozen=True, slots=True)
class Shown:
    """A block as a reader sees it: what can be copied, and what stands below it."""

    id: str
    page: str
    sources: tuple[str, ...]
    output: str
    figures: tuple[str, ...]

    @property
    def source(self) -> str:
        """What is copied; the cells of a lab one after the other."""
        return "\n".join(self.sources)


@cache
def read(path: Path) -> BeautifulSoup:
    """Read a page once for all tests of a worker, which leave it as it is."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def pages(site: Path) -> dict[str, BeautifulSoup]:
    """Read every page of the site by its path."""
    found = sorted(site.rglob("*.html"))
    return {path.relative_to(site).as_posix(): read(path) for path in found}


def shown(page: str, soup: BeautifulSoup) -> list[Shown]:
    """Read the blocks of a page that have a visible source; a lab is one block."""
    wrappers = soup.select("div[data-block]:not([data-kind=show]):not([data-kind=view])")
    return [_shown(page, wrapper) for wrapper in wrappers]


def _shown(page: str, wrapper: Tag) -> Shown:
    return Shown(
        id=str(wrapper["data-block"]),
        page=page,
        # as the copy button: the text of the code element
        sources=tuple(code.get_text() for code in wrapper.select(".highlight code")),
        output="".join(_printed(area) for area in wrapper.select("[data-output]")),
        figures=tuple(str(figure["data-figure"]) for figure in wrapper.select("[data-figure]")),
    )


def _printed(area: Tag) -> str:
    """Text of a `pre`; a browser drops the first line break in it."""
    return area.get_text().removeprefix("\n")
