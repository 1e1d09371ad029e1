"""The list of what no test notices: it fits the library of today, and gives a reason for each."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

import mutants
from byhand_site import views_mutants

ROOT = Path(__file__).resolve().parents[1]
STORED = tomllib.loads(mutants.TABLE.read_text(encoding="utf-8"))
SURVIVORS = STORED["survivor"]


def test_every_module_of_the_library_is_counted() -> None:
    modules = {path.name for path in mutants.LIBRARY.glob("*.py")} - {"__init__.py"}
    assert {row["file"] for row in STORED["module"]} == modules


def test_the_counts_are_those_of_the_list() -> None:
    for row in STORED["module"]:
        left = [one for one in SURVIVORS if one["file"] == row["file"]]
        assert row["changes"] - row["noticed"] == len(left), row["file"]


@pytest.mark.parametrize("file", sorted({one["file"] for one in SURVIVORS}))
def test_what_was_changed_still_stands_in_the_library(file: str) -> None:
    lines = (mutants.LIBRARY / file).read_text(encoding="utf-8").splitlines()
    stripped = {line.strip() for line in lines}
    for one in SURVIVORS:
        if one["file"] == file:
            gone = [line for line in one["before"].split("\n") if line not in stripped]
            assert not gone, f"{file} has changed: python3 scripts/mutants.py counts again"


def test_each_has_a_reason() -> None:
    assert [one for one in SURVIVORS if len(one["why"].split()) < 3] == []


def test_what_mutmut_says_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = tmp_path / "mutants" / "src" / "byhand"
    record.mkdir(parents=True)
    names = {
        "byhand.layers.xǁDenseǁ_checked__mutmut_3": 0,
        "byhand.layers.x__private__mutmut_1": 33,
        "byhand.layers.x_public__mutmut_12": 1,
    }
    text = json.dumps({"exit_code_by_key": names})
    (record / "layers.py.meta").write_text(text, encoding="utf-8")
    diff = (
        "# a: survived\n--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n def f():\n-    x = -1\n+    x = +1\n"
    )
    monkeypatch.setattr(mutants, "mutmut", lambda *_, **__: diff)
    table = mutants.document(tmp_path)
    assert table["module"] == [{"file": "layers.py", "changes": 3, "noticed": 1}]
    described: dict[str, Any] = {
        "file": "layers.py",
        "before": "x = -1",
        "after": "x = +1",
        "why": "",
    }
    assert table["survivor"] == [
        {**described, "place": "Dense._checked", "why": ""},
        {**described, "place": "_private", "why": ""},
    ]
    assert tomllib.loads(mutants.toml(table)) == table


def test_reasons_are_kept_and_an_unfinished_run_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = SURVIVORS[0]
    monkeypatch.setattr(mutants, "codes", lambda _: {known["file"]: {"a": 0}})
    monkeypatch.setattr(
        mutants, "survivors", lambda *_: iter([{k: v for k, v in known.items() if k != "why"}])
    )
    assert mutants.document(tmp_path)["survivor"] == [known]
    monkeypatch.setattr(mutants, "codes", lambda _: {known["file"]: {"a": None}})
    with pytest.raises(SystemExit):
        mutants.document(tmp_path)
    assert "left changes untried" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="mutmut needs fork")
def test_the_copy_is_the_project_and_says_what_to_change(tmp_path: Path) -> None:
    mutants.copy(tmp_path / "copy")
    project = tomllib.loads((tmp_path / "copy" / "pyproject.toml").read_text(encoding="utf-8"))
    settings = project["tool"]["mutmut"]
    assert "src/byhand/layers.py" in settings["only_mutate"]
    for name in (*settings["source_paths"], *settings["also_copy"], *settings["only_mutate"]):
        assert (tmp_path / "copy" / name).exists(), name
    (deselected,) = [
        option for option in settings["pytest_add_cli_args"] if option.startswith("--deselect")
    ]
    path, name = deselected.removeprefix("--deselect=").split("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_the_views_show_every_survivor_once() -> None:
    shown = views_mutants.left().split("\n")
    for sign, name in (("-", "before"), ("+", "after")):
        for one in SURVIVORS:
            for line in filter(None, one[name].split("\n")):
                assert f"    {sign} {line}" in shown
    changed = [line for one in SURVIVORS for line in one["after"].split("\n") if line]
    assert sum(line.startswith("    + ") for line in shown) == len(changed)
    total = sum(row["changes"] for row in STORED["module"])
    assert f">{total:,}<" in views_mutants.summary()
    assert views_mutants.modules().count("\n| `") == len(STORED["module"])
