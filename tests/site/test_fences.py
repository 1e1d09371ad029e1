"""Fences: every executed one is read with its line, every malformed one is named."""

import textwrap

import pytest

from byhand_site import fences


def read(text: str) -> tuple[list[fences.Block], list[str]]:
    blocks, failures = fences.blocks("05-x/page.md", textwrap.dedent(text))
    return blocks, [str(failure) for failure in failures]


def test_a_block_carries_page_name_line_source_and_options() -> None:
    blocks, failures = read(
        """\
        ---
        title: T
        ---
        # T

        ```python exec="on" id="one" title="first.py" caption="See *this*." alt="a" alt2="b"
        x = 1

        print(x)
        ```
        """
    )
    assert failures == []
    (block,) = blocks
    assert block.id == "05-x/page/one"
    assert block.line == 6
    assert block.source == "x = 1\n\nprint(x)"
    assert block.options["title"] == "first.py"
    assert block.options["caption"] == "See *this*."
    assert block.alts() == ["a", "b"]


def test_names_of_more_than_nine_figures_stay_in_order() -> None:
    options = " ".join(f'alt{n if n > 1 else ""}="figure {n}"' for n in range(1, 12))
    blocks, _ = read(f'```python exec="on" id="many" {options}\npass\n```\n')
    assert blocks[0].alts() == [f"figure {n}" for n in range(1, 12)]


def test_show_and_view_blocks_need_no_exec() -> None:
    blocks, failures = read('```show id="eq"\n"a"\n```\n\n```view id="table"\n"b"\n```\n')
    assert failures == []
    assert [(block.language, block.name) for block in blocks] == [("show", "eq"), ("view", "table")]


def test_a_block_inside_boxes_is_dedented_and_keeps_its_line() -> None:
    blocks, failures = read(
        """\
        !!! exercise "Do it"
            Text.

            ??? answer "Worked answer"
                ```python exec="on" id="deep"
                if True:
                    print(1)
                ```

            ??? answer "Another"
                ~~~python exec="on" id="waves"
                print(2)
                ~~~
        """
    )
    assert failures == []
    assert [(block.name, block.line) for block in blocks] == [("deep", 5), ("waves", 11)]
    assert blocks[0].source == "if True:\n    print(1)"


def test_what_an_outer_fence_shows_is_not_executed() -> None:
    blocks, failures = read(
        """\
        ````markdown
        ```python exec="on" id="shown"
        print(1)
        ```
        ````

        ```python exec="on" id="run"
        print("```")
        ```
        """
    )
    assert failures == []
    assert [block.name for block in blocks] == ["run"]
    assert blocks[0].source == 'print("```")'


def test_the_same_id_may_stand_on_two_pages() -> None:
    text = '```python exec="on" id="one"\npass\n```\n'
    names = {fences.blocks(page, text)[0][0].id for page in ("a.md", "b/a.md")}
    assert names == {"a/one", "b/a/one"}


@pytest.mark.parametrize("language", sorted(fences.PLAIN))
def test_plain_languages_are_left_alone(language: str) -> None:
    assert read(f"```{language}\nx = 0.5\n```\n") == ([], [])


MALFORMED = {
    "never closed": ('```python exec="on" id="one"\nprint(1)\n', "this fence is never closed"),
    "closed by too few ticks": ('````python exec="on" id="a"\n```\n', "this fence is never closed"),
    "no language": ("```\nprint(1)\n```\n", "a fence needs a language"),
    "unknown language": ("```pyhton\n1\n```\n", "unknown fence language 'pyhton'"),
    "not executed": ("```python\n1\n```\n", 'it needs exec="on"'),
    "exec misspelt": ('```python exce="on" id="a"\n1\n```\n', "unknown option 'exce'"),
    "exec off": ('```python exec="off" id="a"\n1\n```\n', 'it needs exec="on"'),
    "exec 1": ('```python exec="1" id="a"\n1\n```\n', 'it needs exec="on"'),
    "no id": ('```python exec="on"\n1\n```\n', 'a python fence needs an id="…"'),
    "empty id": ('```python exec="on" id=""\n1\n```\n', 'a python fence needs an id="…"'),
    "odd id": ('```python exec="on" id="A b"\n1\n```\n', 'a python fence needs an id="…"'),
    "show without id": ("```show\n1\n```\n", 'a show fence needs an id="…"'),
    "view without id": ("```view\n1\n```\n", 'a view fence needs an id="…"'),
    "show with a title": ('```show id="a" title="t"\n1\n```\n', "unknown option 'title'"),
    "view with a caption": ('```view id="a" caption="t"\n1\n```\n', "unknown option 'caption'"),
    "session": ('```python exec="on" id="a" session="s"\n1\n```\n', "unknown option 'session'"),
    "source": ('```python exec="on" id="a" source="abve"\n1\n```\n', "unknown option 'source'"),
    "hidden": ('```python exec="on" id="a" html="on"\n1\n```\n', "unknown option 'html'"),
    "single quotes": ("```python exec='on' id='a'\n1\n```\n", "with double quotes"),
    "no quotes": ('```python exec=on id="a"\n1\n```\n', "with double quotes"),
    "unbalanced quote": ('```python exec="on" id="a\n1\n```\n', "with double quotes"),
    "braces": ('```{.python exec="on" id="a"}\n1\n```\n', "with double quotes"),
    "capital": ('```Python exec="on" id="a"\n1\n```\n', "unknown fence language 'Python'"),
    "in a quotation": ('> ```python exec="on" id="a"\n> 1\n> ```\n', "the mark of a quotation"),
    "deep in quotations": ("  > > ```python\n> > 1\n> > ```\n", "the mark of a quotation"),
    "behind a bullet": ('- ```python exec="on" id="a"\n  1\n\n', "quotation or list"),
    "behind a number": ('1. ~~~python exec="on" id="a"\n  1\n\n', "quotation or list"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_fence_is_named_with_its_line(case: str) -> None:
    fence, problem = MALFORMED[case]
    blocks, failures = read(f"# Title\n\nText.\n\n{fence}")
    assert blocks == []
    assert failures[0].startswith("05-x/page.md:5: ")
    assert problem in failures[0]


def test_an_id_used_twice_on_a_page_is_named_at_its_second_place() -> None:
    one = '```python exec="on" id="one"\npass\n```\n'
    blocks, failures = read(one + "\n" + one)
    assert [block.line for block in blocks] == [1]
    assert failures[0].startswith("05-x/page.md:5: the id 'one' is used twice on this page")


def test_every_malformed_fence_of_a_page_is_reported() -> None:
    _, failures = read("```python\n1\n```\n\n```nothing\n```\n\n```show\n1\n```\n")
    assert [failure.split(" ")[0] for failure in failures] == [
        "05-x/page.md:1:",
        "05-x/page.md:5:",
        "05-x/page.md:8:",
    ]
