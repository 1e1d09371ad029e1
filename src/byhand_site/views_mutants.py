"""The page on the tests: what scripts/mutants.py stored, as tables and lists.

Called from view blocks. The counts hold for the day in the table; nothing is changed or run here.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from byhand_site.measured import measured, stored, table

Row = Mapping[str, Any]


def _stored() -> Mapping[str, Any]:
    return stored("mutants.toml")


def _count(number: int) -> str:
    return measured(number, f"{number:,}")


def summary() -> str:
    """Say how many changes were made, and how many were noticed."""
    rows = _stored()["module"]
    changes, noticed = (sum(row[name] for row in rows) for name in ("changes", "noticed"))
    return (
        f'!!! note "Counted on {_stored()["run"]["date"]}"\n'
        f"    {_count(changes)} changes, one at a time. {_count(noticed)} made a test of the "
        f"library fail, {_count(changes - noticed)} made none."
    )


def modules() -> str:
    """Write the counts of each module."""
    heads = {"Module": ":---", "Changes": "---:", "Noticed": "---:", "Not noticed": "---:"}
    rows = [
        [
            f"`{row['file'].removesuffix('.py')}`",
            _count(row["changes"]),
            _count(row["noticed"]),
            _count(row["changes"] - row["noticed"]),
        ]
        for row in _stored()["module"]
    ]
    return table(heads, rows)


def left() -> str:
    """List what no test notices, by the reason."""
    survivors = sorted(_stored()["survivor"], key=lambda one: str(one["why"]))
    return "\n\n".join(
        _group(why, [*group]) for why, group in groupby(survivors, lambda one: str(one["why"]))
    )


def _group(why: str, survivors: Sequence[Row]) -> str:
    lines = [f'??? note "{why} ({len(survivors)})"', ""]
    for (file, place, before), same in groupby(survivors, _line):
        lines += [f"    **`{file.removesuffix('.py')}.{place}`**", "", "    ```diff"]
        lines += [f"    - {line}" for line in before.split("\n")]
        lines += [f"    + {line}" for one in same for line in one["after"].split("\n") if line]
        lines += ["    ```", ""]
    return "\n".join(lines)


def _line(survivor: Row) -> tuple[str, str, str]:
    """Name the line that was changed; it may have been changed in several ways."""
    return survivor["file"], survivor["place"], survivor["before"]
