"""Examples in docstrings: each prints what it shows."""

import ast
import doctest
import importlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"
FINDER = doctest.DocTestFinder(exclude_empty=True)
MODULES = [
    ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((SRC / "byhand").rglob("*.py"))
]


def of_data(name: str) -> Iterator[doctest.DocTest]:
    """Yield the examples below a module's data; Python keeps no docstring for those."""
    module = importlib.import_module(name)
    path = Path(str(module.__file__))
    for node, below in pairwise(ast.parse(path.read_text(encoding="utf-8")).body):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(below, ast.Expr):
            continue
        if isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            (target,) = node.targets if isinstance(node, ast.Assign) else [node.target]
            called, text = f"{name}.{ast.unparse(target)}", below.value.value
            yield doctest.DocTestParser().get_doctest(
                text, dict(vars(module)), called, str(path), below.lineno
            )


EXAMPLES = [
    example
    for name in MODULES
    for example in (*FINDER.find(importlib.import_module(name), name), *of_data(name))
    if example.examples
]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 5


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_prints_what_it_shows(example: doctest.DocTest) -> None:
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(example, out=said.append)
    assert runner.failures == 0, "".join(said)
