"""Measured numbers on a page: as text with the stored value, in tables, and their plots' ticks."""

import html
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from byhand_site import digits
from byhand_site.paths import DOCS, data


@cache
def stored(name: str) -> Mapping[str, Any]:
    """Read a table that a script has measured, such as ``bench.toml``."""
    return tomllib.loads((data(DOCS) / name).read_text(encoding="utf-8"))


def measured(value: float, text: str) -> str:
    """Write a measured number: its text, and the stored value for machines."""
    return f'<data class="measured" value="{value}">{html.escape(digits.typeset(text))}</data>'


def two(value: float) -> str:
    """Round to two significant digits, without an exponent."""
    return digits.typeset(f"{float(f'{value:.2g}'):,.10g}")


def times(ratio: float) -> str:
    """Write a ratio."""
    return measured(ratio, two(ratio))


def table(heads: Mapping[str, str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table; a head's value is its alignment."""
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join(heads.values()) + " |"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
