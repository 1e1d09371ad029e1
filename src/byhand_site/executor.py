"""Runs blocks isolated and over the cores, ahead of the rendering that asks for their results."""

import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from byhand_site import svg
from byhand_site.fences import Block
from byhand_site.paths import DOCS

SECONDS = 60.0
"""Longest a block may take."""

NO_FORK = "BYHAND_NO_FORK"
"""Set to 1, every block runs in a fresh interpreter, as on systems without a safe fork."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of running one block.

    Parameters
    ----------
    output : str
        Everything printed.
    figures : list of (str, dict)
        SVG and data of each figure, in order.
    markdown : str
        What a show block gave.
    error : str
        Why it failed; empty if it didn't.
    line : int
        Line of the page at which it failed.
    seconds : float
        Wall time of the child.
    alt : str
        A diagram's own accessible name.
    values : dict of str to float
        Numbers of a worked example, by key.
    """

    output: str = ""
    figures: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    markdown: str = ""
    error: str = ""
    line: int = 0
    seconds: float = 0.0
    alt: str = ""
    values: dict[str, float] = field(default_factory=dict)


class Executor(Protocol):
    """Runs blocks; results are futures, in the order in which blocks were submitted."""

    def submit(self, block: Block) -> "Future[Outcome]":
        """Queue a block."""
        ...

    def close(self) -> None:
        """Stop; running blocks are killed."""
        ...


def start(docs: Path = DOCS, done: Callable[[Block, Outcome], None] | None = None) -> Executor:
    """Start the executor that suits this system.

    Fork is used on Linux only: on macOS a forked child can't safely use the system's own
    numerical library, and Windows has none.
    """
    if sys.platform == "linux" and os.environ.get(NO_FORK) != "1":
        return ForkExecutor(docs, done)
    return SpawnExecutor(docs, done)


