"""The shape of the code: imports go one way, the library is small, its functions are short."""

import ast
import statistics
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
MODULES = sorted(path for path in SRC.rglob("*.py") if "vendor" not in path.parts)
LIBRARY = [path for path in MODULES if path.is_relative_to(SRC / "byhand")]
ENGINE = SRC / "byhand" / "scalar.py"  # stands apart: it knows no array and no sibling
AROUND = {"__init__", "data", "save"}  # names, samples and files: no part of how a network works
CORE = [
    path
    for path in LIBRARY
    if path.parent == SRC / "byhand" and path != ENGINE and path.stem not in AROUND
]

# A module may import what stands on a lower level; from "byhand.worked" on, its own level too.
# A new module gets its place here.
LEVELS = [
    {"byhand._validate", "byhand.keys", "byhand.scalar"},
    {"byhand.activations", "byhand.losses", "byhand.init", "byhand.gradcheck"}
    | {"byhand.data", "byhand.optim", "byhand.scaling", "byhand.augment"},
    {"byhand.layers"},
    {"byhand.mlp", "byhand.perceptron", "byhand.remedies"},
    {"byhand.fast", "byhand.save"},
    {"byhand.train"},
    {"byhand"},
    {"byhand.worked"},
    {"byhand.show"},
    {"byhand_site"},
]
PACKAGES = {"byhand.worked", "byhand.show", "byhand_site"}


def name_of(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_module = (SRC / Path(*whole.split("."))).with_suffix(".py").exists()
                is_package = (SRC / Path(*whole.split("."))).is_dir()
                yield whole if is_module or is_package else str(node.module)


def level(name: str) -> int:
    """Level of a module: that of the longest name in the table that begins it."""
    best = max(
        (known for names in LEVELS for known in names if f"{name}.".startswith(f"{known}.")),
        key=len,
    )
    return next(number for number, names in enumerate(LEVELS) if best in names)


def is_in_package(name: str) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in PACKAGES)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    own = name_of(path)
    upward = [
        name
        for name in imports(path)
        if name.split(".")[0] in {"byhand", "byhand_site"}
        and name != own
        and (level(name) > level(own) or (level(name) == level(own) and not is_in_package(own)))
    ]
    assert upward == []


def test_the_scalar_engine_stands_alone() -> None:
    assert {name.split(".")[0] for name in imports(ENGINE)} <= sys.stdlib_module_names
    assert code_lines(ENGINE) <= 200


def test_every_module_of_the_library_has_its_place_in_the_order() -> None:
    names = {name_of(path) for path in LIBRARY}
    assert {name for name in names if not is_in_package(name)} <= set().union(*LEVELS)


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_the_library_needs_numpy_only_and_only_show_draws(path: Path) -> None:
    allowed = {"byhand", "numpy", *sys.stdlib_module_names}
    if path.is_relative_to(SRC / "byhand" / "show"):
        allowed |= {"matplotlib"}
    assert {name.split(".")[0] for name in imports(path)} - allowed == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_imports_tests_or_scripts(path: Path) -> None:
    scripts = {script.stem for script in (ROOT / "scripts").glob("*.py")}
    assert {name.split(".")[0] for name in imports(path)} & {"tests", *scripts} == set()


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_the_library_draws_no_chance_and_says_nothing_of_its_own(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}: assert"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called != "print", f"line {node.lineno}: print"
            assert not called.startswith(("np.random.", "random.")) or called.endswith(
                ("default_rng", "Generator", "RandomState")
            ), f"line {node.lineno}: {called}"


def test_importing_the_library_loads_neither_matplotlib_nor_the_site() -> None:
    code = "import sys, byhand, byhand.worked.churn; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"matplotlib", "byhand_site", "mkdocs", "mpmath", "scipy"}


def code_lines(path: Path) -> int:
    """Count lines that hold code: no blank ones, comments or docstrings."""
    skip = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    text = path.read_text(encoding="utf-8")
    documented = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            documented |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    with path.open("rb") as file:
        held = [
            number
            for token in tokenize.tokenize(file.readline)
            if token.type not in skip and token.type != tokenize.ENCODING
            for number in range(token.start[0], token.end[0] + 1)
        ]
    return len({number for number in held if number <= text.count("\n")} - documented)


def test_the_core_of_the_library_can_be_read_in_an_evening() -> None:
    # The aim was 1,000. Trainable remedies and a loop that says why it stopped are worth the rest.
    assert sum(map(code_lines, CORE)) <= 1100
    assert {name_of(path): code_lines(path) for path in LIBRARY if code_lines(path) > 200} == {}


def body_lengths() -> dict[str, int]:
    """Count the lines of each function's body, without its docstring."""
    found = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                found[f"{name_of(path)}.{node.name}:{node.lineno}"] = lines
    return found


def test_functions_are_short() -> None:
    lengths = body_lengths()
    assert statistics.median(lengths.values()) <= 6
    assert statistics.quantiles(lengths.values(), n=10)[-1] <= 18
    assert {name: length for name, length in lengths.items() if length > 50} == {}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said
    assert said.split("\n")[0].endswith((".", "?", ":"))
