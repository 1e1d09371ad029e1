"""A small course, updated and built once."""

from dataclasses import dataclass

import pytest

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
    """Make a small course that builds; tests change copies of it only."""
    course = courses.make(tmp_path_factory.mktemp("course"))
    updated = course.update()
    assert updated.returncode == 0, updated.stdout + updated.stderr
    built = course.build()
    assert built.returncode == 0, built.stdout + built.stderr
    return Built(course, updated.stdout, built.stdout)
