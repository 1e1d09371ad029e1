"""The filter of the ledger: what each entry carries for it, and its form.

A script shows the form and hides entries (assets/js/ledger.js); without it the whole page reads.
"""

import html
import re
from collections.abc import Iterable

from byhand_site import pages, usage
from byhand_site.paths import DOCS

VERDICTS = (
    "reproduced",
    "rounded chain",
    "wrong",
    "not printed",
    "not answered",
    "true",
    "false",
    "depends",
)
"""Verdicts on numbers, then on claims."""


def chapter(page: str) -> str:
    """Name a page: "chapter 5", "home", "glossary"."""
    return "home" if page == "index.md" else usage.label(page)


def marks(says: Iterable[tuple[int, str]], used: Iterable[str]) -> str:
    """Write the attributes that the filter reads.

    Parameters
    ----------
    says : iterable of (int, str)
        For each place in a source: the document and the verdict.
    used : iterable of str
        Pages that use the entry.

    Returns
    -------
    str
        Such as ``data-says="0 wrong|2 reproduced" data-chapters="5 7"``.
    """
    pairs = "|".join(dict.fromkeys(f"{doc} {verdict}" for doc, verdict in says))
    numbers = " ".join(dict.fromkeys(found[1] for page in used if (found := _number(page))))
    return f'data-says="{html.escape(pairs)}" data-chapters="{numbers}"'


def _number(page: str) -> re.Match[str] | None:
    return re.match(r"0?(\d+)-", page)


def form() -> str:
    """Write the form; it is hidden until its script is there."""
    written = sorted(int(found[1]) for page in pages.load(DOCS)[0] if (found := _number(page)))
    choices = {
        "source": [(str(doc), f"document {doc}") for doc in range(5)] + [("none", "no document")],
        "chapter": [(str(number), str(number)) for number in written],
        "verdict": [(verdict, verdict) for verdict in VERDICTS],
    }
    selects = "".join(_select(name, options) for name, options in choices.items())
    return (
        f'<form class="ledger-filter" role="search" aria-label="Filter the ledger" hidden>{selects}'
        '<button type="reset">Show all</button><output aria-live="polite"></output></form>'
        '<script src="assets/js/ledger.js" defer></script>'
    )


def _select(name: str, options: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{value}">{text}</option>' for value, text in options)
    return (
        f"<label>{name.capitalize()} "
        f'<select name="{name}"><option value="">any</option>{listed}</select></label>'
    )
