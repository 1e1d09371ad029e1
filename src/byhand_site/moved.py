"""What prints otherwise here than where it was last agreed to: numbers, outputs, figures, labs.

For a look at other releases of NumPy and matplotlib; `python -m byhand_site.moved` prints a table.
"""

import os
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from byhand_site import digits, figurecompare, outputs, session
from byhand_site.paths import DOCS
from byhand_site.session import Session

_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
_SIDES = re.compile(r"expected (?P<expected>.*), got (?P<got>.*)", re.DOTALL)
_MOST = 5
"""Lines that one block or figure may take in the table."""


@dataclass(frozen=True, slots=True)
class Move:
    """One difference: where, both sides, and the largest relative change of a number in it.

    Parameters
    ----------
    what, expected, got : str
        A number's key or a block's id, and both texts.
    change : float
        Relative; NaN where the sides differ in more than numbers.
    """

    what: str
    expected: str
    got: str
    change: float


def change(expected: str, got: str) -> float:
    """Find the largest relative change between the numbers of two texts that else are equal."""
    if _NUMBER.sub("#", expected) != _NUMBER.sub("#", got):
        return float("nan")
    sides = zip(_NUMBER.findall(expected), _NUMBER.findall(got), strict=True)
    return max((digits.relative_change(float(a), float(b)) for a, b in sides), default=0.0)


def numbers(work: Session) -> Iterator[Move]:
    """Yield the ledger's numbers whose value now prints other digits."""
    for key, entry in work.entries.items():
        value = work.values.get(entry.value_key)
        if value is None:
            yield Move(key, entry.text, "no value", float("nan"))
        elif (now := digits.as_text(value, entry.text)) != entry.text:
            yield Move(key, entry.text, now, change(entry.text, now))


def texts(what: str, expected: str, got: str) -> Iterator[Move]:
    """Yield the lines in which an output differs."""
    sides = zip_longest(expected.splitlines(), got.splitlines(), fillvalue="")
    differ = [(one, other) for one, other in sides if one != other]
    for one, other in differ[:_MOST]:
        yield Move(what, one.strip(), other.strip(), change(one, other))


def figures(work: Session, name: str, drawn: list[dict[str, Any]]) -> Iterator[Move]:
    """Yield what differs in the data of a block's figures."""
    for number, described in enumerate(drawn, 1):
        stored = figurecompare.read(outputs.figure_file(work.docs, name, number))
        for line in list(figurecompare.differences(stored, described))[:_MOST]:
            match = _SIDES.search(line)
            sides = (match["expected"], match["got"]) if match else ("", line)
            yield Move(f"{name}/{number} {line.split(':')[0]}", *sides, change(*sides))


def blocks(work: Session) -> Iterator[Move]:
    """Yield what differs in the blocks' outputs and figures."""
    for block in work.blocks:
        outcome = work.futures[block.id].result()
        if outcome.error:
            last = outcome.error.rpartition("\n")[2]
            yield Move(block.id, "no error", last, float("nan"))
        elif block.language != "view":
            stored = outputs.load(work.docs, block.page).get(block.name, "")
            yield from texts(block.id, stored, outputs.text_of(block, outcome))
            yield from figures(work, block.id, [described for _, described in outcome.figures])


def labs(work: Session) -> Iterator[Move]:
    """Yield what differs in the labs, which MkDocs executes."""
    from byhand_site.build import render_all

    with TemporaryDirectory() as folder:
        failures = render_all(work, Path(folder))
    for failure in failures:
        if failure.what == "it failed":
            yield Move(failure.place, "no error", failure.got.strip()[-100:], float("nan"))
    for path, cells in work.lab_texts.items():
        stored = outputs.load(work.docs, path)
        for cell, text in cells.items():
            yield from texts(f"{path} {cell}", stored.get(cell, ""), text)
    for name, drawn in work.lab_figures.items():
        yield from figures(work, name, drawn)


def table(moves: list[Move]) -> str:
    """Write the differences as a table of text."""
    head = ("number, block or figure", "expected", "got", "relative change")
    rows = [head, *((m.what, m.expected, m.got, _percent(m.change)) for m in moves)]
    cut = [[text if len(text) <= 60 else text[:59] + "…" for text in row] for row in rows]
    widths = [max(len(row[column]) for row in cut) for column in range(len(head))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in cut
    ]
    return "\n".join(line.rstrip() for line in [lines[0], "-" * sum(widths, 6), *lines[1:]])


def _percent(number: float) -> str:
    return "not only digits" if number != number else f"{number:.1e}"  # noqa: PLR0124 - NaN


def main() -> int:
    """Run everything and print what moved; 1 where something has."""
    versions = ", ".join(f"{name} {version(name.lower())}" for name in ("NumPy", "matplotlib"))
    print(f"Python {platform.python_version()}, {versions}", flush=True)
    work = session.begin(DOCS)
    try:
        work.run()
        moves = [*numbers(work), *blocks(work), *labs(work)]
    finally:
        work.close()
    same = len(work.entries), len(work.blocks), len(work.lab_texts)
    if moves:
        print(table(moves))
    kept = "{} numbers, {} blocks and {} labs".format(*same)
    print(f"{len(moves)} differences in {kept}" if moves else f"nothing moved: {kept}")
    return 1 if moves else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    sys.exit(main())
