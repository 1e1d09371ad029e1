"""Check format, lint and types: the same three commands here and in CI."""

from __future__ import annotations

import argparse
import subprocess
import sys

from _environment import ROOT, enter


def commands(*, fix: bool) -> list[list[str]]:
    """Return the commands to run, in their order, as arguments of `python -m`."""
    if fix:
        ruff = [["ruff", "check", "--fix"], ["ruff", "format"]]
    else:
        ruff = [["ruff", "format", "--check"], ["ruff", "check"]]
    return [*ruff, ["mypy", "--strict"]]


def main() -> int:
    """Run all of them, also after a failure, and say which failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="repair what ruff can repair")
    options = parser.parse_args()
    enter()
    failed = []
    for command in commands(fix=options.fix):
        print(f"== {' '.join(command)}", flush=True)
        if subprocess.call([sys.executable, "-m", *command], cwd=ROOT) != 0:
            failed.append(" ".join(command))
    if failed:
        print(f"Failed: {', '.join(failed)}. What ruff can repair: python3 scripts/check.py --fix")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
