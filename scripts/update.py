"""Rewrite the stored expectations (or, with --lock, the lock) and print what changed."""

from __future__ import annotations

import argparse
import sys

from _environment import enter, fail, under_ci


def main() -> int:
    """Update inside the environment; never under CI, where expectations are fixed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="resolve requirements.lock anew")
    options, rest = parser.parse_known_args()
    if under_ci():
        fail(
            "update.py does not run under CI: expectations change only on purpose.\n"
            "Run it on your own machine, read what it prints, and commit the result."
        )
    enter()
    if options.lock:
        from _lock import update_lock

        return update_lock()
    from byhand_site.update import main as update

    return update(rest)


if __name__ == "__main__":
    sys.exit(main())
