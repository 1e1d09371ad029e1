"""The course map: every chapter, what it needs, and the same in the picture."""

import re
from itertools import pairwise

import pytest

from byhand_site import views_map
from byhand_site.paths import DOCS
from byhand_site.views_map import Chapter

CHAPTERS = views_map.chapters()
FOLDERS = sorted(path.name for path in DOCS.glob("[0-9][0-9]-*") if (path / "index.md").exists())


def test_every_chapter_has_its_row_in_order() -> None:
    assert [chapter.page for chapter in CHAPTERS] == [f"{name}/index.md" for name in FOLDERS]
    assert [chapter.number for chapter in CHAPTERS] == [int(name[:2]) for name in FOLDERS]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: str(chapter.number))
def test_a_row_has_the_title_of_its_chapter_and_needs_earlier_ones(chapter: Chapter) -> None:
    text = (DOCS / chapter.page).read_text(encoding="utf-8")
    assert f"\ntitle: {chapter.title}\n" in text
    assert all(need < chapter.number for need in chapter.needs)
    assert [*chapter.needs] == sorted(set(chapter.needs))
    assert chapter.needs or chapter.number == 0


def test_the_picture_has_an_arc_for_each_need_and_says_so() -> None:
    drawn = views_map.course_map()
    arcs = re.findall(r'd="M[\d.]+ ([\d.]+)C.*? [\d.]+ ([\d.]+)"', drawn)
    heights = [float(height) for height in re.findall(r'<circle [^>]*cy="([\d.]+)"', drawn)]
    assert all(above < below for above, below in pairwise(heights))
    place = {height: chapter.number for height, chapter in zip(heights, CHAPTERS, strict=True)}
    found = sorted((place[float(above)], place[float(below)]) for above, below in arcs)
    assert found == sorted((need, each.number) for each in CHAPTERS for need in each.needs)
    for chapter in CHAPTERS[1:]:
        assert f"{chapter.number} needs {' and '.join(map(str, chapter.needs))}" in drawn
        assert f">{chapter.number}  {chapter.title}<" in drawn.replace("&#x27;", "'")
