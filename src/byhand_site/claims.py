"""Claims of the sources: each is decided by an experiment, which is a test."""

import tomllib
from pathlib import Path
from typing import Any

from byhand_site.paths import DOCS, data

FIELDS = {"text", "doc", "place", "verdict", "finding", "experiment", "page"}
VERDICTS = {"true", "false", "depends"}


def load(docs: Path = DOCS) -> dict[str, dict[str, Any]]:
    """Read the claims, by id.

    Raises
    ------
    ValueError
        If a claim lacks a field, has an unknown one, or an unknown verdict.
    """
    path = data(docs) / "claims.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name, claim in found.items():
        if set(claim) != FIELDS:
            raise ValueError(f"claim {name} needs the fields {sorted(FIELDS)}; got {sorted(claim)}")
        if claim["verdict"] not in VERDICTS:
            raise ValueError(
                f"claim {name}: verdict must be one of {sorted(VERDICTS)}; got {claim['verdict']!r}"
            )
    return found
