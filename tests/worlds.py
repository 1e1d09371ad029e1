"""Another world to build and to run in: other zone, letters, hashes and home, and no network."""

import os
from dataclasses import dataclass
from pathlib import Path

CUT_OFF = """
import socket, sys

NEAR = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "", None}


def _guard(event, arguments):
    where = None
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        where = arguments[1][0]
    elif event == "socket.getaddrinfo":
        where = arguments[0]
    else:
        return
    if where not in NEAR:
        with open(LOG, "a") as log:
            log.write(f"{event} {where}\\n")
        raise OSError(f"the network is unplugged: {event} {where}")


sys.addaudithook(_guard)
"""


@dataclass(frozen=True, slots=True)
class World:
    """Variables for a process there, and the log of what such processes tried to reach."""

    environment: dict[str, str]
    log: Path

    def reached(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""


def another(root: Path) -> World:
    """Set up another world below a folder; what Python itself reads here is left behind."""
    log, hook = root / "reached.txt", root / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(f"LOG = {str(log)!r}\n{CUT_OFF}", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = {
        **kept,
        "PYTHONPATH": str(hook),
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "COLUMNS": "40",
        "HOME": str(root),
    }
    return World(environment, log)
