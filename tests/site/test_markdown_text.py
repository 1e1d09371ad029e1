"""Markdown by context: where an element can stand, where only text, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand_site.markdown_text import CODE, MATH, PLAIN, PROSE, pieces
from tests.library.strategies import steady

MARK = "{@a.z}"

PLACES = {
    PROSE: [
        f"A sentence with {MARK} in it.",
        f"**bold {MARK}** and *{MARK}*",
        f"| a | b |\n|---|---|\n| {MARK} | c |",
        f"- item {MARK}",
        f"1. item {MARK}",
        f"> quoted {MARK}",
        f"    indented in a box: {MARK}",
        f"<div markdown>\n{MARK}\n</div>",
        f"It costs 5 $ and {MARK} and 6 $.",
        f"An escaped \\$ and {MARK} and \\$.",
        f"A lone ` tick and {MARK}.",
        f"[^1]: a footnote {MARK}",
        f"term\n:   definition {MARK}",
    ],
    PLAIN: [
        f"# Heading {MARK}",
        f"###### Deep {MARK} {{#anchor}}",
        f"see [the value {MARK}](page.md#anchor)",
        f"see [the value {MARK}][ref]",
        f"![a curve through {MARK}](x.svg)",
        f'!!! note "About {MARK}"',
        f'    ??? answer "About {MARK}"',
        f'???+ answer "About {MARK}"',
        f'=== "Tab {MARK}"',
        f"<svg viewBox='0 0 1 1'><text>{MARK}</text></svg>",
    ],
    MATH: [
        f"so $z = {MARK}$ and",
        f"$${MARK}$$",
        f"$$\nz = {MARK} \\times 2\n$$",
        f"| $z = {MARK}$ | b |",
        f"a $z\n= {MARK}$ over two lines",
        f"# Heading with $z = {MARK}$",
        f"[a link with $z = {MARK}$](x.md)",
    ],
    CODE: [
        f"a `{MARK}` tick",
        f"a ``tick ` {MARK}`` tick",
        f"```text\n{MARK}\n```",
        f"````markdown\n```\n{MARK}\n```\n````",
        f"~~~text\n{MARK}\n~~~",
        f"    ```text\n    {MARK}\n    ```",
        f"<!-- {MARK} -->",
        f"<pre>{MARK}</pre>",
        f"<code>{MARK}</code>",
        f"<script>{MARK}</script>",
        f"<style>{MARK}</style>",
        f'<a href="{MARK}">',
        f"[label](page.md?{MARK})",
        f"[ref]: page.md?{MARK}",
        f"<https://example.org/{MARK}>",
        f"https://example.org/{MARK} ends here",
        f"# Heading with `{MARK}`",
    ],
}


@pytest.mark.parametrize(
    ("expected", "text"), [(context, text) for context, texts in PLACES.items() for text in texts]
)
def test_each_place_has_its_context(expected: str, text: str) -> None:
    for around in (text, f"Before.\n\n{text}\n\nAfter."):
        found = [piece.context for piece in pieces(around) if MARK in piece.text]
        assert found == [expected]


@pytest.mark.parametrize("text", [text for texts in PLACES.values() for text in texts])
def test_a_piece_knows_its_line(text: str) -> None:
    whole = f"First.\n\nThird.\n\n{text}\n"
    (piece,) = [piece for piece in pieces(whole, line=10) if MARK in piece.text]
    before = piece.text[: piece.text.index(MARK)].count("\n")
    assert piece.line + before == 10 + whole[: whole.index(MARK)].count("\n")


SIGNS = st.sampled_from([
    "`", "```", "````", "~~~", "$", "$$", "#", "# ", "](", ")", "![", "[", "<", ">", "<!--", "-->",
    "<svg>", "</svg>", "<pre>", "</pre>", "!!! ", "{", "}", "|", "\\", '"', "[r]: ", "a", "0.5",
    "python", "https://x.y/", MARK, "text\n", "\n", "\n\n", "    ", " ",
])  # fmt: skip


@steady
@given(st.lists(SIGNS, max_size=40).map("".join))
def test_pieces_join_to_the_text_and_their_lines_are_right(text: str) -> None:
    at, line = 0, 1
    for piece in pieces(text):
        assert text.startswith(piece.text, at)
        assert piece.line == line
        at += len(piece.text)
        line += piece.text.count("\n")
    assert at == len(text)


@steady
@given(st.text(max_size=200))
def test_pieces_join_to_any_text(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == text
