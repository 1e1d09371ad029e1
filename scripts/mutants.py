"""Change the library a little, thousands of times, and list what no test of it notices.

mutmut makes the changes (an operator, a number, a name, a keyword) in a copy of the project, and
runs for each the tests of tests/library that reach it. What survives goes into
docs/_data/mutants.toml, which a page of the site shows. Write the reason beside each new survivor
there, or a test that notices it. Takes some ten minutes on two cores; needs fork.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import _releases
from _environment import ROOT, WITH, enter, fail, pip_command

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = ROOT / "docs" / "_data" / "mutants.toml"
REQUIREMENTS = ROOT / "scripts" / "mutants-requirements.txt"
LIBRARY = ROOT / "src" / "byhand"
COPIED = ("docs/", "scripts/", "overrides/", "README.md", "CONTRIBUTING.md", "mkdocs.yml")
SURVIVED, UNREACHED = 0, 33
"""Exit codes in mutmut's records; None is a change that was not tried."""
HEADER = """\
# Made by: python3 scripts/mutants.py. Each survivor is a change of the library that no test of
# tests/library notices; `why` is written by hand, and kept from run to run.
"""
CONFIGURATION = """
[tool.mutmut]
source_paths = ["src/"]
only_mutate = {modules}
also_copy = {copied}
pytest_add_cli_args_test_selection = ["tests/library"]
pytest_add_cli_args = [
  "-p", "no:cacheprovider",
  "--ignore=tests/library/test_public.py",  # mutmut adds names to the modules
  "--deselect=tests/library/test_scalar.py::test_only_the_standard_library_is_imported",
]
"""


def copy(folder: Path) -> None:
    """Copy the project, and say in the copy what is to be changed."""
    ignored = shutil.ignore_patterns(".*", "site", "__pycache__")
    shutil.copytree(ROOT, folder, ignore=ignored)
    modules = [f"src/byhand/{path.name}" for path in sorted(LIBRARY.glob("*.py"))]
    text = CONFIGURATION.format(modules=json.dumps(modules), copied=json.dumps(COPIED))
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write(text)


def mutmut(folder: Path, *arguments: str, quiet: bool = False) -> str:
    """Run mutmut in the copy; give what it prints, if that isn't shown."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE if quiet else None, check=False
    )
    if done.returncode != 0:
        fail("mutmut ended with an error (its words are above). The table is unchanged.")
    return done.stdout.decode() if quiet else ""


def codes(folder: Path) -> dict[str, dict[str, int | None]]:
    """Read the exit code of each change, by module."""
    records = sorted((folder / "mutants" / "src" / "byhand").glob("*.py.meta"))
    found = {
        record.name.removesuffix(".meta"): json.loads(record.read_text("utf-8"))
        for record in records
    }
    return {name: record["exit_code_by_key"] for name, record in found.items()}


def place(name: str) -> str:
    """Name the function of a change: byhand.layers.xǁDenseǁbackward__mutmut_3 is Dense.backward.

    A name of a plain function begins with ``x_``.
    """
    last = re.sub(r"__mutmut_\d+$", "", name.rpartition(".")[2])
    return last.removeprefix("xǁ").replace("ǁ", ".") if "ǁ" in last else last.removeprefix("x_")


def change(shown: str) -> tuple[str, str]:
    """Find the lines before and after in what mutmut shows of a change."""
    lines = [line for line in shown.splitlines() if re.match(r"[-+](?![-+]{2} )", line)]
    before, after = (
        "\n".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+"
    )
    return before, after


def survivors(folder: Path, found: dict[str, dict[str, int | None]]) -> Iterator[dict[str, str]]:
    """Describe each change that no test noticed."""
    for module, by_name in found.items():
        for name, code in by_name.items():
            if code in {SURVIVED, UNREACHED}:
                before, after = change(mutmut(folder, "show", name, quiet=True))
                yield {"file": module, "place": place(name), "before": before, "after": after}


def document(folder: Path) -> dict[str, Any]:
    """Collect the table; reasons are those of the stored one."""
    found = codes(folder)
    if any(code is None for by_name in found.values() for code in by_name.values()):
        fail("mutmut left changes untried; run it again. The table is unchanged.")
    stored = tomllib.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    known = {key(one): one["why"] for one in stored.get("survivor", [])}
    left = [{**one, "why": known.get(key(one), "")} for one in survivors(folder, found)]
    rows = [
        {
            "file": module,
            "changes": len(by_name),
            "noticed": sum(code not in {SURVIVED, UNREACHED} for code in by_name.values()),
        }
        for module, by_name in found.items()
        if by_name
    ]
    return {"run": {"date": date.today().isoformat()}, "module": rows, "survivor": left}  # noqa: DTZ011


def key(survivor: dict[str, str]) -> tuple[str, ...]:
    """Tell one survivor from another, wherever its line stands."""
    return tuple(survivor[name] for name in ("file", "place", "before", "after"))


def toml(table: dict[str, Any]) -> str:
    """Write the table as TOML."""
    import tomlkit  # of the environment, which the script enters only when it begins to work

    return f"{HEADER}\n{tomlkit.dumps(table)}"


def main() -> int:
    """Run mutmut in an environment of its own, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="print, and leave the table alone")
    options = parser.parse_args()
    if not hasattr(os, "fork"):
        fail("mutmut needs fork, which this system has not.")
    if os.environ.get(WITH) != "mutants":
        return _releases.start_over("mutants", sys.argv[1:])
    enter()
    if subprocess.call([*pip_command(), "install", "--quiet", "-r", str(REQUIREMENTS)]) != 0:
        fail("mutmut could not be installed (pip's words are above). Put that right, run again.")
    from byhand_site.executor import workers

    with tempfile.TemporaryDirectory(prefix="byhand-mutants-") as temporary:
        folder = Path(temporary, "byhand")
        copy(folder)
        mutmut(folder, "run", f"--max-children={workers()}")
        table = document(folder)
    new = [one for one in table["survivor"] if not one["why"]]
    for one in new:
        print(f"\n{one['file']}, {one['place']}\n  - {one['before']}\n  + {one['after']}")
    total = sum(row["changes"] for row in table["module"])
    print(f"\n{total} changes, {len(table['survivor'])} unnoticed, {len(new)} without a reason.")
    if not options.dry_run:
        TABLE.write_text(toml(table), encoding="utf-8", newline="\n")
        print(f"Written to {TABLE.relative_to(ROOT).as_posix()}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
