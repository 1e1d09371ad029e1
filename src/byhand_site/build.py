"""Build the site: run every block while pages render, then swap the result in if all is proven."""

import argparse
import atexit
import gc
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byhand_site import cache, executor, maths, pages, publish, session
from byhand_site.cache import Cache
from byhand_site.failures import BuildFailed, Failure
from byhand_site.fences import Block
from byhand_site.paths import DOCS, ROOT
from byhand_site.progress import Progress

if TYPE_CHECKING:
    from byhand_site.labruns import LabRuns


@dataclass(frozen=True, slots=True)
class Report:
    """What a good build has proven.

    Parameters
    ----------
    site : Path
        Where it is.
    verified : dict
        As published in verified.json.
    seconds : float
        Wall time.
    """

    site: Path
    verified: dict[str, Any]
    seconds: float

    def __str__(self) -> str:
        counts = self.verified["counts"]
        counted = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
        versions = {"Python": self.verified["python"], **self.verified["libraries"]}
        with_ = ", ".join(f"{name} {versions[name]}" for name in ("Python", "numpy", "matplotlib"))
        return f"{counted}\nverified with {with_}, in {self.seconds:.1f} s"


class Warnings(logging.Handler):
    """Keeps what MkDocs warns of: each is a failure of the build."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.failures: list[Failure] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning."""
        self.failures.append(Failure("mkdocs", 0, record.getMessage().strip()))


def build(
    site_dir: Path,
    *,
    quiet: bool = False,
    docs: Path = DOCS,
    times: bool = False,
    cold: bool = True,
) -> Report:
    """Build into a folder beside `site_dir`, and put it in place only when everything holds.

    Parameters
    ----------
    site_dir : Path
        Where the site shall be; what is there stays until the new one is complete.
    quiet : bool
        Whether to say nothing while working.
    docs : Path
        The lessons.
    times : bool
        Whether to print what took longest.
    cold : bool
        Whether to run every block, whatever is known of it.

    Returns
    -------
    Report
        Counts and versions.

    Raises
    ------
    BuildFailed
        With every failure of the run.
    """
    began = time.monotonic()
    progress = Progress(quiet=quiet)
    site_dir = site_dir.resolve()
    site_dir.parent.mkdir(parents=True, exist_ok=True)
    with _fresh_folder(site_dir) as fresh:
        progress.stage("reading pages and ledger, computing every number")
        known = None if cold else Cache(docs)
        runner = Runner(docs)
        if cold:
            runner.start()
        try:
            work = runner.work = session.begin(docs, progress)
            found = kept(work, known)
            some = f", {len(found)} of them known" if found else ""
            progress.stage(f"{len(work.blocks)} blocks and {len(work.pages)} pages{some}")
            work.resume(found, runner.start)
            if known:
                maths.known.update(known.formulas())
                work.used = known.uses()
            _render(work, fresh, known)
            if known:
                known.put_formulas(maths.known)
                known.put_uses(work.used)
        finally:
            runner.close()
            if times:
                print(progress.dearest())
            if known:
                known.save()
        _swap(fresh, site_dir)
    return Report(site_dir, publish.verified(work), time.monotonic() - began)


class Runner:
    """The executor, begun before there is a session: it loads NumPy while pages are read."""

    def __init__(self, docs: Path) -> None:
        self.docs = docs
        self.work: session.Session | None = None
        self._running: executor.Executor | None = None

    def start(self) -> executor.Executor:
        """Give the executor; begin it where it isn't at work."""
        self._running = self._running or executor.start(self.docs, self._done)
        return self._running

    def _done(self, block: Block, outcome: executor.Outcome) -> None:
        if self.work:
            self.work.done(block, outcome)

    def close(self) -> None:
        """Stop it."""
        if self._running:
            self._running.close()


def kept(work: session.Session, cache: Cache | None) -> dict[str, executor.Outcome]:
    """Find the outcomes that still hold, and let the session keep new ones."""
    if cache is None:
        return {}
    work.keep = cache.put
    found = {block.id: cache.get(block) for block in work.jobs}
    return {name: outcome for name, outcome in found.items() if outcome is not None}


def _render(work: session.Session, fresh: Path, cache: Cache | None) -> None:
    """Let MkDocs render while the blocks run; collect its warnings with our failures."""
    wheel = publish.start_wheel(fresh / "dist")
    try:
        failures = render_all(work, fresh, cache)
        output, _ = wheel.communicate()
        if wheel.returncode:
            failures.append(
                Failure("pyproject.toml", 0, "the wheel wasn't built", got=output.decode())
            )
    finally:
        wheel.kill()
    if failures:
        raise BuildFailed(failures)


