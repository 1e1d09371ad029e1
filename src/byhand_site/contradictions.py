"""Where sources contradict each other or themselves: data, and their list on the errata page."""

import html
import tomllib
from dataclasses import dataclass
from pathlib import Path

from byhand_site import views_sources
from byhand_site.paths import DOCS, data


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Sentences or lines of code that can't both hold.

    Parameters
    ----------
    title : str
        The question they answer differently.
    docs : tuple of int
        The documents that do.
    says : str
        What they say, in our words.
    right : str
        What holds in this course.
    guard : str
        The test that guards it.
    place : str
        Where the course treats it: a page and a heading's id.
    """

    title: str
    docs: tuple[int, ...]
    says: str
    right: str
    guard: str
    place: str


def load(docs: Path = DOCS) -> dict[str, Contradiction]:
    """Read all of them by name.

    Raises
    ------
    ValueError
        If one lacks a field or has an unknown one.
    """
    text = (data(docs) / "contradictions.toml").read_text(encoding="utf-8")
    found = {}
    for name, table in tomllib.loads(text).items():
        try:
            found[name] = Contradiction(**{**table, "docs": tuple(table["docs"])})
        except (KeyError, TypeError) as error:
            raise ValueError(f"contradiction {name} has the wrong fields: {error}") from error
    return found


def listed() -> str:
    """Write the list as Markdown."""
    return "\n".join(_one(name, found) for name, found in load(DOCS).items())


def _one(name: str, found: Contradiction) -> str:
    kind = "within" if len(found.docs) == 1 else "between"
    docs = ", ".join(map(str, sorted(found.docs)))
    source = "source" if len(found.docs) == 1 else "sources"
    return (
        f"### {found.title} {{#contradiction-{name}}}\n\n"
        f'<span class="verdict" data-verdict="depends">{kind} {source} {docs}</span> '
        f"{html.escape(found.says, quote=False)}\n\n"
        f"Here: {html.escape(found.right, quote=False)} See {views_sources.link(found.place)}.\n\n"
        f"Guarded by `{found.guard}`.\n{{ .guard }}\n"
    )
