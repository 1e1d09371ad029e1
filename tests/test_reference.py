"""The reference shows every public object, each with an example or the chapters that use it."""

import pkgutil
import re
from html import unescape
from pathlib import Path

import pytest

import byhand
from byhand_site import usage
from byhand_site.paths import DOCS

# show's parts are reached through the package's own page, except these two, which readers import
OF_SHOW = {"byhand.show.palette", "byhand.show.plots"}
HEADING = re.compile(r'<h\d id="(byhand[\w.]+)" class="doc doc-heading">')


def public_modules() -> set[str]:
    found = pkgutil.walk_packages(byhand.__path__, "byhand.")
    names = {module.name for module in found if "._" not in module.name}
    return {name for name in names if not name.startswith("byhand.show.")} | OF_SHOW


OBJECTS = sorted(
    f"{module}.{name}"
    for module in public_modules()
    for name in usage.public(module)
    if not usage.is_alias(module, name)  # a type's short name: it has no behaviour to show
)


def test_every_public_module_has_an_entry() -> None:
    pages = (DOCS / "reference").glob("*.md")
    entries = [
        name for page in pages for name in re.findall(r"(?m)^::: (\S+)$", page.read_text("utf-8"))
    ]
    assert len(entries) == len(set(entries))
    assert set(entries) == public_modules() - {"byhand.worked"}


def sections(page: str) -> dict[str, str]:
    """Split a page of the reference: each object's part, with that of its members."""
    starts = [*HEADING.finditer(page)]
    ends = [start.start() for start in starts[1:]] + [len(page)]
    parts = [(start[1], page[start.end() : end]) for start, end in zip(starts, ends, strict=True)]
    return {
        name: "".join(part for other, part in parts if f"{other}.".startswith(f"{name}."))
        for name, _ in parts
    }


def is_shown_at_work(section: str) -> bool:
    """Tell whether an object's part has an example, or a link to a chapter that uses it."""
    text = unescape(re.sub(r"<(?!p class=\"used-in\"|a )[^>]*>", "", section))
    return (
        ">>> " in text or re.search(r'<p class="used-in">Used in <a href="[^"]+', text) is not None
    )


@pytest.fixture(scope="module")
def reference(site: Path) -> dict[str, str]:
    pages = [page.read_text("utf-8") for page in sorted((site / "reference").glob("*.html"))]
    return {name: part for page in pages for name, part in sections(page).items()}


@pytest.mark.parametrize("name", OBJECTS)
def test_every_public_object_is_shown_at_work(reference: dict[str, str], name: str) -> None:
    assert name in reference, "no entry: does it lack a docstring of its own?"
    todo = "give its docstring an example, or use it in a chapter"
    assert is_shown_at_work(reference[name]), todo


def test_an_object_without_example_and_chapter_is_found() -> None:
    page = (
        '<h3 id="byhand.a.F" class="doc doc-heading">F</h3><p>What it does.</p>'
        '<h4 id="byhand.a.F.g" class="doc doc-heading">g</h4>'
        '<pre><span class="gp">&gt;&gt;&gt; </span>g()</pre>'
        '<h3 id="byhand.a.FF" class="doc doc-heading">FF</h3><p>See <a href="x">chapter 3</a>.</p>'
        '<h3 id="byhand.a.h" class="doc doc-heading">h</h3>'
        '<p class="used-in">Used in <a href="../3.html">chapter 3</a></p>'
    )
    found = {name: is_shown_at_work(part) for name, part in sections(page).items()}
    assert found == {
        "byhand.a.F": True, "byhand.a.F.g": True, "byhand.a.FF": False, "byhand.a.h": True
    }  # fmt: skip
