"""Ledger entries for tests, written as short as a test wants them."""

from typing import Any

from byhand_site.ledger import Entry, Source
from byhand_site.tokens import Page


def entry(key: str, text: str, **fields: Any) -> Entry:
    described: dict[str, Any] = {
        "kind": "exact",
        "meaning": f"what {key} means",
        "compute": "a·b_1 * c_1 | <d>",
        "oracle": "mpmath",
        "of": "",
        "source": (),
        "file": "_data/ledger/churn.toml",
        "line": 7,
    }
    return Entry(key=key, text=text, **(described | fields))


TWO_PLACES = (
    Source(0, "Phase 1", "wrong", "0.34", reason="a slip"),
    Source(1, "§15.7", "wrong", "-0.35", reason="another"),
    Source(2, "nowhere", "not printed"),
)
ENTRIES = {
    "a.z": entry("a.z", "0.33", source=TWO_PLACES),
    "a.minus": entry("a.minus", "-0.05"),
    "a.share": entry("a.share", "53.6%", of="a.y"),
    "a.count": entry("a.count", "9"),
}
VALUES = {"a.z": 0.32999999999999996, "a.minus": -0.0512345678901234, "a.y": 0.536, "a.count": 9}


def page() -> Page:
    return Page(ENTRIES, VALUES, "../ledger.html")
