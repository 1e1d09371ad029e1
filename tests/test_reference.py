"""The reference has an entry for every public module, and none for what isn't there."""

import pkgutil
import re

import byhand
from byhand_site.paths import DOCS

# show's parts are reached through the package's own page, except these two, which readers import
OF_SHOW = {"byhand.show.palette", "byhand.show.plots"}


def public_modules() -> set[str]:
    found = pkgutil.walk_packages(byhand.__path__, "byhand.")
    names = {module.name for module in found if "._" not in module.name}
    return {name for name in names if not name.startswith("byhand.show.")} | OF_SHOW


def test_every_public_module_has_an_entry() -> None:
    pages = (DOCS / "reference").glob("*.md")
    entries = [
        name for page in pages for name in re.findall(r"(?m)^::: (\S+)$", page.read_text("utf-8"))
    ]
    assert len(entries) == len(set(entries))
    assert set(entries) == public_modules() - {"byhand.worked"}
