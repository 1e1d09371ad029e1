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
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import worlds
from tests.conftest import ANYWHERE, outcomes
from tests.site.conftest import Built
from tests.site.course import digest
from tests.worlds import World

ROOT = Path(__file__).resolve().parents[2]
BUILD = f"""{ANYWHERE}
class Copied(cache.Cache):
    def get(self, block):
        return super().get(block) if block.language == "python" else None

    def formulas(self):
        return {{}}

    def uses(self):
        return {{}}

build.Cache = Copied
sys.exit(build.main(["--quiet", "--site", sys.argv[2]]))
"""


pytestmark = pytest.mark.site


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The site of another world, and that world."""

    site: Path
    world: World


@pytest.fixture(scope="module")
def elsewhere(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    """Build once more in another world.

    What came of copyable blocks and of labs is taken over: test_blocks.py runs each in such a
    world. Numbers, show blocks, views, formulas and pages are made anew.
    """
    root = tmp_path_factory.mktemp("another world")
    world = worlds.another(root)
    (root / "matplotlibrc").write_text("font.size: 33\nlines.linewidth: 9\n", encoding="utf-8")
    kept, target = root / "kept", root / "deep" / "site"
    shutil.copytree(outcomes(site), kept)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(kept), str(target)],
        cwd=ROOT,
        env={**world.environment, "MATPLOTLIBRC": str(root)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Elsewhere(target, world)


def test_a_build_reaches_for_nothing(elsewhere: Elsewhere) -> None:
    assert elsewhere.world.reached() == ""


def test_the_cut_is_real(tmp_path: Path) -> None:
    world = worlds.another(tmp_path)
    code = "import urllib.request; urllib.request.urlopen('http://example.org')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=world.environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "the network is unplugged" in done.stderr
    assert "example.org" in world.reached()


def test_two_builds_are_the_same_to_the_byte(site: Path, elsewhere: Elsewhere) -> None:
    one, other = digest(site), digest(elsewhere.site)
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
