"""Watch files by their times and sizes. Standard library only."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVERY = 0.1
"""Seconds between two looks."""
IGNORED = ("__pycache__", ".ipynb_checkpoints")
Seen = dict[Path, tuple[int, int]]


class Watcher(threading.Thread):
    """Calls `changed` with the files below `places` that are new, gone or written.

    Files that change together, as when a branch is checked out, come together.
    """

    def __init__(self, places: list[Path], changed: Callable[[list[Path]], None]) -> None:
        super().__init__(daemon=True)
        self.places = places
        self.changed = changed
        self.ended = threading.Event()
        self.seen = self.look()

    def look(self) -> Seen:
        """Note every file's time and size."""
        found: Seen = {}
        for path in files(self.places):
            try:
                state = path.stat()
            except OSError:  # gone meanwhile
                continue
            found[path] = (state.st_mtime_ns, state.st_size)
        return found

    def run(self) -> None:
        """Look until `ended` is set."""
        while not self.ended.wait(EVERY):
            now = self.look()
            if now == self.seen:
                continue
            while (later := self.look()) != now:  # still being written
                now = later
            paths = [
                path
                for path in now.keys() | self.seen.keys()
                if now.get(path) != self.seen.get(path)
            ]
            self.seen = now
            self.changed(sorted(paths))


def files(places: list[Path]) -> Iterator[Path]:
    """Yield the files below some places that no editor or interpreter has left."""
    for place in places:
        if place.is_file():
            yield place
        for folder, folders, names in os.walk(place):
            folders[:] = [name for name in folders if name not in IGNORED]
            for name in names:
                if not name.startswith((".", "#")) and not name.endswith(("~", ".swp", ".tmp")):
                    yield Path(folder, name)
