"""What all tests share: the built site, a server for it, and a browser."""

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as a shell leaves it in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)

gc.set_threshold(100_000, 50, 100)  # a worker holds much that stays: every test, every page

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "scripts"))  # at the end: build.py and test.py must hide nothing

import _browser  # noqa: E402
import _environment  # noqa: E402
import serve  # noqa: E402

ANYWHERE = """
import sys
from pathlib import Path
from byhand_site import build, cache

# what came of blocks and labs is kept in a folder, under keys of no machine and no environment
cache.FOLDER, cache.machine, cache.wanted = Path(sys.argv[1]), lambda docs: [], lambda: True
cache.Cache.lab_key = lambda self, path, _: cache.digest([path, Path(path).read_text("utf-8")])
"""
BUILD = f"""{ANYWHERE}
sys.exit(build.main(["--quiet", "--site", sys.argv[2]]))  # all runs: the folder is empty
"""


def everyones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a temporary folder that all workers share."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site once for all workers, in a process of its own, away from the reader's site."""
    root = everyones(tmp_path_factory)
    target, said = root / "built" / "site", root / "built.txt"
    with _environment.locked(root / "built.lock"):
        if not said.exists():
            said.write_text(_build(target), encoding="utf-8")
    if problem := said.read_text(encoding="utf-8"):
        pytest.fail(problem, pytrace=False)
    return target


def outcomes(site: Path) -> Path:
    """Give the folder that keeps what came of the blocks of the built site."""
    return site.parent / "kept"


def _build(target: Path) -> str:
    """Build the site; return why it fails, or an empty text."""
    command = [sys.executable, "-c", BUILD, str(outcomes(target)), str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    return f"the site does not build:\n{done.stdout}\n{done.stderr}" if done.returncode else ""


@pytest.fixture(scope="session")
def site_url(site: Path) -> Iterator[str]:
    """Serve the built site as `scripts/serve.py` does, on a free port."""
    with serve.make_server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def chromium() -> Path | None:
    """Find the browser; `scripts/test.py` names it in the environment."""
    return _browser.find_chromium() or _browser.playwright_chromium()


LONG = (
    "tests/test_blocks.py",
    "tests/site/test_live.py",
    "tests/site/test_cache.py",
    "tests/site/test_reproducible.py",
    "tests/site/test_downloads.py",
    "tests/site/test_build.py",
    "tests/browser/test_ledger.py",
    "tests/browser/test_numbers.py",
    "tests/site/test_labs.py",
)
"""Files that take long go first: the last ones at work should be short.

The first has the site built; the next two need none, and the others would wait for it.
"""

TOGETHER = dict.fromkeys(
    ("tests/site/test_built_site.py", "tests/site/test_uses.py", "tests/test_sources.py"), LONG[0]
)
"""Files that read every page of the site: one worker reads them."""

APART = ("tests/browser/test_pages.py", "tests/site/test_executor.py", "tests/test_doctests.py")
"""Files of long tests that share nothing: each test goes to the next free worker, at the end."""


class _ByFile(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Keeps a file's tests on one worker, in order, unless they stand `APART`."""

    def _split_scope(self, nodeid: str) -> str:
        file = _file(nodeid)
        return nodeid if file in APART else TOGETHER.get(file, file)


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def _turn(item: pytest.Item) -> int:
    """Tell when a test's file has its turn."""
    file = _file(item.nodeid)
    return LONG.index(file) if file in LONG else len(LONG) + (file in APART)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Have xdist share out the tests by file."""
    return _ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in turn; mark those that use the site or a browser, or run a lab's cells.

    Without a browser, skip each that needs one by name, but not under CI.
    """
    items.sort(key=_turn)
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "browser" in names:
            item.add_marker(pytest.mark.browser)
        if {"site", "small", "ran"} & {*names}:
            item.add_marker(pytest.mark.site)
    users = [item for item in items if item.get_closest_marker("browser")]
    if users and not _environment.under_ci() and chromium() is None:
        for item in users:
            item.add_marker(pytest.mark.skip(reason="no Chromium or Chrome was found"))


def pytest_collection_finish() -> None:
    """Have the collector pass over what was collected: it stays."""
    gc.freeze()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the browser that was found, quiet."""
    program = chromium()
    if program is None:
        pytest.fail("no Chromium or Chrome was found: install one", pytrace=False)
    return {
        **browser_type_launch_args,
        "executable_path": str(program),
        "args": _browser.flags(),
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Allow pages to use the clipboard: a copied block is read back."""
    return {**browser_context_args, "permissions": ["clipboard-read", "clipboard-write"]}
