"""What a build says about its time: the dearest blocks and pages, in their order."""

import pytest

from byhand_site.build import main
from byhand_site.progress import Progress
from tests.site.conftest import Built


def test_the_dearest_ten_are_listed_by_their_seconds() -> None:
    progress = Progress(quiet=True)
    for number in range(12):
        progress.block(f"page/b{number}", float(number), 12)
    progress.pages = {"cheap.md": 0.1, "dear.md": 2.5}
    lines = progress.dearest().splitlines()
    assert lines[:2] == ["dearest blocks:", "  11.00 s  page/b11"]
    assert lines[10:] == [
        "   2.00 s  page/b2",
        "dearest pages, without their blocks:",
        "   2.50 s  dear.md",
        "   0.10 s  cheap.md",
    ]


def test_a_build_lists_every_page_when_asked(small: Built) -> None:
    """It was: the small course is built with --times."""
    for name in ("lesson/draws", "lesson.md", "numbers.md"):
        assert f" s  {name}\n" in small.built


def test_times_is_an_option_of_the_build(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--times" in capsys.readouterr().out
