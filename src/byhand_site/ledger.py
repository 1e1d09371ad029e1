"""The ledger: every number the site prints, its expected text, and the value computed now."""

import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from byhand_site import digits
from byhand_site.failures import Failure
from byhand_site.fences import Block
from byhand_site.paths import DOCS, ROOT, data

KINDS = {"exact", "trained", "measured"}
VERDICTS = {"reproduced", "rounded chain", "wrong", "not printed", "not answered"}
UPDATE = "if the new value is right: python3 scripts/update.py"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a source document prints the number, and what we make of it."""

    doc: int
    place: str
    verdict: str
    printed: str = ""
    chain: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of the ledger.

    Parameters
    ----------
    key : str
        For example "churn.s1.z1_1".
    text : str
        As printed, in ASCII; the value is held to its digits.
    kind, meaning, compute, oracle : str
        See the ledger page. Where `of` is given, they default to that entry's.
    of : str
        Another key whose value this entry prints in another form.
    source : tuple of Source
        Places where a source prints it.
    file : str
        Ledger file, relative to docs.
    line : int
        Line of the entry in that file.
    """

    key: str
    text: str
    kind: str
    meaning: str
    compute: str
    oracle: str
    of: str
    source: tuple[Source, ...]
    file: str
    line: int

    @property
    def value_key(self) -> str:
        """Key under which the value is computed."""
        return self.of or self.key

    @property
    def shown(self) -> str:
        """The text as prose prints it."""
        return digits.typeset(self.text)


_OWN = {"text", "kind", "meaning", "compute", "oracle", "of", "source"}
_REQUIRED = ("kind", "meaning", "compute", "oracle")


