"""The built site: every link arrives, nothing foreign is loaded, and all that is counted agrees."""

import html
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from byhand_site import digits, views_torch
from byhand_site import pages as sources
from tests.examples import ENTRIES
from tests.pages import pages

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCES = [
    path.relative_to(DOCS).with_suffix(".html").as_posix()
    for path in sorted([*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")])
    if path.relative_to(DOCS).parts[0] not in {"_data", "assets"}
]
EVERY_PAGE = [*SOURCES, "404.html"]
ELSEWHERE = {"http", "https", "mailto", "data"}

Soups = dict[str, BeautifulSoup]
Tags = dict[str, list[Tag]]


@pytest.fixture(scope="module")
def soups(site: Path) -> Soups:
    return pages(site)


@pytest.fixture(scope="module")
def tags(soups: Soups) -> Tags:
    """List the elements of each page: to go through them is quicker than to select."""
    return {name: soup.find_all(True) for name, soup in soups.items()}


@pytest.fixture(scope="module")
def anchors(tags: Tags) -> dict[str, Counter[str]]:
    return {
        name: Counter(str(tag.attrs["id"]) for tag in found if "id" in tag.attrs)
        for name, found in tags.items()
    }


def content(soup: BeautifulSoup) -> Tag:
    found = soup.select_one("article")
    assert found is not None
    return found


def test_every_source_became_a_page_and_nothing_else_did(soups: Soups) -> None:
    assert sorted(soups) == sorted(EVERY_PAGE)


def targets(tags: list[Tag]) -> list[tuple[str, str]]:
    """List what a page points to, with the tag that does."""
    found = []
    for tag in tags:
        for name in ("href", "src", "poster", "action"):
            target = str(tag.attrs.get(name, ""))
            if name in tag.attrs and not (target.startswith("#") and tag.find_parent("svg")):
                found.append((tag.name, target))
        if "srcset" in tag.attrs:
            found += [(tag.name, part.split()[0]) for part in str(tag["srcset"]).split(",")]
    return found


@pytest.mark.parametrize("name", SOURCES)
def test_every_link_image_and_anchor_arrives(
    name: str, tags: Tags, anchors: dict[str, Counter[str]], site: Path
) -> None:
    broken = []
    for _, target in targets(tags[name]):
        if urlsplit(target).scheme in ELSEWHERE:
            continue
        where = urlsplit(urljoin(f"/{name}", target))
        path = unquote(where.path).lstrip("/") or "index.html"
        there = (site / path).is_file()
        if there and where.fragment and path.endswith(".html"):
            there = unquote(where.fragment) in anchors[path] or where.fragment == "__top"
        if not there:
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_nothing_is_loaded_from_elsewhere(name: str, soups: Soups, tags: Tags) -> None:
    loading = {"script", "img", "iframe", "source", "video", "audio", "embed", "object", "track"}
    loading |= {"image", "use"}
    foreign = [
        target
        for tag, target in targets(tags[name])
        if tag in loading and urlsplit(target).scheme in {"http", "https"}
    ]
    for link in soups[name].select("link[href]"):
        kinds = set(link.get("rel") or [])
        if not kinds & {"canonical", "prev", "next", "license"}:
            foreign += [str(link["href"])] * bool(urlsplit(str(link["href"])).netloc)
    assert foreign == []
    styles = " ".join(tag.get_text() for tag in soups[name].select("style"))
    assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", styles)


def test_no_stylesheet_loads_from_elsewhere_or_from_nowhere(site: Path) -> None:
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        for target in re.findall(r"url\(\s*['\"]?([^'\")]+)", text):
            assert urlsplit(target).scheme in {"", "data"}, f"{sheet.name}: {target}"
            if not urlsplit(target).scheme:
                assert (sheet.parent / target.split("#")[0].split("?")[0]).resolve().is_file(), (
                    target
                )
        assert not re.search(r"@import\s+(?:url\()?['\"]?https?:", text)


SWITCHES_ALL = re.compile(r"data-md-color-switching\] +(?:\*|::?(?:before|after))")


def test_no_rule_is_for_every_element_while_the_scheme_changes(site: Path, tags: Tags) -> None:
    """Material's own palette has one; it took a third of the time to open a long chapter."""
    sheets = {
        site / str(tag["href"])
        for tag in tags["index.html"]
        if tag.name == "link" and "stylesheet" in tag["rel"]
    }
    assert len(sheets) > 5
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert not SWITCHES_ALL.search(text), sheet.name


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_no_id_stands_twice(name: str, anchors: dict[str, Counter[str]]) -> None:
    assert [once for once, count in anchors[name].items() if count > 1] == []


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_what_refers_to_an_element_of_the_page_finds_it(
    name: str, tags: Tags, anchors: dict[str, Counter[str]]
) -> None:
    named = []
    for tag in tags[name]:
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            named += str(tag.attrs.get(attribute, "")).split()
        for value in tag.attrs.values():
            named += re.findall(r"url\(#([^)]+)\)", str(value)) if "url(#" in str(value) else []
        if str(tag.attrs.get("href", "")).startswith("#") and tag.find_parent("svg"):
            named.append(str(tag["href"])[1:])
    assert {*named} - {*anchors[name]} == set()


LEFT_OVER = re.compile(
    r"\{[@!?][a-z]|\{=[-\d]|exec=\"|^\s*(?:```|~~~)|\$\$|\\\(|\\\[|^\s*(?:!!!|\?\?\?|===)\s|\*\*\w"
    r"|\]\([^)]*\)|\{: |\{#|&(?:lt|gt|amp|quot);|<(?:span|data|div|p)\b|\?churn\.",
    re.MULTILINE,
)


def prose(tag: Tag) -> Iterator[str]:
    """Give the text that is neither code nor formula."""
    for part in tag.children:
        if isinstance(part, NavigableString):
            yield "" if isinstance(part, PreformattedString) else str(part)
        elif isinstance(part, Tag) and part.name not in {"code", "pre", "script"}:
            yield from () if "katex" in (part.get("class") or ()) else prose(part)


@pytest.mark.parametrize("name", SOURCES)
def test_no_markup_is_left_over(name: str, soups: Soups) -> None:
    article = content(soups[name])
    labels = [str(tag["aria-label"]) for tag in article.select("[aria-label]")]
    texts = ["".join(prose(article)), *labels]
    assert [hit[0] for text in texts for hit in LEFT_OVER.finditer(text)] == []
    assert article.select(".block-error, .katex-error") == []
    assert [
        maths for maths in article.select(".arithmatex") if not maths.find(class_="katex")
    ] == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_page_says_what_it_is(name: str, soups: Soups) -> None:
    soup = soups[name]
    assert soup.html is not None
    assert soup.html["lang"] == "en"
    assert soup.title is not None
    assert len(soup.title.get_text()) > 8
    description = soup.select_one("meta[name=description]")
    assert description is not None
    assert len(str(description["content"])) > 20
    assert len(soup.select("h1")) == 1


def test_no_two_pages_have_the_same_title_or_description(soups: Soups) -> None:
    titles, descriptions = [], []
    for page in SOURCES:
        title, description = soups[page].title, soups[page].select_one("meta[name=description]")
        assert title is not None
        assert description is not None
        titles.append(title.get_text())
        descriptions.append(str(description["content"]))
    assert len(set(titles)) == len(SOURCES)
    assert len(set(descriptions)) == len(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_no_heading_skips_a_level(name: str, soups: Soups) -> None:
    headings = content(soups[name]).select("h1, h2, h3, h4, h5, h6")
    levels = [int(tag.name[1]) for tag in headings]
    assert levels[0] == 1
    assert [(above, below) for above, below in pairwise(levels) if below > above + 1] == []
    assert all(tag.get_text().strip(" ¶") for tag in headings)


@pytest.mark.parametrize("name", SOURCES)
def test_every_figure_has_a_role_and_a_name_that_says_something(name: str, soups: Soups) -> None:
    article = content(soups[name])
    for figure in article.select("svg[data-figure]"):
        assert figure["role"] == "img"
        assert len(str(figure["aria-label"]).split()) >= 6, figure["data-figure"]
        assert figure.find_parent("figure") is not None
    for drawing in article.select("svg:not([data-figure])"):
        if drawing.get("role") == "img":  # the course map, which no block draws
            assert len(str(drawing["aria-label"]).split()) >= 6
            continue
        assert drawing.find_parent(attrs={"aria-hidden": "true"}) or drawing.find_parent(
            ["a", "button", "span", "label"]
        ), "a drawing without a name"
    for image in article.select("img"):
        assert image.has_attr("alt"), image


def test_figures_keep_their_colours_and_carry_no_styles(soups: Soups) -> None:
    for page in SOURCES:
        for figure in soups[page].select("svg.figure"):
            text = str(figure)
            assert " style=" not in text
            assert "<style" not in text
            for colour in re.findall(r'(?:fill|stroke)="([^"]*)"', text):
                assert colour in {"none", "currentColor"} or colour.startswith(
                    ("var(--bh-", "url(#")
                )


@pytest.fixture(scope="module")
def verified(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / "verified.json").read_text(encoding="utf-8"))
    return found


def in_sources() -> dict[str, int]:
    written, _ = sources.load(DOCS)
    blocks = [block for page in written.values() for block in page.blocks]
    labs = sources.labs(DOCS)
    return {
        "pages": len(SOURCES),
        "blocks": sum(block.language == "python" for block in blocks) + len(labs),
        "show_blocks": sum(block.language != "python" for block in blocks),
        "numbers": len(ENTRIES),
        "figures": len(list((DOCS / "_data" / "figures").rglob("*.json"))),
        "exercises": sum(page.body.count("!!! exercise") for page in written.values()),
    }


def in_the_html(soups: Soups, site: Path) -> dict[str, int]:
    kinds = Counter(
        str(tag["data-kind"])
        for page in SOURCES
        for tag in soups[page].find_all(True, attrs={"data-kind": True, "data-block": True})
    )
    figures = [soups[page].find_all("svg", attrs={"data-figure": True}) for page in SOURCES]
    exercises = [soups[page].find_all(class_="exercise") for page in SOURCES]
    return {
        "pages": len(list(site.rglob("*.html"))) - 1,
        "blocks": kinds["python"] + kinds["lab"],
        "show_blocks": kinds["show"] + kinds["view"],
        "figures": sum(map(len, figures)),
        "exercises": sum(map(len, exercises)),
    }


def test_sources_results_and_pages_count_the_same(
    verified: dict[str, Any], soups: Soups, site: Path
) -> None:
    assert verified["counts"] == in_sources()
    shown = in_the_html(soups, site)  # numbers are compared by their keys, below
    assert shown == {name: verified["counts"][name] for name in shown}


def test_the_ledger_page_has_an_entry_for_each_number(anchors: dict[str, Counter[str]]) -> None:
    assert set(ENTRIES) <= {*anchors["ledger.html"]}


def test_block_and_figure_ids_are_unique_over_the_site(tags: Tags, site: Path) -> None:
    for name in ("data-block", "data-figure"):
        found = [str(tag[name]) for page in SOURCES for tag in tags[page] if name in tag.attrs]
        assert len(found) == len(set(found)) > 0
        if name == "data-figure":
            published = [
                path.relative_to(site / "figures").with_suffix("").as_posix()
                for path in (site / "figures").rglob("*.json")
            ]
            assert sorted(published) == sorted(found)


@pytest.fixture(scope="module")
def published(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / "numbers.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", SOURCES)
def test_every_number_element_is_a_number_of_the_ledger(
    name: str, soups: Soups, published: dict[str, Any]
) -> None:
    for number in soups[name].select("data.number"):
        entry = ENTRIES[str(number["data-key"])]
        assert number.get_text() == digits.typeset(entry.text)
        assert float(str(number["value"])) == published[entry.key]["value"]
    for quoted in soups[name].select("data.quoted"):
        printed = {source.printed for source in ENTRIES[str(quoted["data-key"])].source}
        assert quoted["value"] in printed
        assert quoted.get_text() == digits.typeset(str(quoted["value"]))


@pytest.mark.parametrize("name", SOURCES)
def test_every_card_says_what_the_ledger_says(name: str, soups: Soups) -> None:
    for number in soups[name].select(".num"):
        link, card = number.select_one("a.num-link"), number.select_one(".num-card")
        data = number.select_one("data.number")
        assert link is not None
        assert card is not None
        assert data is not None
        entry = ENTRIES[str(data["data-key"])]
        assert link["aria-describedby"] == card["id"]
        assert str(link["href"]).endswith(f"ledger.html#{entry.key}")
        said = {
            str((part.get("class") or [""])[0]): part.get_text() for part in card.select("span")
        }
        assert said["num-meaning"] == entry.meaning
        assert said["num-formula"] == entry.compute
        assert said["num-oracle"] == f"confirmed by {entry.oracle}"
        value = said["num-value"].replace("\N{MINUS SIGN}", "-")
        assert float(value) == pytest.approx(float(str(data["value"])), rel=1e-11)
        if "." in value:
            assert len(value.split("e")[0].lstrip("-0.").replace(".", "")) == 12 or not float(value)


@pytest.mark.parametrize("name", SOURCES)
def test_every_answer_box_checks_a_number_of_the_ledger(
    name: str, soups: Soups, published: dict[str, Any]
) -> None:
    for box in soups[name].select("answer-check"):
        key = str(box["data-key"])
        assert box["data-text"] == ENTRIES[key].text
        assert float(str(box["data-value"])) == published[key]["value"]


def test_the_chapter_has_exercises_whose_answers_can_be_checked(soups: Soups) -> None:
    exercises = soups["05-forward-pass/index.html"].select(".admonition.exercise")
    assert len(exercises) >= 4
    checked = [exercise for exercise in exercises if exercise.select("answer-check")]
    answered = [exercise for exercise in exercises if exercise.select("details")]
    assert len(checked) >= 4
    assert len(answered) == len(exercises)


def test_the_lab_is_light_and_can_be_downloaded(site: Path, soups: Soups) -> None:
    for lab in sources.labs(DOCS):
        page = Path(lab).with_suffix(".html").as_posix()
        assert (site / page).stat().st_size <= 150 * 1024
        link = soups[page].select_one(".lab-download a[download]")
        assert link is not None
        target = (site / page).parent / str(link["href"])
        assert target.read_bytes() == (DOCS / lab).read_bytes()


def test_the_search_index_holds_prose_and_formulas_once_and_no_card(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    text = "\n".join(document["text"] for document in index["docs"])
    assert "confirmed by mpmath" not in text.replace("<code>", "")
    for left in ("Copied!", "In [1]", "annotation", "{@", "application/x-tex"):
        assert left not in text, left
    # a formula of the chapter: with KaTeX's three copies its letters would stand thrice in a row
    plain = re.sub(r"<[^>]+>", " ", text)
    assert not re.search(r"(\b[^\W\d_]\b)(\s*\1){2,}\s", plain)
    titles = {document["title"] for document in index["docs"]}
    assert any("forward pass" in title.lower() for title in titles)


def test_the_search_finds_each_block_by_its_code(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    text = "\n".join(document["text"] for document in index["docs"])
    pages_ = sources.load()[0].values()
    blocks = [block for page in pages_ for block in page.blocks if block.language == "python"]
    assert len(blocks) > 200
    for block in blocks:
        assert html.escape(block.source.strip(), quote=False) in text, block.id


def test_the_stamp_says_what_was_verified(soups: Soups, verified: dict[str, Any]) -> None:
    stamp = soups["index.html"].select_one(".stamp")
    assert stamp is not None
    said = stamp.get_text(" ")
    for name in ("numbers", "blocks", "exercises"):
        assert re.search(rf"\b{verified['counts'][name]}\b", said), name
    assert f"Python {verified['python']}" in said
    assert f"NumPy {verified['libraries']['numpy']}" in said


def test_sources_and_data_of_the_build_are_not_published(site: Path) -> None:
    names = {path.relative_to(site).parts[0] for path in site.rglob("*")}
    assert "_data" not in names
    assert list(site.rglob("*.toml")) == []
    assert list(site.rglob("*.md")) == []
    scripts = {*(site / "downloads").glob("*.py")}  # the chapters'
    listings = {*(site / views_torch.FOLDER).glob("*.py")}
    assert {path.stem for path in listings} == {*views_torch.names()}
    assert {*site.rglob("*.py")} == scripts | listings


def test_what_is_published_for_machines_names_no_machine(site: Path) -> None:
    for name in ("numbers.json", "blocks.json", "verified.json", "search/search_index.json"):
        text = (site / name).read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert str(Path.home()) not in text


def test_the_glossary_leads_to_letters_and_chapters(soups: Soups, tags: Tags) -> None:
    glossary = soups["glossary.html"]
    words = glossary.select("article h2[id]")
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.get_text()[0].upper(), f"#{word['id']}")
    letters = {a.get_text(): a["href"] for a in glossary.select(".letters a")}
    assert letters == first
    lines = {}
    for line in glossary.select("h2 ~ .used-in"):
        heading = line.find_previous("h2")
        assert heading is not None
        lines[str(heading["id"])] = line
    assert [word["id"] for word in words if word["id"] not in lines] == []
    assert [a["href"] for a in lines["weight-decay"].select("a")] == ["19-libraries/index.html"]
    links = {page: {str(tag.attrs.get("href")) for tag in tags[page]} for page in SOURCES}
    for name, line in lines.items():
        for a in line.select("a"):
            assert any(to.endswith(f"glossary.html#{name}") for to in links[str(a["href"])]), name


def test_each_lab_and_its_chapter_lead_to_each_other(soups: Soups) -> None:
    labs = [name.replace(".ipynb", ".html") for name in sources.labs()]
    assert len(labs) == 5
    for lab in labs:
        chapter = lab.replace("lab.html", "index.html")
        there = [a["href"] for a in soups[chapter].select("article a[href]")]
        assert "lab.html" in there, chapter
        back = [str(a["href"]) for a in soups[lab].select("article a[href]")]
        assert any(href.split("#")[0] == "index.html" for href in back), lab


def test_every_source_document_of_the_ledger_is_credited(soups: Soups) -> None:
    text = (DOCS / "_data" / "sources.toml").read_text(encoding="utf-8")
    listed = {source["doc"]: source["title"] for source in tomllib.loads(text)["source"]}
    used = {source.doc for entry in ENTRIES.values() for source in entry.source}
    page = soups["sources.html"].get_text()
    for doc in used:
        assert listed[doc] in page
