"""Build the site: run every block, prove every number, write site/."""

from __future__ import annotations

import sys

from _environment import enter


def main() -> int:
    """Build inside the environment; the build's exit code is ours."""
    enter()
    from byhand_site.build import main as build

    return build(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
