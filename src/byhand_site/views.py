"""Pages about the site itself: the ledger, the errata, what it was verified with.

Called from view blocks; each function returns Markdown or HTML with tokens.
"""

import html
import platform
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from itertools import groupby

from byhand_site import (
    claims,
    contradictions,
    digits,
    ledger,
    pages,
    publish,
    tokens,
    topics,
    uses,
    views_filter,
)
from byhand_site.ledger import Entry, Source
from byhand_site.paths import DOCS
from byhand_site.uses import Use

GUARD = "tests/test_numbers.py::test_the_printed_text_is_the_correct_rounding_of_the_oracle"
"""The test that holds each number to its oracle."""
FAULTY = {"false", "depends"}
"""Verdicts on claims that the errata list."""


@cache
def _entries() -> Mapping[str, Entry]:
    return ledger.load(DOCS)[0]


@cache
def _used() -> Mapping[str, list[Use]]:
    """Where each key is used."""
    return uses.everywhere(_entries(), DOCS)


def _n_blocks() -> int:
    found, _ = pages.load(DOCS)
    blocks = [block for page in found.values() for block in page.blocks]
    return sum(block.language == "python" for block in blocks) + len(pages.labs(DOCS))


def proof() -> str:
    """Say in one line why to trust the course; each count leads to what is counted."""
    n_errata = len([*_misprints(), *_claims(FAULTY), *contradictions.load(DOCS)])
    parts = [
        (len(_entries()), "numbers confirmed", "ledger.html"),
        (len(claims.load(DOCS)), "statements tested", "ledger.html#claims"),
        (_n_blocks(), "pieces of code run", "#how-do-you-run-a-block"),
        (n_errata, "errata of the sources", "errata.html"),
    ]
    made = [f'<a href="{to}"><strong>{count:,}</strong> {text}</a>' for count, text, to in parts]
    return f'<p class="home__proof">{" ".join(made)}</p>'


def stamp() -> str:
    """Say what this site was verified with, and how much of it."""
    found, _ = pages.load(DOCS)
    exercises = sum(page.body.count("!!! exercise") for page in found.values())
    rows = [
        ("numbers computed, compared and confirmed", len(_entries())),
        ("code blocks run alone, output compared", _n_blocks()),
        ("exercises with answers", exercises),
    ]
    items = "".join(f"<li><strong>{count}</strong> {text}</li>" for text, count in rows)
    versions = {"Python": platform.python_version()}
    versions |= {name: version(name.lower()) for name in ("NumPy", "Matplotlib")}
    with_ = " · ".join(f"{name} {number}" for name, number in versions.items())
    return f'<div class="stamp"><ul>{items}</ul><p>Verified with {with_}</p></div>'


def install() -> str:
    """Say how to install the package from the wheel that this site carries."""
    name = publish.wheel_name()
    return (
        f'Download <a href="dist/{name}" download>its wheel</a> and install it, '
        "with Matplotlib for the figures:\n\n"
        f"```text\npython -m pip install {name} matplotlib\n```\n"
    )


def numbers() -> str:
    """All numbers of the ledger, by example and section of the key."""
    made = []
    groups: dict[str, list[Entry]] = {}  # a file may come back to a group: it stands once here
    for entry in _entries().values():
        groups.setdefault(_group(entry), []).append(entry)
    for group, entries in groups.items():
        made.append(f"\n## {_heading(group)} {{#{group.replace('.', '-')}}}\n")
        made += [_number(entry) for entry in entries]
    return "\n".join(made)


def _group(entry: Entry) -> str:
    parts = entry.key.split(".")
    return (
        ".".join(parts[:2]) if len(parts) > 2 and re.fullmatch(r"[se]\d+", parts[1]) else parts[0]
    )


def _heading(group: str) -> str:
    name, _, part = group.partition(".")
    if not part:
        return f"{name}: as a whole"
    one = "customer" if name in {"churn", "descent"} else "sample"
    return f"{name}: {'epoch' if part.startswith('e') else one} {part[1:]}"


def _number(entry: Entry) -> str:
    rows = [
        ("value", f"{{@{entry.key} {tokens.VALUE}}} ({entry.kind})"),
        ("computed as", html.escape(entry.compute)),
        ("confirmed by", html.escape(entry.oracle)),
        ("used on", _links(entry.key)),
        *((f"source {source.doc}", _source(source)) for source in entry.source),
    ]
    kept = [f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in rows if text]
    body, size = "".join(kept), f'style="--rows: {len(kept)}"'  # see ledger.css
    return (
        f'<section class="ledger-entry" id="{entry.key}" {_marks(entry)} {size}>'
        f"<h3><code>{entry.key}</code> "
        f'<span class="ledger-entry__text">{html.escape(entry.shown)}</span></h3>'
        f"<p>{html.escape(entry.meaning)}</p><dl>{body}</dl></section>\n"
    )


def _marks(entry: Entry) -> str:
    says = [(source.doc, source.verdict) for source in entry.source]
    return views_filter.marks(says, [use.page for use in _used().get(entry.key, [])])


