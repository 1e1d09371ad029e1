"""Claims of the sources and the course: each is well formed, and an experiment decides it."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

from byhand_site import claims, tokens
from tests.examples import ENTRIES

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = claims.load()


def sources() -> set[int]:
    text = (ROOT / "docs" / "_data" / "sources.toml").read_text(encoding="utf-8")
    return {source["doc"] for source in tomllib.loads(text)["source"]}


def experiments(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if node.name.startswith("test_")}


def test_there_are_claims() -> None:
    assert CLAIMS


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_a_claim_is_well_formed(name: str) -> None:
    claim = CLAIMS[name]
    if claims.is_source(claim):
        assert claim["doc"] in sources()
        assert claim["verdict"] in claims.VERDICTS
    assert (ROOT / "docs" / claim["page"]).is_file()
    for field in {"text", "place", "finding"} & claim.keys():
        assert claim[field].strip() == claim[field] != ""
    for text in (claim["text"], claim.get("finding", "")):
        assert tokens.stray_decimals(text) == []
        assert tokens.malformed(text) == []
        assert [tokens.problem(token, ENTRIES, None) for token, _ in tokens.find(text)] == [
            ""
        ] * len(list(tokens.find(text)))


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_the_experiment_of_a_claim_exists(name: str) -> None:
    path, _, test = CLAIMS[name]["experiment"].partition("::")
    assert (ROOT / path).is_file()
    assert test in experiments(ROOT / path)


def test_every_experiment_decides_a_claim_and_no_two_claims_share_one() -> None:
    named = [claim["experiment"] for claim in CLAIMS.values()]
    assert len(named) == len(set(named))
    written = {
        f"{path.relative_to(ROOT).as_posix()}::{test}"
        for path in (ROOT / "tests" / "claims").glob("test_*.py")
        for test in experiments(path)
    }
    assert written == set(named)


def test_a_claim_may_stand_in_several_documents() -> None:
    claim = {"doc": 4, "place": "15.1, 15.2; document 3, A simple network; document 4, 15.3"}
    assert claims.documents(claim) == [4, 3]
    assert all(
        set(claims.documents(c)) <= sources() for c in CLAIMS.values() if claims.is_source(c)
    )


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"verdict": "maybe"}, "verdict must be one of"),
    ({"experiment": None}, "needs the fields"),
    ({"note": "n"}, "needs the fields"),
]


@pytest.mark.parametrize(("change", "problem"), MALFORMED)
def test_a_malformed_claim_is_refused(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    fields = dict.fromkeys(claims.FIELDS, "x") | {"verdict": "true"} | change
    lines = [f'{name} = "{value}"' for name, value in fields.items() if value is not None]
    (tmp_path / "_data").mkdir()
    text = "\n".join(['["a-claim"]', *lines])
    (tmp_path / "_data" / "claims").mkdir(parents=True, exist_ok=True)
    (tmp_path / "_data" / "claims" / "chapter.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"claim a-claim.*{problem}"):
        claims.load(tmp_path)


def test_the_claims_and_their_verdicts_stand_on_the_site(site: Path) -> None:
    ledger_page = (site / "ledger.html").read_text(encoding="utf-8")
    errata = (site / "errata.html").read_text(encoding="utf-8")
    for name, claim in CLAIMS.items():
        assert f'id="claim-{name}"' in ledger_page
        assert (f'id="claim-{name}"' in errata) is (claim.get("verdict", "true") != "true")
