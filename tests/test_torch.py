"""The PyTorch listings: each is shown, stored as it was run, and held to byhand's numbers."""

import re
import shutil
from pathlib import Path

import pytest

import _torch
from byhand_site import tokens, views_torch
from byhand_site.paths import DOCS, data

PAGE = (DOCS / "19-libraries" / "index.md").read_text(encoding="utf-8")
NAMES = views_torch.names()


def test_every_listing_is_shown_once() -> None:
    assert sorted(re.findall(r'^listing\("(\w+)"\)$', PAGE, flags=re.MULTILINE)) == NAMES
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_no_number_that_a_listing_shall_print_is_typed(name: str) -> None:
    text = views_torch.template(name)
    assert tokens.stray_decimals(text) == []
    assert tokens.malformed(text) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_listing_fits_the_page_and_needs_nothing_but_the_package_and_pytorch(name: str) -> None:
    code = views_torch.code(name)
    assert max(map(len, code.splitlines())) <= 76
    imported = set(re.findall(r"^(?:import|from) (\w+)", code, flags=re.MULTILINE))
    assert imported <= {"byhand", "numpy", "pathlib", "tempfile", "torch"}
    assert "torch" in imported


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Copy all that a listing is held to."""
    shutil.copytree(DOCS / views_torch.FOLDER, tmp_path / views_torch.FOLDER)
    shutil.copytree(data(DOCS), data(tmp_path), ignore=shutil.ignore_patterns("figures", "outputs"))
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_listing_that_was_changed_after_its_run_is_refused(docs: Path) -> None:
    assert views_torch.problem("forward", docs) == ""
    change(docs / views_torch.FOLDER / "forward.py", "churn.W1.T", "churn.W1")
    assert "other code" in views_torch.problem("forward", docs)


def test_a_number_that_has_moved_since_the_run_is_refused(docs: Path) -> None:
    ledger = data(docs) / "ledger" / "xor.toml"
    change(
        ledger,
        '["xor.right.e2000.loss"]\ntext = "0.005210"',
        '["xor.right.e2000.loss"]\ntext = "0.1"',
    )
    assert "something else" in views_torch.problem("training", docs)


def test_a_listing_that_was_never_run_is_refused(docs: Path) -> None:
    change(data(docs) / views_torch.STORED, "[listing.modes]", "[listing.others]")
    assert "never run" in views_torch.problem("modes", docs)


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ('print("loss 0.7303")', ""),
        ('print("loss 0.7304")', "-loss 0.7303\n+loss 0.7304"),
        ("pass", "-loss 0.7303"),
        ('print("loss 0.7303")\nraise SystemExit(3)', "it ended with code 3"),
        ('import sys\nprint("loss 0.7303")\nprint("hm", file=sys.stderr)', "hm"),
    ],
)
def test_the_job_sees_whatever_differs(tmp_path: Path, code: str, complaint: str) -> None:
    listing = tmp_path / "listing.py"
    listing.write_text(code, encoding="utf-8")
    _, wrong = _torch.compare(listing, "loss 0.7303")
    assert complaint in wrong
    assert bool(wrong) == bool(complaint)


def test_pytorch_is_pinned_once() -> None:
    assert re.fullmatch(r"torch==\d+\.\d+\.\d+", _torch.requirement())


def test_nothing_is_stored_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit):
        _torch.main(["--store"])
