"""The theme's script as the site has it; one that is not what we know fails the build."""

import re
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import PluginCollection
from mkdocs.structure.files import File, Files

from byhand_site import theme

NAME = "assets/javascripts/bundle.0a1b.min.js"
FIRST, SECOND = 'a(location.protocol!=="file:");', 'V("search.highlight")?b:c'
KNOWN = FIRST + SECOND


def files(*texts: str) -> Files:
    config = MkDocsConfig()
    config.load_dict({"site_name": "x", "site_dir": "x"})
    config.plugins = PluginCollection()
    made = [File.generated(config, NAME, content=text) for text in texts]
    return Files([*made, File.generated(config, "assets/other.js", content=KNOWN)])


def test_the_script_is_changed_where_it_decides_and_nowhere_else() -> None:
    given = files(KNOWN)
    theme.search_on_demand(given)
    changed, other = (file.content_string for file in given)
    assert changed == 'a(!1);location.search&&V("search.highlight")?b:c'
    assert other == KNOWN


@pytest.mark.parametrize(
    ("texts", "times"), [(["new"], 0), ([KNOWN + KNOWN], 2), ([], 0), ([FIRST], 0), ([SECOND], 0)]
)
def test_another_script_is_refused(texts: list[str], times: int) -> None:
    with pytest.raises(PluginError, match=f"holds it {times} times"):
        theme.search_on_demand(files(*texts))


def test_the_sites_script_fetches_no_index_at_once(site: Path) -> None:
    (script,) = (site / "assets" / "javascripts").glob("bundle.*.min.js")
    text = script.read_text(encoding="utf-8")
    assert "location.search&&" in text
    assert not re.search(r'[\w$]\(location\.protocol!=="file:"\)', text)
