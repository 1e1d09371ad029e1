"""Formulas become HTML and MathML at build time; a bad one stops the build."""

import hashlib
import html
import re
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from markdown import Markdown
from material.plugins.search.plugin import Parser  # type: ignore[import-untyped]

from byhand_site import maths
from byhand_site.events import Held
from tests.pages import Page, first

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "docs" / "assets"
M = "{http://www.w3.org/1998/Math/MathML}"


def mathml(made: str) -> ET.Element:
    found = re.search(r"<math.*?</math>", made, re.DOTALL)
    assert found
    return ET.fromstring(found[0])


def as_markdown(text: str) -> str:
    extensions = [
        "tables",
        "md_in_html",
        "admonition",
        "pymdownx.arithmatex",
        "pymdownx.superfences",
    ]
    settings = {"pymdownx.arithmatex": {"generic": True}}
    return str(Markdown(extensions=extensions, extension_configs=settings).convert(text))


def annotations(page: str) -> list[str]:
    """The TeX of each formula, as KaTeX keeps it beside the MathML."""
    found = re.findall(
        r'<annotation encoding="application/x-tex">(.*?)</annotation>', page, re.DOTALL
    )
    return [html.unescape(tex) for tex in found]


def test_a_fraction_is_a_fraction_for_a_screen_reader() -> None:
    root = mathml(maths.render(r"\frac{1}{1 + e^{-z}}"))
    fraction = root.find(f".//{M}mfrac")
    assert fraction is not None
    assert ["".join(part.itertext()) for part in fraction] == ["1", "1+e−z"]
    assert root.find(f".//{M}msup") is not None


def test_the_drawn_half_is_hidden_from_a_screen_reader() -> None:
    assert '<span class="katex-html" aria-hidden="true">' in maths.render("z")


def test_display_maths_differs_from_inline_maths() -> None:
    assert mathml(maths.render("z", True)).get("display") == "block"
    assert mathml(maths.render("z", False)).get("display") is None


def test_a_matrix_keeps_its_rows_and_columns() -> None:
    root = mathml(maths.render(r"\begin{pmatrix}1 & 2 & 3\\ 4 & 5 & 6\end{pmatrix}", True))
    rows = root.findall(f".//{M}mtr")
    assert [["".join(cell.itertext()) for cell in row] for row in rows] == [
        list("123"),
        list("456"),
    ]


@pytest.mark.parametrize(
    "tex",
    [
        r"\nosuchcommand",
        "{",
        r"\frac{1}",
        r"\begin{pmatrix}1",
        "x^2^3",
        "ŷ",
        r"\text{µ−}",
        r"\left( x",
    ],
)
def test_bad_tex_is_an_error_that_quotes_it(tex: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(tex))):
        maths.render(tex)


def test_one_context_recovers_after_an_error() -> None:
    with pytest.raises(ValueError, match="got"):
        maths.render(r"\gone")
    assert annotations(maths.render("a + b")) == ["a + b"]


def test_a_definition_in_one_formula_is_unknown_in_the_next() -> None:
    maths.render(r"\gdef\mine{x} \mine")
    with pytest.raises(ValueError, match="mine"):
        maths.render(r"\mine + 1")


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("the weight $w_1$ and $w_2$", ["w_1", "w_2"]),
        ("so $a < b$ and $b > a$", ["a < b", "b > a"]),
        (
            "$$\n\\begin{aligned} z &= 1 \\\\ a &= 2 \\end{aligned}\n$$",
            [r"\begin{aligned} z &= 1 \\ a &= 2 \end{aligned}"],
        ),
        ("| $z$ | a |\n| --- | --- |\n| $x_1$ | b |", ["z", "x_1"]),
        ("!!! note\n    Inside: $z^2$\n\n    $$\n    z^3\n    $$", ["z^2", "z^3"]),
        ('<div markdown="1">\n$\\hat{y}$\n</div>', [r"\hat{y}"]),
        ("before $1 \\& 2$ after", [r"1 \& 2"]),
        ("[a $link$](there.html) and **$bold$**", ["link", "bold"]),
    ],
)
def test_what_markdown_leaves_is_rendered_as_it_was_typed(text: str, formulas: list[str]) -> None:
    page = maths.render_page(as_markdown(text))
    assert annotations(page) == formulas
    assert r"\(" not in page
    assert r"\[" not in page


