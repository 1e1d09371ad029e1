"""Run every test, browser tests included; other arguments go to pytest.

With other releases of NumPy and matplotlib, in an environment of its own, say first which numbers,
outputs and figures have moved, and by how much. With PyTorch, in another one, run chapter
19's listings and nothing else (--store: write down what they printed).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import _releases
import _torch
from _browser import VARIABLE, find_chromium, playwright_chromium
from _environment import ROOT, WITH, enter, fail, under_ci

NO_BROWSER = f"""No Chromium or Chrome was found, and none could be installed.
Install one (Debian: apt install chromium-headless-shell), or set {VARIABLE} to its program."""


WORKERS = ("--dist=loadscope", "--no-loadscope-reorder")
"""How tests are shared out; tests/conftest.py says which stay together, and in which order."""


def find_or_install() -> Path | None:
    """Return a browser's program: an installed one, else Playwright's, installed if need be."""
    try:
        found = find_chromium()
    except FileNotFoundError as error:
        fail(f"{error}. Correct it, or unset it to let the script look for a browser.")
    return found or playwright_chromium() or playwright_chromium(install=True)


def absolute(argument: str) -> str:
    """Make a path in the caller's folder absolute; pytest starts in the repository."""
    path, *node = argument.split("::", 1)
    if not path or path.startswith("-") or not Path(path).exists():
        return argument
    return "::".join([str(Path(path).resolve()), *node])


def main() -> int:
    """Find a browser, then run pytest; its exit code is ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    choices = ("newest", "oldest", "torch")
    parser.add_argument("--with", dest="which", choices=choices, help="releases, or PyTorch")
    parser.add_argument("--quick", action="store_true", help="without the site and the browser")
    options, arguments = parser.parse_known_args()
    if options.which:
        return _releases.start_over(options.which, [*arguments, *["--quick"] * options.quick])
    enter()
    has_moved = False
    which = os.environ.get(WITH)
    if which == "torch":
        return _torch.main(arguments)
    if which:
        _releases.install(which)
        has_moved = _releases.moved() != 0
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    browser = None if options.quick else find_or_install()
    if browser:
        print(f"Browser: {browser}", flush=True)
        environment[VARIABLE] = str(browser)
    elif options.quick:
        print("Quick: without the tests of the built site.", flush=True)
    elif under_ci():
        fail(NO_BROWSER)
    else:
        print(f"{NO_BROWSER}\nThe browser tests are skipped, by name, below.", flush=True)
    command = [sys.executable, "-m", "pytest", "--durations=10"]
    if "--pdb" not in arguments:
        from byhand_site.executor import workers

        command += [*WORKERS, f"--numprocesses={workers()}"]
    command += map(absolute, arguments)
    command += ["-m", "not site and not browser"] * options.quick
    return subprocess.call(command, cwd=ROOT, env=environment) or int(has_moved)


if __name__ == "__main__":
    sys.exit(main())
