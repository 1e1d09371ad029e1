"""What a build says while it works."""

import sys
import time
from collections.abc import Sequence

from byhand_site.failures import Failure


class Progress:
    """Lines on standard error: the stage, the count of blocks, the slowest one so far.

    Parameters
    ----------
    quiet : bool
        Whether to say nothing at all.
    counting : bool
        Whether to count the blocks aloud.
    """

    def __init__(self, *, quiet: bool = False, counting: bool = True) -> None:
        self.quiet = quiet
        self.counting = counting
        self.began = time.monotonic()
        self.seconds: dict[str, float] = {}
        self.pages: dict[str, float] = {}
        self._live = sys.stderr.isatty()
        self._width = 0

    def stage(self, text: str) -> None:
        """Say what begins now."""
        self._clear()
        self._write(f"{time.monotonic() - self.began:6.1f} s  {text}\n")

    def block(self, name: str, seconds: float, total: int) -> None:
        """Count a finished block."""
        self.seconds[name] = seconds
        if not self.counting:
            return
        done, slowest = len(self.seconds), max(self.seconds, key=lambda key: self.seconds[key])
        if self._live:
            text = (
                f"          {done}/{total} blocks; slowest {slowest} {self.seconds[slowest]:.2f} s"
            )
            self._clear()
            self._write(text)
            self._width = len(text)
        elif done == total or done % 25 == 0:
            self.stage(f"{done}/{total} blocks; slowest {slowest} {self.seconds[slowest]:.2f} s")

    def numbers(self, wrong: Sequence[Failure], most: int = 10) -> None:
        """Say at once which numbers are not what the ledger says: the rest takes its time."""
        if not wrong:
            return
        self.stage(f"the ledger and the values of today differ {len(wrong)} times")
        for failure in wrong[:most]:
            sides = f": expected {failure.expected}, got {failure.got}" if failure.got else ""
            self._write(f"          {failure.what}{sides}\n")
        if len(wrong) > most:
            self._write(f"          and {len(wrong) - most} more; all are listed at the end\n")

    def dearest(self, most: int = 10) -> str:
        """List the blocks and the pages that took longest."""
        made = []
        for what, seconds in (
            ("blocks", self.seconds),
            ("pages, without their blocks", self.pages),
        ):
            made.append(f"dearest {what}:")
            first = sorted(seconds, key=lambda name: seconds[name], reverse=True)[:most]
            made += [f"{seconds[name]:7.2f} s  {name}" for name in first]
        return "\n".join(made)

    def _clear(self) -> None:
        if self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    def _write(self, text: str) -> None:
        if self.quiet:
            return
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except BrokenPipeError:  # nobody reads it any more, as behind `| head`
            self.quiet = True