def test_a_formula_of_a_nested_conversion_is_rendered_once() -> None:
    inner = maths.render_page(as_markdown("inner $x$"))
    page = maths.render_page(inner + as_markdown("outer $y$"))
    assert annotations(page) == ["x", "y"]


def test_the_search_index_holds_an_inline_formula_once_and_a_display_one_never() -> None:
    held = Held()
    page = as_markdown("so $q_3 = 7$ holds\n\n$$ r = 8 $$\n\nand on")
    seen = maths.render_page(page, held.put)
    parser = Parser()
    parser.feed(seen)
    text = "".join(parser.data[0].text).replace("\N{ZERO WIDTH SPACE}", "")
    assert text.split() == ["<p>so", "q3=7", "holds</p>", "<p>and", "on</p>"]
    assert held.back(seen) == maths.render_page(page)


def test_display_maths_is_a_box_that_scrolls() -> None:
    assert '<div class="arithmatex arithmatex--display"' in maths.render_page(as_markdown("$$z$$"))


def test_code_and_plain_text_stay_as_they_are() -> None:
    page = r"<p>costs \(nothing\) and <code>$x$</code></p>"
    assert maths.render_page(page) == page


def test_every_bad_formula_of_a_page_is_named() -> None:
    with pytest.raises(ValueError, match=r"(?s)\\one.*\\two"):
        maths.render_page(as_markdown(r"$\one$ and $fine$ and $\two$"))


def test_a_formula_left_open_is_an_error() -> None:
    with pytest.raises(ValueError, match="isn't closed"):
        maths.render_page(r'<span class="arithmatex">\(x + 1</span>')


def vendored() -> list[tuple[str, str]]:
    listed = tomllib.loads((ASSETS / "vendored.toml").read_text(encoding="utf-8"))
    return [(path, digest) for part in listed.values() for path, digest in part["files"].items()]


@pytest.mark.parametrize(("path", "digest"), vendored())
def test_vendored_files_are_the_recorded_ones(path: str, digest: str) -> None:
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == digest


def test_every_vendored_file_is_recorded() -> None:
    listed = {path for path, _ in vendored()}
    kept = [
        *ASSETS.joinpath("fonts").iterdir(),
        *ASSETS.joinpath("katex").rglob("*.*"),
        maths.KATEX,
    ]
    assert {path.relative_to(ROOT).as_posix() for path in kept} == {
        path for path in listed if "/js/" not in path and not path.endswith("katex-LICENSE.txt")
    }


def test_the_stylesheet_asks_for_no_file_that_is_not_there() -> None:
    folder = ASSETS / "katex"
    asked = re.findall(r"url\(([^)]+)\)", (folder / "katex.min.css").read_text(encoding="utf-8"))
    assert asked
    assert [name for name in asked if not (folder / name).is_file()] == []


@pytest.mark.parametrize(
    ("text", "mark"), [("so $z$, then", ","), ("(is $-yz$). Now", ")."), ("$z$ and", "")]
)
def test_a_mark_stays_on_the_line_of_a_formula(text: str, mark: str) -> None:
    page = Page(maths.render_page(as_markdown(text)))
    kept = [span.text().partition("z")[2][-len(mark) :] for span in page.css(".with-mark")]
    assert kept == [mark] * bool(mark)
    assert first(page, "p").text().startswith(text.partition("$")[0])
    assert first(page, "p").text().endswith(text.rpartition("$")[2])


def test_a_formula_that_may_break_is_left_to_break() -> None:
    assert "with-mark" not in maths.render_page(as_markdown("so $a = b$, then"))
