"""What is kept of earlier builds: it saves running, and nothing that matters can change unseen."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from byhand_site import cache
from byhand_site.cache import Cache
from byhand_site.executor import Outcome
from byhand_site.fences import Block
from tests.site.conftest import Built
from tests.site.course import ROOT, Course

BUILD = """
import sys
from byhand_site import build
sys.exit(build.main(["--site", sys.argv[1], *sys.argv[2:]]))
"""
KEYS = """
import json, pathlib, sys
from byhand_site import ledger, pages
from byhand_site.cache import Cache
docs = pathlib.Path(sys.argv[1])
blocks = [block for page in pages.load(docs)[0].values() for block in page.blocks]
blocks += ledger.jobs(ledger.load(docs)[0])
kept = Cache(docs)
print(json.dumps({block.id: kept.key(block) for block in blocks}))
"""
FUNCTIONS = "src/byhand/activations.py"


@pytest.fixture(autouse=True)
def _outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """A copy of the repository with the small course in it, whose every file may be changed."""

    course: Course

    def run(self, code: str, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        root = self.course.root
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=root,
            env={**self.course.environment(), "PYTHONPATH": str(root / "src"), **more},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def build(self, *options: str, **more: str) -> "tuple[int, subprocess.CompletedProcess[str]]":
        """Build; return how many outcomes were known."""
        done = self.run(BUILD, str(self.course.site), *options, **more)
        known = re.search(r", (\d+) of them known", done.stderr)
        return int(known[1]) if known else 0, done

    def keys(self, **more: str) -> dict[str, str]:
        done = self.run(KEYS, str(self.course.docs), **more)
        assert done.returncode == 0, done.stderr
        found: dict[str, str] = json.loads(done.stdout)
        return found

    @contextmanager
    def edited(self, name: str, old: str, new: str) -> Iterator[None]:
        """Change a file for a while."""
        path = self.course.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(text, encoding="utf-8")


def desk_at(small: Built, root: Path) -> Desk:
    """Copy the small course, and beside it all that a build reads."""
    course = small.course.copy(root)
    for name in ("src", "overrides"):
        (root / name).unlink()
        shutil.copytree(ROOT / name, root / name)
    for name in ("requirements.lock", "pyproject.toml", "README.md", "LICENSE", "LICENSE-text"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "docs/assets/readme", course.docs / "assets/readme")
    return Desk(course)


@pytest.fixture(scope="module")
def desk(small: Built, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk where a build was made that knew nothing; who changes a file puts it back."""
    made = desk_at(small, tmp_path_factory.mktemp("kept") / "repository")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CI", raising=False)
        known, done = made.build()
    assert (done.returncode, known) == (0, 0), done.stdout + done.stderr
    return made


@pytest.fixture(scope="module")
def first(desk: Desk) -> dict[str, str]:
    return desk.keys()


def test_a_second_build_runs_nothing_and_gives_the_same_site(
    desk: Desk, first: dict[str, str]
) -> None:
    page = (desk.course.site / "lesson.html").read_bytes()
    known, second = desk.build()
    assert second.returncode == 0, second.stdout
    assert known == len(first)
    assert (desk.course.site / "lesson.html").read_bytes() == page


def test_a_change_of_the_library_is_never_hidden_by_what_was_kept(desk: Desk) -> None:
    """A cache keyed on the blocks' code alone would publish the old number."""
    with desk.edited(
        "src/byhand/worked/churn/_data.py", "[[0.5, 0.3], [-0.2", "[[0.51, 0.3], [-0.2"
    ):
        known, done = desk.build()
    assert known == 0
    assert done.returncode == 1
    assert "churn.s1." in done.stdout


def test_an_edited_page_runs_its_own_blocks_only(desk: Desk, first: dict[str, str]) -> None:
    with desk.edited("docs/lesson.md", "## Blocks", "A new line.\n\n## Blocks"):
        now = desk.keys()
    moved = {name for name in first if now[name] != first[name]}
    assert moved == {name for name in first if name.startswith("lesson/")} | {"ledger/all"}


def test_no_failure_is_kept(desk: Desk, first: dict[str, str]) -> None:
    with desk.edited("docs/lesson.md", "plt.show()", "plt.show()\nprint('more')"):
        builds = desk.build(), desk.build()
    for _, done in builds:
        assert done.returncode == 1
        assert "the output changed" in done.stdout
    assert builds[1][0] == len(first) - 1


def test_ci_and_a_cold_build_run_everything(desk: Desk) -> None:
    for known, done in (desk.build("--cold"), desk.build(CI="true")):
        assert (done.returncode, known) == (0, 0), done.stdout


CHANGES = {
    "a function of the library": FUNCTIONS,
    "a data set": "src/byhand/_digits",
    "the runner": "src/byhand_site/child.py",
    "the lock": "requirements.lock",
}


@pytest.mark.parametrize("name", CHANGES.values(), ids=CHANGES)
def test_every_block_runs_again_after_a_change_of(
    desk: Desk, first: dict[str, str], name: str
) -> None:
    path = desk.course.root / name
    path = next(iter(sorted(path.glob("*.npz")))) if path.is_dir() else path
    content = path.read_bytes()
    path.write_bytes(content + b"\n")
    now = desk.keys()
    path.write_bytes(content)
    assert all(now[key] != first[key] for key in first)
    assert desk.keys() == first


