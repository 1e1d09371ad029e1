"""The course kept in memory while an author works: one page again at once, then the whole.

Started by scripts/serve.py as ``python -m byhand_site.live FOLDER``. Reads lists of changed paths
(JSON lines) and answers with the pages that are new. A change of the library or of the glue is not
for it: the server ends this process and starts another, so that no module can be an old one.
"""

import contextlib
import json
import os
import queue
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from byhand_site import executor, livepage, publish, session
from byhand_site.build import render_all
from byhand_site.cache import Cache
from byhand_site.events import STATE
from byhand_site.executor import Executor, Outcome
from byhand_site.failures import Failure
from byhand_site.livelabs import Labs
from byhand_site.paths import DOCS
from byhand_site.progress import Progress
from byhand_site.session import Session

QUIET = 0.8
"""Seconds without a change after which the whole course is rendered."""


class Superseded(BaseException):
    """The sources have changed since this rendering began."""


@dataclass
class Rendered:
    """MkDocs' objects of the last whole rendering; single pages are rendered with them."""

    site: Path
    config: MkDocsConfig
    files: Files
    env: Environment
    nav: Navigation | None = None


class Course:
    """What is kept between changes: outcomes of blocks, values of numbers, MkDocs' objects.

    Parameters
    ----------
    docs, folder : Path
        The lessons, and a folder for the rendered sites.
    """

    def __init__(self, docs: Path, folder: Path) -> None:
        self.docs, self.folder = docs, folder
        self.events: queue.Queue[list[str]] = queue.Queue()
        self.changed = threading.Event()
        self.labs = Labs(lambda: self.events.put([]))
        self.rendered: Rendered | None = None
        self._rendering: Rendered | None = None
        self._kept: dict[str, Outcome] = {}
        self._spare: Executor | None = None
        self._running: Session | None = None
        self._count = 0
        self._wheel = publish.start_wheel(folder / "dist")

    def whole(self) -> list[str] | None:
        """Render the whole course; return the addresses that differ, None for all of them."""
        self._count += 1
        fresh = self.folder / str(self._count)
        fresh.mkdir()
        with self._session(set()) as work:
            failures = render_all(work, fresh)
        complete = self._rendering is not None and self._rendering.nav is not None
        problems = [Failure(*problem) for problem in self._lab_problems()]
        report([*work.failures, *failures, *problems])
        self._say_how_it_stands(len({*work.failures, *failures, *problems}))
        if not complete:
            return []
        if self._wheel.wait() == 0:
            shutil.copytree(self.folder / "dist", fresh / "site" / "dist")
        old, self.rendered = self.rendered, self._rendering
        self._tidy()
        return livepage.differences(old.site, fresh / "site") if old else None

    def _say_how_it_stands(self, failures: int) -> None:
        how = f"{failures} failure{'s' * (failures != 1)}" if failures else "all is proven"
        labs = ", but for labs that are at work" * self.labs.waiting()
        print(f"{time.strftime('%H:%M:%S')}  the whole course: {how}{labs}", file=sys.stderr)

    def _lab_problems(self) -> Iterator[tuple[str, int, str]]:
        for path, error in self.labs.problems():
            yield Path(path).relative_to(self.docs).as_posix(), 0, error

    def some(self, changed: list[str]) -> list[str] | None:
        """Render the pages that changed files belong to, if these can be rendered alone.

        Returns
        -------
        list of str or None
            Addresses that are new; None where the whole course has to be rendered.
        """
        names = {livepage.belongs_to(self.docs, path) for path in changed}
        now = self.rendered
        if now is None or not names or not all(livepage.is_page(now.files, name) for name in names):
            return None
        with self._session(names) as work:
            STATE.session = work
            warnings = [livepage.render(now, name) for name in sorted(names)]
        failures = [failure for failure in work.failures if failure.place in names]
        report([*failures, *(failure for found in warnings for failure in found)])
        return [livepage.url(now.files, name) for name in sorted(names)]

    @contextlib.contextmanager
    def _session(self, first: set[str]) -> Iterator[Session]:
        """Begin a session with every outcome that still holds, and keep those that it adds."""
        self.changed.clear()
        work = session.begin(self.docs, Progress(counting=False))
        known = Cache(self.docs)
        keys = {block.id: known.key(block) for block in work.jobs}
        found = {
            block.id: self._kept.get(keys[block.id]) or known.get(block) for block in work.jobs
        }
        kept = {name: outcome for name, outcome in found.items() if outcome}
        work.keep = known.put
        self._running, self._rendering, STATE.live = work, None, self
        try:
            work.resume(kept, self._take_executor, first)
            yield work
            self.pause()
        finally:
            self._running = STATE.session = STATE.live = None
            done = {name: future for name, future in work.futures.items() if future.done()}
            self._kept = {
                keys[name]: future.result()
                for name, future in done.items()
                if not future.result().error
            }
            work.close()
            known.save()
            if self._spare is None:
                self._spare = executor.start(self.docs)

    def _take_executor(self) -> Executor:
        ready, self._spare = self._spare, None
        return ready or executor.start(self.docs)

    def supersede(self) -> None:
        """Stop what runs for sources that are no longer; called from another thread."""
        self.changed.set()
        if self._running is not None and self.rendered is not None:
            with contextlib.suppress(OSError, ValueError):
                self._running.close()

    def pause(self) -> None:
        """Give way to newer sources, unless nothing has been rendered yet."""
        if self.changed.is_set() and self.rendered is not None:
            raise Superseded

    def ready(self, config: MkDocsConfig, files: Files, env: Environment) -> None:
        """Note MkDocs' objects."""
        self._rendering = Rendered(Path(config.site_dir), config, files, env)

    def writing(self, nav: Navigation) -> None:
        """Note the navigation."""
        self.pause()
        if self._rendering is not None:
            self._rendering.nav = nav

    def content(self, html: str, page: str, work: Session) -> str:
        """Put a page's failures above its content."""
        return livepage.with_failures(html, page, work)

    def _tidy(self) -> None:
        """Remove sites that are no longer served; the last but one may still be read."""
        for number in range(1, self._count - 1):
            folder = self.folder / str(number)
            if self.rendered is None or folder not in self.rendered.site.parents:
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """End what was started."""
        self.labs.close()
        if self._spare is not None:
            self._spare.close()
        self._wheel.kill()
        self._wheel.wait()


