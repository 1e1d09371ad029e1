"""Texts that run alone, as in a fresh interpreter: each in its own process and empty folder.

On Linux such a process is forked from one that has imported the libraries that the text imports,
and nothing else: that the same import isn't paid for by every text is all there is to it.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from byhand_site import executor

FORKS = sys.platform == "linux"  # elsewhere a fork is not safe, or not there
KILLED = -1  # the code of a text whose process didn't come to its end
ALONE = """
import importlib, os, signal, sys, traceback, types

def alone(folder):
    os.chdir(folder)
    for number, name in enumerate((os.devnull, "out", "err")):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
    os.environ["BYHAND_FIGURES"] = os.path.abspath("figures")
    with open("source.py", encoding="utf-8") as file:
        source = file.read()
    os.chdir("empty")
    sys.argv, sys.modules["__main__"] = ["-c"], types.ModuleType("__main__")
    code = 1
    try:
        exec(compile(source, "<string>", "exec"), sys.modules["__main__"].__dict__)
        code = 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    with open(os.path.join(folder, "code"), "w") as file:
        file.write(str(code))
    os._exit(code)

seconds, *names = sys.argv[1:]
for name in names:
    importlib.import_module(name)  # as the text will
for folder in sys.stdin.read().split("\\n"):
    if not int(seconds):  # no fork: there is but one
        alone(folder)
    child = os.fork()
    if not child:
        signal.alarm(int(seconds))
        alone(folder)
    os.waitpid(child, 0)
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a text; figures only where the environment has the backend of the build."""

    code: int
    out: str
    err: str
    figures: list[dict[str, Any]]
    drawings: list[str]


def run_all(
    texts: Mapping[str, str], root: Path, environment: Mapping[str, str], *, few: int = 12
) -> dict[str, Ran]:
    """Run each text, over the cores, a few by each interpreter; warnings are errors."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, text in texts.items():
        groups.setdefault(libraries(text), []).append(name)
        for part in ("empty", "figures"):
            (root / name / part).mkdir(parents=True)
        (root / name / "source.py").write_text(text, encoding="utf-8")
        (root / name / "code").write_text(str(KILLED), encoding="utf-8")
    step = few if FORKS else 1
    with ThreadPoolExecutor(executor.workers()) as pool:
        started = [
            pool.submit(_run, modules, [root / name for name in names[at : at + step]], environment)
            for modules, names in groups.items()
            for at in range(0, len(names), step)
        ]
    for one in started:
        one.result()
    return {name: _outcome(root / name) for name in texts}


def libraries(text: str) -> tuple[str, ...]:
    """Name the modules, other than Python's, that a text imports: of ours, what it imports first.

    Every module of ours is imported after its package, so that one comes ready to each such text.
    """
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(str(node.module))
    names = {"byhand" if name.startswith("byhand.") else name for name in found}
    known = sys.stdlib_module_names
    return tuple(sorted(name for name in names if name.partition(".")[0] not in known))


def _run(modules: Iterable[str], folders: list[Path], environment: Mapping[str, str]) -> None:
    seconds = str(int(executor.SECONDS) if FORKS else 0)
    subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE, seconds, *modules],
        env={**environment, "PYTHONIOENCODING": "utf-8", "OPENBLAS_NUM_THREADS": "1"},
        input="\n".join(map(str, folders)),
        encoding="utf-8",
        timeout=executor.SECONDS * (len(folders) + 1),
        check=FORKS,  # else it ends as the text does
    )


def _outcome(folder: Path) -> Ran:
    figures = sorted((folder / "figures").glob("*.json"), key=lambda file: int(file.stem))
    code, out, err = ((folder / name).read_text("utf-8") for name in ("code", "out", "err"))
    return Ran(
        int(code),
        out,
        err,
        [json.loads(file.read_text(encoding="utf-8")) for file in figures],
        [file.with_suffix(".svg").read_text(encoding="utf-8") for file in figures],
    )
