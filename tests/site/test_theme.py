"""The theme's script as the site has it; one that is not what we know fails the build."""

import re
from pathlib import Path

import pytest
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from byhand_site import theme

PARTS = (
    'a(location.protocol!=="file:");',
    'V("search.highlight")?b:c;',
    'let o=x("meta",{name:"color-scheme"});document.head.appendChild(o);',
)
KNOWN = "".join(PARTS)


def files(folder: Path, *texts: str) -> Files:
    made = []
    for number, text in enumerate([*texts, KNOWN]):
        name = f"assets/javascripts/bundle.{number}.min.js" if number < len(texts) else "other.js"
        source = folder / name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text, encoding="utf-8")
        made.append(File(name, str(folder), str(folder / "site"), use_directory_urls=False))
    return Files(made)


def test_the_script_is_changed_where_it_decides_and_nowhere_else(tmp_path: Path) -> None:
    given = files(tmp_path, KNOWN)
    theme.lighten(given)
    changed, other = (file.content_string for file in given)
    assert changed.split(";") == [
        "a(!1)",
        'location.search&&V("search.highlight")?b:c',
        'let o=x("meta",{name:"color-scheme"})',
        "",
    ]
    assert other == KNOWN


@pytest.mark.parametrize(
    ("texts", "times"),
    [
        (["new"], 0),
        ([KNOWN + KNOWN], 2),
        ([KNOWN] * 2, 2),
        ([], 0),
        *(([KNOWN.replace(part, "")], 0) for part in PARTS),
    ],
)
def test_another_script_is_refused(tmp_path: Path, texts: list[str], times: int) -> None:
    with pytest.raises(PluginError, match=f"holds it {times} times"):
        theme.lighten(files(tmp_path, *texts))


def test_the_sites_script_fetches_no_index_at_once(site: Path) -> None:
    (script,) = (site / "assets" / "javascripts").glob("bundle.*.min.js")
    text = script.read_text(encoding="utf-8")
    assert "location.search&&" in text
    assert 'name:"color-scheme"}),document.head' not in text.replace(";", ",")
    for known in ('classList.add("js")', 'classList.add("js-focus-visible")'):
        assert known in text  # what main.html sets before it
    assert not re.search(r'[\w$]\(location\.protocol!=="file:"\)', text)
