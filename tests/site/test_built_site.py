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

from byhand_site import digits, views_torch
from byhand_site import pages as sources
from tests.examples import ENTRIES
from tests.pages import Page, Pages, Tag, all_of, every, first, get, pages, parents

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCES = [
    path.relative_to(DOCS).with_suffix(".html").as_posix()
    for path in sorted([*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")])
    if path.relative_to(DOCS).parts[0] not in {"_data", "assets"}
]
EVERY_PAGE = [*SOURCES, "404.html"]
ELSEWHERE = {"http", "https", "mailto", "data"}


@pytest.fixture(scope="module")
def built(site: Path) -> Pages:
    return pages(site)


@pytest.fixture(scope="module")
def anchors(built: Pages) -> dict[str, Counter[str]]:
    return {name: Counter(every(page, "id")) for name, page in built.items()}


def is_in_drawing(tag: Tag) -> bool:
    return any(above.tag == "svg" for above in parents(tag))


def targets(page: Page) -> list[tuple[str, str]]:
    """List what a page points to, with the name of the element that does."""
    found = []
    for name in ("href", "src", "poster", "action"):
        for tag in page.css(f"[{name}]"):
            target = get(tag, name)
            if not (target.startswith("#") and is_in_drawing(tag)):
                found.append((str(tag.tag), target))
    for tag in page.css("[srcset]"):
        found += [(str(tag.tag), part.split()[0]) for part in get(tag, "srcset").split(",")]
    return found


def test_every_source_became_a_page_and_nothing_else_did(built: Pages) -> None:
    assert sorted(built) == sorted(EVERY_PAGE)


@pytest.mark.parametrize("name", SOURCES)
def test_every_link_image_and_anchor_arrives(
    name: str, built: Pages, anchors: dict[str, Counter[str]], site: Path
) -> None:
    broken = []
    for _, target in targets(built[name]):
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
def test_nothing_is_loaded_from_elsewhere(name: str, built: Pages) -> None:
    loading = {"script", "img", "iframe", "source", "video", "audio", "embed", "object", "track"}
    loading |= {"image", "use"}
    foreign = [
        target
        for tag, target in targets(built[name])
        if tag in loading and urlsplit(target).scheme in {"http", "https"}
    ]
    for link in built[name].css("link[href]"):
        if not {*get(link, "rel").split()} & {"canonical", "prev", "next", "license"}:
            foreign += [get(link, "href")] * bool(urlsplit(get(link, "href")).netloc)
    assert foreign == []
    styles = " ".join(tag.text() for tag in built[name].css("style"))
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


def test_no_rule_is_for_every_element_while_the_scheme_changes(site: Path, built: Pages) -> None:
    """Material's own palette has one; it took a third of the time to open a long chapter."""
    sheets = all_of(built["index.html"], "link[rel=stylesheet]", "href")
    assert len(sheets) > 5
    for sheet in sheets:
        text = (site / sheet).read_text(encoding="utf-8")
        assert not SWITCHES_ALL.search(text), sheet


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_no_id_stands_twice(name: str, anchors: dict[str, Counter[str]]) -> None:
    assert [once for once, count in anchors[name].items() if count > 1] == []


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_what_refers_to_an_element_of_the_page_finds_it(
    name: str, site: Path, built: Pages, anchors: dict[str, Counter[str]]
) -> None:
    page, named = built[name], []
    for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
        named += [word for text in every(page, attribute) for word in text.split()]
    named += re.findall(r"url\(#([^)]+)\)", (site / name).read_text(encoding="utf-8"))
    named += [get(tag, "href")[1:] for tag in page.css('[href^="#"]') if is_in_drawing(tag)]
    assert {*named} - {*anchors[name]} == set()


LEFT_OVER = re.compile(
    r"\{[@!?][a-z]|\{=[-\d]|exec=\"|^\s*(?:```|~~~)|\$\$|\\\(|\\\[|^\s*(?:!!!|\?\?\?|===)\s|\*\*\w"
    r"|\]\([^)]*\)|\{: |\{#|&(?:lt|gt|amp|quot);|<(?:span|data|div|p)\b|\?churn\.",
    re.MULTILINE,
)


def prose(tag: Tag) -> Iterator[str]:
    """Give the text that is neither code nor formula."""
    for part in tag.iter(include_text=True):
        if part.is_text_node:
            yield part.text_content or ""
        elif part.is_element_node and part.tag not in {"code", "pre", "script"}:
            yield from () if "katex" in part.attrs.sget("class").split() else prose(part)


@pytest.mark.parametrize("name", SOURCES)
def test_no_markup_is_left_over(name: str, built: Pages) -> None:
    article = first(built[name], "article")
    labels = every(article, "aria-label")
    texts = ["".join(prose(article)), *labels]
    assert [hit[0] for text in texts for hit in LEFT_OVER.finditer(text)] == []
    assert article.css(".block-error, .katex-error") == []
    assert [maths.html for maths in article.css(".arithmatex") if not maths.css(".katex")] == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_page_says_what_it_is(name: str, built: Pages) -> None:
    page = built[name]
    assert get(first(page, "html"), "lang") == "en"
    assert len(first(page, "title").text()) > 8
    assert len(get(first(page, "meta[name=description]"), "content")) > 20
    assert len(page.css("h1")) == 1


def test_no_two_pages_have_the_same_title_or_description(built: Pages) -> None:
    found = [built[name] for name in SOURCES]
    assert len({first(page, "title").text() for page in found}) == len(SOURCES)
    descriptions = {get(first(page, "meta[name=description]"), "content") for page in found}
    assert len(descriptions) == len(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_no_heading_skips_a_level(name: str, built: Pages) -> None:
    headings = first(built[name], "article").css("h1, h2, h3, h4, h5, h6")
    levels = [int(str(tag.tag)[1]) for tag in headings]
    assert levels[0] == 1
    assert [(above, below) for above, below in pairwise(levels) if below > above + 1] == []
    assert all(tag.text().strip(" ¶") for tag in headings)


@pytest.mark.parametrize("name", SOURCES)
def test_every_figure_has_a_role_and_a_name_that_says_something(name: str, built: Pages) -> None:
    article = first(built[name], "article")
    for figure in article.css("svg[data-figure]"):
        assert get(figure, "role") == "img"
        assert len(get(figure, "aria-label").split()) >= 6, get(figure, "data-figure")
        assert "figure" in {above.tag for above in parents(figure)}
    for drawing in article.css("svg:not([data-figure])"):
        if drawing.attrs.get("role") == "img":  # the course map, which no block draws
            assert len(get(drawing, "aria-label").split()) >= 6
            continue
        assert any(
            above.tag in {"a", "button", "span", "label"}
            or above.attrs.get("aria-hidden") == "true"
            for above in parents(drawing)
        ), "a drawing without a name"
    for image in article.css("img"):
        assert "alt" in image.attrs, image.html


def test_figures_keep_their_colours_and_carry_no_styles(built: Pages) -> None:
    for page in SOURCES:
        for figure in built[page].css("svg.figure"):
            text = str(figure.html)
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


def in_the_html(built: Pages, site: Path) -> dict[str, int]:
    kinds = Counter(kind for page in SOURCES for kind in every(built[page], "data-kind"))
    return {
        "pages": len(list(site.rglob("*.html"))) - 1,
        "blocks": kinds["python"] + kinds["lab"],
        "show_blocks": kinds["show"] + kinds["view"],
        "figures": sum(len(built[page].css("svg[data-figure]")) for page in SOURCES),
        "exercises": sum(len(built[page].css(".exercise")) for page in SOURCES),
    }


def test_sources_results_and_pages_count_the_same(
    verified: dict[str, Any], built: Pages, site: Path
) -> None:
    assert verified["counts"] == in_sources()
    shown = in_the_html(built, site)  # numbers are compared by their keys, below
    assert shown == {name: verified["counts"][name] for name in shown}


def test_the_ledger_page_has_an_entry_for_each_number(anchors: dict[str, Counter[str]]) -> None:
    assert set(ENTRIES) <= {*anchors["ledger.html"]}


def test_block_and_figure_ids_are_unique_over_the_site(built: Pages, site: Path) -> None:
    for name in ("data-block", "data-figure"):
        found = [each for page in SOURCES for each in every(built[page], name)]
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
    name: str, built: Pages, published: dict[str, Any]
) -> None:
    for number in built[name].css("data.number"):
        entry = ENTRIES[get(number, "data-key")]
        assert number.text() == digits.typeset(entry.text)
        assert float(get(number, "value")) == published[entry.key]["value"]
    for quoted in built[name].css("data.quoted"):
        printed = {source.printed for source in ENTRIES[get(quoted, "data-key")].source}
        assert get(quoted, "value") in printed
        assert quoted.text() == digits.typeset(get(quoted, "value"))


@pytest.mark.parametrize("name", SOURCES)
def test_every_card_says_what_the_ledger_says(name: str, built: Pages) -> None:
    for number in built[name].css(".num"):
        link, card = first(number, "a.num-link"), first(number, ".num-card")
        data = first(number, "data.number")
        entry = ENTRIES[get(data, "data-key")]
        assert get(link, "aria-describedby") == get(card, "id")
        assert get(link, "href").endswith(f"ledger.html#{entry.key}")
        said = {get(part, "class"): part.text() for part in card.css("span")}
        assert said["num-meaning"] == entry.meaning
        assert said["num-formula"] == entry.compute
        assert said["num-oracle"] == f"confirmed by {entry.oracle}"
        value = said["num-value"].replace("\N{MINUS SIGN}", "-")
        assert float(value) == pytest.approx(float(get(data, "value")), rel=1e-11)
        if "." in value:
            assert len(value.split("e")[0].lstrip("-0.").replace(".", "")) == 12 or not float(value)


@pytest.mark.parametrize("name", SOURCES)
def test_every_answer_box_checks_a_number_of_the_ledger(
    name: str, built: Pages, published: dict[str, Any]
) -> None:
    for box in built[name].css("answer-check"):
        key = get(box, "data-key")
        assert get(box, "data-text") == ENTRIES[key].text
        assert float(get(box, "data-value")) == published[key]["value"]


def test_the_chapter_has_exercises_whose_answers_can_be_checked(built: Pages) -> None:
    exercises = built["05-forward-pass/index.html"].css(".admonition.exercise")
    assert len(exercises) >= 4
    checked = [exercise for exercise in exercises if exercise.css("answer-check")]
    answered = [exercise for exercise in exercises if exercise.css("details")]
    assert len(checked) >= 4
    assert len(answered) == len(exercises)


def test_the_lab_is_light_and_can_be_downloaded(site: Path, built: Pages) -> None:
    for lab in sources.labs(DOCS):
        page = Path(lab).with_suffix(".html").as_posix()
        assert (site / page).stat().st_size <= 150 * 1024
        link = first(built[page], ".lab-download a[download]")
        target = (site / page).parent / get(link, "href")
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


def test_the_stamp_says_what_was_verified(built: Pages, verified: dict[str, Any]) -> None:
    said = first(built["index.html"], ".stamp").text(separator=" ")
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


def test_the_glossary_leads_to_letters_and_chapters(built: Pages) -> None:
    glossary = built["glossary.html"]
    initials: dict[str, str] = {}
    lines: dict[str, Tag] = {}
    word = ""
    for tag in glossary.css("article h2[id], article .used-in"):
        if tag.tag == "h2":
            word = get(tag, "id")
            initials.setdefault(tag.text()[0].upper(), f"#{word}")
        else:
            lines[word] = tag
    assert {a.text(): get(a, "href") for a in glossary.css(".letters a")} == initials
    assert [*lines] == all_of(glossary, "article h2[id]", "id")
    assert all_of(lines["weight-decay"], "a", "href") == ["19-libraries/index.html"]
    links = {page: {*every(built[page], "href")} for page in SOURCES}
    for name, line in lines.items():
        for page in all_of(line, "a", "href"):
            assert any(to.endswith(f"glossary.html#{name}") for to in links[page]), name


def test_each_lab_and_its_chapter_lead_to_each_other(built: Pages) -> None:
    labs = [name.replace(".ipynb", ".html") for name in sources.labs()]
    assert len(labs) == 5
    for lab in labs:
        chapter = lab.replace("lab.html", "index.html")
        assert "lab.html" in all_of(built[chapter], "article a[href]", "href"), chapter
        back = all_of(built[lab], "article a[href]", "href")
        assert any(href.split("#")[0] == "index.html" for href in back), lab


def test_every_source_document_of_the_ledger_is_credited(built: Pages) -> None:
    text = (DOCS / "_data" / "sources.toml").read_text(encoding="utf-8")
    listed = {source["doc"]: source["title"] for source in tomllib.loads(text)["source"]}
    used = {source.doc for entry in ENTRIES.values() for source in entry.source}
    page = built["sources.html"].text()
    for doc in used:
        assert listed[doc] in page
