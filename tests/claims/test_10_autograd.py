"""What the sources say about automatic differentiation, put to the test."""

import ast
import io
import math
import random
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from byhand.scalar import MLP, SGD, Value, dot

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


def test_two_starts_of_xor_shrink_to_one_answer_for_all() -> None:
    samples = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
    for seed in (0, 4):  # of the five that the page draws
        rng = random.Random(seed)
        network = MLP.from_sizes([2, 4, 1], ["tanh", "sigmoid"], rng)
        optimiser = SGD(network.parameters(), lr=0.5)
        for epoch in range(1, 1001):
            total = 0.0
            for x, label in rng.sample(samples, 4):
                (y_hat,) = network(x)
                loss = -(y_hat if label else 1 - y_hat).log()
                loss.backward()
                optimiser.step()
                total += loss.data
            if epoch in (200, 1000):
                assert math.log(2) < total / 4 < 0.8
                answers = [network(x)[0].data for x, _ in samples]
                assert max(answers) - min(answers) < 0.02
                assert max(abs(p.data) for p in network.parameters()) < 0.2
