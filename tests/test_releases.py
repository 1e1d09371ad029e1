"""Other releases of NumPy and matplotlib, what moves with them, the workflow that tries them."""

import math
import re
import sys
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

import _environment
import _releases
from byhand_site import moved

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW = (ROOT / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "python", "release"),
    [
        ("numpy", (3, 11), "1.26.4"),
        ("numpy", (3, 12), "1.26.4"),
        ("numpy", (3, 13), "2.1.0"),
        ("numpy", (3, 14), "2.3.2"),
        ("matplotlib", (3, 11), "3.11.0"),
        ("matplotlib", (3, 14), "3.11.0"),
    ],
)
def test_the_oldest_is_the_stated_minimum_that_the_python_can_have(
    name: str, python: tuple[int, int], release: str
) -> None:
    assert _releases.oldest(name, python) == release


def test_newest_asks_for_no_release_and_oldest_for_one_each() -> None:
    assert _releases.wanted("newest") == ["numpy", "matplotlib"]
    assert all(re.fullmatch(r"\w+==\d+\.\d+\.\d+", text) for text in _releases.wanted("oldest"))


def test_other_releases_have_an_environment_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _environment.VENV.name.startswith(".venv")
    calls: list[list[str]] = []

    def call(command: list[str], env: dict[str, str]) -> int:
        calls.append([*command[1:], env[_environment.WITH]])
        return 0

    monkeypatch.setattr("subprocess.call", call)
    assert _releases.start_over("oldest", ["-k", "x"]) == 0
    assert calls == [[sys.argv[0], "-k", "x", "oldest"]]


@pytest.mark.parametrize(
    ("expected", "got", "change"),
    [
        ("0.50", "0.50", 0.0),
        ("loss 0.50 at 3", "loss 0.49 at 3", 0.02),
        ("-1e-3", "-2e-3", 0.5),
        ("5%", "4%", 0.2),
    ],
)
def test_a_change_is_the_largest_of_the_numbers_in_a_text(
    expected: str, got: str, change: float
) -> None:
    assert moved.change(expected, got) == pytest.approx(change)


def test_a_text_that_differs_in_words_has_no_change_in_size() -> None:
    assert math.isnan(moved.change("loss 0.5", "gain 0.5"))
    assert math.isnan(moved.change("[1 2]", "[1 2 3]"))


def test_the_lines_that_differ_are_named_with_both_sides() -> None:
    (move,) = moved.texts("page/block", "a 1\nb 2.0\n", "a 1\nb 2.5\n")
    assert (move.what, move.expected, move.got) == ("page/block", "b 2.0", "b 2.5")
    assert move.change == pytest.approx(0.2)
    assert moved.table([move]).splitlines()[2].split() == [
        "page/block",
        "b",
        "2.0",
        "b",
        "2.5",
        "2.0e-01",
    ]


def test_the_workflow_tries_every_python_and_system_of_the_lock() -> None:
    matrix = yaml.safe_load(WORKFLOW)["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert {name.split("-")[0] for name in matrix["system"]} == {"ubuntu", "macos", "windows"}


def test_the_workflow_pins_its_actions_and_may_write_in_one_job_only() -> None:
    jobs = yaml.safe_load(WORKFLOW)
    assert jobs["permissions"] == {"contents": "read"}
    used = re.findall(r"uses: (\S+)", WORKFLOW)
    assert len(used) > 5
    assert [name for name in used if not re.fullmatch(r"actions/[\w-]+@v\d+", name)] == []
    writing = {
        name for name, job in jobs["jobs"].items() if "write" in job.get("permissions", {}).values()
    }
    assert writing == {"publish"}
    assert "checkout" not in str(jobs["jobs"]["publish"]["steps"])


def test_the_workflow_runs_scripts_that_there_are() -> None:
    found = re.findall(r"python (scripts/\w+\.py)", WORKFLOW)
    assert set(found) == {"scripts/build.py", "scripts/test.py", "scripts/check.py"}
    assert all((ROOT / name).is_file() for name in found)
