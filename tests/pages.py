"""The built site as tests read it: its pages, its blocks, and what their copy buttons copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from selectolax import lexbor

Page = lexbor.LexborHTMLParser
Tag = lexbor.LexborNode
Pages = dict[str, Page]


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
def read(path: Path) -> Page:
    """Read a page as a browser does, once for all tests of a worker, which leave it as it is."""
    return Page(path.read_text(encoding="utf-8"))


def pages(site: Path) -> Pages:
    """Read every page of the site by its path."""
    found = sorted(site.rglob("*.html"))
    return {path.relative_to(site).as_posix(): read(path) for path in found}


def first(tag: Page | Tag, selector: str) -> Tag:
    """Find the first element that fits; there must be one."""
    found = tag.css_first(selector)
    assert found is not None, selector
    return found


def get(tag: Tag, name: str) -> str:
    """Read an attribute; it must be there."""
    assert name in tag.attrs, f"{name}: {(tag.html or '')[:200]}"
    return tag.attrs[name] or ""


def all_of(tag: Page | Tag, selector: str, name: str) -> list[str]:
    """Read an attribute of each element that fits."""
    return [get(found, name) for found in tag.css(selector)]


def every(tag: Page | Tag, name: str) -> list[str]:
    """Read an attribute of each element that has it."""
    return all_of(tag, f"[{name}]", name)


def parents(tag: Tag) -> Iterator[Tag]:
    """Give the elements that an element stands in, from the inside out."""
    above = tag.parent
    while above is not None and above.is_element_node:
        yield above
        above = above.parent


def shown(page: str, read_page: Page) -> list[Shown]:
    """Read the blocks of a page that have a visible source; a lab is one block."""
    wrappers = read_page.css("div[data-block]:not([data-kind=show]):not([data-kind=view])")
    return [_shown(page, wrapper) for wrapper in wrappers]


def _shown(page: str, wrapper: Tag) -> Shown:
    return Shown(
        id=get(wrapper, "data-block"),
        page=page,
        # as the copy button: the text of the code element
        sources=tuple(code.text() for code in wrapper.css(".highlight code")),
        output="".join(area.text() for area in wrapper.css("[data-output]")),
        figures=tuple(every(wrapper, "data-figure")),
    )
