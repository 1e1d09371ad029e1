"""The numbers of the worked examples, computed once for all tests of a worker."""

import importlib
from functools import cache


@cache
def numbers(name: str) -> dict[str, float | int]:
    """Compute the numbers of an example; leave them as they are."""
    found: dict[str, float | int] = importlib.import_module(f"byhand.worked.{name}").numbers()
    return found
