"""The ledger's entries, and the numbers of the worked examples: once for all tests of a worker."""

import importlib
from functools import cache

from byhand_site import ledger

ENTRIES, PROBLEMS = ledger.load()


@cache
def numbers(name: str) -> dict[str, float | int]:
    """Compute the numbers of an example; leave them as they are."""
    found: dict[str, float | int] = importlib.import_module(f"byhand.worked.{name}").numbers()
    return found


def number(key: str) -> float | int:
    """Compute a number of an example that has the key's first name."""
    return numbers(key.partition(".")[0])[key]
