"""The build: what doesn't hold fails it by page and line, and the last good site stays."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.pages import Page, first, get
from tests.site import course as courses
from tests.site.conftest import Built
from tests.site.course import Course, block, digest
from tests.site.test_executor import is_running, wait_for

KEY = "churn.s1.z1_1"


@pytest.fixture(scope="module")
def lesson(small: Built) -> Page:
    text = (small.course.site / "lesson.html").read_text(encoding="utf-8")
    return Page(text)


def test_a_good_build_says_what_it_has_proven_and_how_to_read_it(small: Built) -> None:
    assert re.search(
        r"^4 pages, 3 blocks, 2 show blocks, \d+ numbers, 1 figures, ", small.built, re.MULTILINE
    )
    assert "verified with Python 3." in small.built
    assert f"open {small.course.site / 'index.html'}" in small.built
    assert small.course.left_over() == []


def test_printed_text_is_shown_as_it_is(lesson: Page) -> None:
    (output,) = lesson.css('[data-block="lesson/prints"] [data-output]')
    assert output.text() == "a < b & *c* {@churn.s1.z1_1} $x$ [d](e) <b>f</b>\n"


def test_a_token_shows_in_every_place_of_a_page(lesson: Page) -> None:
    assert first(lesson, "h1").text().startswith("Lesson with 0.33")
    assert [data.text() for data in lesson.css("p data")] == ["0.33", "0.5", "0.33", "0.13"]
    assert [part.text() for part in lesson.css("annotation")] == ["z = 0.33", "z = 0.33"]
    figure = first(lesson, "svg.figure")
    assert get(figure, "aria-label") == "A line up to 0.33"
    assert get(figure, "data-figure") == "lesson/draws/1"
    assert first(lesson, "figcaption em data.number").text() == "0.33"


BLOCKS = (
    block("raises", "x = 1\nx / 0")
    + block("prints-anew", "print(1)")
    + block("exits", "import sys\nsys.exit(0)")
    + block(
        "red", 'import matplotlib.pyplot as plt\nplt.plot([1], c="red")\nplt.show()', ' alt="a"'
    )
    + block("nameless", "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()")
    + block("random", "import random\nprint(random.random())")
    + '\n```show id="unknown"\n"{@churn.unknown}"\n```\n'
    + '\n```show id="typed"\n"It is 0.77."\n```\n'
    + "\n```python\nprint(2)\n```\n"
)
TEXT = """
A typed 0.99 and {@churn.nothing}, {=0.123} and {@ half}.

