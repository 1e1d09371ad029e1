"""A small warm process that forks one child per block: the large libraries loaded, byhand not.

Reads jobs as JSON lines on standard input and answers each by a JSON line when its child ends.
"""

import contextlib
import gc
import importlib
import json
import math
import os
import selectors
import signal
import string
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from byhand_site import child


@dataclass(slots=True)
class Running:
    """A child at work: its process, when it began, and its latest end."""

    pid: int
    name: str
    began: float
    deadline: float


def serve(jobs: BinaryIO, answers: BinaryIO, workers: int) -> None:
    """Fork children for the jobs, `workers` at a time, until the jobs' stream ends."""
    queue: list[dict[str, Any]] = []
    running: dict[int, Running] = {}
    selector = selectors.DefaultSelector()
    selector.register(jobs, selectors.EVENT_READ)
    reading, pending = True, b""

    def stop(*_: object) -> None:
        _kill_late(running, now=math.inf)
        os._exit(1)  # an exception is swallowed where the signal meets a destructor or a fork

    signal.signal(signal.SIGTERM, stop)
    while reading or queue or running:
        while queue and len(running) < workers:
            _import_for(queue[0])
            end, child_ = _start(queue.pop(0), [jobs.fileno(), answers.fileno(), *running])
            running[end] = child_
            selector.register(end, selectors.EVENT_READ)
        for event, _ in selector.select(0.25):
            if event.fd == jobs.fileno():
                chunk = os.read(event.fd, 1 << 16)
                reading = bool(chunk)
                if not reading:
                    selector.unregister(jobs)
                *lines, pending = (pending + chunk).split(b"\n")
                queue += [json.loads(line) for line in lines]
            else:
                selector.unregister(event.fd)
                _answer(answers, running.pop(event.fd), event.fd)
        _kill_late(running)


def _import_for(job: dict[str, Any]) -> None:
    """Import scikit-learn, slower than all else together, before the first block that uses it."""
    if "sklearn" in job["source"] and "sklearn" not in sys.modules:
        with contextlib.suppress(ImportError):
            importlib.import_module("sklearn.neural_network")
            importlib.import_module("sklearn.linear_model")
        gc.freeze()


def _start(job: dict[str, Any], inherited: list[int]) -> tuple[int, Running]:
    """Fork; the child holds the pipe's other end, so that its end is seen whatever ends it."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        for number in (ours, *inherited):
            with contextlib.suppress(OSError):
                os.close(number)
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        child.run(job, Path(job["folder"]))
        os._exit(0)
    os.close(theirs)
    began = time.monotonic()
    return ours, Running(pid, job["id"], began, began + job["seconds"])


def _answer(answers: BinaryIO, done: Running, end: int) -> None:
    os.close(end)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(done.pid, signal.SIGKILL)  # what the block may have left running
    _, status = os.waitpid(done.pid, 0)
    seconds = time.monotonic() - done.began
    code = os.waitstatus_to_exitcode(status)
    late = time.monotonic() >= done.deadline
    line = {"id": done.name, "seconds": seconds, "code": code, "late": late}
    answers.write(json.dumps(line).encode() + b"\n")
    answers.flush()


def _kill_late(running: dict[int, Running], now: float | None = None) -> None:
    now = time.monotonic() if now is None else now
    for one in running.values():
        if now >= one.deadline:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)


def warm_up() -> None:
    """Import what blocks use, so that a child finds it there; never the package itself."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    import numpy.random  # noqa: F401

    from byhand_site import mplsvg, svg

    mpl.rcdefaults()  # a reader's own matplotlibrc must not change the figures
    plt.switch_backend("module://byhand_site.mplsvg")
    if svg.STYLE in os.environ:  # else the style would load the package
        figure, axes = plt.subplots()
        axes.plot([0, 1], label=string.digits)
        axes.set(title="a", xlabel=string.ascii_lowercase, ylabel=string.ascii_uppercase)
        axes.legend()
        mplsvg.render(figure)  # fonts, ticks, layout: imported and read once
        plt.close(figure)
        mpl.rcdefaults()
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve on the standard streams with as many workers as the command line says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches us too; the build ends us
    jobs, answers = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb")
    os.nice(5)  # rendering waits for blocks in the pages' order: it comes first where it can go on
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # a block that reads gets the end of the file
    gc.set_threshold(50_000, 20, 20)  # a block is over before its garbage could matter
    warm_up()
    serve(jobs, answers, int(sys.argv[1]))


if __name__ == "__main__":
    main()
