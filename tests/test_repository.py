"""The repository keeps its own rules: nothing typed, nothing local, nothing unlicensed."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

import byhand
from byhand.worked import churn
from byhand_site.tokens import stray_decimals

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PAGES = ("README.md", "CONTRIBUTING.md")
SKIPPED = {".git", ".venv", "site", "__pycache__", ".hypothesis"}

# Written in pieces, so that this file passes its own test.
FOREIGN = re.compile(
    r"(?<![\w.~$}])/(?:root|home|Users|work|opt)" + r"/\w"
    r"|[A-Z]:\\" + r"Users"
    r"|pypi" + r"\.org|python" + r"hosted|registry\.npm" + r"js",
)


def tracked() -> list[Path]:
    """List the files that git tracks; all files where this is no clone."""
    if (ROOT / ".git").exists():
        listing = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
        )
        files = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:
        files = [path for path in ROOT.rglob("*") if not SKIPPED & set(path.parts)]
    return [path for path in files if path.is_file()]


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    files = tracked()
    assert ROOT / "pyproject.toml" in files
    found = []
    for path in files:
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in FOREIGN.finditer(text)]
    assert found == []


@pytest.mark.parametrize("text", ["/root" + "/x", "see C:\\" + "Users", "https://pypi" + ".org/"])
def test_the_pattern_for_machines_and_registries_bites(text: str) -> None:
    assert FOREIGN.search(text)


def test_every_requirement_of_the_lock_is_pinned_and_hashed() -> None:
    logical = LOCK.replace("\\\n", " ").splitlines()
    requirements = [line for line in logical if line and not line.startswith("#")]
    assert len(requirements) > 50
    for line in requirements:
        assert re.fullmatch(
            r"[\w.-]+==[\w.]+(?: ; sys_platform [!=]= '\w+')? +(?:--hash=sha256:[0-9a-f]{64} *)+",
            line,
        ), line


def test_the_lock_holds_all_that_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.split(r"[\[<>=]", text)[0] for text in asked}
    locked = set(re.findall(r"^([\w.-]+)==", LOCK, flags=re.MULTILINE))
    assert names - locked == set()


def test_the_lock_has_no_address() -> None:
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK


@pytest.mark.parametrize("document", PAGES)
def test_no_decimal_is_typed_into_a_page(document: str) -> None:
    assert stray_decimals((ROOT / document).read_text(encoding="utf-8")) == []


def docstrings() -> Iterator[tuple[str, str]]:
    """Yield place and text of every docstring, without the doctests: those are code, and run."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for path in sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "scripts").glob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kinds) and (text := ast.get_docstring(node)):
                name = getattr(node, "name", "module")
                prose = re.sub(r"^ *>>>.*?(?:\n\s*\n|\Z)", "", text, flags=re.DOTALL | re.MULTILINE)
                yield f"{path.relative_to(ROOT).as_posix()}:{name}", prose


def test_no_decimal_is_typed_into_a_docstring() -> None:
    texts = [*docstrings()]
    assert len(texts) > 50
    assert [(place, hit) for place, text in texts for hit in stray_decimals(text)] == []


def readme_block() -> tuple[str, str]:
    """Return the code that the README offers for pasting, and the output it shows."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    shown = re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL)
    assert len(code) == len(shown) == 1
    return code[0], shown[0]


def test_the_block_of_the_readme_prints_what_it_shows(tmp_path: Path) -> None:
    code, shown = readme_block()
    command = [sys.executable, "-I", "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    assert done.stdout == shown


@pytest.mark.parametrize("document", PAGES)
def test_what_a_page_links_to_is_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'(?:src|href)="([^"#]+)"', text)
    local = [target for target in targets if "://" not in target]
    assert local
    assert [target for target in local if not (ROOT / target).exists()] == []


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("LICENSE", "Permission is hereby granted, free of charge"),
        ("LICENSE-text", "Creative Commons Attribution 4.0 International Public"),
    ],
)
def test_both_licences_are_there_in_full(file: str, words: str) -> None:
    assert words in (ROOT / file).read_text(encoding="utf-8")


def test_the_wheel_holds_the_library_alone_and_both_licences(site: Path) -> None:
    (wheel,) = (site / "dist").glob("byhand-*-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    (info,) = tops - {"byhand"}
    assert re.fullmatch(r"byhand-[\d.]+\.dist-info", info)
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/LICENSE-text"} <= set(names)
    assert "byhand/py.typed" in names
    assert {"byhand/_digits/digits.npz", "byhand/_digits/digits-credits.txt"} <= set(names)


INSTALLED = """
import sys
sys.path.insert(0, sys.argv[1])
import byhand, byhand.show
from byhand.worked import churn, xor
assert byhand.__file__.startswith(sys.argv[1]), byhand.__file__
X, labels = byhand.data.digits()
print(X.shape, len(churn.numbers()), byhand.__version__)
"""


def test_the_package_works_as_installed_from_the_wheel(site: Path, tmp_path: Path) -> None:
    (wheel,) = (site / "dist").glob("byhand-*-py3-none-any.whl")
    place = tmp_path / "packages"
    install = ["pip", "install", "--quiet", "--no-index", "--no-deps", "--target", str(place)]
    subprocess.run([sys.executable, "-m", *install, str(wheel)], check=True)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", INSTALLED, str(place)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == f"(1797, 64) {len(churn.numbers())} {byhand.__version__}\n"


def test_ci_runs_the_commands_of_the_readme() -> None:
    commands = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("python3 scripts/check.py", "python3 scripts/test.py"):
        assert command in commands
        assert command in readme
