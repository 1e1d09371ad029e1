"""Every block as a reader copies it from the page: pasted alone it prints and draws what is shown.

The visible text is read out of the built HTML and run by a fresh interpreter in an empty folder, in
another world than the build's (see worlds.py); figures come out the same to the byte.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from byhand_site import executor, fences, figurecompare
from byhand_site import pages as sources
from tests import pages, worlds
from tests.conftest import outcomes
from tests.pages import Shown
from tests.worlds import World

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


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of running a block's visible text."""

    code: int
    out: str
    err: str
    figures: list[dict[str, Any]]
    drawings: list[str]


@pytest.fixture(scope="module")
def shown(site: Path) -> dict[str, Shown]:
    found = [block for page, soup in pages.pages(site).items() for block in pages.shown(page, soup)]
    assert len({block.id for block in found}) == len(found)
    return {block.id: block for block in found}


@pytest.fixture(scope="module")
def runs(
    shown: dict[str, Shown], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, "Future[Ran]"]]:
    """Start every block at once, over the cores."""
    root = tmp_path_factory.mktemp("blocks")
    world = worlds.another(root)
    with ThreadPoolExecutor(executor.workers()) as pool:
        yield {
            block.id: pool.submit(run, block.source, root / str(number), world)
            for number, block in enumerate(shown.values())
        }
    assert world.reached() == ""


def run(source: str, folder: Path, world: World) -> Ran:
    """Run a text in a fresh interpreter in an empty folder, all warnings errors."""
    figures = folder.with_name(f"{folder.name}-figures")
    folder.mkdir()
    figures.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", source],
        cwd=folder,
        env={
            **world.environment,
            "MPLBACKEND": "module://byhand_site.mplsvg",
            "BYHAND_FIGURES": str(figures),
            "PYTHONIOENCODING": "utf-8",
            "OPENBLAS_NUM_THREADS": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=executor.SECONDS,
        check=False,
    )
    files = sorted(figures.glob("*.json"), key=lambda file: int(file.stem))
    drawn = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    drawings = [file.with_suffix(".svg").read_text(encoding="utf-8") for file in files]
    return Ran(done.returncode, done.stdout, done.stderr, drawn, drawings)


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
    runs: dict[str, "Future[Ran]"],
    site: Path,
    built: set[str],
    name: str,
) -> None:
    ran = runs[name].result()
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
