"""A small warm process that forks one child per block: NumPy loaded, byhand not.

Reads jobs as JSON lines on standard input and answers each by a JSON line when its child ends.
Blocks that draw are handed to a second server, forked from this one, that has matplotlib as well:
what is loaded makes every fork dearer, and most blocks don't draw.
"""

import contextlib
import gc
import importlib
import json
import math
import os
import re
import select
import signal
import string
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from byhand_site import child

Job = child.Job
_LARGE = re.compile(r"matplotlib|sklearn|views_bench")


@dataclass(slots=True)
class Running:
    """A child at work: its process, when it began, and its latest end."""

    pid: int
    name: str
    began: float
    deadline: float


@dataclass(slots=True)
class Second:
    """The server that has the large libraries: its process, both pipes, what it has in hand."""

    pid: int
    jobs: int
    answers: int
    ready: bool = False
    running: int = 0


class Lines:
    """Lines from a pipe, as they come."""

    def __init__(self, end: int) -> None:
        self.end = end
        self.open = True
        self._rest = b""

    def read(self) -> list[bytes]:
        """Read what is there; nothing, and no longer open, at the stream's end."""
        chunk = os.read(self.end, 1 << 16)
        self.open = bool(chunk)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return lines


@dataclass(slots=True)
class Server:
    """Forks children for the jobs, `workers` at a time, until the stream of the jobs ends.

    Parameters
    ----------
    jobs : Lines
        Where jobs come from.
    answers : int
        File descriptor for the answers.
    workers : float
        How many blocks may run at a time, those of the second server among them.
    second : Second, optional
        Who runs the blocks that need the large libraries; without it, this server does.
    """

    jobs: Lines
    answers: int
    workers: float
    second: Second | None = None
    queue: list[Job] = field(default_factory=list)
    running: dict[int, Running] = field(default_factory=dict)

    def serve(self) -> None:
        """Work until nobody is there to give jobs; what still runs then is killed."""
        signal.signal(signal.SIGTERM, self.stop)
        told = Lines(self.second.answers) if self.second else None
        while self.jobs.open:
            while self.at_work() < self.workers and (job := self.next()):
                self.begin(job)
            ends = [self.jobs.end, *self.running, *([told.end] if told else [])]
            for end in select.select(ends, [], [], 0.25)[0]:
                if end == self.jobs.end:
                    self.queue += [json.loads(line) for line in self.jobs.read()]
                elif told and end == told.end:
                    self.pass_on(told)
                else:
                    self.answer(end)
            _kill_late(self.running)
        self.stop()

    def at_work(self) -> int:
        """Count the blocks that are running."""
        return len(self.running) + (self.second.running if self.second else 0)

    def next(self) -> Job | None:
        """Take the first job that can begin: a large one can't while the second server loads."""
        for place, job in enumerate(self.queue):
            if not self.second or self.second.ready or not _is_large(job):
                return self.queue.pop(place)
        return None

    def begin(self, job: Job) -> None:
        """Start a job, or hand it on."""
        if self.second and _is_large(job):
            self.second.running += 1
            _write(self.second.jobs, job)
            return
        _import_for(job)
        kept = [self.jobs.end, self.answers, *self.running]
        kept += [self.second.jobs, self.second.answers] if self.second else []
        end, child_ = _start(job, kept)
        self.running[end] = child_

    def pass_on(self, told: Lines) -> None:
        """Pass the second server's answers on; its first line says that it is ready."""
        assert self.second is not None
        for line in told.read():
            if not self.second.ready:
                self.second.ready = True
                continue
            self.second.running -= 1
            os.write(self.answers, line + b"\n")
        if not told.open:
            self.stop()  # it is gone, and what it had in hand will never be answered

    def answer(self, end: int) -> None:
        """Say that a child has ended."""
        done = self.running.pop(end)
        os.close(end)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(done.pid, signal.SIGKILL)  # what the block may have left running
        _, status = os.waitpid(done.pid, 0)
        seconds = time.monotonic() - done.began
        code = os.waitstatus_to_exitcode(status)
        late = time.monotonic() >= done.deadline
        _write(self.answers, {"id": done.name, "seconds": seconds, "code": code, "late": late})

    def stop(self, *_: object) -> None:
        """Kill all that runs and end: an exception is swallowed in a destructor or a fork."""
        _kill_late(self.running, now=math.inf)
        if self.second:
            os.kill(self.second.pid, signal.SIGTERM)
            os.waitpid(self.second.pid, 0)
        os._exit(1)


def _is_large(job: Job) -> bool:
    """Whether a block will use what only the second server has; a wrong guess costs time only."""
    return bool(_LARGE.search(job["source"]))


def _write(end: int, message: dict[str, Any]) -> None:
    """Write a line; a short one, which those of two writers don't split."""
    os.write(end, json.dumps(message).encode() + b"\n")


def _import_for(job: Job) -> None:
    """Import scikit-learn, slower than all else together, before the first block that uses it."""
    if "sklearn" in job["source"] and "sklearn" not in sys.modules:
        with contextlib.suppress(ImportError):
            importlib.import_module("sklearn.neural_network")
            importlib.import_module("sklearn.linear_model")
        gc.freeze()


def _start(job: Job, inherited: list[int]) -> tuple[int, Running]:
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


def _fork_second(first: list[int]) -> Second:
    """Fork the server with the large libraries; return when it has begun to load them."""
    jobs, hand_on = os.pipe()
    told, answers = os.pipe()
    pid = os.fork()
    if pid == 0:
        for end in (*first, hand_on, told):
            os.close(end)
        warm_up()
        os.write(answers, b"ready\n")
        Server(Lines(jobs), answers, math.inf).serve()
    os.close(jobs)
    os.close(answers)
    return Second(pid, hand_on, told)


def main() -> None:
    """Serve on the standard streams with as many workers as the command line says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches us too; the build ends us
    jobs, answers = os.dup(0), os.dup(1)
    os.nice(5)  # rendering waits for blocks in the pages' order: it comes first where it can go on
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # a block that reads gets the end of the file
    gc.set_threshold(50_000, 20, 20)  # a block is over before its garbage could matter
    importlib.import_module("numpy.random")
    gc.collect()
    gc.freeze()
    second = _fork_second([jobs, answers])
    Server(Lines(jobs), answers, int(sys.argv[1]), second).serve()


if __name__ == "__main__":
    main()
