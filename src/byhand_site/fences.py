"""Fences of a page, read strictly: what Markdown would silently pass is an error here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from byhand_site.failures import Failure

EXECUTED = {"python", "show", "view"}
PLAIN = {"text", "console", "toml", "latex", "html", "markdown", "bibtex", "pycon"}

_OPEN = re.compile(r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})(?P<info>[^\n]*)$")
_HIDDEN = re.compile(r"^[ \t]*(?:>|[-*+][ \t]|\d+[.)][ \t])[> \t]*(?:`{3,}[^`]*|~{3,}.*)$")
_INFO = re.compile(r"(?P<language>[\w+-]+)(?P<options>(?:\s+[a-z][a-z0-9-]*=\"[^\"]*\")*)\s*")
_OPTION = re.compile(r"([a-z][a-z0-9-]*)=\"([^\"]*)\"")
_ID = re.compile(r"[a-z][a-z0-9-]*")
_OPTIONS = {
    "python": re.compile(r"exec|id|title|caption|alt\d*"),
    "show": re.compile(r"id|caption|alt"),
    "view": re.compile(r"id"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One executed fence: a block, a show block or a view.

    Parameters
    ----------
    page : str
        Source path of the page, relative to docs ("05-forward-pass/index.md").
    name : str
        The fence's id.
    language : str
        "python", "show" or "view".
    line : int
        Line of the opening fence in the file, counted from 1.
    source : str
        The code, dedented.
    options : dict
        The fence's other options: title, caption, alt.
    """

    page: str
    name: str
    language: str
    line: int
    source: str
    options: dict[str, str]

    @property
    def id(self) -> str:
        """Block id: the page's path without .md, then the fence's id."""
        return f"{self.page.removesuffix('.md')}/{self.name}"

    def alts(self) -> list[str]:
        """Return the accessible names of the figures, in order: alt, alt2, alt3."""
        names = [name for name in self.options if name.startswith("alt")]
        return [self.options[name] for name in sorted(names, key=lambda name: (len(name), name))]


@dataclass(frozen=True, slots=True)
class Fence:
    """A fence as it stands in a page: 0-based lines [start, end) with its opening and closing."""

    start: int
    end: int
    indent: str
    info: str
    body: list[str]
    closed: bool


def find(lines: list[str]) -> Iterator[Fence]:
    """Yield the fences of a page, nested content counted as content."""
    at = 0
    while at < len(lines):
        match = _OPEN.match(lines[at])
        if match is None or ("`" in match["info"] and match["ticks"][0] == "`"):
            at += 1
            continue
        end = _closing(lines, at + 1, match["ticks"])
        body = [line.removeprefix(match["indent"]) for line in lines[at + 1 : end]]
        closed = end < len(lines)
        yield Fence(at, end + closed, match["indent"], match["info"].strip(), body, closed)
        at = end + 1


def _closing(lines: list[str], at: int, ticks: str) -> int:
    for number in range(at, len(lines)):
        stripped = lines[number].strip()
        if len(stripped) >= len(ticks) and set(stripped) == {ticks[0]}:
            return number
    return len(lines)


def blocks(page: str, text: str) -> tuple[list[Block], list[Failure]]:
    """Read the executed fences of a page.

    Parameters
    ----------
    page : str
        Source path, relative to docs.
    text : str
        The whole file, front matter included, so that lines count as an editor counts them.

    Returns
    -------
    list of Block, list of Failure
        What runs, and every fence that is malformed.
    """
    found: list[Block] = []
    failures: list[Failure] = []
    lines = text.split("\n")
    everything = [*find(lines)]
    failures += _hidden(page, lines, everything)
    for fence in everything:
        problem = _problem(fence, {block.name for block in found})
        if problem:
            failures.append(Failure(page, fence.start + 1, problem, got=f"```{fence.info}"))
        elif _language(fence) in EXECUTED:
            options = dict(_OPTION.findall(fence.info))
            name, source = options.pop("id"), "\n".join(fence.body)
            options.pop("exec", None)
            found.append(Block(page, name, _language(fence), fence.start + 1, source, options))
    return found, sorted(failures, key=lambda failure: failure.line)


def _hidden(page: str, lines: list[str], everything: list[Fence]) -> Iterator[Failure]:
    """Yield fences that Markdown may see where we don't look: behind a quotation or list mark."""
    inside = {number for fence in everything for number in range(fence.start, fence.end)}
    for number, line in enumerate(lines):
        if number not in inside and _HIDDEN.match(line):
            what = "a fence begins on a line of its own, not behind the mark of a quotation or list"
            yield Failure(page, number + 1, what, got=line.strip())


def _language(fence: Fence) -> str:
    match = _INFO.fullmatch(fence.info)
    return match["language"] if match else ""


def _problem(fence: Fence, names: set[str]) -> str:
    """Say what is wrong with a fence; an empty text if nothing is."""
    if not fence.closed:
        return "this fence is never closed"
    language = _language(fence)
    if not language:
        return 'a fence needs a language and options like id="…" with double quotes'
    if language in PLAIN:
        return ""
    if language not in EXECUTED:
        known = ", ".join(sorted(EXECUTED | PLAIN))
        return f"unknown fence language {language!r}; known are {known}"
    return _option_problem(language, dict(_OPTION.findall(fence.info)), names)


def _option_problem(language: str, options: dict[str, str], names: set[str]) -> str:
    unknown = [name for name in options if not _OPTIONS[language].fullmatch(name)]
    if unknown:
        return f"unknown option {unknown[0]!r} of a {language} fence"
    if language == "python" and options.get("exec") != "on":
        return 'every Python fence is executed: it needs exec="on"'
    name = options.get("id", "")
    if not _ID.fullmatch(name):
        return f'a {language} fence needs an id="…" of a-z, 0-9 and -; got {name!r}'
    if name in names:
        return f"the id {name!r} is used twice on this page"
    return ""
