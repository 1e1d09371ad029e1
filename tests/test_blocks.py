"""Every block as a reader copies it from the page: pasted alone it prints and draws what is shown.

The visible text is read out of the built HTML and run by a process of its own in an empty folder,
in another world than the build's (see worlds.py); figures come out the same to the byte.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from byhand_site import fences, figurecompare
from byhand_site import pages as sources
from tests import alone, pages, worlds
from tests.alone import Ran
from tests.conftest import outcomes
from tests.pages import Shown

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
WRITTEN = {
    block.id: block
    for page in sources.load(DOCS)[0].values()
    for block in page.blocks
    if block.language == "python"
}
LABS = [name.removesuffix(".ipynb") for name in sources.labs(DOCS)]
IDS = [*WRITTEN, *LABS]


@pytest.fixture(scope="module")
def shown(site: Path) -> dict[str, Shown]:
    found = [block for name, page in pages.pages(site).items() for block in pages.shown(name, page)]
    assert len({block.id for block in found}) == len(found)
    return {block.id: block for block in found}


@pytest.fixture(scope="module")
def runs(shown: dict[str, Shown], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    root = tmp_path_factory.mktemp("blocks")
    world = worlds.another(root)
    texts = {name: block.source for name, block in shown.items()}
    backend = {"MPLBACKEND": "module://byhand_site.mplsvg"}
    ran = alone.run_all(texts, root, world.environment | backend)
    assert world.reached() == ""
    return ran


@pytest.fixture(scope="module")
def built(site: Path) -> set[str]:
    """Read every drawing that the build has made."""
    kept = [
        json.loads(file.read_text(encoding="utf-8")) for file in outcomes(site).glob("*/*.json")
    ]
    return {svg for outcome in kept for svg, _ in outcome.get("figures", ())}


def stored_text(name: str) -> str:
    """Read the stored expectation of a block, or of all cells of a lab."""
    page = name if name in LABS else name.rpartition("/")[0]
    file = DOCS / "_data" / "outputs" / f"{page}.toml"
    if not file.exists():
        return ""
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    if name not in LABS:
        return str(tables[name.rpartition("/")[2]]["output"])
    notebook = json.loads((DOCS / f"{name}.ipynb").read_text(encoding="utf-8"))
    return "".join(tables.get(cell["id"], {"output": ""})["output"] for cell in notebook["cells"])


def figure_files(folder: Path, name: str) -> list[dict[str, Any]]:
    files = sorted((folder / name).glob("*.json"), key=lambda file: int(file.stem))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


@pytest.mark.parametrize("forks", sorted({alone.FORKS, False}))
def test_what_runs_alone_knows_nothing_of_what_ran_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forks: bool
) -> None:
    monkeypatch.setattr(alone, "FORKS", forks)
    texts = {
        "leaves": "import numpy, sys; numpy.left = sys.left = left = 1; print(__name__, sys.argv)",
        "looks": "import numpy, sys; print(numpy.__dict__.get('left'), hasattr(sys, 'left'))",
        "names": "import numpy; print(sorted(globals())[-1], __import__('os').listdir())",
        "fails": "import numpy; print(left)",
        "dies": "import numpy, os; os.abort()",
    }
    ran = alone.run_all(texts, tmp_path, worlds.another(tmp_path).environment)
    assert [one.code for one in ran.values()] == [0, 0, 0, 1, alone.KILLED]
    assert ran["leaves"].out == "__main__ ['-c']\n"
    assert ran["looks"].out == "None False\n"
    assert ran["names"].out == "numpy []\n"
    assert "NameError: name 'left'" in ran["fails"].err


def test_the_site_shows_exactly_the_blocks_of_the_sources(shown: dict[str, Shown]) -> None:
    assert IDS
    assert sorted(shown) == sorted(IDS)


def test_what_is_shown_is_what_was_written(shown: dict[str, Shown]) -> None:
    for name, block in WRITTEN.items():
        (source,) = shown[name].sources
        assert source.rstrip("\n") == block.source.rstrip("\n"), name


@pytest.mark.parametrize("name", LABS)
def test_a_lab_shows_all_its_cells(shown: dict[str, Shown], name: str) -> None:
    notebook = json.loads((DOCS / f"{name}.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [source.rstrip("\n") for source in shown[name].sources] == cells


@pytest.mark.parametrize("name", IDS)
def test_pasted_alone_it_prints_and_draws_what_the_page_shows(
    shown: dict[str, Shown],
    runs: dict[str, Ran],
    site: Path,
    built: set[str],
    name: str,
) -> None:
    ran = runs[name]
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == shown[name].output
    assert ran.out == stored_text(name)
    drawn = ran.figures
    assert [f"{name}/{number}" for number in range(1, len(drawn) + 1)] == [*shown[name].figures]
    for folder in (DOCS / "_data" / "figures", site / "figures"):
        expected = figure_files(folder, name)
        assert len(expected) == len(drawn)
        for one, other in zip(expected, drawn, strict=True):
            assert list(figurecompare.differences(one, other)) == []
    if name not in LABS:
        assert {*ran.drawings} <= built


@pytest.fixture(scope="module")
def published(site: Path) -> dict[str, dict[str, str]]:
    found = json.loads((site / "blocks.json").read_text(encoding="utf-8"))
    return {block["id"]: block for block in found}


def test_what_is_published_of_a_block_is_what_the_page_shows(
    shown: dict[str, Shown], published: dict[str, dict[str, str]]
) -> None:
    for name, page in shown.items():
        block = published[name]
        shown_lines, lines = (text.split("\n") for text in (page.source, block["source"]))
        assert [line for line in lines if line] == [line for line in shown_lines if line], name
        assert block["output"] == page.output, name
        assert Path(block["page"]).with_suffix(".html").as_posix() == page.page, name


def test_nothing_else_is_published_as_a_block(published: dict[str, dict[str, str]]) -> None:
    assert sorted(published) == sorted(IDS)


def test_every_stored_expectation_belongs_to_a_block() -> None:
    everything = {block.id for page in sources.load(DOCS)[0].values() for block in page.blocks}
    for file in (DOCS / "_data" / "outputs").rglob("*.toml"):
        page = file.relative_to(DOCS / "_data" / "outputs").with_suffix("").as_posix()
        if page not in LABS:
            names = tomllib.loads(file.read_text(encoding="utf-8"))
            assert {f"{page}/{name}" for name in names} <= everything


def test_no_block_prints_more_digits_than_another_machine_would() -> None:
    for name in IDS:
        source = WRITTEN[name].source if name in WRITTEN else ""
        if re.search(r"^(?:import|from) (?:decimal|fractions)\b", source, re.MULTILINE):
            continue  # exact arithmetic is the same everywhere
        for word in stored_text(name).split():
            digits = word.strip("[](),;").lstrip("-0.").replace(".", "").split("e")[0]
            assert not (digits.isdigit() and len(digits) > 8), f"{name} prints {word}"


def test_every_python_fence_of_a_page_is_a_block() -> None:
    for path in DOCS.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        for fence in fences.find(text.split("\n")):
            if fence.info.startswith("python"):
                assert 'exec="on"' in fence.info, f"{path}:{fence.start + 1}"
