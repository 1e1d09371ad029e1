"""Tokens: what a page shows for them in each place, and what may not be typed beside them."""

import pytest

from byhand_site import tokens
from tests.pages import Page, Tag, all_of, get
from tests.site.entries import ENTRIES, VALUES, entry, page


def rendered(text: str) -> str:
    return tokens.with_cards(tokens.render(text, page()), page())


def only(html: str, selector: str) -> Tag:
    (found,) = Page(html).css(selector)
    return found


def test_prose_shows_an_element_with_twelve_digits_and_its_card() -> None:
    html = rendered("The value is {@a.z}.")
    number = only(html, "span.num > a.num-link > data.number")
    assert number.text() == "0.33"
    assert get(number, "data-key") == "a.z"
    assert get(number, "value") == "0.33"  # twelve significant digits, and no 0.32999999999999996
    link = only(html, "a.num-link")
    assert get(link, "href") == "../ledger.html#a.z"
    card = only(html, "span.num-card")
    assert get(link, "aria-describedby") == get(card, "id")
    assert get(card, "role") == "tooltip"
    assert [part.text() for part in card.css("span:not(.num-card)")] == [
        "0.330000000000",
        "what a.z means",
        "a·b_1 * c_1 | <d>",
        "confirmed by mpmath",
    ]
    assert get(only(html, "a.num-more"), "href") == "../ledger.html#a.z"


def test_each_card_of_a_page_has_its_own_id() -> None:
    made = Page(rendered("{@a.z} {@a.z}\n\n- {@a.minus}\n"))
    ids = all_of(made, ".num-card", "id")
    assert len(set(ids)) == 3
    assert all_of(made, ".num-link", "aria-describedby") == ids


def test_a_number_in_another_form_carries_the_value_it_comes_from() -> None:
    number = only(rendered("{@a.share}"), "data.number")
    assert number.text() == "53.6%"
    assert (get(number, "value"), get(number, "data-key")) == ("0.536", "a.share")


def test_a_count_stays_an_integer() -> None:
    html = rendered("{@a.count}")
    assert get(only(html, "data.number"), "value") == "9"
    assert only(html, ".num-value").text() == "9"


def test_a_negative_number_prints_a_true_minus_in_prose_and_a_hyphen_in_maths() -> None:
    assert only(rendered("{@a.minus}"), "data.number").text() == "−0.05"
    assert get(only(rendered("{@a.minus}"), "data.number"), "value") == "-0.0512345678901"
    assert rendered("$z = {@a.minus}$") == "$z = -0.05$"
    assert rendered("## Then {@a.minus}") == "## Then −0.05"


def test_a_percentage_is_escaped_in_maths() -> None:
    assert rendered("$y = {@a.share}$") == r"$y = 53.6\%$"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Title {@a.z}", "# Title 0.33"),
        ("[to {@a.z}](x.md)", "[to 0.33](x.md)"),
        ("![through {@a.z}](x.svg)", "![through 0.33](x.svg)"),
        ('!!! note "About {@a.z}"', '!!! note "About 0.33"'),
        ('=== "Tab {@a.z}"', '=== "Tab 0.33"'),
        ("<svg><text>{@a.z}</text></svg>", "<svg><text>0.33</text></svg>"),
        ("$$z = {@a.z}$$", "$$z = 0.33$$"),
        ("`{@a.z}`", "`{@a.z}`"),
        ("```text\n{@a.z}\n```", "```text\n{@a.z}\n```"),
        ("<!-- {@a.z} -->", "<!-- {@a.z} -->"),
    ],
)
def test_where_no_element_can_stand_the_checked_text_does(text: str, shown: str) -> None:
    assert rendered(text) == shown


def test_what_a_source_printed_is_quoted_as_it_printed_it() -> None:
    first = only(rendered("It prints {!a.z}."), "data.quoted")
    second = only(rendered("It prints {!a.z 2}."), "data.quoted")
    assert (first.text(), get(first, "value"), get(first, "data-key")) == ("0.34", "0.34", "a.z")
    assert (second.text(), get(second, "value")) == ("−0.35", "-0.35")


