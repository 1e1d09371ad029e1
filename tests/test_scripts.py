"""The scripts: they start anywhere, on a bare Python, and their environment is never half made."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import _browser
import _environment
import _lock

SCRIPTS = sorted((_environment.ROOT / "scripts").glob("*.py"))
COMMANDS = [script for script in SCRIPTS if not script.name.startswith("_")]
OWN = {script.stem for script in SCRIPTS}


def run(script: Path, *arguments: str, cwd: Path, **variables: str) -> SimpleNamespace:
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize("script", COMMANDS, ids=lambda script: script.name)
def test_help_answers_from_any_folder(script: Path, tmp_path: Path) -> None:
    answer = run(script, "--help", cwd=tmp_path)
    assert answer.code == 0, answer.err
    assert answer.out.startswith(f"usage: {script.name}")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_start_with_the_standard_library_alone(script: Path) -> None:
    foreign = []
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        else:
            continue
        tops = {name.split(".")[0] for name in names}
        foreign += sorted(tops - sys.stdlib_module_names - OWN)
    assert foreign == []


def test_update_refuses_under_ci(tmp_path: Path) -> None:
    answer = run(_environment.ROOT / "scripts" / "update.py", cwd=tmp_path, CI="true")
    assert answer.code == 1
    assert "does not run under CI" in answer.err


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the environment's module at an empty checkout."""
    place = tmp_path / ".venv"
    monkeypatch.setattr(_environment, "ROOT", tmp_path)
    monkeypatch.setattr(_environment, "VENV", place)
    monkeypatch.setattr(_environment, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(_environment, "PYTHON", place / "bin" / "python")
    monkeypatch.setattr(_environment, "STAMP", place / "byhand-stamp.json")
    (tmp_path / "requirements.lock").write_text("one==1 --hash=sha256:0\n")
    return tmp_path


def finish(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    _environment.STAMP.write_text(json.dumps(_environment.expected_stamp()))


def test_a_finished_environment_is_current(checkout: Path) -> None:
    finish(checkout)
    assert _environment.is_current()


@pytest.mark.parametrize("key", ["lock", "python", "place"])
def test_an_environment_made_for_something_else_is_not_current(checkout: Path, key: str) -> None:
    finish(checkout)
    stamp = _environment.read_stamp()
    _environment.STAMP.write_text(json.dumps(stamp | {key: "another"}))
    assert not _environment.is_current()


def test_a_changed_lock_makes_the_environment_stale(checkout: Path) -> None:
    finish(checkout)
    _environment.LOCK.write_text("one==2 --hash=sha256:1\n")
    assert not _environment.is_current()


@pytest.mark.parametrize("left", ["{}\n", "", "[1]", '{"lock": '])
def test_an_interrupted_set_up_is_not_current(checkout: Path, left: str) -> None:
    finish(checkout)
    _environment.STAMP.write_text(left)
    assert not _environment.is_current()


def test_an_environment_without_its_python_is_not_current(checkout: Path) -> None:
    finish(checkout)
    _environment.PYTHON.unlink()
    assert not _environment.is_current()


def test_a_foreign_environment_is_left_alone(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep = checkout / ".venv" / "mine.txt"
    keep.parent.mkdir()
    keep.touch()
    with pytest.raises(SystemExit) as end:
        _environment.make_venv()
    assert end.value.code == 1
    assert "Move or delete it" in capsys.readouterr().err
    assert keep.exists()


def test_the_sources_are_linked_by_a_relative_address(checkout: Path) -> None:
    packages = checkout / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    _environment.link_sources()
    line = (packages / "byhand.pth").read_text(encoding="ascii").rstrip("\n")
    assert not Path(line).is_absolute()
    assert (packages / line).resolve() == checkout / "src"


def test_an_old_python_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_environment, "OLDEST", (99, 1))
    monkeypatch.setattr(sys, "argv", ["build.py"])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit):
        _environment.check_python()
    message = capsys.readouterr().err
    assert "byhand needs Python 99.1 or newer" in message
    assert "Install a newer Python" in message


def test_a_browser_named_in_the_environment_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "chrome"
    program.touch()
    monkeypatch.setenv(_browser.VARIABLE, str(program))
    assert _browser.find_chromium() == program


def test_a_named_browser_that_is_missing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(_browser.VARIABLE, str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError, match="no such file"):
        _browser.find_chromium()


@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows"])
def test_browsers_are_sought_in_their_usual_places(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    places = [place.as_posix() for place in _browser._usual_places()]
    base = tmp_path.as_posix()
    assert {
        "Linux": "/snap/bin/chromium",
        "Darwin": f"{base}/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "Windows": f"{base}/Google/Chrome/Application/chrome.exe",
    }[system] in places


@pytest.mark.parametrize(
    ("file", "system", "python", "wanted"),
    [
        ("a-1-py3-none-any.whl", "linux", "3.11", True),
        ("a-1-py2.py3-none-any.whl", "win32", "3.14", True),
        ("a-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "linux", "3.12", True),
        ("a-1-cp312-cp312-manylinux_2_17_x86_64.whl", "linux", "3.13", False),
        ("a-1-cp39-abi3-macosx_11_0_arm64.whl", "darwin", "3.13", True),
        ("a-1-cp313-abi3-win_amd64.whl", "win32", "3.12", False),
        ("a-1-cp314-cp314t-win_amd64.whl", "win32", "3.14", False),
        ("a-1-cp311-cp311-musllinux_1_2_x86_64.whl", "linux", "3.11", False),
        ("a-1-cp311-cp311-win32.whl", "win32", "3.11", False),
        ("a-1-pp311-pypy311_pp73-win_amd64.whl", "win32", "3.11", False),
        ("a-1-py3-none-macosx_10_9_x86_64.whl", "linux", "3.11", False),
    ],
)
def test_the_lock_takes_the_wheels_that_can_be_needed(
    file: str, system: str, python: str, wanted: bool
) -> None:
    wheel = {"url": f"https://example.invalid/packages/{file}"}
    assert _lock.fits(wheel, system, python) is wanted


def test_a_requirement_carries_marker_and_hashes() -> None:
    wheels = [
        {"url": f"https://example.invalid/a-1-py3-none-{platform}.whl", "hashes": {"sha256": hash_}}
        for platform, hash_ in [("macosx_11_0_arm64", "aa"), ("win_amd64", "bb")]
    ]
    package = {"name": "a", "version": "1", "wheels": wheels, "marker": "sys_platform == 'darwin'"}
    text = _lock.requirement(package)
    assert text == "a==1 ; sys_platform == 'darwin' \\\n    --hash=sha256:aa\n"


def test_a_package_without_a_wheel_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _lock.requirement({"name": "a", "version": "1", "wheels": []})
    assert "no wheel for Python 3.1" in capsys.readouterr().err
