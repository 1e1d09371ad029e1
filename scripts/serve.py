"""Serve the built site on this machine only; build it first if there is none."""

from __future__ import annotations

import argparse
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "site"


class Handler(SimpleHTTPRequestHandler):
    """Serve files with types of our own: those of the system differ, on Windows above all."""

    extensions_map = {  # noqa: RUF012 - the base class declares it so
        "": "application/octet-stream",
        ".css": "text/css; charset=utf-8",
        ".gz": "application/gzip",
        ".html": "text/html; charset=utf-8",
        ".ico": "image/x-icon",
        ".ipynb": "application/x-ipynb+json",
        ".jpg": "image/jpeg",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".map": "application/json",
        ".mjs": "text/javascript; charset=utf-8",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".toml": "text/plain; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
        ".webp": "image/webp",
        ".woff2": "font/woff2",
        ".xml": "application/xml",
    }

    def end_headers(self) -> None:
        """Have the browser ask again each time, so that a rebuilt page shows."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Report nothing but errors."""


def make_server(site: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of a folder on 127.0.0.1; port 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(site)))


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="default: 8000; 0 takes a free one")
    options = parser.parse_args()
    if not (SITE / "index.html").exists():
        print("There is no site yet: building it.", flush=True)
        code = subprocess.call([sys.executable, str(ROOT / "scripts" / "build.py")])
        if code != 0:
            return code
    try:
        server = make_server(SITE, options.port)
    except (OSError, OverflowError) as error:
        print(
            f"Port {options.port} can't be used ({error}). "
            "Choose another: python3 scripts/serve.py --port 8001",
            file=sys.stderr,
        )
        return 1
    print(f"Read the site at http://127.0.0.1:{server.server_port}/ (Ctrl+C ends)", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