def test_a_given_value_is_marked_as_given() -> None:
    given = only(rendered("With {=-0.2} for a weight."), "data.given")
    assert (given.text(), get(given, "value")) == ("−0.2", "-0.2")
    assert rendered("$w = {=-0.2}$") == "$w = -0.2$"


def test_an_answer_box_carries_what_it_checks_against() -> None:
    box = only(rendered("What is it? {?a.minus}"), "answer-check")
    assert get(box, "data-key") == "a.minus"
    assert get(box, "data-value") == "-0.0512345678901"
    assert get(box, "data-text") == "-0.05"
    assert box.css_first("label input[inputmode=decimal]") is not None
    assert box.css_first("output") is not None


def test_an_accessible_name_holds_the_text_alone() -> None:
    assert tokens.render_plain("from {@a.minus} to {!a.z}", page()) == "from −0.05 to 0.34"


def test_tokens_are_found_with_their_lines_and_not_in_code() -> None:
    text = "One {@a.z}.\n\n`{@no}`\n\n| {!a.z 2} |\n\n```text\n{@no}\n```\n\n$$\n{=0.5}\n$$\n{?a.z}"
    found = [(str(token), token.line) for token, _ in tokens.find(text, 5)]
    assert found == [("{@a.z}", 5), ("{!a.z 2}", 9), ("{=0.5}", 16), ("{?a.z}", 18)]


@pytest.mark.parametrize(
    ("text", "given", "problem"),
    [
        ("{@a.z}", None, ""),
        ("{@a.nothing}", None, "{@a.nothing} names no number of the ledger"),
        ("{?a.nothing}", None, "{?a.nothing} names no number of the ledger"),
        ("{!a.nothing}", None, "{!a.nothing} names no number of the ledger"),
        ("{!a.minus}", None, "{!a.minus}: the ledger knows no printed text for it"),
        ("{!a.z 3}", None, "{!a.z 3}: the ledger knows no printed text for it"),
        ("{!a.z 4}", None, "{!a.z 4}: the ledger knows no printed text for it"),
        ("{!a.z 2}", None, ""),
        ("{=0.7}", None, ""),
        ("{=0.7}", {"0.5", "-0.2"}, "{=0.7} is no value that the page's example declares"),
        ("{=0.2}", {"0.5", "-0.2"}, "{=0.2} is no value that the page's example declares"),
        ("{=-0.2}", {"0.5", "-0.2"}, ""),
        ("{=−0.2}", {"0.5", "-0.2"}, ""),
        ("{=0.50}", {"0.5"}, ""),
        ("{=50%}", {"0.5"}, ""),
        ("{=half}", {"0.5"}, "{=half} is no number"),
        ("{=half}", None, "{=half} is no number"),
        ("{=nan}", None, "{=nan} is no number"),
    ],
)
def test_what_is_wrong_with_a_token_is_said(
    text: str, given: set[str] | None, problem: str
) -> None:
    ((token, _),) = tokens.find(text)
    assert tokens.problem(token, ENTRIES, given) == problem


@pytest.mark.parametrize("text", ["{!a.z 0}", "{@a.z 2}", "{?a.z 2}"])
def test_a_place_that_means_nothing_is_refused(text: str) -> None:
    ((token, _),) = tokens.find(text)
    assert tokens.problem(token, ENTRIES, None).startswith(text)


@pytest.mark.parametrize(
    "text", ["{@}", "{@ a.z}", "{@a.z  2}", "{!a.z x}", "{= 0.5}", "{?}", "# {@a.z", "{@a z}"]
)
def test_what_begins_like_a_token_and_is_none_is_found(text: str) -> None:
    ((line, start),) = tokens.malformed(f"Good {{@a.z}}.\n\n{text}\n")
    assert line == 3
    assert start == text.removeprefix("# ")


def test_braces_of_maths_and_code_are_no_tokens() -> None:
    assert tokens.malformed(r"$a \mathrel{=} b$ and `f\"{=x}\"` and { @x }") == []


