"""Rewrite stored expectations on purpose: outputs, figures, ledger texts; say what changed."""

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import tomlkit

from byhand_site import digits, figurecompare, ledger, outputs, readme, session
from byhand_site.build import Runner, kept, render_all
from byhand_site.cache import Cache
from byhand_site.executor import Outcome
from byhand_site.fences import Block
from byhand_site.paths import DOCS
from byhand_site.progress import Progress
from byhand_site.session import Session

UNKNOWN = "?"
"""Digit of a new ledger entry's text that the update fills in: "?.???" asks for three places."""


def update(docs: Path = DOCS) -> tuple[list[str], list[str]]:
    """Run all blocks and labs whose outcome isn't known, and store what all give now.

    Returns
    -------
    changes, problems : list of str
        A line for each change; a text for each block that failed and was left alone.
    """
    known = Cache(docs)
    runner = Runner(docs)
    try:
        work = runner.work = session.begin(docs, Progress())
        work.resume(kept(work, known), runner.start)
        problems = [
            f"byhand.worked.{job.name}: {error}"
            for job in ledger.jobs(work.entries)
            if (error := work.futures[job.id].result().error)
        ]
        changes = [*update_ledger(docs, work.values), *readme.store(docs)]
        for page in work.pages.values():
            texts: dict[str, str] = {}
            stored = outputs.load(docs, page.path)
            for block in page.blocks:
                outcome = work.futures[block.id].result()
                if outcome.error:
                    problems.append(f"{block.page}:{outcome.line}: {outcome.error}")
                    texts |= {block.name: stored[block.name]} if block.name in stored else {}
                elif block.language != "view":
                    texts[block.name] = outputs.text_of(block, outcome)
                    changes += _store_figures(block, outcome, docs)
            changes += _store_texts(docs, page.path, texts)
            for block in page.blocks:
                work.outcome(block)  # held to what is stored now, and kept if that is all
        changes += _labs(work, known, problems)
        changes += _drop_orphans(work)
    finally:
        runner.close()
        known.save()
    return changes, problems


def _store_texts(docs: Path, page: str, texts: dict[str, str]) -> Iterator[str]:
    stored = outputs.load(docs, page)
    for name in sorted(set(stored) | set(texts)):
        if stored.get(name) != texts.get(name):
            yield f"{page}: {name}: {_quoted(stored.get(name))} -> {_quoted(texts.get(name))}"
    if stored != texts:
        outputs.store_texts(docs, page, texts)


def _quoted(text: str | None) -> str:
    return "(none)" if text is None else repr(text if len(text) < 200 else text[:200] + "…")


def _store_figures(block: Block, outcome: Outcome, docs: Path) -> Iterator[str]:
    drawn = [described for _, described in outcome.figures]
    yield from store_figures(block.id, drawn, docs)


def store_figures(block_id: str, drawn: list[dict[str, object]], docs: Path) -> Iterator[str]:
    """Store the data of a block's figures; drop those it no longer draws."""
    for number, described in enumerate(drawn, 1):
        path = outputs.figure_file(docs, block_id, number)
        old = figurecompare.read(path)
        if old is None or list(figurecompare.differences(old, described)):
            moved = (
                "(none)"
                if old is None
                else "; ".join(list(figurecompare.differences(old, described))[:3])
            )
            outputs.store_figure(docs, block_id, number, described)
            yield f"{block_id}: figure {number}: {moved}"
    number = len(drawn) + 1
    while (gone := outputs.figure_file(docs, block_id, number)).exists():
        gone.unlink()
        yield f"{block_id}: figure {number}: gone"
        number += 1


def _labs(work: Session, known: Cache, problems: list[str]) -> Iterator[str]:
    """Build once to execute the labs, and store what they printed and drew."""
    from tempfile import TemporaryDirectory

    from byhand_site import pages

    if not pages.labs(work.docs):
        return
    with TemporaryDirectory() as folder:
        failures = render_all(work, Path(folder), known)
    for lab in set(pages.labs(work.docs)) - set(work.lab_texts):
        problems += [lab, *(str(failure) for failure in failures)]
    for path, texts in work.lab_texts.items():
        yield from _store_texts(
            work.docs, path, {name: text for name, text in texts.items() if text}
        )
    for name, drawn in work.lab_figures.items():
        yield from store_figures(name, drawn, work.docs)


def _drop_orphans(work: Session) -> Iterator[str]:
    """Drop files stored for pages and blocks that are gone."""
    for path, name in work.orphans():
        if not name:
            path.unlink()
            yield f"{path.relative_to(work.docs).as_posix()}: gone"


def update_ledger(docs: Path, computed: Mapping[str, float]) -> Iterator[str]:
    """Rewrite texts of the ledger whose digits differ from the values computed now."""
    entries, problems = ledger.load(docs)
    if problems:
        raise SystemExit("\n".join(map(str, problems)))
    for file in sorted({entry.file for entry in entries.values()}):
        path = docs / file
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        for entry in (entry for entry in entries.values() if entry.file == file):
            if entry.value_key not in computed:
                continue
            value = computed[entry.value_key]
            like = entry.text.replace(UNKNOWN, "0")
            new = digits.as_text(value, like)
            if new != entry.text:
                document[entry.key]["text"] = new
                moved = f"{entry.text} -> {new} ({_change(entry.text, value)})"
                yield f"{entry.file}:{entry.line}: {entry.key}: {moved}"
        if (text := tomlkit.dumps(document)) != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")


def _change(old: str, value: float) -> str:
    try:
        before = float(old.rstrip("%")) / (100 if old.endswith("%") else 1)
    except ValueError:
        return "new"
    return f"relative change {digits.relative_change(before, value):.2g}"


def main(arguments: list[str]) -> int:
    """Update from the command line; see scripts/update.py."""
    parser = argparse.ArgumentParser(
        prog="update.py", description="Rewrite stored expectations on purpose."
    )
    parser.parse_args(arguments)
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        print("update.py rewrites what the tests hold the site to, so it doesn't run in CI")
        return 2
    changes, problems = update()
    print("\n".join(changes) if changes else "nothing changed")
    for problem in problems:
        print(f"\nleft alone, it fails: {problem}")
    return 1 if problems else 0
