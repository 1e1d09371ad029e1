"""Measure the build: cold, its floors, peers, growth, memory, and an edit in the live server.

The floor is the blocks' code run straight in one warm process, plus the same pages rendered by
MkDocs, theme and plugins as ours, with nothing executed. Contenders take turns, so that a busy
moment meets all of them; what is stored are medians, and medians of ratios within a turn.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from _environment import ROOT, enter, fail

TABLE = ROOT / "docs" / "_data" / "bench_build.toml"
PAGES = 20
GROWTH = (10, 20, 40)
PEERS = ("jupyter-book<2", "ipykernel", "numpy", "matplotlib")
TEXTS = 7
HEADER = """\
# Made by: python3 scripts/bench.py build. Measured, not asserted: seconds hold for the machine and
# the day below. A ratio is the median over the turns of one time by another of the same turn.
"""
TEXT = """\
import numpy as np

rng = np.random.default_rng({seed})
X, W, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), np.zeros(4)
A = np.tanh(X @ W + b)
print(A.shape, f"{{A.mean():.4f}} {{A.std():.4f}}")
"""
PLOT = """\
import matplotlib.pyplot as plt
import numpy as np

z = np.linspace(-4, 4, 81)
for number in range(1, 4):
    plt.plot(z, np.tanh(number * z / {seed}), label=f"slope {{number}}")
plt.xlabel("z")
plt.ylabel("a")
plt.legend()
plt.show()
"""
CONFIGURATION = """\
INHERIT: {root}/mkdocs.yml
docs_dir: {docs}
nav: [{nav}]
"""
WITHOUT_US = """\
hooks: []
plugins: [search, offline, mkdocs-jupyter: {{ignore: ["*.md"]}}, mkdocstrings{more}]
theme: {{custom_dir: {root}/overrides}}
"""
BOOK = "title: bench\nexecute: {execute_notebooks: force, timeout: 300}\n"


def synthetic(folder: Path, pages: int) -> None:
    """Write the same content for each contender: seven text blocks and a plot on every page."""
    names = [f"p{number:03}" for number in range(pages)]
    for kind in ("ours", "plain", "exec", "book"):
        docs = folder / kind / "docs"
        docs.mkdir(parents=True)
        for number, name in enumerate(names):
            (docs / f"{name}.md").write_text(page(number, kind), encoding="utf-8")
    entries = ", ".join(f"{name}.md" for name in names)
    for kind, more in (("ours", None), ("plain", ""), ("exec", ", markdown-exec")):
        root = folder / kind
        text = CONFIGURATION.format(root=ROOT, docs=root / "docs", nav=entries)
        if more is not None:
            text += WITHOUT_US.format(root=ROOT, more=more)
        (root / "mkdocs.yml").write_text(text, encoding="utf-8")
    for name in ("src", "overrides"):
        (folder / "ours" / name).symlink_to(ROOT / name)
    book = folder / "book" / "docs"
    chapters = "".join(f"  - file: {name}\n" for name in names[1:])
    (book / "_toc.yml").write_text(f"format: jb-book\nroot: {names[0]}\nchapters:\n{chapters}")
    (book / "_config.yml").write_text(BOOK, encoding="utf-8")


def page(number: int, kind: str) -> str:
    """Write one page for one contender."""
    made = ["---\ntitle: Page\n---\n"]
    if kind == "book":
        kernel = "{display_name: Python 3, language: python, name: python3}"
        how = "jupytext: {text_representation: {format_name: myst}}"
        made = [f"---\n{how}\nkernelspec: {kernel}\n---\n"]
    made.append(f"# Page number {number}\n")
    for block in range(TEXTS + 1):
        made.append("A paragraph with *emphasis*, `code` and a formula $z = W^T x + b$ in it.\n")
        seed = 1 + TEXTS * number + block
        code = (TEXT if block < TEXTS else PLOT).format(seed=seed)
        alt = ' alt="Three curves"' if block == TEXTS else ""
        opening = {
            "ours": f'python exec="on" id="b{block}"{alt}',
            "exec": f'python exec="on" source="above" id="b{block}"',
            "plain": "python",
            "book": "{code-cell} python3",
        }[kind]
        made.append(f"```{opening}\n{code}```\n")
    return "\n".join(made)


def run(command: list[str], cwd: Path, **more: str) -> tuple[float, float]:
    """Run to the end; return seconds and the largest memory of one of its processes, in MB."""
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    environment = {**os.environ, **threads, "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", **more}
    began = time.monotonic()
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
    seconds = time.monotonic() - began
    if done.returncode != 0:
        said = done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:]
        fail(f"{' '.join(command)[:200]}\n{said}")
    last = done.stdout.decode().strip().rpartition("\n")[2]
    told = json.loads(last) if last.startswith("{") else {}
    return told.get("seconds", seconds), told.get("memory", 0.0)


def step(name: str, folder: Path, **more: str) -> tuple[float, float]:
    """Run one of the workloads below in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    docs = {"BYHAND_DOCS": str(folder / "docs")} if (folder / "docs").is_dir() else {}
    return run([sys.executable, __file__, name, str(folder)], folder, **{**docs, **more})


