"""Descriptions of figures compared; without NumPy, so that the build starts sooner."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

RELATIVE = 1e-6


def read(path: Path) -> dict[str, Any] | None:
    """Read a stored description; None where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def differences(expected: Any, got: Any, at: str = "figure") -> Iterator[str]:
    """Compare two descriptions; yield what differs, numbers held to ``RELATIVE``."""
    if expected == got:
        return
    if isinstance(expected, dict) and isinstance(got, dict):
        for name in sorted(set(expected) | set(got)):
            yield from differences(expected.get(name), got.get(name), f"{at}.{name}")
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        if expected and all(isinstance(value, int | float) for value in expected + got):
            yield from islice(_numbers(expected, got, at), 3)
        else:
            for number, (one, other) in enumerate(zip(expected, got, strict=True)):
                yield from differences(one, other, f"{at}[{number}]")
    elif isinstance(expected, float) and isinstance(got, int | float):
        yield from _numbers([expected], [got], at)
    else:
        yield f"{at}: expected {_short(expected)}, got {_short(got)}"


def _numbers(expected: Sequence[float], got: Sequence[float], at: str) -> Iterator[str]:
    noise = 1e-12 * max(map(abs, expected))
    for number, (one, other) in enumerate(zip(expected, got, strict=True)):
        if abs(one - other) > RELATIVE * max(abs(one), abs(other)) + noise:
            yield f"{at}[{number}]: expected {one:.9g}, got {other:.9g}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 80 else text[:77] + "…"
