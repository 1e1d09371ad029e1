"""Where the course uses the library: read from the blocks themselves, by their syntax trees."""

import ast
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.utils import get_relative_url

from byhand_site import outputs, pages, tokens
from byhand_site.pages import Page
from byhand_site.paths import ROOT

if TYPE_CHECKING:
    from byhand_site.session import Session

SRC = ROOT / "src"

_OBJECT = re.compile(
    r'(<h\d id="(?P<name>byhand[\w.]+)" class="doc doc-heading">(?:(?!<h\d ).)*?)'
    r'(?=<div class="doc doc-contents)',
    re.DOTALL,
)

_WORD = re.compile(
    r'<h2 id="(?P<id>[\w-]+)">(?P<word>\w)(?:(?!</h2>).)*</h2>(?:(?!<h2 |</article>).)*?</p>'
    r"(?=\s*(?:<h2 |</article>|<[^p]))",
    re.DOTALL,
)


@cache
def file_of(name: str) -> Path | None:
    """Find the file of a module of ours; None where it is no module."""
    path = SRC.joinpath(*name.split("."))
    for found in (path.with_suffix(".py"), path / "__init__.py"):
        if found.is_file():
            return found
    return None


@cache
def _tree(name: str) -> ast.Module:
    path = file_of(name)
    assert path is not None, name
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _defined(module: str) -> Mapping[str, ast.stmt]:
    """Statements that define a module's own names."""
    found: dict[str, ast.stmt] = {}
    for node in _tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = (part for target in targets for part in ast.walk(target))
            found |= {part.id: node for part in names if isinstance(part, ast.Name)}
    return found


def _imported(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Whole names behind the names that imports of ours bind, wherever they stand."""
    found = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.split(".")[0]
                found[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return {bound: whole for bound, whole in found.items() if whole.split(".")[0] == "byhand"}


@cache
def resolve(name: str) -> str:
    """Follow a whole name to where it is defined; what is asked of an object is left out.

    Parameters
    ----------
    name : str
        Such as ``byhand.MLP.from_sizes``.

    Returns
    -------
    str
        Such as ``byhand.mlp.MLP``; a module's own name; or nothing, where there is no such name.
    """
    parts = name.split(".")
    length = max((n for n in range(len(parts) + 1) if file_of(".".join(parts[:n]))), default=0)
    module = ".".join(parts[:length])
    if not length or length == len(parts):
        return module
    if parts[length] in _defined(module):
        return f"{module}.{parts[length]}"
    whole = _imported(ast.walk(_tree(module))).get(parts[length])
    return resolve(".".join([whole, *parts[length + 1 :]])) if whole else ""


def public(module: str) -> list[str]:
    """Names that a module offers: those of its ``__all__``, else its own without underscore."""
    own = _defined(module)
    if "__all__" in own:
        listed = own["__all__"]
        assert isinstance(listed, ast.Assign)
        return [str(name) for name in ast.literal_eval(listed.value)]
    return [name for name in own if not name.startswith("_")]


def is_alias(module: str, name: str) -> bool:
    """Tell whether a name only abbreviates a type: an annotation's shorthand, used in others."""
    node = _defined(module).get(name)
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    if isinstance(node, ast.AnnAssign):
        return "TypeAlias" in ast.unparse(node.annotation)
    if isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func) == "TypeVar"
    kinds = {"Callable", "Sequence", "Mapping", "NDArray", "tuple", "dict", "list"}
    return isinstance(node.value, ast.Subscript) and ast.unparse(node.value.value) in kinds


@cache
def names_in(source: str) -> frozenset[str]:
    """Find the objects of ours that a piece of code names, by where they are defined."""
    if "byhand" not in source:
        return frozenset()
    nodes = [*ast.walk(ast.parse(source))]
    bound = _imported(nodes)
    chains = {*bound.values()}
    for node in nodes:
        attributes, inner = [], node
        while isinstance(inner, ast.Attribute):
            attributes.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name) and inner.id in bound:
            chains.add(".".join([bound[inner.id], *reversed(attributes)]))
    found = {resolve(chain) for chain in chains}
    return frozenset(name for name in found if name and file_of(name) is None)


@cache
def needs(name: str) -> frozenset[str]:
    """Find what an object of a worked example is made of: all of its module that it names."""
    module, _, own = name.rpartition(".")
    found, waiting = set(), [own]
    while waiting:
        at = waiting.pop()
        if at in found or at not in _defined(module):
            continue
        found.add(at)
        within = ast.walk(_defined(module)[at])
        waiting += [node.id for node in within if isinstance(node, ast.Name)]
    return frozenset(f"{module}.{part}" for part in found)