def load(docs: Path = DOCS) -> tuple[dict[str, Entry], list[Failure]]:
    """Read all ledger files below `docs`.

    Returns
    -------
    dict of str to Entry, list of Failure
        Well-formed entries by key, and what is malformed.
    """
    entries: dict[str, Entry] = {}
    failures: list[Failure] = []
    for path in sorted((data(docs) / "ledger").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(docs).as_posix()
        lines = _lines(text)
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            failures.append(Failure(name, 0, f"this is no TOML: {error}"))
            continue
        for key, table in tables.items():
            line = lines.get(key, 0)
            base = _base(tables, table)
            problem = _problem(table, base, key in entries)
            if problem:
                failures.append(Failure(name, line, f"{key}: {problem}"))
            else:
                entries[key] = _entry(key, table, base, name, line)
    return entries, failures


def _lines(text: str) -> dict[str, int]:
    """Find the line of each entry."""
    heads = ((re.match(r'\["(.+)"\]', line), n) for n, line in enumerate(text.split("\n"), 1))
    return {head[1]: number for head, number in heads if head}


def _base(tables: Mapping[str, Any], table: Any) -> Mapping[str, Any]:
    """Find the entry that lends an entry what it doesn't say itself."""
    named = tables.get(str(table.get("of", ""))) if isinstance(table, dict) else None
    return named if isinstance(named, dict) else {}


def _problem(table: Any, base: Mapping[str, Any], double: bool) -> str:
    """Say what is wrong with an entry's table; an empty text if nothing is."""
    if double:
        return "this key is used twice"
    if not isinstance(table, dict):
        return f"an entry must be a table; got {table!r}"
    if "of" in table and not base:
        return f"it is of {table['of']!r}, which this file doesn't have"
    return _field_problem({**base, **table})


def _field_problem(table: Mapping[str, Any]) -> str:
    unknown = sorted(set(table) - _OWN)
    if unknown:
        return f"unknown field {unknown[0]!r}"
    missing = [name for name in ("text", *_REQUIRED) if not isinstance(table.get(name), str)]
    if missing:
        return f"field {missing[0]!r} is missing"
    if table["kind"] not in KINDS:
        return f"kind must be one of {sorted(KINDS)}; got {table['kind']!r}"
    sources = table.get("source", [])
    if not isinstance(sources, list) or not all(isinstance(source, dict) for source in sources):
        return f'the source must be a list of tables [["….source"]]; got {sources!r}'
    return _source_problem(sources)


def _source_problem(sources: list[dict[str, Any]]) -> str:
    known = {field.name for field in fields(Source)}
    for source in sources:
        if set(source) - known or not {"doc", "place", "verdict"} <= set(source):
            return f"a source needs doc, place, verdict (and printed, chain, reason); got {source}"
        verdict = source["verdict"]
        if verdict not in VERDICTS:
            return f"verdict must be one of {sorted(VERDICTS)}; got {verdict!r}"
        if verdict in {"reproduced", "rounded chain", "wrong"} and "printed" not in source:
            return f"verdict {verdict!r} needs the printed text"
        if verdict == "wrong" and not source.get("reason"):
            return "verdict 'wrong' needs a reason"
        if verdict == "rounded chain" and not source.get("chain"):
            return "verdict 'rounded chain' needs the chain"
    return ""


def _entry(
    key: str, table: Mapping[str, Any], base: Mapping[str, Any], file: str, line: int
) -> Entry:
    merged = {**base, **table}
    sources = tuple(Source(**source) for source in table.get("source", []))
    described = {name: merged[name] for name in _REQUIRED}
    return Entry(
        key=key,
        text=table["text"],
        **described,
        of=table.get("of", ""),
        source=sources,
        file=file,
        line=line,
    )


def examples(entries: Mapping[str, Entry]) -> list[str]:
    """Names of the worked examples the ledger speaks of: the first part of its keys."""
    return sorted({key.split(".")[0] for key in entries})


def worked(entries: Mapping[str, Entry]) -> list[str]:
    """Names of the examples that have a module in `byhand.worked`."""
    known = {
        module.name for module in pkgutil.iter_modules([str(ROOT / "src" / "byhand" / "worked")])
    }
    return sorted(known.intersection(examples(entries)))


def jobs(entries: Mapping[str, Entry]) -> list[Block]:
    """Make a block of each worked example that computes its numbers, to run beside the pages'."""
    return [
        Block(
            "numbers", name, "numbers", 1, f"from byhand.worked import {name}\n{name}.numbers()", {}
        )
        for name in worked(entries)
    ]


def values(entries: Mapping[str, Entry]) -> dict[str, float]:
    """Compute every number here and now; a build computes them by `jobs`."""
    computed: dict[str, float] = {}
    for name in worked(entries):
        computed.update(importlib.import_module(f"byhand.worked.{name}").numbers())
    return computed


def check(entries: Mapping[str, Entry], computed: Mapping[str, float]) -> list[Failure]:
    """Hold each entry's text to the value computed now.

    Returns
    -------
    list of Failure
        Other digits, no value, a value on a rounding edge, a value without an entry.
    """
    failures = [failure for entry in entries.values() for failure in _check(entry, computed)]
    named = {entry.value_key for entry in entries.values()}
    for key in sorted(set(computed) - named):
        todo = f'add ["{key}"] to the ledger, or drop it from numbers()'
        place = f"byhand.worked.{key.split('.')[0]}"
        failures.append(Failure(place, 0, f"{key} has no entry in the ledger", todo=todo))
    return failures


def _check(entry: Entry, computed: Mapping[str, float]) -> Iterator[Failure]:
    def failure(what: str, expected: str = "", got: str = "", todo: str = UPDATE) -> Failure:
        return Failure(entry.file, entry.line, f"{entry.key}: {what}", expected, got, todo)

    if entry.value_key not in computed:
        yield failure("no such number is computed", todo="fix the key, or add it to numbers()")
        return
    value = computed[entry.value_key]
    try:
        now = digits.as_text(value, entry.text)
    except ValueError as error:
        yield failure(str(error), todo="mend the entry's text")
        return
    if now != entry.text:
        yield failure("the value prints other digits", entry.text, f"{now} (value {value!r})")
    elif digits.on_edge(value, entry.text):
        yield failure(
            f"{value!r} lies on a rounding edge of {entry.text}",
            todo="print one digit more or fewer",
        )
