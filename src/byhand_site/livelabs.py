"""Labs of a live server: a page doesn't wait for them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from byhand_site.labruns import LabRuns, failed
from byhand_site.labs import WAITING

if TYPE_CHECKING:
    from concurrent.futures import Future


class Labs(LabRuns):
    """Gives what is known, and executes the rest.

    The library can't change under it: the server starts this process anew when it does.

    Parameters
    ----------
    done : callable
        Called from another thread when a lab is executed.
    """

    def __init__(self, done: Callable[[], None]) -> None:
        super().__init__()
        self._done = done

    def begun(self, future: "Future[str]") -> None:
        """Tell when it is done."""
        future.add_done_callback(lambda future: future.cancelled() or self._done())

    def __call__(self, path: str, **options: Any) -> str:
        """Give a lab's HTML, or what stands in its place until it is executed."""
        future = self.run(path, options)
        if not future.done():
            return f"{WAITING}<p>This lab is being executed.</p></div>"
        error = future.exception()
        return failed(error) if error else future.result()
