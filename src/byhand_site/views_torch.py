"""The PyTorch listings of the last chapter: code, what it printed, and when that was verified.

PyTorch is no dependency of the site. A job that has it (``scripts/test.py --with torch``) runs the
listings and stores what they printed. Here each is held to its stored run: to the code, and to the
numbers that byhand computes.
"""

import hashlib
import html
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from byhand_site import ledger, tokens
from byhand_site.paths import DOCS, data

FOLDER = "19-libraries/torch"
"""Where the listings are, below docs."""

STORED = "torch.toml"
"""What the job wrote."""

_EXPECTED = "torch_outputs.toml"
_AGAIN = "run them with PyTorch: python3 scripts/test.py --with torch --store"


def names(docs: Path = DOCS) -> list[str]:
    """Names of the listings."""
    return sorted(path.stem for path in (docs / FOLDER).glob("*.py"))


def code(name: str, docs: Path = DOCS) -> str:
    """Read a listing."""
    return (docs / FOLDER / f"{name}.py").read_text(encoding="utf-8")


def digest(source: str) -> str:
    """Hash a listing, whatever the system's line endings."""
    return hashlib.sha256(source.encode()).hexdigest()


def template(name: str, docs: Path = DOCS) -> str:
    """Read what a listing shall print, with tokens in the place of numbers."""
    return str(_read(docs, _EXPECTED)[name]).strip("\n")


def expected(name: str, docs: Path = DOCS) -> str:
    """Write what a listing shall print, with the ledger's texts of the numbers."""
    entries = _entries(docs)
    return tokens.TOKEN.sub(lambda token: entries[token["name"]].text, template(name, docs))


def problem(name: str, docs: Path = DOCS) -> str:
    """Say why the stored run of a listing doesn't stand for it; an empty text if it does."""
    run = _read(docs, STORED)["listing"].get(name)
    if run is None:
        return f"{name}.py was never run"
    if run["sha256"] != digest(code(name, docs)):
        return f"{name}.py is other code than PyTorch has run"
    if run["output"].strip("\n") != expected(name, docs):
        return f"PyTorch has printed something else than is expected of {name}.py"
    return ""


def listing(name: str) -> str:
    """Show a listing, its output with the course's numbers in it, and where it was verified.

    Raises
    ------
    ValueError
        If the stored run doesn't stand for it.
    """
    if found := problem(name):
        raise ValueError(f"{found}; {_AGAIN}")
    lines = [html.escape(line, quote=False) for line in template(name).split("\n")]
    output = "<br>".join(line.replace("  ", "&nbsp; ") for line in lines)
    return (
        f'<div class="block" markdown="1">\n\n```python title="{name}.py"\n{code(name)}```\n\n'
        f'<div class="block-output" tabindex="0">{output}</div>\n\n</div>\n\n'
        f'<p class="chapter-download">{_when()} '
        f'<a href="torch/{name}.py" download>Download {name}.py</a></p>'
    )


def _when() -> str:
    run = _read(DOCS, STORED)["run"]
    return (
        f"Last verified on {run['date']} with PyTorch {run['torch']}, "
        f"{run['python'].replace('CPython', 'Python')}."
    )


def _read(docs: Path, name: str) -> Mapping[str, Any]:
    return tomllib.loads((data(docs) / name).read_text(encoding="utf-8"))


@cache
def _entries(docs: Path) -> Mapping[str, ledger.Entry]:
    return ledger.load(docs)[0]
