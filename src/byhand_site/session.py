"""One build: what was read, what runs, what came of it, and every failure met."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from byhand_site import executor, ledger, outputs, pages, readme, svg, tokens
from byhand_site.executor import Executor, Outcome
from byhand_site.failures import Failure
from byhand_site.fences import Block
from byhand_site.ledger import Entry
from byhand_site.pages import Page
from byhand_site.paths import DOCS
from byhand_site.progress import Progress
from byhand_site.tokens import Token


@dataclass
class Session:
    """State of one build; made by `begin`, read by the hooks.

    Parameters
    ----------
    docs : Path
        Where the lessons are.
    pages : dict of str to Page
        By source path.
    entries : dict
        The ledger.
    failures : list of Failure
        All of this build.
    progress : Progress
        Where a person sees how far it is.
    """

    docs: Path
    pages: dict[str, Page]
    entries: dict[str, Entry]
    failures: list[Failure]
    progress: Progress
    executor: Executor | None = None
    futures: dict[str, Future[Outcome]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    labs: dict[str, dict[str, str]] = field(default_factory=dict)
    lab_texts: dict[str, dict[str, str]] = field(default_factory=dict)
    lab_figures: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    keys: dict[str, set[str]] = field(default_factory=dict)
    waited: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    keep: Callable[[Block, Outcome], None] = lambda *_: None
    used: dict[str, list[str]] = field(default_factory=dict)
    _values: dict[str, float] | None = None
    _stored: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Block]:
        """All executed fences, in the pages' order."""
        return [block for page in self.pages.values() for block in page.blocks]

    @property
    def jobs(self) -> list[Block]:
        """All that is executed: the numbers of the worked examples first, then the blocks."""
        return [*ledger.jobs(self.entries), *self.blocks]

    @property
    def values(self) -> dict[str, float]:
        """The values of the ledger's numbers, computed now; waits for them."""
        if self._values is None:
            self._values, broken = {}, set()
            for job in ledger.jobs(self.entries):
                outcome = self._wait(job)
                self._values |= outcome.values
                if outcome.error:
                    broken.add(job.name)
                    what = "its numbers() fails"
                    place = f"byhand.worked.{job.name}"
                    self.failures.append(Failure(place, 0, what, got=outcome.error))
                else:
                    self.keep(job, outcome)
            whole = {
                key: entry for key, entry in self.entries.items() if key.split(".")[0] not in broken
            }
            wrong = ledger.check(whole, self._values)
            self.failures += wrong
            self.progress.numbers(wrong)
        return self._values

    def run(self) -> None:
        """Start every block; results come while pages are rendered."""
        self.resume({}, lambda: executor.start(self.docs, self.done))

    def resume(
        self,
        kept: Mapping[str, Outcome],
        start: Callable[[], Executor],
        first: set[str] | None = None,
    ) -> None:
        """Start the blocks whose outcome is not known; those of the pages in `first` before others.

        Parameters
        ----------
        kept : mapping of str to Outcome
            By block id, what still holds.
        start : callable
            Gives the executor; not called where nothing has to run.
        first : set of str, optional
            Source paths of pages.
        """
        wanted = {"numbers", *(first or ())}
        for block in sorted(self.jobs, key=lambda block: block.page not in wanted):
            if block.id in kept:
                self.futures[block.id] = Future()
                self.futures[block.id].set_result(kept[block.id])
            else:
                self.executor = self.executor or start()
                self.futures[block.id] = self.executor.submit(block)

    def done(self, block: Block, outcome: Outcome) -> None:
        """Count a block that has run."""
        with self.lock:
            self.progress.block(block.id, outcome.seconds, len(self.futures))

    def outcome(self, block: Block) -> Outcome:
        """Wait for a block, and check what came of it once."""
        if block.id not in self.outcomes:
            outcome = self.outcomes[block.id] = self._wait(block)
            before = len(self.failures)
            self._check(block, outcome)
            if len(self.failures) == before:
                self.keep(block, outcome)
        return self.outcomes[block.id]

    def _wait(self, block: Block) -> Outcome:
        began = time.monotonic()
        outcome = self.futures[block.id].result()
        self.waited += time.monotonic() - began
        return outcome

    def _check(self, block: Block, outcome: Outcome) -> None:
        if outcome.error:
            self.failures.append(
                Failure(block.page, outcome.line, f"block {block.name} failed", got=outcome.error)
            )
        if block.page not in self._stored:
            self._stored[block.page] = outputs.load(self.docs, block.page)
        stored = self._stored[block.page]
        self.failures += outputs.check(block, outcome, stored, self.docs)
        self._check_figures(block, outcome)
        self._check_shown(block, outcome)

    def _check_figures(self, block: Block, outcome: Outcome) -> None:
        names = block.alts() or [outcome.alt] * bool(outcome.alt)
        if len(names) != len(outcome.figures) and not outcome.error:
            what = f'{block.name}: {len(outcome.figures)} figures, but {len(names)} alt="…"'
            self.failures.append(Failure(block.page, block.line, what))
        for drawn, _ in outcome.figures:
            for colour in svg.foreign_colours(drawn):
                what = (
                    f"{block.name}: the figure has {colour}, which doesn't follow the colour scheme"
                )
                todo = 'use "C0" to "C5", or leave the colour to the style'
                self.failures.append(Failure(block.page, block.line, what, todo=todo))

    def _check_shown(self, block: Block, outcome: Outcome) -> None:
        """Check and count the keys that a show block's own text or diagram quotes."""
        shown = "\n".join([outcome.markdown, outcome.alt, *(drawn for drawn, _ in outcome.figures)])
        for token, _ in tokens.find(shown, 0):
            problem = tokens.problem(token, self.entries, None)
            if problem:
                self.failures.append(Failure(block.page, block.line, f"{block.name}: {problem}"))
            elif block.language != "view":
                self.keys.setdefault(token.name, set()).add(block.page)
        if block.language == "show":
            self._check_typed(block, outcome)

    def _check_typed(self, block: Block, outcome: Outcome) -> None:
        """Let a show block write decimals by key only, but for values its example declares."""
        given = pages.declared(self.pages[block.page].examples) or set()
        either = given | {text.removeprefix("-") for text in given}  # a minus sign stands apart
        drawn = (re.sub(r"<[^>]*>", " ", drawing) for drawing, _ in outcome.figures)
        for _, literal in tokens.stray_decimals(
            "\n\n".join([outcome.markdown, outcome.alt, *drawn])
        ):
            if tokens.problem(Token("=", literal, 1, 0), self.entries, either):
                what = f"{block.name}: {literal} is neither a number's key nor a declared value"
                self.failures.append(Failure(block.page, block.line, what))

    def finish(self) -> None:
        """Look at every block that no page has asked for, and for keys that no page uses."""
        for block in self.blocks:
            self.outcome(block)
        _ = self.values  # computed and held to the ledger, even where no page asks for them
        for page in self.pages.values():
            for key in pages.used(page):
                self.keys.setdefault(key, set()).add(page.path)
        for key, entry in self.entries.items():
            if key not in self.keys and not entry.source:
                todo = "quote it somewhere, or drop it"
                what = f"{key} is used by no page"
                self.failures.append(Failure(entry.file, entry.line, what, todo=todo))

        self._check_orphans()

    def _check_orphans(self) -> None:
        for path, name in self.orphans():
            what = (
                f"{name}: no such block any more" if name else "no page or block has this any more"
            )
            place = path.relative_to(self.docs).as_posix()
            self.failures.append(Failure(place, 0, what, todo="python3 scripts/update.py"))

    def orphans(self) -> list[tuple[Path, str]]:
        """Find stored expectations of pages and blocks that are gone."""
        labs = set(pages.labs(self.docs))
        names = {block.id for block in self.blocks} | {lab.removesuffix(".ipynb") for lab in labs}
        return [*outputs.orphans(self.docs, set(self.pages) | labs, names)]

    def close(self) -> None:
        """Stop what still runs."""
        if self.executor is not None:
            self.executor.close()


def begin(docs: Path = DOCS, progress: Progress | None = None) -> Session:
    """Read the lessons and the ledger, check all that is static."""
    found, failures = pages.load(docs)
    entries, problems = ledger.load(docs)
    failures += problems
    for page in found.values():
        failures += pages.check(page, entries)
    for name in pages.labs(docs):
        failures += pages.check_lab(docs, name)
    failures += readme.check(docs)
    return Session(docs, found, entries, failures, progress or Progress(quiet=True))
