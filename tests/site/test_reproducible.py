"""The site is a function of its sources: built cut off and set up otherwise, it is the same.

The second build runs in other places, zones and settings, and no name or address outside this
machine can be reached. (That blocks do the same without fork is for test_blocks and test_executor.)
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.conftest import Built
from tests.site.course import digest

ROOT = Path(__file__).resolve().parents[2]
BUILD = "import sys; from byhand_site.build import main; sys.exit(main(sys.argv[1:]))"
CUT_OFF = """
import socket, sys

NEAR = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "", None}


def _guard(event, arguments):
    where = None
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        where = arguments[1][0]
    elif event == "socket.getaddrinfo":
        where = arguments[0]
    else:
        return
    if where not in NEAR:
        with open(LOG, "a") as log:
            log.write(f"{event} {where}\\n")
        raise OSError(f"the network is unplugged: {event} {where}")


sys.addaudithook(_guard)
"""


pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build once more in another world; give the site and the log of what it tried to reach."""
    root = tmp_path_factory.mktemp("another world")
    log, hook = root / "reached.txt", root / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(f"LOG = {str(log)!r}\n{CUT_OFF}", encoding="utf-8")
    (root / "matplotlibrc").write_text("font.size: 33\nlines.linewidth: 9\n", encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(hook),
        "PYTHONHASHSEED": "4711",
        "MATPLOTLIBRC": str(root),
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "COLUMNS": "40",
        "HOME": str(root),
    }
    target = root / "deep" / "site"
    done = subprocess.run(
        [sys.executable, "-c", BUILD, "--quiet", "--cold", "--site", str(target)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return target, log


def test_a_build_reaches_for_nothing(elsewhere: tuple[Path, Path]) -> None:
    _, log = elsewhere
    assert not log.exists(), log.read_text(encoding="utf-8")


def test_the_cut_is_real(elsewhere: tuple[Path, Path]) -> None:
    _, log = elsewhere
    code = "import urllib.request; urllib.request.urlopen('http://example.org')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(log.parent / "hook")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "the network is unplugged" in done.stderr
    log.unlink()


def test_two_builds_are_the_same_to_the_byte(site: Path, elsewhere: tuple[Path, Path]) -> None:
    one, other = digest(site), digest(elsewhere[0])
    assert sorted(one) == sorted(other)
    assert {name for name in one if one[name] != other[name]} == set()


def test_without_fork_the_site_is_the_same(small: Built, tmp_path: Path) -> None:
    course = small.course.copy(tmp_path / "course")
    shutil.rmtree(course.site)
    done = course.build(BYHAND_NO_FORK="1")
    assert done.returncode == 0, done.stdout
    assert digest(course.site) == digest(small.course.site)


@pytest.mark.skipif(sys.platform == "win32", reason="puts a shell script in the place of git")
def test_a_site_is_dated_by_its_commit_not_by_the_clock(small: Built, tmp_path: Path) -> None:
    course = small.course.copy(tmp_path / "course")
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\necho 86400\n", encoding="utf-8")
    git.chmod(0o755)
    done = course.build(PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert done.returncode == 0, done.stdout
    verified = json.loads((course.site / "verified.json").read_text(encoding="utf-8"))
    assert verified["time"] == "1970-01-02T00:00:00+00:00"
    sitemap = (course.site / "sitemap.xml").read_text(encoding="utf-8")
    assert set(re.findall(r"<lastmod>([^<]*)", sitemap)) == {"1970-01-02"}