[nowhere](nowhere.md) and [no anchor](lesson.md#nowhere) and [raw](raw/).

![no picture](none.svg)

$$\\frac{1}$$
"""


@pytest.fixture(scope="module")
def faulty(small: Built, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Write a course in which most things are wrong at once."""
    course = small.course.copy(tmp_path_factory.mktemp("faulty") / "course")
    lesson = (course.docs / "lesson.md").read_text(encoding="utf-8")
    course.write("lesson.md", lesson.replace(":.2f", ":.3f") + BLOCKS + TEXT)
    course.replace("lesson.md", "[0, 2], label", "[0, 3], label")
    course.replace("lesson.md", 'id="shows"', 'id="shown"')
    course.replace(
        "_data/ledger/churn.toml", f'["{KEY}"]\ntext = "0.33"', f'["{KEY}"]\ntext = "0.34"'
    )
    ledger = (course.docs / "_data/ledger/churn.toml").read_text(encoding="utf-8")
    course.write("_data/ledger/churn.toml", f'{ledger}\n["churn.ghost"]\ntext = "1"\n')
    return course


@pytest.fixture(scope="module")
def failed(faulty: Course) -> str:
    """Build it; the site of the good build stands in its place."""
    before = digest(faulty.site)
    done = faulty.build()
    assert done.returncode == 1, done.stderr
    assert digest(faulty.site) == before
    assert faulty.left_over() == []
    return done.stdout


def test_a_failed_build_leaves_the_last_site_and_says_so(failed: str) -> None:
    assert re.search(r"\n\d\d failures; the last good site is left as it was\n$", failed)


LESSON_FAILURES = {
    "block raises": ("x / 0", "block raises failed"),
    "block without expectation": (
        'id="prints-anew"',
        "prints-anew: there is no stored expectation",
    ),
    "block exits": ("sys.exit(0)", "block exits failed"),
    "output changed": ('id="answers"', "answers: the output changed"),
    "figure changed": ('id="draws"', "draws: figure 1 changed"),
    "foreign colour": ('id="red"', "red: the figure has #ff0000"),
    "figure without name": ('id="nameless"', 'nameless: 1 figures, but 0 alt="…"'),
    "block that prints chance": ('id="random"', "random: there is no stored expectation"),
    "show block with an unknown key": ('show id="unknown"', "unknown: {@churn.unknown} names no"),
    "show block with a typed decimal": ('show id="typed"', "typed: 0.77 is neither a number's key"),
    "fence without exec": (
        "```python\nprint(2)",
        'every Python fence is executed: it needs exec="on"',
    ),
    "typed decimal": ("A typed 0.99", "0.99 is typed into the text"),
    "unknown key": ("A typed 0.99", "{@churn.nothing} names no number of the ledger"),
    "given value not declared": ("A typed 0.99", "{=0.123} is no value that the page's example"),
    "half a token": ("A typed 0.99", "'{@ half}.' begins like a token"),
}


@pytest.mark.parametrize("case", LESSON_FAILURES)
def test_a_fault_of_a_page_is_named_with_its_line(case: str, faulty: Course, failed: str) -> None:
    part, what = LESSON_FAILURES[case]
    assert f"lesson.md:{faulty.line('lesson.md', part)}: {what}" in failed


@pytest.mark.parametrize(
    "what",
    [
        "the value prints other digits\n    expected: 0.34\n    got: 0.33 (value 0.3",
        "churn.ghost: field 'kind' is missing",
        "_data/outputs/lesson.toml: shows: no such block any more",
        "'nowhere.md'",
        "'lesson.md#nowhere'",
        "'raw/'",
        "'none.svg'",
        "lesson.md: maths must be TeX that KaTeX takes; got '\\\\frac{1}'",
    ],
)
def test_other_faults_are_named_too(what: str, failed: str) -> None:
    assert what in failed


def test_the_ledger_is_named_with_its_line(faulty: Course, failed: str) -> None:
    line = courses.entry_line(faulty, KEY)
    assert f"_data/ledger/churn.toml:{line}: {KEY}: the value prints other digits" in failed


def test_a_number_used_nowhere_fails(small: Built, tmp_path: Path) -> None:
    course = small.course.copy(tmp_path / "course")
    ledger = (course.docs / "_data/ledger/churn.toml").read_text(encoding="utf-8")
    extra = ledger.split('["churn.s1.z1_1"]\n')[1].split("[[")[0].split("\n\n")[0]
    course.write("_data/ledger/churn.toml", f'{ledger}\n["churn.twin"]\nof = "{KEY}"\n{extra}\n')
    done = course.build()
    assert done.returncode == 1
    line = courses.entry_line(course, "churn.twin")
    assert f"churn.toml:{line}: churn.twin is used by no page" in done.stdout
    assert "\n1 failure; the last good site is left as it was" in done.stdout


SLEEPS = """
import os, pathlib, time
pathlib.Path({file!r}).write_text(str(os.getpid()))
time.sleep(50)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc as Linux has them")
@pytest.mark.parametrize("no_fork", ["0", "1"], ids=["fork", "spawn"])
@pytest.mark.parametrize(
    ("kind", "to_group", "code"),
    [
        (signal.SIGTERM, False, 143),
        (signal.SIGINT, False, 130),
        (signal.SIGINT, True, 130),  # Ctrl+C in a terminal reaches the whole group
    ],
    ids=["SIGTERM", "SIGINT", "Ctrl+C"],
)
def test_an_interrupted_build_leaves_the_last_site_and_nothing_else(
    small: Built, tmp_path: Path, kind: signal.Signals, to_group: bool, code: int, no_fork: str
) -> None:
    course = small.course.copy(tmp_path / "course")
    before, file = digest(course.site), tmp_path / "pid"
    text = (course.docs / "lesson.md").read_text(encoding="utf-8")
    course.write("lesson.md", text + block("sleeps", SLEEPS.format(file=str(file))))
    building = subprocess.Popen(
        course.build_command(),
        cwd=course.root,
        env=course.environment(BYHAND_NO_FORK=no_fork),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    assert wait_for(lambda: file.exists() and bool(file.read_text()), 30)
    time.sleep(0.5)  # into the rendering
    (os.killpg if to_group else os.kill)(building.pid, kind)
    said, _ = building.communicate(timeout=10)
    assert building.returncode == code, said
    assert "Traceback" not in said
    assert digest(course.site) == before
    assert course.left_over() == []
    assert wait_for(lambda: not is_running(int(file.read_text())), 3)


def test_a_first_build_makes_the_folders_it_needs(small: Built) -> None:
    assert {"numbers.json", "blocks.json", "verified.json"} <= set(digest(small.course.site))