STRAY = [
    ("A value of 0.5.", "0.5"),
    ("A value of .5 here.", ".5"),
    ("A value of -0.5.", "0.5"),
    ("A value of −0.5.", "0.5"),
    ("about 50% of them", "50%"),
    ("about 50 % of them", "50 %"),
    ("a rate of 1e-5", "1e-5"),
    ("a rate of 1.5e-5", "1.5e-5"),
    ("| 0.5 | a |", "0.5"),
    ("- 0.5", "0.5"),
    ("**0.5**", "0.5"),
    ("(1,0.5)", "0.5"),
    ("x=0.5", "0.5"),
    ("1.5x as much", "1.5"),
    ("# Heading 0.5", "0.5"),
    ("[link 0.5](x.md)", "0.5"),
    ("![alt 0.5](x.svg)", "0.5"),
    ('!!! note "0.5"', "0.5"),
    ("$z = 0.5$", "0.5"),
    (r"$a\cdot0.5$", "0.5"),
    (r"$a\times0.5$", "0.5"),
    (r"$50\%$", r"50\%"),
    ("$$\nz = 0.5\n$$", "0.5"),
    ("a footnote [^1]\n\n[^1]: it is 0.5", "0.5"),
    ("a 3.14 here", "3.14"),
]


@pytest.mark.parametrize(("text", "literal"), STRAY)
def test_a_typed_decimal_is_found_with_its_line(text: str, literal: str) -> None:
    found = tokens.stray_decimals(f"First.\n\n{text}\n", line=4)
    line = 6 + text[: text.index(literal)].count("\n")
    assert found == [(line, literal)]


@pytest.mark.parametrize(
    "text",
    [
        "`0.5` and `50%`",
        "```text\n0.5\n```",
        "{=0.5} and {@a.z} and {!a.z 2}",
        "Python 3.11 and NumPy 1.26",
        "Python 3.11 to 3.14",
        "CC BY 4.0",
        "§15.7 and § 15.7.2",
        "version v1.2.3 of 1.2.3",
        "see https://example.org/0.5/x and [x](https://example.org/0.5)",
        '<img src="a-0.5.png" width="0.5">',
        "<!-- 0.5 -->",
        "[r]: page-0.5.md",
        "5 customers, 9 parameters, 2-2-1, in 2025.",
        "Read 1. Then 2. Then 3.",
        "1. one\n2. two",
        "{: .wide width=0.5 }",
    ],
)
def test_what_may_be_typed_is_free(text: str) -> None:
    assert tokens.stray_decimals(text) == []


def test_every_typed_decimal_of_a_line_is_found() -> None:
    found = tokens.stray_decimals("0.1 and 0.2, [0.3, 0.4,0.5] and 60%/70%")
    assert [literal for _, literal in found] == ["0.1", "0.2", "0.3", "0.4", "0.5", "60%", "70%"]


def test_a_card_stands_in_a_table_cell_without_ending_it() -> None:
    import markdown

    text = tokens.render("| a | b |\n|---|---|\n| {@a.z} | c |\n", page())
    made = tokens.with_cards(markdown.markdown(text, extensions=["tables"]), page())
    assert len(Page(made).css("tbody td")) == 2
    assert only(made, ".num-formula").text() == "a·b_1 * c_1 | <d>"


@pytest.mark.parametrize(
    "compute", ["x_1 * w_1 + x_2 * w_2", "`a` [b](c) **d**", "$a$ & <b>", "a|b"]
)
def test_markdown_leaves_the_text_of_a_card_alone(compute: str) -> None:
    import markdown

    entries = {"a.z": entry("a.z", "0.33", compute=compute)}
    context = tokens.Page(entries, VALUES)
    text = markdown.markdown(tokens.render("A {@a.z} b.", context), extensions=["tables"])
    made = tokens.with_cards(text, context)
    assert only(made, ".num-formula").text() == compute


def test_the_value_of_a_number_can_be_printed_with_all_its_digits() -> None:
    assert tokens.render("{@a.minus 12} and {@a.z 12}", page()) == "−0.0512345678901 and 0.33"
    assert tokens.render("$x = {@a.minus 12}$", page()) == "$x = -0.0512345678901$"
    (asked, _), (other, _) = tokens.find("{@a.z 12} {@a.z 2}")
    assert tokens.problem(asked, ENTRIES, None) == ""
    assert "only {!key} takes a place" in tokens.problem(other, ENTRIES, None)
