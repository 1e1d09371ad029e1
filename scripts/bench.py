"""Measure byhand beside its peers and write the table: docs/_data/bench.toml.

The peers (scripts/bench-requirements.txt) go into an environment of their own, thrown away
afterwards. Everything is measured in one process with one BLAS thread; on a busy machine the
times are noisy, and the ratios hold.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from contextlib import ExitStack
from pathlib import Path

from _environment import ROOT, check_python, fail

REQUIREMENTS = ROOT / "scripts" / "bench-requirements.txt"
TABLE = ROOT / "docs" / "_data" / "bench.toml"
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1"
    for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR")
}


def peers(folder: Path) -> Path:
    """Return the Python of the peers' environment, made in `folder` where it is not there."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    stamp = folder / "byhand-bench.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    if folder.exists() and any(folder.iterdir()):
        fail(f"{folder} holds something else. Name an empty folder, or none: --environment FOLDER")
    print("Installing the peers; this takes a minute or more.", flush=True)
    venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if subprocess.call([*command, "-r", str(REQUIREMENTS)]) != 0:
        fail("The peers could not be installed (pip's words are above). Put that right, run again.")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def measured(python: Path, repetitions: int) -> dict[str, object]:
    """Run the measurements with that Python and return the document."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "scripts")])
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": path, "PYTHONUTF8": "1"}
    command = [str(python), "-m", "benchmarks", "--repetitions", str(repetitions)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        fail("The measurements failed (the error is above). The table is unchanged.")
    document: dict[str, object] = json.loads(done.stdout)
    return document


def at_least_one(argument: str) -> int:
    """Read a number of repetitions."""
    if (number := int(argument)) < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {number}")
    return number


def main() -> int:
    """Measure, print, and store."""
    if sys.argv[1:2] == ["build"]:
        import _bench_build

        return _bench_build.main(sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__, epilog="bench.py build: the build itself")
    parser.add_argument("--repetitions", type=at_least_one, default=11, help="of each (11)")
    parser.add_argument("--environment", type=Path, help="keep the peers here for the next run")
    parser.add_argument("--dry-run", action="store_true", help="print, and leave the table alone")
    parser.add_argument("--show", action="store_true", help="print the stored table, no measuring")
    options = parser.parse_args()
    check_python()
    from benchmarks.table import text, toml

    if options.show:
        print(text(tomllib.loads(TABLE.read_text(encoding="utf-8"))))
        return 0
    with ExitStack() as stack:
        folder = options.environment
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="byhand-bench-")))
        document = measured(peers(Path(folder).resolve()), options.repetitions)
    print(text(document))
    if not options.dry_run:
        TABLE.write_text(toml(document), encoding="utf-8", newline="\n")
        print(f"\nWritten to {TABLE.relative_to(ROOT).as_posix()}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