def workers() -> int:
    """As many blocks at a time as there are cores for us."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


_KEPT = re.compile(
    r"PATH|HOME|USER|USERNAME|USERPROFILE|LANG|LANGUAGE|TZ|TMPDIR|TMP|TEMP|COMSPEC|PATHEXT|WINDIR"
    r"|SYSTEM(ROOT|DRIVE)|(LOCAL)?APPDATA|NUMBER_OF_PROCESSORS|VIRTUAL_ENV"
    r"|(LC|LD|DYLD|PROCESSOR|PYTHON|XDG|NPY|NUMPY|OPENBLAS|GOTO|OMP|KMP|MKL|BLIS|VECLIB|GLIBC"
    r"|SCIPY|SKLEARN|JOBLIB|BYHAND)_?\w*",
    re.IGNORECASE,
)
"""Variables that a block is given of those that the build was given; no other reaches it."""


def environment(docs: Path) -> dict[str, str]:
    """Environment of the blocks: what Python and NumPy read, one BLAS thread, our backend."""
    kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}
    threads = (
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    )
    return {
        **kept,
        **dict.fromkeys(threads, "1"),
        "MPLBACKEND": "module://byhand_site.mplsvg",
        "MATPLOTLIBRC": matplotlibrc(),
        "BYHAND_DOCS": str(docs),
        svg.STYLE: json.dumps(svg.described()),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
    }


def matplotlibrc() -> str:
    """Find matplotlib's own settings: a reader's must not change the figures."""
    found = importlib.util.find_spec("matplotlib")
    folder = (
        found.submodule_search_locations[0] if found and found.submodule_search_locations else ""
    )
    return str(Path(folder, "mpl-data", "matplotlibrc"))


class _Runs:
    """The runs that both executors share: a folder and a future for each block."""

    def __init__(self, docs: Path, done: Callable[[Block, Outcome], None] | None) -> None:
        self.docs = docs
        self.done = done
        self.folder = Path(tempfile.mkdtemp(prefix="byhand-"))
        self.pending: dict[str, tuple[Block, Path, Future[Outcome]]] = {}

    def new(self, block: Block) -> tuple[dict[str, Any], "Future[Outcome]"]:
        folder = self.folder / str(len(self.pending))
        folder.mkdir()
        future: Future[Outcome] = Future()
        self.pending[block.id] = (block, folder, future)
        job = {
            "id": block.id,
            "file": f"docs/{block.page}",
            "line": block.line,
            "language": block.language,
            "source": block.source,
            "folder": str(folder),
            "seconds": SECONDS,
        }
        return job, future

    def finish(self, name: str, seconds: float, code: int, late: bool) -> None:
        block, folder, future = self.pending[name]
        outcome = _outcome(block, folder, seconds, code, late)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            if self.done:
                self.done(block, outcome)
        finally:  # whoever waits must not wait for ever
            future.set_result(outcome)

    def fail(self, reason: str) -> None:
        for block, _, future in self.pending.values():
            if not future.done():
                future.set_result(Outcome(error=reason, line=block.line))

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _outcome(block: Block, folder: Path, seconds: float, code: int, late: bool) -> Outcome:
    """Read what a child left in its folder."""
    if late:
        return Outcome(error=f"the block took longer than {SECONDS:.0f} s", line=block.line)
    if not (folder / "result.json").exists():
        return Outcome(error=f"the block ended its process (code {code})", line=block.line)
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    output = (folder / "stdout").read_text(encoding="utf-8", errors="replace")
    stray = (folder / "stderr").read_text(encoding="utf-8", errors="replace")
    error = result["error"]
    if not error and stray:
        error = f"the block wrote to standard error:\n{stray}"
    if not error and output and block.language != "python":
        error = f"a {block.language} block must print nothing; it printed:\n{output}"
    figures = [
        (path.read_text(encoding="utf-8"), json.loads(path.with_suffix(".json").read_text("utf-8")))
        for path in sorted((folder / "figures").glob("*.svg"), key=lambda path: int(path.stem))
    ]
    if "svg" in result:
        figures.append((result["svg"], result["data"]))
    line = result["line"] or block.line
    markdown, alt = result.get("markdown", ""), result.get("alt", "")
    values = result.get("values", {})
    return Outcome(output, figures, markdown, error, line, seconds, alt, values)


class ForkExecutor:
    """Sends jobs to the fork server and resolves futures as its answers come."""

    def __init__(self, docs: Path, done: Callable[[Block, Outcome], None] | None) -> None:
        self._runs = _Runs(docs, done)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "byhand_site.forkserver", str(workers())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(docs),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def submit(self, block: Block) -> "Future[Outcome]":
        """Queue a block."""
        job, future = self._runs.new(block)
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(job).encode() + b"\n")
        self._server.stdin.flush()
        return future

    def _read(self) -> None:
        assert self._server.stdout is not None
        try:
            for line in self._server.stdout:
                answer = json.loads(line)
                self._runs.finish(answer["id"], answer["seconds"], answer["code"], answer["late"])
        finally:
            self._runs.fail("the process that runs the blocks ended before this one")

    def close(self) -> None:
        """Stop the server."""
        self._server.terminate()
        self._server.wait()
        self._reader.join()
        for stream in (self._server.stdin, self._server.stdout):
            if stream is not None:
                stream.close()
        self._runs.close()


class SpawnExecutor:
    """Starts a fresh interpreter for every block: slower, and possible everywhere."""

    def __init__(self, docs: Path, done: Callable[[Block, Outcome], None] | None) -> None:
        self._runs = _Runs(docs, done)
        self._pool = ThreadPoolExecutor(workers())
        self._environment = environment(docs)
        self._children: set[subprocess.Popen[bytes]] = set()
        self._closed = threading.Event()

    def submit(self, block: Block) -> "Future[Outcome]":
        """Queue a block."""
        job, future = self._runs.new(block)
        self._pool.submit(self._run, job)
        return future

    def _run(self, job: dict[str, Any]) -> None:
        folder, began, late = Path(job["folder"]), time.monotonic(), False
        job_file = folder.with_suffix(".json")
        job_file.write_text(json.dumps(job), encoding="utf-8")
        child = subprocess.Popen(
            [sys.executable, "-m", "byhand_site.child", str(job_file), str(folder)],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._children.add(child)
        if self._closed.is_set():
            _kill(child)
        try:
            child.wait(job["seconds"])
        except subprocess.TimeoutExpired:
            late = True
        _kill(child)  # itself, and what it may have left running
        code = child.wait()
        self._children.discard(child)
        self._runs.finish(job["id"], time.monotonic() - began, code, late)

    def close(self) -> None:
        """Kill running blocks and drop those not begun."""
        self._closed.set()
        for child in [*self._children]:
            _kill(child)
        self._pool.shutdown(cancel_futures=True)
        self._runs.close()


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """Kill a child and, where there are process groups, what it has started."""
    if sys.platform == "win32":
        child.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
