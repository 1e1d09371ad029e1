"""Labs of a live server: executed beside the pages, once for each text of the notebook."""

import hashlib
import html
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from mkdocs_jupyter import convert

from byhand_site.labs import WAITING


class Labs:
    """Stands in for mkdocs-jupyter's conversion: gives what is known, and executes the rest.

    The library can't change under it: the server starts this process anew when it does.

    Parameters
    ----------
    done : callable
        Called from another thread when a lab is executed.
    """

    def __init__(self, done: Callable[[], None]) -> None:
        self._done = done
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="labs")
        self._convert = convert.nb2html
        self._known: dict[tuple[str, str], Future[str]] = {}
        convert.nb2html = self

    def __call__(self, path: str, **options: Any) -> str:
        """Give a lab's HTML, or what stands in its place until it is executed."""
        key = path, hashlib.sha256(Path(path).read_bytes()).hexdigest()
        if key not in self._known:
            for old in [known for known in self._known if known[0] == path]:
                self._known.pop(old).cancel()
            future = self._known[key] = self._pool.submit(self._convert, path, **options)
            future.add_done_callback(lambda future: future.cancelled() or self._done())
        future = self._known[key]
        if not future.done():
            return f"{WAITING}<p>This lab is being executed.</p></div>"
        if error := future.exception():
            shown = f'<pre class="block-error" role="alert">{html.escape(str(error))}</pre>'
            return f"{WAITING}{shown}</div>"
        return future.result()

    def problems(self) -> list[tuple[str, str]]:
        """Paths of the labs that failed, with what they raised."""
        done = [(key[0], future) for key, future in self._known.items() if future.done()]
        return [(path, str(error)) for path, future in done if (error := future.exception())]

    def waiting(self) -> bool:
        """Tell whether a lab is at work."""
        return not all(future.done() for future in self._known.values())

    def close(self) -> None:
        """Start no further lab."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        convert.nb2html = self._convert
