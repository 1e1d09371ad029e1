"""The table: what was measured as plain data, as TOML to store and as text to print.

Standard library only: the script prints a stored table without an environment.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.paired import Paired

DIGITS = 4  # significant, of a measured number: more would be noise

HEADER = """\
# Made by: python3 scripts/bench.py. Measured, not asserted: times hold for the machine and the day
# below. A row's ratio is the median over the repetitions of its time by the time of the first row.
"""


def rounded(number: float, digits: int = DIGITS) -> float:
    """Round to significant digits."""
    if number == 0.0 or not math.isfinite(number):
        return number
    return round(number, digits - 1 - math.floor(math.log10(abs(number))))


def comparison(times: Paired, differences: Mapping[str, float]) -> list[dict[str, Any]]:
    """Make a row for each contender: median seconds, fastest run, ratio to the first contender.

    Parameters
    ----------
    times : Paired
        What was measured.
    differences : mapping of str to float
        Contender -> how far its results are from those of the first, at most.
    """
    first = next(iter(times.seconds))
    return [
        {
            "name": name,
            "seconds": rounded(times.median(name)),
            "fastest": rounded(min(times.seconds[name])),
            "ratio": rounded(times.ratio(name, first)),
            "difference": rounded(differences[name], 2),
        }
        for name in times.seconds
    ]


def toml(document: Mapping[str, Any]) -> str:
    """Write a document of tables, and of lists of tables inside them, as TOML."""
    return HEADER + "".join(_table(name, table) for name, table in document.items())


def _table(name: str, table: Mapping[str, Any]) -> str:
    rows = {key: value for key, value in table.items() if _is_rows(value)}
    lines = [f"\n[{name}]"]
    lines += [f"{key} = {_written(value)}" for key, value in table.items() if key not in rows]
    for key, group in rows.items():
        for row in group:
            lines += ["", f"[[{name}.{key}]]"]
            lines += [f"{inner} = {_written(value)}" for inner, value in row.items()]
    return "\n".join(lines) + "\n"


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, int | float):
        return repr(value)
    raise ValueError(f"a table holds texts, numbers and lists; got {type(value).__name__}")


def text(document: Mapping[str, Any]) -> str:
    """Write the document for people: settings, then a table for each list of rows."""
    parts = []
    for name, table in document.items():
        settings = {key: value for key, value in table.items() if not _is_rows(value)}
        parts.append(f"{name}: " + ", ".join(f"{key} {value}" for key, value in settings.items()))
        for key, value in table.items():
            if _is_rows(value):
                parts.append(f"{key}\n{_aligned(value)}" if key != "rows" else _aligned(value))
    return "\n\n".join(parts)


def _aligned(rows: Iterable[Mapping[str, Any]]) -> str:
    rows = list(rows)
    cells = [list(rows[0])] + [[_shown(value) for value in row.values()] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    return "\n".join(f"  {line}" for line in lines)


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return "-".join(map(str, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
