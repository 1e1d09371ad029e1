"""One page of a live server: rendered alone, with its failures above its content."""

import filecmp
import html
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_exec import markdown_config
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.structure.files import Files

from byhand_site import pages
from byhand_site.build import Warnings
from byhand_site.failures import Failure
from byhand_site.paths import data
from byhand_site.session import Session

if TYPE_CHECKING:
    from byhand_site.live import Rendered


def belongs_to(docs: Path, changed: str) -> str:
    """Name the source that a changed file belongs to: a page for its stored expectations."""
    path = Path(changed)
    if not path.is_relative_to(docs):
        return ""
    for folder, depth in (("outputs", 0), ("figures", 1)):
        stored = data(docs) / folder
        if path.is_relative_to(stored):
            parts = path.relative_to(stored).with_suffix("").parts
            return "/".join(parts[: len(parts) - 2 * depth]) + ".md"
    return path.relative_to(docs).as_posix()


def is_page(files: Files, name: str) -> bool:
    """Tell whether a source is a Markdown page that was rendered before, and still is there."""
    file = files.get_file_from_path(name)
    if file is None or file.page is None or file.abs_src_path is None:
        return False
    return name.endswith(".md") and Path(file.abs_src_path).is_file()


def url(files: Files, name: str) -> str:
    """Address of a page in the site."""
    file = files.get_file_from_path(name)
    return file.dest_uri if file else ""


def render(now: "Rendered", name: str) -> list[Failure]:
    """Render one page into the site as the whole rendering would; return MkDocs' warnings."""
    file = now.files.get_file_from_path(name)
    if file is None or file.page is None or now.nav is None:
        raise ValueError(f"{name} must be a page that was rendered before")
    warnings = Warnings()
    logging.getLogger("mkdocs").addHandler(warnings)
    markdown_config.save(now.config.markdown_extensions, now.config.mdx_configs)
    try:
        _populate_page(file.page, now.config, now.files)
        references = now.config.plugins["autorefs"]  # the one plugin that works on whole pages then
        references.on_env(now.env, config=now.config, files=Files([file]))
        _build_page(file.page, now.config, now.files.documentation_pages(), now.nav, now.env)
        level = now.config.validation.links.anchors
        file.page.validate_anchor_links(files=now.files, log_level=level)
    finally:
        markdown_config.reset()
        logging.getLogger("mkdocs").removeHandler(warnings)
    return warnings.failures


def differences(old: Path, new: Path) -> list[str] | None:
    """Find the pages that differ between two sites; None where all do, as by a stylesheet."""
    differ = [
        path.relative_to(new)
        for path in sorted(new.rglob("*"))
        if path.is_file() and not _same(path, old / path.relative_to(new))
    ]
    if any(path.parts[0] == "assets" for path in differ):
        return None
    return [path.as_posix() for path in differ if path.suffix == ".html"]


def _same(new: Path, old: Path) -> bool:
    return old.is_file() and filecmp.cmp(new, old, shallow=False)


def with_failures(content: str, page: str, work: Session) -> str:
    """Put what is wrong with a page, and with the numbers that it quotes, above its content."""
    used = pages.used(work.pages[page]) if page in work.pages else set()
    found = [
        failure
        for failure in work.failures
        if failure.place == page or failure.what.split(":", 1)[0] in used
    ]
    shown = (html.escape(failure.diff()) for failure in dict.fromkeys(found))
    return (
        "".join(f'<pre class="block-error" role="alert">{text}</pre>' for text in shown) + content
    )