def ours(folder: Path) -> None:
    """Build with byhand, running every block."""
    _ours(folder, "--cold")


def warm(folder: Path) -> None:
    """Build with byhand, what earlier builds found at hand."""
    _ours(folder)


def _ours(folder: Path, *options: str) -> None:
    """Build, and say what memory it took."""
    import resource

    from byhand_site import build, cache

    build.ROOT, cache.FOLDER = folder, folder / "cache"  # type: ignore[attr-defined]
    os.environ.pop("CI", None)
    code = build.main(["--quiet", *options, "--site", str(folder / "out" / "site")])
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(json.dumps({"memory": max(own, children)}))
    sys.exit(code)


def update(folder: Path) -> None:
    """Store what the blocks print, so that the build has something to compare with."""
    from byhand_site import build, cache
    from byhand_site.update import main

    build.ROOT, cache.FOLDER = folder, folder / "cache"  # type: ignore[attr-defined]
    sys.exit(main([]))


def blocks(folder: Path) -> None:
    """Run all blocks' code straight in this process, warmed up as the fork server is."""
    from byhand_site import forkserver, pages
    from byhand_site.mplsvg import FOLDER

    os.environ["MPLBACKEND"] = "module://byhand_site.mplsvg"
    forkserver.warm_up()
    found, _ = pages.load(folder / "docs")
    code = [block.source for one in found.values() for block in one.blocks]
    with tempfile.TemporaryDirectory() as figures, open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.environ[FOLDER] = figures
        stdout, sys.stdout = sys.stdout, nowhere
        began = time.monotonic()
        for source in code:
            exec(source, {"__name__": "__main__"})
        seconds = time.monotonic() - began
        sys.stdout = stdout
    print(json.dumps({"seconds": seconds}))


def mkdocs(folder: Path) -> tuple[float, float]:
    """Build with MkDocs as it comes."""
    with tempfile.TemporaryDirectory() as figures:
        more = {"MPLBACKEND": "module://byhand_site.mplsvg", "BYHAND_FIGURES": figures}
        site = str(folder / "out")
        return run([sys.executable, "-m", "mkdocs", "build", "-q", "-d", site], folder, **more)


def book(folder: Path, python: Path) -> tuple[float, float]:
    """Build with Jupyter Book, from nothing."""
    shutil.rmtree(folder / "docs" / "_build", ignore_errors=True)
    return run([str(python.with_name("jupyter-book")), "build", "docs"], folder)