def _links(key: str) -> str:
    return ", ".join(
        f'<a href="{use.page.removesuffix(".md")}.html#{use.anchor}">'
        f"{html.escape(views_filter.chapter(use.page))}</a> ({html.escape(_plain(use.title))})"
        for use in _used().get(key, [])
    )


def _plain(title: str) -> str:
    """Show a heading's text without what a heading may hold besides."""
    return re.sub(r"\{[@!=?]([^{}]*)\}|[`$*]", "", title)


def _source(source: Source) -> str:
    printed = f" prints “{digits.typeset(source.printed)}”" if source.printed else ""
    text = html.escape(f"{source.place}{printed}")
    return " ".join([f"{text}:", _verdict(source.verdict), html.escape(_why(source))]).strip()


def _reasons(source: Source) -> list[str]:
    """List chain and reason, without their last dots."""
    return [text.strip().rstrip(".") for text in (source.chain, source.reason) if text]


def _why(source: Source) -> str:
    """Join chain and reason as sentences."""
    return " ".join(f"{text}." for text in _reasons(source))


def _verdict(verdict: str) -> str:
    return f'<span class="verdict" data-verdict="{verdict}">{verdict}</span>'


def errata() -> str:
    """Every printed number of a source that is wrong or holds only with rounding on the way."""
    made = []
    for doc, printed in groupby(_misprints(), lambda found: found[1][0].doc):
        made.append(f"\n## Source {doc}: numbers {{#source-{doc}-numbers}}\n")
        made += [_erratum(entry, sources) for entry, sources in printed]
    return "\n".join(made)


def _misprints() -> list[tuple[Entry, list[Source]]]:
    """List the printed texts that do not hold, by document, each with all places of one text."""
    found: dict[tuple[int, str, str], tuple[Entry, list[Source]]] = {}
    for entry in _entries().values():
        for source in entry.source:
            if source.verdict in {"wrong", "rounded chain"}:
                name = (source.doc, entry.key, source.printed)
                found.setdefault(name, (entry, []))[1].append(source)
    return sorted(found.values(), key=lambda one: one[1][0].doc)


def _erratum(entry: Entry, sources: list[Source]) -> str:
    """One printed text that does not hold, with all the places where it stands."""
    first = sources[0]
    number = entry.source.index(first) + 1
    token = f"{{!{entry.key} {number}}}" if number > 1 else f"{{!{entry.key}}}"
    places = "; ".join(source.place for source in sources)
    texts = [*dict.fromkeys(text for source in sources for text in _reasons(source))]
    whole = [text for text in texts if not any(o != text and o.startswith(text) for o in texts)]
    reasons = " ".join(f"{text}." for text in whole)
    verdict = (
        f"should be {{@{entry.key}}}" if first.verdict == "wrong" else "by rounding on the way"
    )
    name = f"erratum-{first.doc}-{entry.key.replace('.', '-')}-{number}"
    return (
        f"### {token} {verdict} {{#{name}}}\n\n"
        f"{_verdict(first.verdict)} {places}: {entry.meaning}. The value is {{@{entry.key}}}.\n\n"
        f"{reasons}\n\nGuarded by `{GUARD}[{entry.key}]`.\n{{ .guard }}\n"
    )


def false_claims() -> str:
    """Every statement of a source that an experiment refutes or restricts."""
    return "\n".join(_claims(FAULTY))


def all_claims() -> str:
    """Every claim of the ledger with its verdict."""
    return "\n".join(_claims({"true", "false", "depends"}))


def own_claims() -> str:
    """Statements of the course itself that a test holds, as a list."""
    return "\n".join(
        f'- <span id="claim-{name}">{claim["text"]}</span><br>`{claim["experiment"]}`{{ .guard }}'
        for name, claim in claims.load(DOCS).items()
        if not claims.is_source(claim)
    )


def _claims(verdicts: set[str]) -> Iterator[str]:
    for name, claim in claims.load(DOCS).items():
        if claims.is_source(claim) and claim["verdict"] in verdicts:
            said = [(doc, claim["verdict"]) for doc in claims.documents(claim)]
            marks = views_filter.marks(said, [claim["page"]])
            yield (
                f'<section class="ledger-claim" {marks} markdown="1">\n\n'
                f"### {claim['text']} {{#claim-{name}}}\n\n"
                f"{_verdict(claim['verdict'])} Source {claim['doc']}, {claim['place']}.\n\n"
                f"{claim['finding']}\n\nSee {_chapter(claim['page'])}. "
                f"Decided by `{claim['experiment']}`.\n{{ .guard }}\n\n</section>\n"
            )


@cache
def _chapter(page: str) -> str:
    """Link the section of a chapter that lists what its sources say."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = [heading for heading in topics.headings(text) if "source" in heading.title.lower()]
    anchor = f"#{found[-1].id}" if found else ""
    there = f"{page.removesuffix('.md')}.html{anchor}"
    return f'<a href="{there}">{html.escape(views_filter.chapter(page))}</a>'
