"""A chapter's files: made of its blocks, complete, and they run and print what the page shows."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from base64 import b64decode
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from byhand_site import chapters, downloads, outputs, pages, tokens
from byhand_site.fences import Block
from byhand_site.paths import DOCS
from tests import alone
from tests.alone import Ran

PAGES, _ = pages.load(DOCS)
CHAPTERS = {name: path for path in PAGES if (name := chapters.name_of(path))}
EXECUTE = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
for cell in notebook.cells:
    cell.update(outputs=[], execution_count=None) if cell.cell_type == "code" else None
nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
nbformat.write(notebook, sys.argv[2])
"""

CODE = re.compile(r"`[^`\n]+`|^```.*?^```", re.MULTILINE | re.DOTALL)
MATHS = re.compile(r"\${1,2}[^$]+\${1,2}")

Notebook = dict[str, Any]


def blocks(name: str) -> list[Block]:
    return [block for block in PAGES[CHAPTERS[name]].blocks if block.language == "python"]


def shown(name: str) -> dict[str, str]:
    """Give what each block of a chapter prints, as an author has agreed to it."""
    stored = outputs.load(DOCS, CHAPTERS[name])
    return {block.name: stored[block.name] for block in blocks(name)}


def cells(notebook: Notebook, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def printed(cell: dict[str, Any]) -> str:
    streams = (output for output in cell["outputs"] if output["output_type"] == "stream")
    return "".join("".join(stream["text"]) for stream in streams)


def drawn(cell: dict[str, Any]) -> list[str]:
    figures = (output for output in cell["outputs"] if output["output_type"] == "display_data")
    return ["".join(figure["data"]["image/svg+xml"]) for figure in figures]


@pytest.fixture(scope="module")
def notebooks(site: Path) -> dict[str, Notebook]:
    files = sorted((site / downloads.FOLDER).glob("*.ipynb"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def test_there_are_both_files_for_every_chapter_and_nothing_else(site: Path) -> None:
    assert len(CHAPTERS) > 10
    found = sorted(file.name for file in (site / downloads.FOLDER).iterdir())
    assert found == sorted(f"{name}.{ending}" for name in CHAPTERS for ending in ("ipynb", "py"))


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_notebook_is_well_formed_and_light(name: str, site: Path) -> None:
    file = site / downloads.FOLDER / f"{name}.ipynb"
    notebook = nbformat.reads(file.read_text(encoding="utf-8"), nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert file.stat().st_size <= 700 * 1024


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_notebook_holds_the_blocks_and_what_they_gave(
    name: str, notebooks: dict[str, Notebook], site: Path
) -> None:
    code = cells(notebooks[name], "code")
    assert [(cell["id"], "".join(cell["source"])) for cell in code] == [
        (block.name, block.source.strip("\n")) for block in blocks(name)
    ]
    assert {cell["id"]: printed(cell) for cell in code} == shown(name)
    for block, cell in zip(blocks(name), code, strict=True):
        assert len(drawn(cell)) == len([*(site / "figures" / block.id).glob("*.json")])


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_text_of_a_notebook_knows_nothing_of_the_site(
    name: str, notebooks: dict[str, Notebook]
) -> None:
    for cell in cells(notebooks[name], "markdown"):
        text = re.sub(
            r"`[^`\n]+`|^```.*?^```", "", "".join(cell["source"]), flags=re.MULTILINE | re.DOTALL
        )
        left = r"^\s*(?:!!!|\?\?\?|===) |\{:? ?[#.]\w|\{[@!?]|\bdata-key\b|```"
        assert re.findall(left, text, re.MULTILINE) == []
        assert tokens.malformed(text) == []
        assert text.count("<details>") == text.count("</details>") == text.count("<summary>")


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_heading_and_show_block_is_in_the_notebook(
    name: str, notebooks: dict[str, Notebook]
) -> None:
    texts = ["".join(cell["source"]) for cell in cells(notebooks[name], "markdown")]
    everything = "\n".join(texts)
    page = PAGES[CHAPTERS[name]]
    for heading in re.findall(r"^#{1,4} +([^{$\n]+)", CODE.sub("", page.body), re.MULTILINE):
        assert heading.strip() in everything
    exercises = page.body.count("!!! exercise")
    assert everything.count("#### Exercise: ") == exercises
    attached = [file for cell in notebooks[name]["cells"] for file in cell.get("attachments", {})]
    drawings = [
        block.name
        for block in page.blocks
        if block.language == "show" and outputs.figure_file(DOCS, block.id, 1).exists()
    ]
    assert [file.rpartition("-")[0] for file in attached] == drawings
    assert [f"](attachment:{file})" in everything for file in attached] == [True] * len(attached)


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_links_of_a_notebook_arrive(
    name: str, notebooks: dict[str, Notebook], site: Path
) -> None:
    text = "\n".join("".join(cell["source"]) for cell in cells(notebooks[name], "markdown"))
    (home,) = re.findall(r"\[byhand\]\(([^)]+)\)", text)
    text = MATHS.sub("", CODE.sub("", text))
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:href|src)="([^"]+)"', text)
    assert len(targets) > 3
    for target in targets:
        assert urlsplit(target).scheme in {"http", "https", "attachment"}, target
        if target.startswith(home):
            path, _, anchor = unquote(target.removeprefix(home)).partition("#")
            assert (site / (path or "index.html")).is_file(), target
            if anchor:
                assert f'id="{anchor}"' in (site / path).read_text(encoding="utf-8"), target


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_stand_alone_and_have_a_name(name: str, notebooks: dict[str, Notebook]) -> None:
    attached = [
        b64decode(bundle["image/svg+xml"]).decode()
        for cell in notebooks[name]["cells"]
        for bundle in cell.get("attachments", {}).values()
    ]
    for image in [
        *attached,
        *(svg for cell in cells(notebooks[name], "code") for svg in drawn(cell)),
    ]:
        root = ET.fromstring(image)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("aria-label")
        for left in ("var(", "currentColor", "{@", "{="):
            assert left not in image


def test_the_first_cell_says_what_to_install_and_what_was_verified(
    notebooks: dict[str, Notebook], site: Path
) -> None:
    verified = json.loads((site / "verified.json").read_text(encoding="utf-8"))
    for notebook in notebooks.values():
        text = "".join(notebook["cells"][0]["source"])
        (wheel,) = re.findall(r"dist/(byhand-[\w.-]+\.whl)\)", text)
        assert (site / "dist" / wheel).is_file()
        assert f"python -m pip install {wheel}" in text
        assert f"Python {verified['python']}" in text
        assert f"NumPy {verified['libraries']['numpy']}" in text


@pytest.fixture(scope="module")
def scripts(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    texts = {
        name: (site / downloads.FOLDER / f"{name}.py").read_text(encoding="utf-8")
        for name in CHAPTERS
    }
    environment = os.environ | {"MPLBACKEND": "agg"}
    return alone.run_all(texts, tmp_path_factory.mktemp("scripts"), environment, few=3)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_script_prints_what_the_blocks_of_the_page_print(
    name: str, scripts: dict[str, Ran]
) -> None:
    done = scripts[name]
    assert (done.code, done.err) == (0, "")
    assert done.out == "".join(shown(name).values())


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_script_is_the_notebook_without_its_text(name: str, site: Path) -> None:
    """The cells are the same, in one namespace: where the script runs, the notebook runs."""
    text = (site / downloads.FOLDER / f"{name}.py").read_text(encoding="utf-8")
    head, *found = re.split(r"(?m)^# %% ", text)
    assert "python -m pip install byhand-" in head
    code = dict(part.split("\n", 1) for part in found if not part.startswith("[markdown]"))
    assert {key.split(": ")[0]: source.strip("\n") for key, source in code.items()} == {
        block.name: block.source.strip("\n") for block in blocks(name)
    }
    headings = re.findall(r"(?m)^# %% \[markdown\]\n# (#+ .*)$", text)
    assert len(headings) >= len(re.findall(r"(?m)^## ", PAGES[CHAPTERS[name]].body))


SHORTEST = sorted(CHAPTERS, key=lambda name: sum(len(block.source) for block in blocks(name)))[:2]


@pytest.mark.parametrize("name", SHORTEST)
def test_a_notebook_runs_from_top_to_bottom_in_a_fresh_kernel(
    name: str, site: Path, tmp_path: Path
) -> None:
    source, target = site / downloads.FOLDER / f"{name}.ipynb", tmp_path / "done.ipynb"
    settings = {"IPYTHONDIR": str(tmp_path), "JUPYTER_NO_CONFIG": "1"}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MPL")}
    command = [sys.executable, "-c", EXECUTE, str(source), str(target)]
    done = subprocess.run(
        command, cwd=tmp_path, env={**kept, **settings}, capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    code = cells(json.loads(target.read_text(encoding="utf-8")), "code")
    assert {cell["id"]: printed(cell) for cell in code} == shown(name)


def test_a_chapter_offers_both_files_and_no_other_page_does(site: Path) -> None:
    for path in PAGES:
        page = site / path.replace(".md", ".html")
        line = re.search(r'</h1>\s*<p class="chapter-download">(.*?)</p>', page.read_text("utf-8"))
        links = re.findall(r'<a href="([^"]+)" download>', line[1] if line else "")
        name = chapters.name_of(path)
        expected = [f"{name}.ipynb", f"{name}.py"] if name else []
        assert [Path(link).name for link in links] == expected
        assert all((page.parent / link).is_file() for link in links)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("05-forward-pass/index.md", "05-forward-pass"),
        ("05-forward-pass/more.md", "05-forward-pass-more"),
        ("notation.md", ""),
        ("reference/index.md", ""),
    ],
)
def test_only_a_chapter_has_files(path: str, name: str) -> None:
    assert chapters.name_of(path) == name
    offered = downloads.offer("<h1 id='a'>A</h1><h1>B</h1>", path, path.replace(".md", ".html"))
    assert offered.count(".ipynb") == offered.count(".py") == bool(name)
