"""What a build says while it works."""

import sys
import time


class Progress:
    """Lines on standard error: the stage, the count of blocks, the slowest one so far."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
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
        if not self.quiet:
            sys.stderr.write(text)
            sys.stderr.flush()