def of_page(page: Page, rendered: str = "") -> set[str]:
    """Find the objects that a page uses.

    Parameters
    ----------
    page : Page
        Its blocks and show blocks name objects; the numbers that it quotes and the given values
        that it is held to come out of a worked example's module.
    rendered : str
        What its show blocks gave: they quote numbers too.

    Returns
    -------
    set of str
        Whole names.
    """
    code = (block.source for block in page.blocks if block.language != "view")
    found = {name for source in code for name in names_in(source)}
    texts = [text for text, _ in page.texts()]
    quoted = [token for text in [*texts, rendered] for token, _ in tokens.find(text)]
    keys = {token.name.split(".")[0] for token in quoted if token.sign != "="}
    found |= {resolve(f"byhand.worked.{name}.numbers") for name in keys}
    found |= {resolve(f"byhand.worked.{name}.declared") for name in page.examples}
    worked = {name for name in found if name.startswith("byhand.worked.")}
    return found.union(*map(needs, worked))


def of_lab(path: Path) -> set[str]:
    """Find the objects that a notebook uses."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return {name for source in code for name in names_in(source)}


def places(found: Mapping[str, Page], docs: Path) -> dict[str, list[str]]:
    """Source paths of the pages and labs that use each object, in the course's order."""
    by_page = {
        path: of_page(page, "\n".join(outputs.load(docs, path).values()))
        for path, page in found.items()
    }
    by_page |= {lab: of_lab(docs / lab) for lab in pages.labs(docs)}
    used: dict[str, list[str]] = {}
    for path in sorted(by_page):
        for name in by_page[path]:
            used.setdefault(name, []).append(path)
    return used


def label(path: str) -> str:
    """Name a page or lab in a word or two, for a link to it: "chapter 3", "lab of chapter 5"."""
    number = re.match(r"(\d+)-", path)
    if number:
        return f"{'lab of ' if path.endswith('.ipynb') else ''}chapter {int(number[1])}"
    return path.rsplit("/", 1)[-1].partition(".")[0]


def _links(paths: list[str], url: str, session: "Session") -> Iterator[str]:
    for path in paths:
        heading = re.search(
            r"(?m)^# ([^{\n]+)", session.pages[path].text if path in session.pages else ""
        )
        title = f' title="{html.escape(heading[1].strip())}"' if heading else ""
        there = get_relative_url(re.sub(r"\.(md|ipynb)$", ".html", path), url)
        yield f'<a href="{html.escape(there)}"{title}>{html.escape(label(path))}</a>'


def chapters_of_words(found: Mapping[str, Page]) -> dict[str, list[str]]:
    """Source paths of the chapters that lead to each word of the glossary, in their order."""
    used: dict[str, list[str]] = {}
    for path in sorted(path for path in found if re.match(r"\d+-", path)):
        for word in dict.fromkeys(re.findall(r"glossary\.md#([\w-]+)\)", found[path].text)):
            used.setdefault(word, []).append(path)
    return used


def words(output: str, path: str, url: str, session: "Session") -> str:
    """Give the glossary its letters, and each word the first chapters that lead to it.

    Parameters
    ----------
    output : str
        HTML of the page.
    path, url : str
        Its source and its address; other pages than the glossary stay as they are.
    session : Session
        Whose pages are searched.

    Returns
    -------
    str
    """
    if path != "glossary.md":
        return output
    used = chapters_of_words(session.pages)
    letters: dict[str, str] = {}

    def said(match: re.Match[str]) -> str:
        letters.setdefault(match["word"][0].upper(), match["id"])
        links = ", ".join(_links(used.get(match["id"], [])[:3], url, session))
        return match[0] + (f'\n<p class="used-in">In {links}</p>' if links else "")

    output = _WORD.sub(said, output)
    jumps = " ".join(f'<a href="#{there}">{letter}</a>' for letter, there in letters.items())
    return output.replace("</h1>", f'</h1>\n<p class="letters">{jumps}</p>', 1)


def add(output: str, path: str, url: str, session: "Session") -> str:
    """Say at every object of a page of the reference which chapters use it.

    Parameters
    ----------
    output : str
        HTML of the page.
    path : str
        Its source; pages that are not of the reference stay as they are.
    url : str
        Its address, which the links start from.
    session : Session
        Whose pages are searched.

    Returns
    -------
    str
    """
    if not path.startswith("reference/"):
        return output
    used = session.used = session.used or places(session.pages, session.docs)

    def said(match: re.Match[str]) -> str:
        whole = resolve(match["name"])
        own = match["name"].rpartition(".")[2]
        if whole not in used or not whole.endswith(f".{own}"):  # a method is its class's
            return match[0]
        links = ", ".join(_links(used[whole], url, session))
        return f'{match[0]}<p class="used-in">Used in {links}</p>\n'

    return _OBJECT.sub(said, output)
