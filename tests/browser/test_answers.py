"""The answer box: it takes what rounds to the printed digits, and says what is wrong otherwise."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from byhand_site import pages as sources
from byhand_site import tokens
from tests.browser.conftest import CHAPTER, DESKTOP, Shared, unfold

PAGE = sources.load()[0]["05-forward-pass/index.md"]
ASKED = [
    token.name for text, line in PAGE.texts() for token, _ in tokens.find(text, line)
    if token.sign == "?"
]  # fmt: skip


@pytest.fixture
def chapter(shared: Shared) -> Page:
    page = shared(CHAPTER, DESKTOP)
    unfold(page)
    return page


def boxes(page: Page) -> Locator:
    return page.locator("answer-check")


def answers(box: Locator, *texts: str) -> list[str]:
    """Give texts to a box, one after the other; give its verdicts."""
    found: list[str] = box.evaluate(
        """(box, texts) => texts.map((text) => {
          const input = box.querySelector("input");
          input.value = text;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          box.querySelector("button").click();
          return box.dataset.verdict;
        })""",
        texts,
    )
    return found


def step(text: str, units: int) -> str:
    """Go from a printed text some units of its last digit away."""
    number = text.rstrip("%")
    places = len(number.partition(".")[2])
    moved = f"{float(number) + units * 10**-places:.{places}f}"
    return moved + text[len(number) :]


def test_the_chapter_asks_what_its_source_asks(chapter: Page) -> None:
    keys = [str(box.get_attribute("data-key")) for box in boxes(chapter).all()]
    assert keys == ASKED
    assert len(keys) >= 4


def test_every_box_takes_its_answer_in_each_form(chapter: Page) -> None:
    for box in boxes(chapter).all():
        text = str(box.get_attribute("data-text"))
        forms = [text, text.replace(".", ","), text.replace("-", "−"), f" {text} "]
        if not text.endswith("%"):
            forms.append(str(box.get_attribute("data-value")))
        assert answers(box, *forms) == ["right"] * len(forms), text


def test_no_box_takes_another_answer(chapter: Page) -> None:
    for box in boxes(chapter).all():
        text = str(box.get_attribute("data-text"))
        more, less, far, word, nothing = answers(
            box, step(text, 1), step(text, -1), "77777", "abc", ""
        )
        assert more in {"close", "wrong"}, text
        assert less in {"close", "wrong", "sign"}, text
        assert (far, word, nothing) == ("wrong", "not a number", "empty")


def test_a_wrong_sign_is_named(chapter: Page) -> None:
    signed = [box for box in boxes(chapter).all() if float(str(box.get_attribute("data-value")))]
    assert signed
    for box in signed:
        text = str(box.get_attribute("data-text"))
        assert answers(box, text[1:] if text.startswith("-") else f"-{text}") == ["sign"], text


def test_rounding_on_the_way_is_named(chapter: Page) -> None:
    """Answer a unit of the last digit off where the value has three digits or more."""
    asked = [
        box
        for box in boxes(chapter).all()
        if len(str(box.get_attribute("data-text")).lstrip("-0.").replace(".", "")) >= 3
    ]
    assert asked
    for box in asked:
        assert answers(box, step(str(box.get_attribute("data-text")), 1)) == ["close"]
        expect(box.locator("output")).to_contain_text("round")


def test_a_reader_types_presses_the_button_and_reads_the_verdict(chapter: Page) -> None:
    box = boxes(chapter).first
    for text, said in [
        ("77777", "Not yet"),
        ("abc", "not a decimal number"),
        (str(box.get_attribute("data-text")), "Right"),
    ]:
        box.locator("input").fill(text)
        box.get_by_role("button", name="Check").click()
        expect(box.locator("output")).to_contain_text(said)
    expect(box.locator("input")).to_have_attribute("aria-invalid", "false")


def test_the_enter_key_checks_and_typing_again_clears_the_verdict(chapter: Page) -> None:
    box = boxes(chapter).first
    box.locator("input").fill("77777")
    box.locator("input").press("Enter")
    expect(box).to_have_attribute("data-verdict", "wrong")
    box.locator("input").press("Backspace")
    expect(box.locator("output")).to_be_empty()


def test_a_box_has_a_label_and_speaks(chapter: Page) -> None:
    for box in boxes(chapter).all():
        expect(box.locator("input")).to_have_accessible_name(re.compile("^Your answer"))
        expect(box.locator("output")).to_have_attribute("aria-live", "polite")
