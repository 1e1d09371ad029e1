"""Other releases of NumPy and matplotlib: the newest that pip finds, or the oldest supported.

Everything else stays as the lock has it. Standard library only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version

from _environment import ROOT, WITH, fail, pip_command

NAMES = ("numpy", "matplotlib")
FIRST_WHEELS = {"numpy": {(3, 13): "2.1.0", (3, 14): "2.3.2"}}
"""First release that has wheels for a Python, where that is after the oldest supported."""


def oldest(name: str, python: tuple[int, int]) -> str:
    """Return the oldest supported release of a package that a Python can have."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = [*project["dependencies"], *project["optional-dependencies"]["plots"]]
    minimum = next(m[1] for text in stated if (m := re.match(rf"{name}>=([\d.]+)", text)))
    later = [first for since, first in FIRST_WHEELS.get(name, {}).items() if since <= python]
    return max([_three(minimum), *later], key=lambda text: [int(part) for part in text.split(".")])


def _three(release: str) -> str:
    return ".".join([*release.split("."), "0", "0"][:3])


def wanted(which: str) -> list[str]:
    """Return what pip is asked for."""
    if which == "newest":
        return [*NAMES]
    return [f"{name}=={oldest(name, sys.version_info[:2])}" for name in NAMES]


def install(which: str) -> None:
    """Put the releases into the environment that this runs in, unless they are there."""
    asked = wanted(which)
    if which == "oldest" and all(_is_there(requirement) for requirement in asked):
        return
    command = [*pip_command(), "install", "--quiet", "--upgrade", "--only-binary", ":all:", *asked]
    if subprocess.call(command) != 0:
        fail(f"pip could not install {' and '.join(asked)} (its words are above).")


def _is_there(requirement: str) -> bool:
    name, _, release = requirement.partition("==")
    try:
        return version(name) == release
    except PackageNotFoundError:
        return False


def start_over(which: str, arguments: list[str]) -> int:
    """Run the calling script again in the environment for these releases."""
    environment = {**os.environ, WITH: which}
    base = getattr(sys, "_base_executable", sys.executable)
    return subprocess.call([base, sys.argv[0], *arguments], env=environment)


def moved() -> int:
    """Print which numbers, outputs and figures are others with these releases."""
    command = [sys.executable, "-m", "byhand_site.moved"]
    return subprocess.call(command, cwd=ROOT, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
