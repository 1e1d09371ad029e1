"""A page taken apart: plain Markdown for any notebook, and the blocks between."""

import textwrap
from collections.abc import Iterator

import pytest

from byhand_site import fences, flatten, tokens
from byhand_site.pages import Page
from tests.examples import ENTRIES

CONTEXT = tokens.Page(ENTRIES, dict.fromkeys(ENTRIES, 0.0))
ADDRESS = "https://example.org/course/03-activations/index.html"


def page(text: str, front: str = "") -> Page:
    whole = front + textwrap.dedent(text).strip("\n")
    blocks, failures = fences.blocks("p.md", whole)
    assert failures == []
    return Page("p.md", whole, (), blocks)


def written(text: str, front: str = "") -> list[str]:
    """Write each part: its lines without blank ones, or the block's name in brackets."""

    def lines() -> Iterator[str]:
        for part in flatten.parts(page(text, front)):
            if part.block:
                yield f"[{part.block.name}{', folded' if part.folded else ''}]"
            yield from (line for line in part.text.split("\n") if line.strip())

    return [*lines()]


def test_text_and_blocks_come_in_their_order() -> None:
    text = """
    # A
    one

    ```python exec="on" id="first"
    # no heading
    print(1)
    ```

    two

    ```show id="second"
    "x"
    ```

    ```text
    !!! note "stays"
    ```
    """
    found = written(text, front="---\ntitle: A\n---\n")
    assert found == [
        "# A", "one", "[first]", "two", "[second]", "```text", '!!! note "stays"', "```"
    ]  # fmt: skip


def test_a_heading_begins_a_part() -> None:
    texts = [part.text for part in flatten.parts(page("# A\none\n\n## B\ntwo"))]
    assert [text.split("\n")[0] for text in texts if text] == ["# A", "## B"]


def test_a_box_becomes_its_title_and_content() -> None:
    text = """
    !!! question "The question"
        Why?

        ```python exec="on" id="b"
        print(1)
        ```

        Because.

    after
    """
    assert written(text) == ["**The question**", "Why?", "[b]", "Because.", "after"]
    assert written('!!! exercise "1 · Sum"\n    Add.') == ["#### Exercise: 1 · Sum", "Add."]
    assert written("!!! note\n    Look.") == ["**Note**", "Look."]
    assert written('## Take along { #t }\n\n!!! x "Take along"\n    a') == [
        "## Take along { #t }", "a"
    ]  # fmt: skip


def test_an_answer_folds_and_opens_for_code() -> None:
    text = """
    !!! exercise "E"
        What?

        ??? answer "Worked answer"
            This.

            ```python exec="on" id="b"
            print(1)
            ```

            That.

        More.
    """
    assert written(text) == [
        "#### Exercise: E",
        "What?",
        "<details><summary>Worked answer</summary>",
        "This.",
        "</details>",
        "[b, folded]",
        "<details><summary>Worked answer, continued</summary>",
        "That.",
        "</details>",
        "More.",
    ]


def test_an_answer_that_is_code_alone_has_its_title() -> None:
    text = '??? answer "A"\n    ```python exec="on" id="b"\n    print(1)\n    ```\n\nafter'
    assert written(text) == ["**A**", "[b, folded]", "after"]


def test_a_show_block_stays_within_its_answer() -> None:
    text = '??? answer "A"\n    ```show id="b"\n    "x"\n    ```\n'
    assert written(text) == ["<details><summary>A</summary>", "[b]", "</details>"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{@churn.s1.z1_1} and {=-0.2}", "0.33 and \N{MINUS SIGN}0.2"),
        ("$x = {@churn.s1.z1_1} + {=-0.2}$", "$x = 0.33 + -0.2$"),
        ("`{@churn.s1.z1_1}` {?churn.s1.z1_1}", "`{@churn.s1.z1_1}` " + flatten.BLANK),
        ("## Title { #title }", "## Title "),
        ("a word{ .wide } here", "a word here"),
        ("[a](#b)", f"[a]({ADDRESS}#b)"),
        ("[a](../07-loss/index.md#b)", "[a](https://example.org/course/07-loss/index.html#b)"),
        ("[a](lab.ipynb)", "[a](https://example.org/course/03-activations/lab.html)"),
        ("[{@churn.s1.z1_1}](index.md)", f"[0.33]({ADDRESS})"),
        ("[a](https://other.org/x.md)", "[a](https://other.org/x.md)"),
        ('<a href="../x.whl">w</a>', '<a href="https://example.org/course/x.whl">w</a>'),
        ("![alt](../a.svg)", "![alt](https://example.org/course/a.svg)"),
        ("`[a](b.md)`", "`[a](b.md)`"),
        ("```text\n[a](b.md) {=0.1}\n```", "```text\n[a](b.md) {=0.1}\n```"),
    ],
)
def test_text_is_written_plainly(text: str, expected: str) -> None:
    assert flatten.plain(text, CONTEXT, ADDRESS) == expected
