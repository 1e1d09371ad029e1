"""Resolve the lock anew: for three systems, four Pythons, wheels only, every file by its hash.

uv does the resolving, in an environment that is thrown away; this module writes its answer as a
plain requirements file that pip alone can install. Wheels for other systems are left out.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from itertools import product
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from _environment import LOCK, ROOT, fail

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {"linux": "manylinux", "darwin": "macosx", "win32": "win"}
MACHINES = {
    "linux": ("x86_64", "aarch64"),
    "darwin": ("x86_64", "arm64", "universal2"),
    "win32": ("amd64",),
}
HEADER = """\
# Made by: python3 scripts/update.py --lock
# For CPython 3.11 to 3.14 on Linux, macOS and Windows; wheels only.
# Install with: pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock
"""
Package = dict[str, Any]


def update_lock() -> int:
    """Write requirements.lock anew and print old -> new; return the exit code."""
    old = LOCK.read_text(encoding="utf-8") if LOCK.exists() else ""
    new = HEADER + "".join(requirement(package) for package in resolve())
    if new == old:
        print("requirements.lock is up to date.")
        return 0
    LOCK.write_text(new, encoding="utf-8", newline="\n")
    before, after = versions(old), versions(new)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            print(f"{name}: {before.get(name, 'absent')} -> {after.get(name, 'absent')}")
    print("requirements.lock is written. Run scripts/test.py: it makes the environment anew.")
    return 0


def resolve() -> list[Package]:
    """Return the packages that uv chooses, as a pylock file lists them."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = next(Path(folder).glob("[Ss]*/python.exe"), Path(folder, "bin", "python"))
        pylock = Path(folder, "pylock.toml")
        run([str(python), "-m", "pip", "install", "--quiet", "uv"])
        options = ["--universal", "--python-version", PYTHONS[0], "--fork-strategy", "fewest"]
        options += ["--all-extras", "--only-binary", ":all:", "--upgrade", "--quiet"]
        output = ["--format", "pylock.toml", "--output-file", str(pylock)]
        run([str(python), "-m", "uv", "pip", "compile", "pyproject.toml", *options, *output])
        packages: list[Package] = tomllib.loads(pylock.read_text(encoding="utf-8"))["packages"]
    return packages


def run(command: list[str]) -> None:
    """Run a command in the repository, or end with advice."""
    if subprocess.call(command, cwd=ROOT) != 0:
        fail(
            f"This failed: {' '.join(command)}\nThe lock is unchanged. Resolving needs a "
            "connection; if versions conflict, relax a bound in pyproject.toml, then retry."
        )


def requirement(package: Package) -> str:
    """Return one requirement with its marker and the hashes of the wheels that can be needed."""
    name = f"{package['name']}=={package['version']}"
    targets = needed(package.get("marker", ""))
    hashes = set()
    for system, python in targets:
        fitting = [wheel for wheel in package.get("wheels", ()) if fits(wheel, system, python)]
        if not fitting:
            fail(f"{name}: no wheel for Python {python} on {system}. Bound it in pyproject.toml.")
        hashes |= {wheel["hashes"]["sha256"] for wheel in fitting}
    lines = [name + marker(targets, package), *(f"--hash=sha256:{each}" for each in sorted(hashes))]
    return " \\\n    ".join(lines) + "\n"


def needed(condition: str) -> set[tuple[str, str]]:
    """Return the pairs of system and Python on which a marker holds."""
    from packaging.markers import Marker

    pairs = set(product(SYSTEMS, PYTHONS))
    if not condition:
        return pairs
    return {pair for pair in pairs if Marker(condition).evaluate(environment(*pair))}


def environment(system: str, python: str) -> dict[str, str]:
    """Return the marker variables of a CPython on a system."""
    return {
        "sys_platform": system,
        "os_name": "nt" if system == "win32" else "posix",
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "python_version": python,
        "python_full_version": f"{python}.0",
    }


def marker(targets: set[tuple[str, str]], package: Package) -> str:
    """Return the shortest marker that holds on the targets; empty if they are all there are."""
    if targets == set(product(SYSTEMS, PYTHONS)):
        return ""
    systems = {system for system, _ in targets}
    if targets != set(product(systems, PYTHONS)):
        return f" ; {package['marker']}"
    if len(systems) == 1:
        return f" ; sys_platform == '{systems.pop()}'"
    return "".join(f" ; sys_platform != '{absent}'" for absent in SYSTEMS.keys() - systems)


def fits(wheel: dict[str, str], system: str, python: str) -> bool:
    """Tell whether a wheel is for a system and a Python, by the tags in its file name."""
    file = PurePosixPath(urlsplit(wheel["url"]).path).name
    pythons, abis, platforms = (part.split(".") for part in Path(file).stem.rsplit("-", 3)[1:])
    minor = int(python.split(".")[1])
    any_abi = "none" in abis or "abi3" in abis
    if not any_abi and f"cp3{minor}" not in abis:
        return False
    return any(_runs(tag, minor, any_abi=any_abi) for tag in pythons) and any(
        platform == "any" or _is_for(platform, system) for platform in platforms
    )


def _is_for(platform: str, system: str) -> bool:
    return platform.startswith(SYSTEMS[system]) and platform.endswith(MACHINES[system])


def _runs(tag: str, minor: int, *, any_abi: bool) -> bool:
    if not tag.startswith("cp"):
        return tag in ("py3", f"py3{minor}")
    return tag == f"cp3{minor}" or (any_abi and tag[3:].isdigit() and int(tag[3:]) <= minor)


def versions(text: str) -> dict[str, str]:
    """Return each package's version in the text of a lock."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, flags=re.MULTILINE))


if __name__ == "__main__":
    sys.exit("Run: python3 scripts/update.py --lock")