def report(failures: list[Failure]) -> None:
    """Say in the terminal what is wrong, each with page, line and difference."""
    unique = dict.fromkeys(failure.diff() for failure in failures)
    print("".join(f"\n{text}\n" for text in unique), end="", file=sys.stderr, flush=True)


def work(course: Course) -> NoReturn:
    """Answer changes for ever: their pages at once, the whole course when it is quiet."""
    changed: list[str] = []
    unsettled = True
    while True:
        began = time.monotonic()
        try:
            some = course.some(changed) if changed else None
            say(course, course.whole() if some is None else some, began)
            unsettled, changed = some is not None, []
        except Superseded:
            unsettled = True
        changed += wait(course, QUIET if unsettled and not changed else None)


def wait(course: Course, seconds: float | None) -> list[str]:
    """Wait for changes, or for `seconds` at most; a lab that is done changes no file."""
    try:
        found = course.events.get(timeout=seconds)
    except queue.Empty:
        return []
    while not course.events.empty():
        found += course.events.get()
    return found


def say(course: Course, urls: list[str] | None, began: float) -> None:
    """Tell the server which addresses are new."""
    if course.rendered is None:
        return
    line = {
        "site": str(course.rendered.site),
        "pages": urls,
        "seconds": round(time.monotonic() - began, 3),
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    """Serve changes from standard input until it ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches us too; the server ends us
    course = Course(DOCS, Path(sys.argv[1]))

    def read() -> None:
        for line in sys.stdin:
            course.supersede()
            course.events.put(json.loads(line))
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=read, daemon=True).start()
    try:
        work(course)
    except SystemExit:
        course.close()
        os._exit(143)  # a thread still reads the standard input


if __name__ == "__main__":
    main()