def render_all(work: session.Session, fresh: Path, cache: Cache | None = None) -> list[Failure]:
    """Let MkDocs render a session's pages into ``fresh/site``; return all that failed."""
    _set_environment(fresh)
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config

    from byhand_site.events import STATE

    warnings = Warnings()
    logging.getLogger("mkdocs").addHandler(warnings)
    STATE.session = work
    try:
        config = load_config(
            str(ROOT / "mkdocs.yml"),
            docs_dir=str(work.docs),
            site_dir=str(fresh / "site"),
            strict=False,
        )
        config.plugins.on_startup(command="build", dirty=False)
        STATE.labs = None if STATE.live or not pages.labs(work.docs) else _labs(work, cache)
        mkdocs_build(config)
        config.plugins.on_shutdown()
    except BuildFailed as error:
        return error.failures + warnings.failures
    except Exception as error:  # noqa: BLE001 - a lab's cell or a plugin raises what it likes
        what = f"{STATE.page or 'mkdocs'}: {type(error).__name__}"
        return [*work.failures, *warnings.failures, Failure(what, 0, "it failed", got=str(error))]
    finally:
        logging.getLogger("mkdocs").removeHandler(warnings)
        if STATE.labs:
            STATE.labs.close()
        STATE.session = STATE.labs = None
    return warnings.failures


def _labs(work: session.Session, cache: Cache | None) -> "LabRuns":
    """Let mkdocs-jupyter execute the labs while pages are rendered."""
    from byhand_site.labruns import LabRuns

    def fail(path: str, error: str) -> None:
        name = Path(path).relative_to(work.docs).as_posix()
        work.failures.append(Failure(name, 0, "a cell raised", got=error))

    return LabRuns(cache, fail)


def _set_environment(fresh: Path) -> None:
    """Make the labs' kernels ours: our figures, one BLAS thread, nobody's own settings."""
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    os.environ.update(dict.fromkeys(threads, "1"))
    os.environ.update(NO_MKDOCS_2_WARNING="1", MPLBACKEND="module://byhand_site.mplsvg")
    os.environ["NBCONVERT_DISABLE_CONFIG_EXPORTERS"] = "1"  # else importing it tries each, twice
    os.environ["MATPLOTLIBRC"] = executor.matplotlibrc()
    if seconds := publish.build_seconds():
        os.environ["SOURCE_DATE_EPOCH"] = seconds  # MkDocs would date its sitemap by the clock
    profile = fresh / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    settings = {"IPKernelApp": {"log_level": 40}, "HistoryManager": {"enabled": False}}
    (profile / "ipython_kernel_config.json").write_text(json.dumps(settings), encoding="utf-8")
    os.environ.update(IPYTHONDIR=str(fresh / "ipython"), JUPYTER_NO_CONFIG="1")


@contextmanager
def _fresh_folder(site_dir: Path) -> Iterator[Path]:
    """Make a folder on the same disk as the site, gone afterwards whatever happens."""
    fresh = Path(tempfile.mkdtemp(prefix=f".{site_dir.name}-", dir=site_dir.parent))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, site_dir: Path) -> None:
    """Put the new site in place; the old one is back if that fails half-way."""
    new, old = fresh / "site", fresh / "old"
    shutil.move(fresh / "dist", new / "dist")
    new.chmod(0o755)
    if not site_dir.exists():
        new.rename(site_dir)
        return
    site_dir.rename(old)
    try:
        new.rename(site_dir)
    except BaseException:
        old.rename(site_dir)
        raise


def main(arguments: list[str]) -> int:
    """Build from the command line; see scripts/build.py."""
    parser = argparse.ArgumentParser(
        prog="build.py", description="Build the site and prove every number."
    )
    parser.add_argument("--site", type=Path, default=ROOT / "site", help="where to write it")
    parser.add_argument("--quiet", action="store_true", help="say nothing while working")
    parser.add_argument(
        "--times", action="store_true", help="print the ten dearest blocks and pages"
    )
    parser.add_argument(
        "--cold", action="store_true", help="use nothing that an earlier build found (as CI does)"
    )
    chosen = parser.parse_args(arguments)
    atexit.register(gc.freeze)  # else the end looks through all that is left for garbage
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    gc.set_threshold(50_000, 20, 20)  # a build makes millions of objects, and few are garbage
    try:
        cold = chosen.cold or not cache.wanted()
        report = build(chosen.site, quiet=chosen.quiet, times=chosen.times, cold=cold)
    except BuildFailed as error:
        many = len(error.failures)
        print(
            f"\n{error}\n\n{many} failure{'s' * (many > 1)}; the last good site is left as it was"
        )
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; the last good site is left as it was")
        return 130
    print(f"{report}\nread it: python3 scripts/serve.py, or open {chosen.site / 'index.html'}")
    return 0
