"""Claims of the sources, and statements of the course: each has an experiment, which is a test."""

import re
import tomllib
from pathlib import Path
from typing import Any

from byhand_site.paths import DOCS, data

FIELDS = {"text", "doc", "place", "verdict", "finding", "experiment", "page"}
OWN = {"text", "experiment", "page"}
"""Fields of a statement of the course itself; it has no verdict: it is false if its test fails."""
VERDICTS = {"true", "false", "depends"}


def load(docs: Path = DOCS) -> dict[str, dict[str, Any]]:
    """Read the claims of all chapters, a file each, by id; the course's own have no ``doc``.

    Raises
    ------
    ValueError
        If a claim lacks a field, has an unknown one, or an unknown verdict.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((data(docs) / "claims").glob("*.toml")):
        for name, claim in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"claim {name} stands in {path.name} and in another file")
            found[name] = claim
    for name, claim in found.items():
        if set(claim) not in (FIELDS, OWN):
            raise ValueError(
                f"claim {name} needs the fields {sorted(FIELDS)}, or, as a statement of the course "
                f"itself, {sorted(OWN)}; got {sorted(claim)}"
            )
        if is_source(claim) and claim["verdict"] not in VERDICTS:
            raise ValueError(
                f"claim {name}: verdict must be one of {sorted(VERDICTS)}; got {claim['verdict']!r}"
            )
    return found


def is_source(claim: dict[str, Any]) -> bool:
    """Tell whether a claim is a source's, and not the course's own."""
    return "doc" in claim


def documents(claim: dict[str, Any]) -> list[int]:
    """Documents that make a claim: its own, and those that its place names besides."""
    others = re.findall(r"document (\d)", claim["place"])
    return list(dict.fromkeys([claim["doc"], *map(int, others)]))
