"""Where things stand in the repository."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

DOCS = Path(os.environ.get("BYHAND_DOCS", ROOT / "docs"))
"""The lessons; the environment variable lets a build or a test use another copy."""


def data(docs: Path = DOCS) -> Path:
    """Folder of the reviewed data (ledger, outputs, claims) below `docs`."""
    return docs / "_data"
