"""The live server: an edited page alone, failures in the page, nothing stale, nothing published."""

import http.client
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page

import _live
from tests.site.conftest import Built
from tests.site.course import ROOT, Course, block, configuration, digest

SECONDS = 90
LESSON = "lesson.html"
LOGS = """\
import os

with open(os.environ["BYHAND_LIVE_LOG"], "a") as log:
    print("{}", file=log)
"""
LAB = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "logs",
            "metadata": {},
            "outputs": [],
            "source": LOGS.format("lab").splitlines(keepends=True),
        }
    ],
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


@dataclass
class Desk:
    """An author's desk: a course, its live server, what it said, and the blocks that ran."""

    course: Course
    hub: _live.Hub
    port: int
    terminal: Path
    log: Path

    def get(self, page: str) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/{page}") as answer:
            text: str = answer.read().decode()
        return text

    def said(self) -> str:
        return self.terminal.read_text(encoding="utf-8")

    def ran(self) -> list[str]:
        """Names of the blocks that ran since the last call."""
        found = self.log.read_text(encoding="utf-8").split() if self.log.exists() else []
        self.log.write_text("", encoding="utf-8")
        return sorted(found)

    def until(self, page: str, text: str, *, there: bool = True) -> None:
        """Wait until a page has a text, or no longer has it."""
        end = time.monotonic() + SECONDS
        while (text in self.get(page)) is not there:
            assert time.monotonic() < end, f"{text!r} in {page}: {not there}\n{self.said()}"
            time.sleep(0.05)

    def hear(self, text: str) -> None:
        """Wait until the terminal has a text."""
        end = time.monotonic() + SECONDS
        while text not in self.said():
            assert time.monotonic() < end, self.said()
            time.sleep(0.05)

    def settle(self) -> None:
        """Wait until the whole course is rendered after the last change."""
        end = time.monotonic() + SECONDS
        time.sleep(0.5)
        while not self._settled():
            assert time.monotonic() < end, self.said()
            time.sleep(0.1)
        time.sleep(0.3)

    def _settled(self) -> bool:
        told = re.findall(r"^changed: |the whole course: .*", self.said(), re.MULTILINE)
        return bool(told) and told[-1] != "changed: " and "at work" not in told[-1]


