"""What the sources say about automatic differentiation, put to the test."""

import ast
import io
import math
import random
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from byhand.scalar import Value, dot

PAGE = Path(__file__).resolve().parents[2] / "docs" / "10-autograd" / "index.md"


def block(name: str) -> str:
    """Return the source of a block as the page shows it."""
    text = PAGE.read_text(encoding="utf-8")
    (source,) = re.findall(
        rf'^```python [^\n]*id="{name}"[^\n]*\n(.*?)^```', text, re.MULTILINE | re.DOTALL
    )
    return str(source)


def test_a_block_without_any_library_learns_xor() -> None:
    source = block("no-library")
    imported = {
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported == {"math", "random"}
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(source, "no-library", "exec"), {"__name__": "__main__"})
    answers = re.findall(r"answer (\d), prediction (\S+)", printed.getvalue())
    assert [answer for answer, _ in answers] == ["0", "1", "1", "0"]
    for answer, prediction in answers:
        assert abs(float(prediction) - int(answer)) < 0.1


def test_the_engine_gives_what_the_formula_for_one_neuron_gives() -> None:
    rng = random.Random(15)
    for _ in range(200):
        x = [rng.uniform(-3, 3) for _ in range(3)]
        w = [Value(rng.uniform(-2, 2)) for _ in range(3)]
        b, y = Value(rng.uniform(-1, 1)), rng.random()
        a = (dot(w, x) + b).sigmoid()
        ((y - a) ** 2 / 2).backward()
        z = sum(weight.data * entry for weight, entry in zip(w, x, strict=True)) + b.data
        s = 1 / (1 + math.exp(-z))
        factor = -(y - s) * s * (1 - s)
        expected = [factor * entry for entry in x]
        assert [weight.grad for weight in w] == pytest.approx(expected, rel=1e-10, abs=1e-14)
        assert b.grad == pytest.approx(factor, rel=1e-10, abs=1e-14)
