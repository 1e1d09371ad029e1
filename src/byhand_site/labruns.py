"""Labs are executed by mkdocs-jupyter, ahead of their pages and beside the blocks."""

import hashlib
import html
import inspect
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs_jupyter import convert

from byhand_site.cache import Cache
from byhand_site.labs import WAITING

Key = tuple[str, str]


class LabRuns:
    """Stands in for mkdocs-jupyter's conversion: runs it once for each text of a notebook.

    Parameters
    ----------
    cache : Cache, optional
        Where earlier results are, and new ones go.
    fail : callable, optional
        Told the path and the error of a lab that raises; without it, rendering raises.
    """

    def __init__(
        self, cache: Cache | None = None, fail: Callable[[str, str], None] | None = None
    ) -> None:
        self._cache, self._fail = cache, fail
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="labs")
        self._convert = convert.nb2html
        self._known: dict[Key, Future[str]] = {}
        convert.nb2html = self

    def ahead(self, files: Files, config: MkDocsConfig) -> None:
        """Begin with all notebooks, before the first page is rendered."""
        settings = config.plugins["mkdocs-jupyter"].config
        names = inspect.signature(self._convert).parameters
        options = {name: settings[name] for name in names if name in settings}
        for file in files.documentation_pages():
            if file.src_uri.endswith(".ipynb") and file.abs_src_path:
                self.run(file.abs_src_path, options)

    def run(self, path: str, options: dict[str, Any]) -> "Future[str]":
        """Give the run of a notebook as it is now; begin it where there is none."""
        key = path, hashlib.sha256(Path(path).read_bytes()).hexdigest()
        if key not in self._known:
            for old in [known for known in self._known if known[0] == path]:
                self._known.pop(old).cancel()
            self._known[key] = self._pool.submit(self._execute, path, options)
            self.begun(self._known[key])
        return self._known[key]

    def begun(self, future: "Future[str]") -> None:
        """Note a run."""

    def _execute(self, path: str, options: dict[str, Any]) -> str:
        if self._cache is None:
            return str(self._convert(path, **options))
        key = self._cache.lab_key(path, options)
        made = self._cache.lab(key)
        if made is None:
            made = str(self._convert(path, **options))
            self._cache.put_lab(key, made)
        return made

    def __call__(self, path: str, **options: Any) -> str:
        """Give a lab's HTML."""
        future = self.run(path, options)
        error = future.exception()
        if error is None:
            return future.result()
        if self._fail is None:
            raise error
        self._fail(path, str(error))
        return failed(error)

    def close(self) -> None:
        """Start no further lab."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        convert.nb2html = self._convert

    def problems(self) -> list[tuple[str, str]]:
        """Paths of the labs that failed, with what they raised."""
        done = [(key[0], future) for key, future in self._known.items() if future.done()]
        return [(path, str(error)) for path, future in done if (error := future.exception())]

    def waiting(self) -> bool:
        """Tell whether a lab is at work."""
        return not all(future.done() for future in self._known.values())


def failed(error: BaseException) -> str:
    """Write what stands in the place of a lab that raised."""
    shown = f'<pre class="block-error" role="alert">{html.escape(str(error))}</pre>'
    return f"{WAITING}{shown}</div>"
