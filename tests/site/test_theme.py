"""What is done to the theme: its script, which must be what we know, and its templates."""

import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, get_files
from mkdocs.structure.nav import Navigation, get_navigation

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


PAGE = "{% include 'part.html' %}{% if page %}{{ 'A' in page.content }}{% endif %}"


def a_site(folder: Path) -> tuple[MkDocsConfig, Files, Navigation]:
    for name, text in {"main.html": PAGE, "part.html": "part "}.items():
        Path(folder, "theme", name).parent.mkdir(exist_ok=True)
        Path(folder, "theme", name).write_text(text, encoding="utf-8")
    Path(folder, "docs").mkdir()
    Path(folder, "docs", "index.md").write_text("# A page", encoding="utf-8")
    Path(folder, "mkdocs.yml").write_text(
        "site_name: a\nplugins: []\ntheme: {name: null, custom_dir: theme}\n", encoding="utf-8"
    )
    config = load_config(str(folder / "mkdocs.yml"))
    found = get_files(config)
    return config, found, get_navigation(found, config)


def test_templates_are_compiled_ahead_and_not_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, found, nav = a_site(tmp_path)
    templates = theme.Templates()
    templates.compile(nav, found, config)
    compiled: list[str | None] = []
    compile_ = Environment.compile

    def told(env: Environment, source: str, name: str, *rest: Any) -> Any:
        compiled.append(name)
        return compile_(env, source, name, *rest)

    monkeypatch.setattr(Environment, "compile", told)

    def made() -> str:
        env = config.theme.get_env()
        env.bytecode_cache = templates
        page = nav.pages[0]
        page.content = "A"
        return env.get_template("main.html").render(page=page)

    assert made() == "part True"
    assert compiled == []
    Path(tmp_path, "theme", "part.html").write_text("new ", encoding="utf-8")
    assert made() == "new True"
    assert compiled == ["part.html"]


def test_a_site_without_pages_has_nothing_to_compile(tmp_path: Path) -> None:
    config, found, _ = a_site(tmp_path)
    theme.Templates().compile(Navigation([], []), found, config)
