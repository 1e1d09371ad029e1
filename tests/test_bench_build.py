"""The bench of the build: everybody gets the same code, and what is stored can be read back."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

import _bench_build

CODE = re.compile(r"^```[^\n]+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KINDS = ("ours", "exec", "plain", "book")


def test_every_contender_gets_the_same_code(tmp_path: Path) -> None:
    _bench_build.synthetic(tmp_path, 3)
    for number in range(3):
        pages = [(tmp_path / kind / "docs" / f"p{number:03}.md").read_text() for kind in KINDS]
        first, *others = [CODE.findall(page) for page in pages]
        assert len(first) == 8
        assert sum("plt.show()" in code for code in first) == 1
        assert all(code == first for code in others)


def test_no_two_blocks_are_the_same(tmp_path: Path) -> None:
    _bench_build.synthetic(tmp_path, 4)
    code = [
        c for page in (tmp_path / "ours/docs").glob("*.md") for c in CODE.findall(page.read_text())
    ]
    assert len(set(code)) == len(code) == 32


def test_the_floor_of_rendering_executes_nothing(tmp_path: Path) -> None:
    _bench_build.synthetic(tmp_path, 1)
    assert 'exec="on"' not in (tmp_path / "plain/docs/p000.md").read_text()
    configuration = (tmp_path / "plain/mkdocs.yml").read_text()
    assert "hooks: []" in configuration
    assert "markdown-exec" not in configuration


def test_the_table_is_read_back_as_it_was() -> None:
    document = {
        "machine": {"cores": 2, "date": "2026-01-01"},
        "growth": [{"pages": 10}, {"pages": 20}],
    }
    assert tomllib.loads(_bench_build.toml(document)) == document


def test_a_contender_that_fails_ends_the_bench(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        _bench_build.run([sys.executable, "-c", "1/0"], tmp_path)
    assert "ZeroDivisionError" in capsys.readouterr().err