def test_every_block_runs_again_where_an_installed_version_differs(
    desk: Desk, first: dict[str, str]
) -> None:
    info = desk.course.root / "src" / "numpy_like-1.0.dist-info"
    info.mkdir()
    (info / "RECORD").write_text("numpy_like/__init__.py,,\n")
    installed = desk.keys()
    info.rename(info.with_name("numpy_like-1.1.dist-info"))
    newer = desk.keys()
    shutil.rmtree(info.with_name("numpy_like-1.1.dist-info"))
    assert all(len({first[key], installed[key], newer[key]}) == 3 for key in first)


@pytest.mark.parametrize(
    "name", ["NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE", "PYTHONHASHSEED", "LC_ALL"]
)
def test_every_block_runs_again_where_a_variable_differs_that_it_can_read(
    desk: Desk, first: dict[str, str], name: str
) -> None:
    now = desk.keys(**{name: {"PYTHONHASHSEED": "7", "LC_ALL": "C"}.get(name, "HASWELL")})
    assert all(now[key] != first[key] for key in first)


def test_a_variable_that_no_block_is_given_changes_nothing(
    desk: Desk, first: dict[str, str]
) -> None:
    assert desk.keys(SSH_AGENT_PID="12", MPLBACKEND="agg") == first


def test_a_page_or_a_ledger_that_only_views_read_runs_only_views_again(
    desk: Desk, first: dict[str, str]
) -> None:
    with desk.edited("docs/_data/ledger/churn.toml", 'text = "', ' text = "'):
        now = desk.keys()
    assert {name for name in first if now[name] != first[name]} == {"ledger/all"}


def test_what_changed_while_a_build_ran_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = Block("a.md", "b", "python", 1, "1", {})
    one = Cache(tmp_path / "docs", tmp_path / "kept")
    one.put(block, Outcome(output="old"))
    monkeypatch.setattr(cache, "code", lambda: "another library")
    one.save()
    assert not (tmp_path / "kept").exists()


def test_what_read_the_lessons_is_not_kept_if_they_changed_meanwhile(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    block, view = (Block("a.md", "b", language, 1, "1", {}) for language in ("python", "view"))
    one = Cache(docs, tmp_path / "kept")
    one.put(block, Outcome("text"))
    one.put(view, Outcome(markdown="text"))
    stale = one.key(view)
    (docs / "b.md").write_text("edited while the build ran", encoding="utf-8")
    one.save()
    assert one.get(block) == Outcome("text")
    assert one.read(stale) is None


def test_an_outcome_comes_back_whole(tmp_path: Path) -> None:
    block = Block("a.md", "b", "python", 1, "1", {})
    outcome = Outcome("text", [("<svg/>", {"axes": [1.5]})], "m", "", 3, 0.25, "alt", {"a.b": 0.1})
    one = Cache(tmp_path / "docs", tmp_path / "kept")
    one.put(block, outcome)
    one.save()
    assert Cache(tmp_path / "docs", tmp_path / "kept").get(block) == outcome


def test_formulas_come_back_and_end_with_the_code_that_made_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Cache(tmp_path / "docs", tmp_path / "kept")
    one.put_formulas({"inline x": "<span>x</span>"})
    one.save()
    assert Cache(tmp_path / "docs", tmp_path / "kept").formulas() == {"inline x": "<span>x</span>"}
    with monkeypatch.context() as patch:
        patch.setattr(cache, "code", lambda: "another KaTeX")
        assert Cache(tmp_path / "docs", tmp_path / "kept").formulas() == {}
    monkeypatch.setenv("CI", "true")
    assert one.formulas() == {}


def test_the_pages_that_use_an_object_come_back_until_a_lesson_changes(tmp_path: Path) -> None:
    docs, kept = tmp_path / "docs", tmp_path / "kept"
    docs.mkdir()
    one = Cache(docs, kept)
    one.put_uses({"byhand.mlp.MLP": ["05-forward-pass/index.md"]})
    one.save()
    assert Cache(docs, kept).uses() == {"byhand.mlp.MLP": ["05-forward-pass/index.md"]}
    (docs / "b.md").write_text("another lesson", encoding="utf-8")
    assert Cache(docs, kept).uses() == {}


def test_what_cannot_be_read_counts_as_absent(tmp_path: Path) -> None:
    block = Block("a.md", "b", "python", 1, "1", {})
    one = Cache(tmp_path / "docs", tmp_path / "kept")
    one.put(block, Outcome("text"))
    one.save()
    (path,) = (tmp_path / "kept").glob("*/*.json")
    path.write_text(path.read_text(encoding="utf-8")[:20], encoding="utf-8")
    assert one.get(block) is None
    one.put(block, Outcome("text"))
    one.save()
    assert one.get(block) == Outcome("text")


def test_what_was_not_used_for_long_is_dropped(tmp_path: Path) -> None:
    one = Cache(tmp_path / "docs", tmp_path / "kept")
    one.put(Block("a.md", "b", "python", 1, "1", {}), Outcome("old"))
    one.save()
    (old,) = (tmp_path / "kept").glob("*/*.json")
    os.utime(old, (1, 1))
    one.put(Block("a.md", "b", "python", 1, "2", {}), Outcome("new"))
    one.save()
    assert not old.exists()
    assert len([*(tmp_path / "kept").glob("*/*.json")]) == 1


def test_only_a_view_sees_where_the_lessons_are(small: Built, tmp_path: Path) -> None:
    course = small.course.copy(tmp_path / "course")
    fence = (
        '\n```python exec="on" id="looks"\nimport os\n\nprint("BYHAND_DOCS" in os.environ)\n```\n'
    )
    course.write("index.md", (course.docs / "index.md").read_text(encoding="utf-8") + fence)
    updated = course.update()
    assert updated.returncode == 0, updated.stdout + updated.stderr
    assert "index.md: looks: (none) -> 'False\\n'" in updated.stdout
