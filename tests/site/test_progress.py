"""What a build says about its time: the dearest blocks and pages, in their order."""

import io

import pytest

from byhand_site.build import main
from byhand_site.failures import Failure
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


def test_numbers_that_differ_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [
        Failure("ledger.toml", n, f"a.b{n}: the value prints other digits", "0.1", f"0.{n}")
        for n in range(12)
    ]
    progress = Progress(counting=False)
    progress.block("page/b", 1.0, 1)
    progress.numbers([])
    assert capsys.readouterr().err == ""
    progress.numbers(wrong)
    first, *lines, last = capsys.readouterr().err.splitlines()
    assert first.endswith("s  the ledger and the values of today differ 12 times")
    assert len(lines) == 10
    assert lines[3].strip() == "a.b3: the value prints other digits: expected 0.1, got 0.3"
    assert last.strip() == "and 2 more; all are listed at the end"
    Progress(quiet=True).numbers(wrong)
    assert capsys.readouterr().err == ""


class Closed(io.StringIO):
    def write(self, text: str) -> int:  # noqa: ARG002
        raise BrokenPipeError


def test_where_nobody_reads_it_says_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress()
    monkeypatch.setattr("sys.stderr", Closed())
    progress.stage("reading")
    assert progress.quiet
    progress.block("page/b", 1.0, 1)
    assert progress.seconds == {"page/b": 1.0}
