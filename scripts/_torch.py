"""The PyTorch listings of chapter 19: run each, and compare what it prints with what it shall.

In an environment of its own (`test.py --with torch`), because nobody else needs PyTorch. Standard
library only, until the environment is there.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from _environment import ROOT, fail, pip_command, under_ci

if TYPE_CHECKING:
    from pathlib import Path

PINS = ROOT / "scripts" / "bench-requirements.txt"
"""The bench's peers; PyTorch's release is pinned there, once."""

HEADER = """\
# Made by: python3 scripts/test.py --with torch --store. What the listings of chapter 19 printed,
# with which PyTorch, and the hash of each listing as it was run.
"""


def requirement() -> str:
    """Return the pinned requirement of PyTorch."""
    lines = PINS.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("torch=="))


def install() -> None:
    """Put PyTorch into the environment that this runs in, unless it is there."""
    name, _, release = requirement().partition("==")
    try:
        if version(name).split("+")[0] == release:
            return
    except PackageNotFoundError:
        pass
    print(f"Installing PyTorch {release}; this takes a minute or more.", flush=True)
    command = [*pip_command(), "install", "--quiet", "--only-binary", ":all:", requirement()]
    if subprocess.call(command) != 0:
        fail("PyTorch could not be installed (pip's words are above).")


def run(path: Path) -> tuple[str, str]:
    """Run a listing alone, in an empty folder; return what it printed, and what went wrong."""
    with tempfile.TemporaryDirectory(prefix="byhand-torch-") as folder:
        done = subprocess.run(
            [sys.executable, str(path)],
            cwd=folder,
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    code = f"it ended with code {done.returncode}\n" if done.returncode else ""
    return done.stdout, code + done.stderr


def compare(path: Path, expected: str) -> tuple[str, str]:
    """Run a listing; return what it printed, and how that differs from what it shall print."""
    printed, wrong = run(path)
    got, wanted = printed.strip("\n").split("\n"), expected.split("\n")
    differs = difflib.unified_diff(wanted, got, "expected", "printed", lineterm="")
    return printed, "\n".join(filter(None, [*differs, wrong]))


def toml(outputs: dict[str, tuple[str, str]]) -> str:
    """Write the record: when, with what, and of each listing its hash and its output."""
    run_with = {
        "date": date.today().isoformat(),  # noqa: DTZ011 - the day on this machine
        "torch": version("torch").split("+")[0],
        "numpy": version("numpy"),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()}, {platform.machine()}",
    }
    made = [HEADER, "[run]", *(f"{key} = {json.dumps(value)}" for key, value in run_with.items())]
    for name, (digest, output) in outputs.items():
        made += [f'\n[listing.{name}]\nsha256 = "{digest}"', f'output = """\n{output}"""']
    return "\n".join(made) + "\n"


def main(arguments: list[str]) -> int:
    """Run every listing; store what they printed if asked to, and if all is right."""
    parser = argparse.ArgumentParser(prog="test.py --with torch", description=__doc__)
    parser.add_argument("--store", action="store_true", help="write docs/_data/torch.toml")
    options = parser.parse_args(arguments)
    if options.store and under_ci():
        fail("Nothing is stored under CI: it would hold the listings to themselves.")
    install()
    from byhand_site import views_torch
    from byhand_site.paths import DOCS, data

    outputs, failed = {}, 0
    for name in views_torch.names():
        path = DOCS / views_torch.FOLDER / f"{name}.py"
        printed, wrong = compare(path, views_torch.expected(name))
        outputs[name] = (views_torch.digest(views_torch.code(name)), printed)
        failed += bool(wrong)
        print(f"{'FAILED' if wrong else 'passed'}  {name}.py\n{wrong}".strip(), flush=True)
        if not options.store and (problem := views_torch.problem(name)):
            print(f"FAILED  the record: {problem}; --store writes it anew")
            failed += not wrong
    if options.store and not failed:
        stored = data(DOCS) / views_torch.STORED
        stored.write_text(toml(outputs), encoding="utf-8", newline="\n")
        print(f"Written to {stored.relative_to(ROOT).as_posix()}.")
    print(f"{len(outputs) - failed} passed, {failed} failed")
    return int(failed > 0)
