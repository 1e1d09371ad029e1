"""What all tests share: the built site, a server for it, and a browser."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "scripts"))  # at the end: build.py and test.py must hide nothing

import _browser  # noqa: E402
import _environment  # noqa: E402
import serve  # noqa: E402

BUILD = "import sys; from byhand_site.build import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site once, in a process of its own and away from the reader's `site/`."""
    target = tmp_path_factory.mktemp("built") / "site"
    command = [sys.executable, "-c", BUILD, "--quiet", "--cold", "--site", str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        pytest.fail(f"the site does not build:\n{done.stdout}\n{done.stderr}", pytrace=False)
    return target


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a browser; without one, skip each by name, but not under CI."""
    users = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    for item in users:
        item.add_marker(pytest.mark.browser)
    if users and not _environment.under_ci() and chromium() is None:
        for item in users:
            item.add_marker(pytest.mark.skip(reason="no Chromium or Chrome was found"))


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
