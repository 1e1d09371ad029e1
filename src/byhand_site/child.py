"""One block, alone: a fresh ``__main__``, an empty folder, warnings as errors, all output kept.

Run in a child forked from the warm server, or as ``python -m byhand_site.child JOB FOLDER`` in a
fresh interpreter where there is no fork.
"""

import ast
import json
import linecache
import os
import random
import sys
import traceback
import types
import warnings
from pathlib import Path
from typing import Any

Job = dict[str, Any]
"""id, file, line, language and source of a block."""


def run(job: Job, folder: Path) -> None:
    """Run a block and leave result.json, stdout, stderr and figures/ in `folder`.

    Parameters
    ----------
    job : dict
        The block, as `byhand_site.executor` sends it.
    folder : Path
        Empty, private to this run.
    """
    _prepare(folder)
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    result: dict[str, Any] = {"error": "", "line": 0}
    if job["language"] != "view":
        os.environ.pop("BYHAND_DOCS", None)  # who reads the lessons must be a view: see cache.py
    try:
        if job["language"] == "python":
            exec(_compiled(job, _parsed(job)), module.__dict__)
        else:
            result |= _rendered(_value(job, module.__dict__))
        result["error"] = _left_open()
    except SystemExit as error:
        result |= {"error": f"the block called sys.exit({error.code!r})", "line": _line(job, error)}
    except BaseException as error:  # noqa: BLE001 - whatever a block raises is its result
        result |= {"error": _trace(error), "line": _line(job, error)}
    sys.stdout.flush()
    sys.stderr.flush()
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


def _prepare(folder: Path) -> None:
    """Send every write to files, whoever makes it, and start as a fresh interpreter would."""
    (folder / "figures").mkdir()
    (folder / "empty").mkdir()
    os.environ["BYHAND_FIGURES"] = str(folder / "figures")
    for number, name in ((1, "stdout"), (2, "stderr")):
        target = os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(target, number)
    os.chdir(folder / "empty")
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    warnings.resetwarnings()
    warnings.simplefilter("error")
    random.seed()
    if "numpy.random" in sys.modules:  # the server's state must not make chance look repeatable
        sys.modules["numpy.random"].seed()


def _parsed(job: Job) -> ast.Module:
    """Parse with the lines of the page, so that a traceback names its file and line."""
    text = "\n" * job["line"] + job["source"]
    lines = text.splitlines(keepends=True)
    linecache.cache[job["file"]] = (len(text), None, lines, job["file"])
    tree: ast.Module = ast.parse(text, job["file"])
    return tree


def _compiled(job: Job, tree: ast.Module) -> types.CodeType:
    return compile(tree, job["file"], "exec")


def _value(job: Job, namespace: dict[str, Any]) -> Any:
    """Run a show block; its value is that of its last line."""
    tree = _parsed(job)
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        raise ValueError("the last line of a show block must be an expression")
    last = tree.body[-1]
    assign = ast.Assign([ast.Name("_shown", ast.Store())], last.value)
    tree.body[-1] = ast.copy_location(assign, last)
    exec(_compiled(job, ast.fix_missing_locations(tree)), namespace)
    return namespace["_shown"]


def _rendered(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        plain = {key: getattr(number, "item", None) for key, number in value.items()}
        return {"values": {key: item() if item else value[key] for key, item in plain.items()}}
    if isinstance(value, str):
        return {"markdown": value}
    if hasattr(value, "svg") and hasattr(value, "data"):
        return {"svg": value.svg, "data": value.data, "alt": value.alt}
    raise ValueError(f"a show block must give text or a Diagram; got {type(value).__name__}")


def _left_open() -> str:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and pyplot.get_fignums():
        return "a figure was drawn and never shown: end the block with plt.show()"
    return ""


def _trace(error: BaseException) -> str:
    shown = traceback.TracebackException.from_exception(error)
    shown.stack = traceback.StackSummary.from_list(
        [frame for frame in shown.stack if frame.filename not in (__file__, ast.__file__)]
    )
    return "".join(shown.format()).strip()


def _line(job: Job, error: BaseException) -> int:
    """Line of the page at which the block failed."""
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == job["file"] and frame.lineno]
    return lines[-1] if lines else int(job["line"])


def main() -> None:
    """Run the job file named on the command line in this fresh interpreter."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(sys.argv[2])
    run(job, folder)
    os._exit(0)


if __name__ == "__main__":
    main()
