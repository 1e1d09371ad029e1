"""What a chapter's files have in common: its name and address, what it needs, its figures."""

import ast
import html
import platform
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from urllib.parse import urljoin

from byhand_site import flatten, publish, svg, tokens
from byhand_site.fences import Block
from byhand_site.pages import Page
from byhand_site.session import Session

LICENCE = "Text CC BY 4.0, code under the MIT licence."

_NAMES = {"numpy": "NumPy", "matplotlib": "Matplotlib", "sklearn": "scikit-learn"}


def name_of(path: str) -> str:
    """Name a chapter's files: ``05-forward-pass`` for its page; an empty text for other pages."""
    match = re.fullmatch(r"(\d+-[\w-]+)/([\w-]+)\.md", path)
    if match is None:
        return ""
    return match[1] if match[2] == "index" else f"{match[1]}-{match[2]}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of a built site.

    Parameters
    ----------
    page : Page
        Its source.
    session : Session
        The build, with the outcomes of all blocks.
    site_url : str
        Where the site will be read.
    """

    page: Page
    session: Session
    site_url: str

    @property
    def title(self) -> str:
        """Its heading."""
        match = re.search(r"(?m)^# ([^{\n]+)", self.page.body)
        return match[1].strip() if match else self.page.path

    @property
    def address(self) -> str:
        """Its whole address."""
        return urljoin(self.site_url, self.page.path.removesuffix(".md") + ".html")

    @property
    def wheel(self) -> str:
        """Whole address of the package."""
        return urljoin(self.site_url, f"dist/{publish.wheel_name()}")

    @property
    def context(self) -> tokens.Page:
        """Where its numbers are known."""
        return tokens.Page(self.session.entries, self.session.values)

    def needs(self) -> list[str]:
        """List the packages it needs beside the library; NumPy is the library's own need."""
        code = "\n".join(b.source for b in self.page.blocks if b.language == "python")
        return [_NAMES.get(module, module) for module in _foreign(code)]

    def install(self) -> str:
        """Write the command that installs what it needs."""
        packages = [name.lower() for name in self.needs() if name != "NumPy"]
        return " ".join(["python -m pip install", self.wheel.rsplit("/", 1)[-1], *packages])

    def verified(self) -> str:
        """Say what its blocks were run with."""
        python = f"Python {platform.python_version()}"
        return ", ".join([python, *(f"{name} {_version(name.lower())}" for name in self.needs())])

    def plain(self, text: str) -> str:
        """Write a text of the page in plain Markdown, its links from anywhere."""
        return flatten.plain(text, self.context, self.address)

    def figures(self, block: Block) -> list[tuple[str, str]]:
        """Give each figure of a block as an image of its own, with its accessible name."""
        outcome, context = self.session.outcome(block), self.context
        names = [*(block.alts() or [outcome.alt]), *[""] * len(outcome.figures)]
        made = []
        for number, (drawn, _) in enumerate(outcome.figures, 1):
            alt = tokens.render_plain(names[number - 1], context)
            image = standalone(tokens.render(drawn, context), f"{block.name}-{number}", alt)
            made.append((image, alt))
        return made


@cache
def _foreign(code: str) -> list[str]:
    """Find the modules that code imports and that are neither Python's nor ours."""
    modules = {"numpy"}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module.split(".")[0])
    return sorted(modules - {"byhand"} - sys.stdlib_module_names)


_version = cache(version)


def standalone(drawn: str, prefix: str, alt: str) -> str:
    """Turn a drawing of a page into an image of its own: light colours on a light ground."""
    from byhand.show.palette import colours

    light = colours("default")
    drawn = svg.with_prefix(drawn, prefix).replace("currentColor", light["ink"])
    drawn = re.sub(r"var\(--bh-([\w-]+)(?:, *#\w+)?\)", lambda found: light[found[1]], drawn)
    head, _, inside = drawn.partition(">")
    view = re.search(r'viewBox="([^"]+)"', head)
    if view is None:
        raise ValueError(f"a drawing needs a viewBox; got {head}>")
    x, y, width, height = view[1].split()
    ground = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{light["paper"]}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view[1]}" width="{width}" '
        f'height="{height}" font-family="sans-serif" role="img" aria-label="{html.escape(alt)}">'
        f"{ground}{inside}"
    )
