"""The update: expectations change on purpose, every change is said, and nothing changes twice."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.site import course as courses
from tests.site.conftest import Built
from tests.site.course import Course, digest

LEDGER = "_data/ledger/churn.toml"


@pytest.fixture
def course(small: Built, tmp_path: Path) -> Course:
    return small.course.copy(tmp_path / "course")


def change_text(course: Course, key: str, text: str) -> str:
    """Change a number's text in the ledger; give the text it had."""
    ledger = (course.docs / LEDGER).read_text(encoding="utf-8")
    pattern = rf'(\["{re.escape(key)}"\]\ntext = ")([^"]*)'
    match = re.search(pattern, ledger)
    assert match, key
    course.write(LEDGER, re.sub(pattern, rf"\g<1>{text}", ledger))
    return match[2]


def test_the_first_update_stores_and_names_everything(small: Built) -> None:
    assert small.updated.splitlines() == [
        "lesson/draws: figure 1: (none)",
        "lesson.md: answers: (none) -> '0.15\\n'",
        "lesson.md: draws: (none) -> ''",
        "lesson.md: prints: (none) -> 'a < b & *c* {@churn.s1.z1_1} $x$ [d](e) <b>f</b>\\n'",
        "lesson.md: shows: (none) -> '$z = {@churn.s1.z1_1}$'",
    ]


def test_a_second_update_changes_nothing(course: Course) -> None:
    before = digest(course.docs)
    again = course.update()
    assert (again.returncode, again.stdout) == (0, "nothing changed\n")
    assert digest(course.docs) == before


def test_what_an_update_ran_is_known_to_the_next_one(course: Course) -> None:
    change_text(course, "churn.s1.z1_1", "0.34")
    course.replace("lesson.md", "0.5 * 0.3:.2f", "0.5 * 0.3:.3f")
    first = course.update()
    assert re.search(r"\d+/\d+ blocks", first.stderr), first.stderr
    again = course.update()
    assert (again.returncode, again.stdout) == (0, "nothing changed\n")
    assert not re.search(r"\d+/\d+ blocks", again.stderr), again.stderr


def test_changes_are_said_as_old_new_and_relative_change(course: Course) -> None:
    ledger = (course.docs / LEDGER).read_text(encoding="utf-8")
    right = change_text(course, "churn.s1.z1_1", "0.34")
    loss = change_text(course, "churn.loss", "?.???????")
    course.replace("lesson.md", "0.5 * 0.3:.2f", "0.5 * 0.3:.3f")
    course.replace("lesson.md", "[0, 2], label", "[0, 3], label")
    course.replace("lesson.md", 'id="shows"', 'id="shown"')
    done = course.update()
    assert done.returncode == 0, done.stderr
    line, loss_line = (courses.entry_line(course, key) for key in ("churn.s1.z1_1", "churn.loss"))
    said = done.stdout.splitlines()
    assert f"{LEDGER}:{line}: churn.s1.z1_1: 0.34 -> 0.33 (relative change 0.029)" in said
    (found,) = [text for text in said if text.startswith(f"{LEDGER}:{loss_line}: churn.loss: ")]
    assert re.fullmatch(rf".*\?\.\?{{7}} -> {re.escape(loss[:3])}\d+ \(new\)", found)
    assert "lesson.md: answers: '0.15\\n' -> '0.150\\n'" in said
    assert "lesson.md: shows: '$z = {@churn.s1.z1_1}$' -> (none)" in said
    assert "lesson.md: shown: (none) -> '$z = {@churn.s1.z1_1}$'" in said
    assert any(re.match(r"lesson/draws: figure 1: .*expected 2, got 3", text) for text in said)
    # comments and the order of the ledger stay: but for the changed texts it is as it was
    change_text(course, "churn.loss", loss)
    assert right == "0.33"
    assert (course.docs / LEDGER).read_text(encoding="utf-8") == ledger
    assert course.update().returncode == 0


def test_a_failing_block_is_left_alone_and_said(course: Course) -> None:
    stored = (course.docs / "_data/outputs/lesson.toml").read_text(encoding="utf-8")
    course.replace("lesson.md", 'print(f"{0.5 * 0.3:.2f}")', "print(1 / 0)")
    line = course.line("lesson.md", "print(1 / 0)")
    done = course.update()
    assert done.returncode == 1
    assert f"left alone, it fails: lesson.md:{line}: " in done.stdout
    assert "ZeroDivisionError" in done.stdout
    assert (course.docs / "_data/outputs/lesson.toml").read_text(encoding="utf-8") == stored


def test_what_is_stored_for_a_page_or_block_that_is_gone_is_dropped(course: Course) -> None:
    shutil.copytree(course.docs / "_data/figures/lesson", course.docs / "_data/figures/old")
    shutil.copy(course.docs / "_data/outputs/lesson.toml", course.docs / "_data/outputs/old.toml")
    done = course.update()
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "_data/outputs/old.toml: gone",
        "_data/figures/old/draws/1.json: gone",
    ]


@pytest.mark.parametrize("variable", ["true", "1", "True"])
def test_under_ci_nothing_is_rewritten(course: Course, variable: str) -> None:
    change_text(course, "churn.s1.z1_1", "0.34")
    before = digest(course.docs)
    done = course.update(CI=variable)
    assert done.returncode == 2
    assert "doesn't run in CI" in done.stdout
    assert digest(course.docs) == before


def test_files_that_did_not_change_are_not_touched(course: Course) -> None:
    files = [course.docs / LEDGER, course.docs / "_data/outputs/lesson.toml"]
    for file in files:
        os.utime(file, (1, 1))
    course.update()
    assert [file.stat().st_mtime for file in files] == [1, 1]
