"""The package's wheel has one name everywhere, and no part of the theme's own is published."""

import json
from pathlib import Path

from byhand_site import publish
from byhand_site.paths import DOCS, ROOT
from tests.pages import first, get, read


def test_the_wheel_has_the_name_that_pages_give_it(site: Path) -> None:
    name = publish.wheel_name()
    assert [path.name for path in (site / "dist").iterdir()] == [name]
    page = read(site / "index.html")
    assert get(first(page, "article a[download]"), "href") == f"dist/{name}"
    assert f"pip install {name} matplotlib" in page.text()


def test_the_name_is_typed_in_the_readme_only_and_is_right_there() -> None:
    typed = [path for path in DOCS.rglob("*.md") if ".whl" in path.read_text(encoding="utf-8")]
    assert typed == []
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count(".whl") == readme.count(f"site/dist/{publish.wheel_name()}") == 1


def test_nothing_of_the_themes_parts_is_published(site: Path) -> None:
    assert not (site / "partials").exists()
    assert list(site.rglob("mark.*")) == []


def test_the_search_has_the_pages_and_not_the_ledgers_thousand_entries(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    pages = {document["location"].partition("#")[0] for document in index["docs"]}
    assert {"errata.html", "sources.html", "05-forward-pass/index.html"} <= pages
    assert "ledger.html" not in pages