def peers(folder: Path) -> Path:
    """Return the Python of Jupyter Book's environment, made where it is not there."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print("Installing Jupyter Book; this takes a minute.", flush=True)
        venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q", *PEERS]
        if subprocess.call(command) != 0:
            fail("Jupyter Book could not be installed (pip's words are above).")
    return python


def contenders(folder: Path, turns: int, python: Path) -> list[dict[str, Any]]:
    """Measure everybody on the same pages, in turns."""
    synthetic(folder, PAGES)
    step("update", folder / "ours")
    step("warm", folder / "ours")
    times: dict[str, list[float]] = {}
    for turn in range(turns):
        print(f"turn {turn + 1} of {turns}", file=sys.stderr, flush=True)
        for name, measure in (
            ("byhand", partial(step, "ours", folder / "ours")),
            ("byhand, warm", partial(step, "warm", folder / "ours")),
            ("floor: blocks", partial(step, "blocks", folder / "ours")),
            ("floor: rendering", partial(mkdocs, folder / "plain")),
            ("markdown-exec", partial(mkdocs, folder / "exec")),
            ("Jupyter Book", partial(book, folder / "book", python)),
        ):
            seconds, _ = measure()
            times.setdefault(name, []).append(seconds)
    floors = zip(times["floor: blocks"], times["floor: rendering"], strict=True)
    times["floor"] = [blocks + rendering for blocks, rendering in floors]
    return table(times)


def table(times: dict[str, list[float]]) -> list[dict[str, Any]]:
    """Write a row for each contender: seconds, and how many times it our two builds took."""

    def ratio(name: str, seconds: list[float]) -> float:
        return round(median(a / b for a, b in zip(times[name], seconds, strict=True)), 3)

    return [
        {
            "name": name,
            "seconds": round(median(seconds), 2),
            "fastest": round(min(seconds), 2),
            "byhand_by_it": ratio("byhand", seconds),
            "warm_by_it": ratio("byhand, warm", seconds),
        }
        for name, seconds in times.items()
    ]


def growth(folder: Path, turns: int) -> list[dict[str, Any]]:
    """Build sites of several sizes: seconds and memory."""
    for pages in GROWTH:
        synthetic(folder / str(pages), pages)
        step("update", folder / str(pages) / "ours")
    found: dict[int, list[tuple[float, float]]] = {}
    for _ in range(turns):
        for pages in GROWTH:
            found.setdefault(pages, []).append(step("ours", folder / str(pages) / "ours"))
    return [
        {
            "pages": pages,
            "seconds": round(median(seconds for seconds, _ in runs), 2),
            "memory_mb": round(median(memory for _, memory in runs)),
        }
        for pages, runs in found.items()
    ]


def edits(folder: Path, turns: int) -> dict[str, Any]:
    """Edit pages of the whole course in a live server: seconds until a browser is told."""
    from _live import Hub

    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "site", "__pycache__"))
    found: list[float] = []
    with Path(folder, "terminal.txt").open("w", encoding="utf-8") as terminal:
        hub = Hub(folder, terminal)
        try:
            hub.start()
            _wait(hub, 0)
            hub.watcher.start()
            pages = sorted((folder / "docs").glob("[01]*/index.md"))
            for turn in range(turns):
                for path in pages:
                    text = path.read_text(encoding="utf-8")
                    news = len(hub.news)
                    began = time.monotonic()
                    path.write_text(text + f"\nTurn {'x' * turn}.\n", encoding="utf-8")
                    _wait(hub, news)
                    found.append(time.monotonic() - began)
        finally:
            hub.close()
    return {
        "pages": len(pages),
        "edits": len(found),
        "median": round(median(found), 2),
        "slowest": round(max(found), 2),
    }


def _wait(hub: Any, news: int) -> None:
    end = time.monotonic() + 300
    while len(hub.news) <= news:
        if time.monotonic() > end:
            fail("the live server said nothing for five minutes")
        time.sleep(0.005)


def course(folder: Path, turns: int) -> list[dict[str, Any]]:
    """Build the whole course, labs included, beside its floor."""
    plain(folder)
    ignored = shutil.ignore_patterns(".*", "site", "__pycache__")
    shutil.copytree(ROOT, folder / "ours", ignore=ignored)
    step("warm", folder / "ours")
    times: dict[str, list[float]] = {}
    for turn in range(turns):
        print(f"the course: turn {turn + 1} of {turns}", file=sys.stderr, flush=True)
        for name, measure in (
            ("byhand", partial(step, "ours", folder / "ours")),
            ("byhand, warm", partial(step, "warm", folder / "ours")),
            ("floor: blocks", partial(step, "blocks", folder / "ours")),
            ("floor: rendering and labs", partial(mkdocs, folder / "labs")),
            ("floor: rendering", partial(mkdocs, folder / "plain")),
        ):
            times.setdefault(name, []).append(measure()[0])
    floors = zip(times["floor: blocks"], times["floor: rendering and labs"], strict=True)
    times["floor"] = [blocks + rendering for blocks, rendering in floors]
    return table(times)


def plain(folder: Path) -> None:
    """Write the lessons with all results in them as text, for MkDocs to render; labs apart."""
    step("paste", folder / "labs", BYHAND_DOCS=str(ROOT / "docs"))
    shutil.copytree(folder / "labs", folder / "plain")
    for kind, labs in (("plain", "false"), ("labs", "true")):
        root = folder / kind
        text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        plugins = text[text.index("plugins:") : text.index("\nhooks:")]
        plugins = plugins.replace("execute: true", f"execute: {labs}")
        plugins = plugins.replace("paths: [src]", f"paths: [{ROOT}/src]")
        configuration = f"INHERIT: {ROOT}/mkdocs.yml\ndocs_dir: {root}/docs\nhooks: []\n"
        configuration += f"strict: false\ntheme: {{custom_dir: {ROOT}/overrides}}\n{plugins}\n"
        (root / "mkdocs.yml").write_text(configuration, encoding="utf-8")


def paste(folder: Path) -> None:
    """Copy the lessons, each executed fence replaced by its source and what came of it."""
    from byhand_site import fences, session, tokens

    docs = ROOT / "docs"
    shutil.copytree(docs, folder / "docs")
    work = session.begin(docs)
    work.run()
    try:
        for page in work.pages.values():
            blocks = {block.line: block for block in page.blocks}
            lines = page.text.split("\n")
            for fence in reversed([*fences.find(lines)]):
                if block := blocks.get(fence.start + 1):
                    made = pasted(block, work.outcome(block)).split("\n")
                    lines[fence.start : fence.end] = [fence.indent + line for line in made]
            context = tokens.Page(work.entries, work.values)
            text = tokens.render_plain("\n".join(lines), context)
            (folder / "docs" / page.path).write_text(text, encoding="utf-8")
    finally:
        work.close()


def pasted(block: Any, outcome: Any) -> str:
    """Write a block and its results as a page would hold them if they had been typed."""
    drawn = "".join(f"<figure>{svg}</figure>" for svg, _ in outcome.figures).replace("\n", " ")
    if block.language != "python":
        return f"{outcome.markdown}\n\n{drawn}\n"
    output = f"\n```text\n{outcome.output.rstrip()}\n```\n" if outcome.output else ""
    return f"```python\n{block.source.rstrip()}\n```\n{output}\n{drawn}\n"


def toml(document: dict[str, Any]) -> str:
    """Write the document as TOML."""
    made = [HEADER]
    for name, value in document.items():
        for table in value if isinstance(value, list) else [value]:
            made.append(f"\n[[{name}]]" if isinstance(value, list) else f"\n[{name}]")
            made += [f"{key} = {json.dumps(item)}" for key, item in table.items()]
    return "\n".join(made) + "\n"


def main(arguments: list[str]) -> int:
    """Measure, print and store; see scripts/bench.py."""
    parser = argparse.ArgumentParser(prog="bench.py build", description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="of each (5)")
    parser.add_argument("--environment", type=Path, help="keep Jupyter Book here for the next run")
    parser.add_argument("--dry-run", action="store_true", help="print, and leave the table alone")
    parser.add_argument("--no-course", action="store_true", help="the synthetic site only")
    options = parser.parse_args(arguments)
    enter()
    with tempfile.TemporaryDirectory(prefix="byhand-bench-") as name:
        folder = Path(name).resolve()
        python = peers((options.environment or folder / "peers").resolve())
        document: dict[str, Any] = {
            "machine": {
                "date": date.today().isoformat(),  # noqa: DTZ011 - the day on this machine
                "cores": os.cpu_count(),
                "system": platform.system(),
                "python": platform.python_version(),
                "turns": options.turns,
                "pages": PAGES,
                "blocks": PAGES * (TEXTS + 1),
            },
            "synthetic": contenders(folder / "contenders", options.turns, python),
            "growth": growth(folder / "growth", options.turns),
        }
        if not options.no_course:
            document["course"] = course(folder / "course", options.turns)
            document["edit"] = edits(folder / "edit", options.turns)
    print(toml(document))
    if not options.dry_run:
        TABLE.write_text(toml(document), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    WORKLOADS = {"ours": ours, "warm": warm, "update": update, "blocks": blocks, "paste": paste}
    WORKLOADS[sys.argv[1]](Path(sys.argv[2]))
