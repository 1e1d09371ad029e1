"""Write with the site beside you: an edited page is back in the browser at once.

Every block of the page is run again and every number held to the ledger; what fails is shown in the
page and here. The folder site/ is left alone. With --no-watch, serve the built site as it is.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from _environment import enter
from _live import Hub
from _live import make_server as make_live_server
from _serving import make_server

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer

__all__ = ["make_server"]

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "site"


def serve(server: ThreadingHTTPServer, what: str) -> int:
    """Serve until interrupted."""
    print(f"{what} at http://127.0.0.1:{server.server_port}/ (Ctrl+C ends)", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def built(port: int) -> int:
    """Serve the built site; build it first if there is none."""
    if not (SITE / "index.html").exists():
        print("There is no site yet: building it.", flush=True)
        code = subprocess.call([sys.executable, str(ROOT / "scripts" / "build.py")])
        if code != 0:
            return code
    return serve(make_server(SITE, port), "Read the site")


def live(port: int) -> int:
    """Serve the lessons as they are written."""
    enter()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    hub = Hub(ROOT)
    try:
        server = make_live_server(hub, port)
        hub.start()
        hub.watcher.start()
        return serve(server, "Write: the course is")
    finally:
        hub.close()


def main() -> int:
    """Serve the lessons, or the built site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="default: 8000; 0 takes a free one")
    parser.add_argument("--no-watch", action="store_true", help="serve site/ as it was built")
    options = parser.parse_args()
    try:
        return built(options.port) if options.no_watch else live(options.port)
    except (OSError, OverflowError) as error:
        print(
            f"Port {options.port} can't be used ({error}). "
            "Choose another: python3 scripts/serve.py --port 8001",
            file=sys.stderr,
        )
        return 1


if __name__ == "__main__":
    sys.exit(main())