@pytest.fixture(scope="module")
def desk(small: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve a copy of the small course, whose library may be changed, with a lab."""
    folder = tmp_path_factory.mktemp("live")
    course = small.course.copy(folder / "course")
    for name in ("src", "overrides"):
        (course.root / name).unlink()
        shutil.copytree(ROOT / name, course.root / name)
    for name in ("pyproject.toml", "LICENSE", "LICENSE-text"):
        shutil.copy(ROOT / name, course.root / name)
    (course.root / "README.md").write_text("# A course\n", encoding="utf-8")
    (course.root / "mkdocs.yml").write_text(configuration("lab.ipynb"), encoding="utf-8")
    course.write("lab.ipynb", json.dumps(LAB))
    course.write(
        "index.md", (course.docs / "index.md").read_text() + block("home", LOGS.format("home"))
    )
    course.write(
        "lesson.md", (course.docs / "lesson.md").read_text() + block("logs", LOGS.format("lesson"))
    )
    terminal, log = folder / "terminal.txt", folder / "log.txt"
    with pytest.MonkeyPatch.context() as patch, terminal.open("w", encoding="utf-8") as said:
        for name, value in course.environment(
            BYHAND_LIVE_LOG=str(log), SOURCE_DATE_EPOCH="1700000000"
        ).items():
            patch.setenv(name, value)
        patch.delenv("CI", raising=False)
        course_update = course.update()
        assert course_update.returncode == 0, course_update.stdout
        hub = _live.Hub(course.root, said)
        with _live.make_server(hub, 0) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            hub.start()
            hub.watcher.start()
            made = Desk(course, hub, server.server_port, terminal, log)
            made.until("index.html", "A small course")
            made.settle()
            yield made
            server.shutdown()
            hub.close()


class AlmostReady(_live.Hub):
    """Its first rendering is ready a moment after it was asked for."""

    looks = 0

    @property
    def site(self) -> Path | None:
        self.looks += 1
        return self.folder / "site" if self.looks > 1 else None

    @site.setter
    def site(self, site: Path | None) -> None:
        """Forget it."""


def test_whoever_comes_at_the_moment_of_the_first_rendering_waits_for_it(tmp_path: Path) -> None:
    hub = AlmostReady(tmp_path)
    with _live.make_server(hub, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urlopen(f"http://127.0.0.1:{server.server_port}/index.html") as answer:
            assert "The course is being rendered" in answer.read().decode()
        server.shutdown()
    hub.close()


@pytest.fixture
def quiet(desk: Desk) -> Desk:
    """Wait until nothing is being rendered, and forget what ran."""
    desk.settle()
    desk.ran()
    return desk


def test_an_edited_page_comes_back_and_no_other_block_runs(quiet: Desk) -> None:
    quiet.course.replace("lesson.md", "The first value", "The very first value")
    quiet.until(LESSON, "The very first value")
    quiet.settle()
    assert quiet.ran() == []  # not a line of code has changed, or its place
    quiet.course.replace("lesson.md", 'print("lesson", file=log)', 'print("changed", file=log)')
    quiet.until(LESSON, "changed")
    quiet.settle()
    assert quiet.ran() == ["changed"]


def test_the_settled_site_is_what_a_build_makes(quiet: Desk) -> None:
    assert quiet.hub.site is not None
    assert "lesson.html" in [name for pages in quiet.hub.news for name in pages or ()]
    done = quiet.course.build()
    assert done.returncode == 0, done.stdout + done.stderr
    lived, built = digest(quiet.hub.site), digest(quiet.course.site)
    assert lived.keys() == built.keys()
    differ = [name for name in built if built[name] != lived[name]]
    assert [name for name in differ if not name.endswith(".whl")] == []  # the README is another


def test_a_failing_block_shows_in_page_and_terminal_and_the_server_lives(quiet: Desk) -> None:
    line = quiet.course.line("lesson.md", 'print(f"{0.5')
    quiet.course.replace("lesson.md", 'print(f"{0.5 * 0.3', 'print(f"{0.5 * 0.3 / 0')
    quiet.until(LESSON, "ZeroDivisionError")
    quiet.hear(f"lesson.md:{line}: block answers failed")
    assert 'class="block-error"' in quiet.get(LESSON)
    quiet.course.replace("lesson.md", "0.3 / 0", "0.3 + 1")
    quiet.until(LESSON, "- 0.15")
    quiet.hear("    - 0.15\n    + 1.15\n")
    quiet.course.replace("lesson.md", "0.3 + 1", "0.3")
    quiet.until(LESSON, "block-error", there=False)


def test_a_change_of_the_library_runs_every_block_and_moves_every_number(quiet: Desk) -> None:
    """Two more changes follow, in another file and within a second: both are seen."""
    (data,) = (quiet.course.root / "src/byhand/worked/churn").glob("_data.py")
    text = data.read_text(encoding="utf-8")
    data.write_text(text.replace("0.6", "0.7", 1), encoding="utf-8")
    quiet.until("numbers.html", "churn.s4.z1_1: the value prints other digits")
    quiet.settle()
    assert quiet.ran() == ["changed", "home", "lab"]
    assert "churn.s4.z1_1: the value prints other digits\n    - 0.33\n    + 0.31" in quiet.said()
    data.write_text(text, encoding="utf-8")
    palette = quiet.course.root / "src/byhand/show/palette.py"
    colours = palette.read_text(encoding="utf-8")
    for name in ("aaa", "bbb"):
        palette.write_text(
            colours + f"\n_css = css\n\n\ndef css() -> str:\n    return '/*{name}*/' + _css()\n"
        )
        time.sleep(0.4)
    quiet.until("numbers.html", "prints other digits", there=False)
    end = time.monotonic() + SECONDS
    while "/*bbb*/" not in quiet.get("assets/css/palette.css"):
        assert time.monotonic() < end, quiet.said()
        time.sleep(0.1)
    palette.write_text(colours, encoding="utf-8")


def test_a_change_of_the_ledger_reaches_every_page(quiet: Desk) -> None:
    ledger = "_data/ledger/churn.toml"
    text = (quiet.course.docs / ledger).read_text(encoding="utf-8")
    first = text.split('meaning = "', 1)[1].split('"', 1)[0]
    quiet.course.write(ledger, text.replace(first, "a meaning of its own", 1))
    quiet.until("numbers.html", "a meaning of its own")
    quiet.until("ledger.html", "a meaning of its own")
    assert set(quiet.ran()) <= {"changed", "home"}  # not the lab
    quiet.course.write(ledger, text)


def test_an_endless_loop_gives_way_to_the_next_edit(quiet: Desk) -> None:
    quiet.course.replace(
        "lesson.md", 'print("changed", file=log)', 'while True: print("x", file=log)'
    )
    time.sleep(2)
    began = time.monotonic()
    source = (quiet.course.docs / "lesson.md").read_text(encoding="utf-8")
    quiet.course.write("lesson.md", source.replace('while True: print("x"', 'print("over"'))
    quiet.until(LESSON, "over")
    assert time.monotonic() - began < 30


def test_the_script_stands_in_what_is_served_and_in_no_file(quiet: Desk) -> None:
    assert quiet.get("index.html").count("/-live/reload.js") == 1
    assert quiet.hub.site is not None
    for page in quiet.hub.site.rglob("*.html"):
        assert "-live" not in page.read_text(encoding="utf-8")


def test_the_server_answers_on_this_machine_only(desk: Desk) -> None:
    with _live.make_server(desk.hub, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
    connection = http.client.HTTPConnection("127.0.0.1", desk.port)
    connection.request("GET", "/../mkdocs.yml.html")
    with connection.getresponse() as answer:
        assert answer.status == 404
    connection.close()


def test_the_browser_reloads_the_page_it_shows(quiet: Desk, page: Page) -> None:
    page.goto(f"http://127.0.0.1:{quiet.port}/lesson.html")
    quiet.course.replace("lesson.md", "# Lesson with", "# A fresh lesson with")
    page.get_by_role("heading", name="A fresh lesson with").wait_for(timeout=SECONDS * 1000)


def test_nothing_is_left_when_the_server_ends(small: Built, tmp_path: Path) -> None:
    course = small.course.copy(tmp_path / "course")
    environment = course.environment(PYTHONPATH=str(ROOT / "scripts"))
    code = (
        "import sys, time, pathlib, _live\n"
        "hub = _live.Hub(pathlib.Path(sys.argv[1]))\nhub.start()\n"
        "while hub.site is None: time.sleep(0.1)\n"
        "hub.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(course.root)],
        env=environment,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0
    assert [*(course.root / "tmp").iterdir()] == []
