"""The live server: pages of a course that is kept in memory, and a browser that reloads itself.

The course is rendered by another process (byhand_site.live). A change of the library, the glue or
the theme ends that process and starts another, so that what it has imported is never an old one.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import parse_qs, urlsplit

from _serving import Handler
from _watch import Watcher

ADDRESS = "/-live/"
SCRIPT = """\
(() => {
  const { page, seen } = document.currentScript.dataset;
  const source = new EventSource(`/-live/events?seen=${seen}`);
  source.onmessage = (event) => {
    const pages = JSON.parse(event.data);
    if (pages === null || pages.includes(page)) location.reload();
  };
  addEventListener("pagehide", () => source.close());
})();
"""
NOT_YET = """\
<!doctype html><html lang="en"><title>byhand</title>
<p>The course is being rendered. If this stays, the terminal says what is wrong.</p></html>
"""


class Hub:
    """The course's process, the site it wrote last, and the browsers that wait for news.

    Parameters
    ----------
    root : Path
        The repository.
    terminal : text file
        Where changes, failures and times are said.
    """

    def __init__(self, root: Path, terminal: TextIO = sys.stderr) -> None:
        self.root = root
        self.terminal = terminal
        self.folder = Path(tempfile.mkdtemp(prefix="byhand-live-"))
        self.site: Path | None = None
        self.news: list[list[str] | None] = []
        self.waiting: set[queue.Queue[list[str] | None]] = set()
        self.lock = threading.Lock()
        self.process: subprocess.Popen[str] | None = None
        self._starts = 0
        self.watcher = Watcher(
            [root / name for name in ("docs", "src", "overrides", "mkdocs.yml", "README.md")],
            self.changed,
        )

    def start(self) -> None:
        """Start the course's process."""
        self._starts += 1
        folder = self.folder / str(self._starts)
        folder.mkdir()
        path = os.pathsep.join([str(self.root / "src"), *filter(None, [os.getenv("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "byhand_site.live", str(folder)],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.terminal,
            encoding="utf-8",
        )
        threading.Thread(target=self._read, args=(self.process, folder), daemon=True).start()

    def stop(self) -> None:
        """End the course's process; the site that it wrote stays readable."""
        process, self.process = self.process, None
        if process is not None:
            process.terminate()
            process.wait()
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()

    def _read(self, process: subprocess.Popen[str], folder: Path) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                if process is self.process:
                    self._take(json.loads(line), folder)
        process.wait()
        if process is self.process:
            self._print("The course can't be read; it is tried again at the next change.")

    def _take(self, answer: dict[str, Any], folder: Path) -> None:
        first = self.site is None or folder not in self.site.parents
        self.site = Path(answer["site"])
        self.publish(None if first else answer["pages"])
        self._say(answer, first=first)
        if first:
            self._drop_others(folder)

    def _say(self, answer: dict[str, Any], *, first: bool) -> None:
        pages = answer["pages"]
        names = ", ".join(pages) if isinstance(pages, list) and not first else "every page"
        if names:
            self._print(f"{answer['seconds']:6.2f} s  {names}")

    def _print(self, text: str) -> None:
        print(text, file=self.terminal, flush=True)

    def _drop_others(self, folder: Path) -> None:
        for other in self.folder.iterdir():
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def changed(self, paths: list[Path]) -> None:
        """Hand changed lessons on; start afresh where code or theme has changed."""
        names = [path.relative_to(self.root).as_posix() for path in paths]
        self._print("changed: " + ", ".join(names[:5]) + " …" * (len(names) > 5))
        lessons = all(name.startswith(("docs/", "README.md")) for name in names)
        if lessons and self.process is not None and self.process.poll() is None:
            with suppress(OSError):
                stdin = self.process.stdin
                assert stdin is not None
                stdin.write(json.dumps([str(path) for path in paths]) + "\n")
                stdin.flush()
            return
        self.stop()
        for path in paths:  # a byte-code file knows its source's time by the second only
            for old in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
                old.unlink(missing_ok=True)
        self.start()

    def publish(self, pages: list[str] | None) -> None:
        """Tell every browser which pages are new; None for all."""
        with self.lock:
            self.news.append(pages)
            for one in self.waiting:
                one.put(pages)

    def subscribe(self, seen: int) -> queue.Queue[list[str] | None]:
        """Begin to wait for news, those after the first `seen` included."""
        one: queue.Queue[list[str] | None] = queue.Queue()
        with self.lock:
            missed = self.news[seen:] if 0 <= seen <= len(self.news) else [None]
            for pages in missed:
                one.put(pages)
            self.waiting.add(one)
        return one

    def close(self) -> None:
        """End everything, and remove what was rendered."""
        self.watcher.ended.set()
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class LiveHandler(Handler):
    """Serves the newest rendering, with a script in each page that waits for news."""

    def __init__(self, *arguments: object, hub: Hub) -> None:
        self.hub = hub
        self.site = hub.site  # read once: the first rendering may be ready a moment later
        super().__init__(*arguments, directory=str(self.site or hub.folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:  # noqa: N802 - the base class names it so
        """Answer for the script and its events; for pages with the script in them."""
        path = urlsplit(self.path).path
        if path == ADDRESS + "reload.js":
            self._send(SCRIPT.encode(), "text/javascript; charset=utf-8")
        elif path == ADDRESS + "events":
            self._events()
        elif path.endswith(("/", ".html")):
            self._page(path)
        else:
            super().do_GET()

    def _page(self, path: str) -> None:
        seen = len(self.hub.news)  # before the page is read: what comes later is news to it
        file = Path(self.translate_path(path + "index.html" * path.endswith("/")))
        if self.site is None:
            text = NOT_YET
        elif not file.is_file():
            self.send_error(404, "There is no such page")
            return
        else:
            text = file.read_text(encoding="utf-8")
        name = path.removeprefix("/") + "index.html" * path.endswith("/")
        script = f'<script src="{ADDRESS}reload.js" data-page="{name}" data-seen="{seen}"></script>'
        head, end, tail = text.rpartition("</body>")
        made = f"{head}{script}{end}{tail}" if end else text + script
        self._send(made.encode(), "text/html; charset=utf-8")

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _events(self) -> None:
        seen = parse_qs(urlsplit(self.path).query).get("seen", ["0"])[0]
        news = self.hub.subscribe(int(seen) if seen.isdigit() else 0)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while not self.hub.watcher.ended.is_set():
                try:
                    line = f"data: {json.dumps(news.get(timeout=5))}\n\n"
                except queue.Empty:
                    line = ": still here\n\n"
                self.wfile.write(line.encode())
                self.wfile.flush()
        except OSError:  # the page was left
            pass
        finally:
            with self.hub.lock:
                self.hub.waiting.discard(news)


def make_server(hub: Hub, port: int) -> ThreadingHTTPServer:
    """Return a server on 127.0.0.1; port 0 takes a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(LiveHandler, hub=hub))
    server.daemon_threads = True
    return server
