"""What blocks and labs gave, kept on disk under the hash of everything that can change it.

A key holds the block's code and place, every file below ``src``, the lock, the interpreter, every
installed package, the processor's features and the whole environment that the block is given; for
a view, which reads the lessons, all of ``docs`` too. Only what passed every check is kept, and only
if nothing of this changed while it was computed. CI and a release build don't use it.
"""

import contextlib
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from byhand_site import executor
from byhand_site.executor import Outcome
from byhand_site.fences import Block
from byhand_site.paths import ROOT

FOLDER = ROOT / ".cache" / "outcomes"
DAYS = 30
"""What wasn't used for so long is dropped."""


def wanted() -> bool:
    """Tell whether a build may use what is kept; never in continuous integration."""
    return os.environ.get("CI", "").lower() not in {"1", "true", "yes"}


class Cache:
    """Outcomes by key; what is put in is written by `save`, if the world is still the same.

    Parameters
    ----------
    docs : Path
        The lessons.
    folder : Path, optional
        Where it is kept; ``FOLDER`` otherwise.
    """

    def __init__(self, docs: Path, folder: Path | None = None) -> None:
        self.docs, self.folder = docs, folder or FOLDER
        self._code = code()
        self._world = digest([self._code, *machine(docs)])
        self._fresh: dict[str, dict[str, Any]] = {}
        self._readers: set[str] = set()  # keys of what has read the lessons

    @cached_property
    def _lessons(self) -> str:
        return lessons(self.docs)

    def key(self, block: Block) -> str:
        """Name everything that a block's outcome depends on."""
        reads = self._lessons if block.language == "view" else ""
        place = [block.page, block.name, block.language, str(block.line)]
        return digest([self._world, reads, *place, block.source])

    def get(self, block: Block) -> Outcome | None:
        """Find a block's outcome; None where it has to run."""
        found = self.read(self.key(block)) if wanted() else None
        if found is None:
            return None
        return Outcome(**{**found, "figures": [(svg, data) for svg, data in found["figures"]]})

    def put(self, block: Block, outcome: Outcome) -> None:
        """Keep an outcome that has passed every check."""
        key = self.key(block)
        if not self._path(key).exists():
            self._fresh[key] = asdict(outcome)
            if block.language == "view":
                self._readers.add(key)

    def lab_key(self, path: str, options: Mapping[str, Any]) -> str:
        """Name everything that an executed notebook depends on."""
        text = Path(path).read_text(encoding="utf-8")
        given = {name: value for name, value in os.environ.items() if name != "IPYTHONDIR"}
        return digest([self._world, path, text, json.dumps([options, given], sort_keys=True)])

    def lab(self, key: str) -> str | None:
        """Find a lab's HTML; None where it has to run."""
        found = self.read(key) if wanted() else None
        return None if found is None else str(found["html"])

    def put_lab(self, key: str, html: str) -> None:
        """Keep what an executed notebook became."""
        self._fresh[key] = {"html": html}
        self._readers.add(key)

    def formulas(self) -> dict[str, str]:
        """Find the formulas that KaTeX has rendered, by style and text; they depend on ``src``."""
        return self.read(digest([self._world, "formulas"])) or {} if wanted() else {}

    def put_formulas(self, known: Mapping[str, str]) -> None:
        """Keep them."""
        self._fresh[digest([self._world, "formulas"])] = dict(known)

    @property
    def _uses(self) -> str:
        return digest([self._world, self._lessons, "uses"])

    def uses(self) -> dict[str, list[str]]:
        """Find which pages use each object; that depends on ``src`` and on the lessons."""
        return self.read(self._uses) or {} if wanted() else {}

    def put_uses(self, used: Mapping[str, list[str]]) -> None:
        """Keep it."""
        if not self._path(self._uses).exists():
            self._fresh[self._uses] = dict(used)
            self._readers.add(self._uses)

    def read(self, key: str) -> dict[str, Any] | None:
        """Read what is kept under a key."""
        path = self._path(key)
        try:
            kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            os.utime(path)
        except OSError:
            return None
        except ValueError:
            path.unlink(missing_ok=True)
            return None
        return kept

    def save(self) -> None:
        """Write what is new, unless something it depends on has changed since it was begun."""
        if not wanted() or code() != self._code:
            return
        moved = self._readers if lessons(self.docs) != self._lessons else set()
        for key, content in self._fresh.items():
            if key in moved:
                continue
            path = self._path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_name(f"{path.name}.{os.getpid()}")
            half.write_text(json.dumps(content), encoding="utf-8")
            half.replace(path)  # in one step: an interrupted build leaves no half an outcome
        self._fresh.clear()
        self._drop_old()

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"

    def _drop_old(self) -> None:
        oldest = time.time() - DAYS * 24 * 3600
        for path in self.folder.glob("*/*"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


def code() -> str:
    """Hash the library, its data, the glue, the lock and the state of every installed package."""
    made = [ROOT / "requirements.lock", ROOT / "pyproject.toml", *files(ROOT / "src")]
    return digest([*contents(made), *packages()])


def machine(docs: Path) -> Iterator[str]:
    """Name interpreter, system, processor, and all variables a block is given."""
    yield sys.version
    yield platform.platform()
    yield processor()
    for name, value in sorted(executor.environment(docs).items()):
        yield f"{name}={value}"


def lessons(docs: Path) -> str:
    """Hash all that a view may read: pages, notebooks, ledger, stored expectations."""
    return digest(contents(files(docs)))


def files(folder: Path) -> list[Path]:
    """List the files below a folder, but for compiled ones."""
    found = (path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return sorted(path for path in found if path.is_file())


def contents(paths: Iterable[Path]) -> Iterator[bytes]:
    """Yield names and contents."""
    for path in paths:
        yield path.as_posix().encode()
        yield path.read_bytes() if path.exists() else b""


def packages() -> list[str]:
    """List installed packages and versions, and the state of each one's list of files."""
    found = []
    for entry in sys.path:
        for info in sorted(Path(entry).glob("*.dist-info")):
            record = info / "RECORD"
            state = record.stat() if record.exists() else info.stat()
            found.append(f"{info}:{state.st_size}:{state.st_mtime_ns}")
    return found


def processor() -> str:
    """Name the processor and what it can do: kernels are chosen by it, and last bits with them."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return f"{platform.processor()} {platform.machine()}"
    kept = ("model name", "flags", "Features", "CPU part")
    return "\n".join(sorted({line for line in text.splitlines() if line.startswith(kept)}))


def digest(parts: Iterable[str | bytes]) -> str:
    """Hash a list of texts so that no two lists can be mistaken for each other."""
    made = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        made.update(f"{len(content)}\0".encode() + content)
    return made.hexdigest()
