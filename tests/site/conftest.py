"""A small course, updated and built once."""

from dataclasses import dataclass

import pytest

import _environment
from tests.conftest import everyones
from tests.site import course as courses
from tests.site.course import Course


@dataclass(frozen=True, slots=True)
class Built:
    """A course after its first update and its first build."""

    course: Course
    updated: str
    built: str


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Make a small course that builds, once for all workers; tests change copies of it only."""
    root = everyones(tmp_path_factory) / "small"
    course, said = Course(root / "course"), [root / "updated.txt", root / "built.txt"]
    root.mkdir(exist_ok=True)
    with _environment.locked(root / "lock"):
        if not all(file.exists() for file in said):
            courses.make(course.root)
            for command, file in zip((course.update, course.build), said, strict=True):
                done = command()
                assert done.returncode == 0, done.stdout + done.stderr
                file.write_text(done.stdout, encoding="utf-8")
    updated, built = (file.read_text(encoding="utf-8") for file in said)
    return Built(course, updated, built)
