"""Labs: notebooks that mkdocs-jupyter executes; their pages are rebuilt in the site's own style.

mkdocs-jupyter's page carries half a megabyte of styles and scripts, white pictures and prompts. We
keep what it executed (the outputs, by cell) and write source, text and figures as on any page.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig

from byhand_site import outputs, render, tokens
from byhand_site.failures import Failure
from byhand_site.ledger import UPDATE
from byhand_site.session import Session

_DATA = re.compile(r'<script class="figure-data" type="application/json">(.*?)</script>', re.DOTALL)


WAITING = '<div class="lab-waiting">'
"""Begins what stands in a lab's place while a live server executes it."""


def is_waiting(executed: str) -> bool:
    """Tell whether the lab has not been executed to its end."""
    return executed.startswith(WAITING)


@dataclass(slots=True)
class Lab:
    """A notebook at work: where it is, and the figures met so far."""

    path: str
    session: Session
    page: tokens.Page
    md: Markdown
    figures: list[dict[str, Any]] = field(default_factory=list)
    printed: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Block id: the whole notebook is one block."""
        return self.path.removesuffix(".ipynb")

    def fail(self, cell: str, what: str, **more: str) -> None:
        """Note a failure of a cell."""
        self.session.failures.append(Failure(f"{self.path} (cell {cell})", 0, what, **more))


def page(
    executed: str, path: str, session: Session, context: tokens.Page, config: MkDocsConfig
) -> str:
    """Rebuild a notebook's page.

    Parameters
    ----------
    executed : str
        HTML that mkdocs-jupyter made of the executed notebook.
    path : str
        The notebook, relative to docs.
    session : Session
        Takes the failures.
    context : tokens.Page
        Where numbers of accessible names and captions are rendered.
    config : MkDocsConfig
        Gives the Markdown extensions.

    Returns
    -------
    str
        HTML of the page's content.
    """
    md = Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
    lab = Lab(path, session, context, md)
    soup = BeautifulSoup(executed, "html.parser")
    notebook = json.loads((session.docs / path).read_text(encoding="utf-8"))
    areas = {str(area["id"]): area for area in soup.select('[id^="cell-id="]')}
    made = "".join(_cell(lab, cell, areas) for cell in notebook["cells"])
    _check(lab)
    session.labs[lab.id] = {
        cell["id"]: "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    }
    name = path.rsplit("/", 1)[-1]
    download = f'<p class="lab-download"><a href="{name}" download>Download this notebook</a></p>'
    first, end, rest = made.partition("</h1>")
    body = f"{first}{end}{download}{rest}"
    return f'<div class="lab" data-block="{lab.id}" data-kind="lab">{body}</div>'


def description(html: str) -> str:
    """Describe a lab by what its first paragraph says.

    Examples
    --------
    >>> description('<p class="lab-download">A file</p><p>You <b>train</b> it. Then stop.</p>')
    'You train it. Then stop.'
    """
    found = re.search(r"<p>(.*?)</p>", html, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", found[1])).split()) if found else ""


def _cell(lab: Lab, cell: dict[str, Any], areas: dict[str, Tag]) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        made = lab.md.convert(source)
        return re.sub(r'(href="(?!https?:)[^"]*)\.md(#[^"]*)?"', r'\1.html\2"', made)
    code = lab.md.convert(f"```python\n{source}\n```")
    lab.md.reset()
    found = areas.get(f"cell-id={cell['id']}")
    outputs_made = "".join(_outputs(lab, cell, found)) if found else ""
    block = f'<div class="block" data-cell="{cell["id"]}">{code}{outputs_made}</div>'
    if cell["metadata"].get("jupyter", {}).get("source_hidden"):  # as a notebook folds it
        return f'<details class="answer"><summary>One answer</summary>{block}</details>'
    return block


def _outputs(lab: Lab, cell: dict[str, Any], found: Tag) -> Iterator[str]:
    alts = cell["metadata"].get("alt", [])
    captions = cell["metadata"].get("caption", [])
    drawn, printed = 0, ""
    for area in found.select(".jp-OutputArea-output"):
        kind = str(area.get("data-mime-type", ""))
        if kind == "text/plain" and "jp-OutputArea-executeResult" not in (area.get("class") or []):
            printed += (
                area.get_text().removeprefix("\n") if area.pre is None else area.pre.get_text()
            )
        elif kind == "text/html" and area.svg is not None:
            alt = alts[drawn] if drawn < len(alts) else ""
            if not alt:
                lab.fail(cell["id"], 'a figure has no accessible name: metadata "alt" is a list')
            caption = lab.md.convert(captions[drawn]) if drawn < len(captions) else ""
            drawn += 1
            yield _figure(lab, area, alt, caption)
        else:
            lab.fail(cell["id"], f"an output of kind {kind} is not allowed: print, or plt.show()")
    lab.printed[cell["id"]] = printed
    if printed:
        text = printed.replace("&", "&amp;").replace("<", "&lt;")
        yield f'<pre class="block-output" data-output tabindex="0">\n{text}</pre>'


def _figure(lab: Lab, area: Tag, alt: str, caption: str) -> str:
    match = _DATA.search(str(area))
    lab.figures.append(json.loads(match[1]) if match else {})
    name = f"{lab.id}/{len(lab.figures)}"
    label = tokens.render_plain(alt, lab.page)
    inside = caption.strip().removeprefix("<p>").removesuffix("</p>")
    drawn = str(area.svg).replace("viewbox=", "viewBox=")
    return render.figure(drawn, name, label, inside, lab.page)


def _check(lab: Lab) -> None:
    """Hold the lab's printed text and figures to what is stored."""
    stored = outputs.load(lab.session.docs, lab.path)
    for cell, text in lab.printed.items():
        if stored.get(cell, "") != text:
            lab.fail(
                cell,
                "the output changed",
                expected=stored.get(cell, ""),
                got=text,
                todo=UPDATE,
            )
    for cell in set(stored) - set(lab.printed):
        lab.fail(cell, "stored output of a cell that is gone", todo=UPDATE)

    def failure(what: str, expected: str = "", got: str = "") -> Failure:
        return Failure(lab.path, 0, what, expected, got, UPDATE)

    lab.session.failures += outputs.check_figures(lab.id, lab.figures, lab.session.docs, failure)
    lab.session.lab_texts[lab.path] = lab.printed
    lab.session.lab_figures[lab.id] = lab.figures
