"""The public surface: one list, complete, documented, and its examples run."""

import ast
import doctest
import importlib
import inspect
import re
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import byhand
from byhand import worked
from byhand.worked import churn

FOLDERS = [Path(str(folder)) for folder in byhand.__path__]
MODULES = [
    importlib.import_module(".".join(path.relative_to(folder.parent).with_suffix("").parts))
    for folder in FOLDERS
    for path in sorted(folder.rglob("*.py"))
    if "show" not in path.parts and path.name != "__init__.py"  # show draws, with matplotlib
]
each_module = pytest.mark.parametrize(
    "module", [byhand, worked, churn, *MODULES], ids=lambda m: m.__name__
)


def test_the_public_names_are_these() -> None:
    assert sorted(byhand.__all__) == [
        "Activation", "BackwardTrace", "Dense", "ForwardTrace", "LayerBackward", "LayerForward",
        "Loss", "MLP", "Standardiser", "Training", "__version__", "activations", "augment", "data",
        "fast", "gradcheck", "init", "keys", "layers", "losses", "mlp", "optim", "perceptron",
        "remedies", "save", "scalar", "scaling", "train",
    ]  # fmt: skip


def test_every_public_name_exists_and_no_other() -> None:
    for name in byhand.__all__:
        assert hasattr(byhand, name)
    visible = {name for name in vars(byhand) if not name.startswith("_")}
    # importing a subpackage, as some test did, hangs it below the package
    assert visible - {"worked", "show"} <= set(byhand.__all__)


def test_version_and_type_marker() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", byhand.__version__)
    assert resources.files(byhand).joinpath("py.typed").is_file()


@each_module
def test_the_examples_in_docstrings_run(module: ModuleType) -> None:
    results = doctest.testmod(module, extraglobs={"np": np})
    assert results.failed == 0


def is_documented(member: Any) -> bool:
    return inspect.isclass(member) or inspect.isroutine(member) or isinstance(member, property)


def public_members(path: str, owner: Any) -> list[tuple[str, Any]]:
    """List what a module or class defines itself, and under a public name."""
    return [
        (f"{path}.{name}", member)
        for name, member in vars(owner).items()
        if not name.startswith("_")
        and is_documented(member)
        and (
            isinstance(member, property) or member.__module__ == getattr(owner, "__module__", path)
        )
    ]


def public_objects(module: ModuleType) -> list[tuple[str, Any]]:
    members = public_members(module.__name__, module)
    classes = [(path, member) for path, member in members if inspect.isclass(member)]
    parts = [part for path, member in classes for part in public_members(path, member)]
    return [(module.__name__, module), *members, *parts]


def test_the_walk_finds_methods_properties_and_functions() -> None:
    found = {path for module in MODULES for path, _ in public_objects(module)}
    assert {
        "byhand.mlp", "byhand.mlp.MLP", "byhand.mlp.MLP.forward", "byhand.mlp.MLP.from_sizes",
        "byhand.mlp.MLP.sizes", "byhand.losses.Loss.value", "byhand.keys.key",
        "byhand.worked.churn._data.network",
    } <= found  # fmt: skip


@each_module
def test_every_public_object_has_a_docstring(module: ModuleType) -> None:
    missing = [path for path, member in public_objects(module) if not inspect.getdoc(member)]
    assert missing == []


def source(module: ModuleType) -> ast.Module:
    return ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))


def documentation(statement: ast.AST) -> str | None:
    """Return the text of a statement that is a string alone: a docstring of some kind."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return str(statement.value.value)
    return None


@each_module
def test_every_public_constant_has_a_docstring(module: ModuleType) -> None:
    body = source(module).body
    for statement, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(statement, ast.Assign):
            names = [node for target in statement.targets for node in ast.walk(target)]
            stored = [node.id for node in names if isinstance(node, ast.Name)]
            hidden = all(name.startswith("_") for name in stored)
            assert hidden or documentation(after), stored


@each_module
def test_no_decimal_is_typed_into_the_prose_of_a_docstring(module: ModuleType) -> None:
    texts = [documentation(node) for node in ast.walk(source(module))]
    for text in filter(None, texts):
        prose = re.sub(r"Examples\n *-{8}.*", "", text, flags=re.DOTALL)
        prose = re.sub(r"``[^`]*``", "", prose)
        assert re.findall(r"\d\.\d|\d%|\de-?\d", prose) == [], text


@each_module
def test_the_library_neither_prints_nor_asserts_nor_touches_global_randomness(
    module: ModuleType,
) -> None:
    for node in ast.walk(source(module)):
        where = f"{module.__name__}:{getattr(node, 'lineno', '')}"
        assert not isinstance(node, ast.Assert), where
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called != "print", where
            seeded = called in {"np.random.RandomState", "np.random.default_rng"} and node.args
            example = bool(seeded) and ".worked." in module.__name__
            assert example or not called.startswith("np.random"), where
