"""Tokens: how a page quotes a number, a source's text or a given value.

``{@key}`` number, ``{@key 12}`` its value with twelve digits · ``{!key}`` what a source printed
for it (``{!key 2}``: its second place) · ``{=0.1}`` a given value · ``{?key}`` an answer box.
Everywhere else a decimal literal is an error.
"""

import html
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from byhand_site import digits
from byhand_site.ledger import Entry
from byhand_site.markdown_text import CODE, MATH, PROSE, Piece, pieces

TOKEN = re.compile(r"\{(?P<sign>[@!=?])(?P<name>[^{}\s]+)(?: (?P<place>\d+))?\}")
VALUE = 12
"""In the place of ``{@key 12}``: all digits that the site publishes, instead of the text."""
_OPENING = re.compile(r"\{[@!=?]")


def _literal(before: str) -> re.Pattern[str]:
    """Make the pattern of a decimal literal that no character of `before` precedes."""
    decimal = r"(?:\d*\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)(?![\w.]*\.\d)"
    return re.compile(rf"(?<![{before}])(?:\d+(?:\.\d+)?\s?\\?%|{decimal})")


_LITERAL = _literal(r"\w.")
_LITERAL_IN_MATHS = _literal(r"\d.")  # a command may stand directly before it
_FREE = re.compile(
    r"§\s?\d+(?:\.\d+)+"
    r"|\b(?:Python|NumPy|CPython|CC BY(?:-SA)?|SIL OFL|OFL|MkDocs|Material|matplotlib|KaTeX|WCAG)"
    r"\s(?:≥\s?|from\s)?\d+(?:\.\d+)+(?:\s(?:to|or|and)\s\d+(?:\.\d+)+)*"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token as it stands on a page."""

    sign: str
    name: str
    place: int
    line: int

    def __str__(self) -> str:
        return f"{{{self.sign}{self.name}{f' {self.place}' if self.place != 1 else ''}}}"


@dataclass(slots=True)
class Page:
    """What rendering a page's tokens needs, and the running count of its number cards.

    Parameters
    ----------
    entries : mapping of str to Entry
        The ledger.
    values : mapping of str to float
        The values computed now.
    ledger_url : str
        Address of the ledger page as seen from this page.
    cards : int
        Cards made so far: their ids are unique on the page.
    placed : set of str
        Keys whose first element has been given its id, which the ledger links.
    """

    entries: Mapping[str, Entry]
    values: Mapping[str, float]
    ledger_url: str = "ledger.html"
    cards: int = field(default=0)
    placed: set[str] = field(default_factory=set)


def find(text: str, line: int = 1) -> Iterator[tuple[Token, str]]:
    """Yield the tokens outside code, each with its context."""
    if not _OPENING.search(text):
        return
    for piece in pieces(text, line):
        if piece.context != CODE:
            for match in TOKEN.finditer(piece.text):
                yield _token(match, piece), piece.context


def _token(match: re.Match[str], piece: Piece) -> Token:
    line = piece.line + piece.text.count("\n", 0, match.start())
    return Token(match["sign"], match["name"], int(match["place"] or 1), line)


def problem(token: Token, entries: Mapping[str, Entry], given: set[str] | None) -> str:
    """Say what is wrong with a token; an empty text if nothing is.

    Parameters
    ----------
    token : Token
        From `find`.
    entries : mapping of str to Entry
        The ledger.
    given : set of str or None
        Values the page's example declares, as text; None where the page names no example.
    """
    if token.sign == "=":
        return _given_problem(token.name, given)
    if token.name not in entries:
        return f"{token} names no number of the ledger"
    if token.place > 1 and token.sign != "!" and not _asks_for_value(token):
        return f"{token}: only {{!key}} takes a place"
    if token.sign == "!":
        sources = entries[token.name].source
        if not 1 <= token.place <= len(sources) or not sources[token.place - 1].printed:
            return f"{token}: the ledger knows no printed text for it"
    return ""


def _asks_for_value(token: Token) -> bool:
    return token.sign == "@" and token.place == VALUE


def _given_problem(name: str, given: set[str] | None) -> str:
    text = name.replace("\N{MINUS SIGN}", "-")
    try:
        value = _number(text)
    except ValueError:
        return f"{{={name}}} is no number"
    if given is not None and value not in {_number(known) for known in given}:
        return f"{{={name}}} is no value that the page's example declares"
    return ""


def _number(text: str) -> float:
    value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    if not math.isfinite(value):
        raise ValueError(f"a given value must be finite; got {text}")
    return value


def stray_decimals(text: str, line: int = 1) -> list[tuple[int, str]]:
    """Find decimal literals that stand outside code, tokens, versions and section numbers.

    Returns
    -------
    list of (int, str)
        Line and literal.
    """
    found: list[tuple[int, str]] = []
    for piece in pieces(text, line):
        if piece.context != CODE:
            bare = _FREE.sub(_blank, TOKEN.sub(_blank, piece.text))
            literal = _LITERAL_IN_MATHS if piece.context == MATH else _LITERAL
            found += [
                (piece.line + bare.count("\n", 0, match.start()), match[0])
                for match in literal.finditer(bare)
            ]
    return found


def malformed(text: str, line: int = 1) -> list[tuple[int, str]]:
    """Find what begins like a token and is none; ``{=}`` and the like are free in maths.

    Returns
    -------
    list of (int, str)
        Line, and the text from there on.
    """
    found: list[tuple[int, str]] = []
    if not _OPENING.search(text):
        return found
    for piece in pieces(text, line):
        if piece.context not in {CODE, MATH}:
            bare = TOKEN.sub(_blank, piece.text)
            for match in _OPENING.finditer(bare):
                shown = bare[match.start() :].split("\n", 1)[0][:30]
                found.append((piece.line + bare.count("\n", 0, match.start()), shown))
    return found


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def render(text: str, page: Page) -> str:
    """Replace the tokens of a page: by elements in prose, by text where no element can stand."""
    if not _OPENING.search(text):
        return text
    made = []
    for piece in pieces(text):
        write = _WRITERS.get(piece.context, _plain)
        whole = piece.text
        if piece.context != CODE:
            whole = TOKEN.sub(lambda match, write=write: write(match, page), whole)  # type: ignore[misc]
        made.append(whole)
    return "".join(made)


def render_plain(text: str, page: Page) -> str:
    """Replace the tokens of a text that can hold no element, such as an accessible name."""
    return TOKEN.sub(lambda match: _plain(match, page), text)


def _ascii(match: re.Match[str], page: Page) -> str:
    name = match["name"]
    if match["sign"] == "=":
        return name.replace("\N{MINUS SIGN}", "-")
    entry = page.entries.get(name)
    if entry is None:
        return f"?{name}?"
    if match["place"] == str(VALUE) and match["sign"] == "@" and entry.value_key in page.values:
        return digits.significant(page.values[entry.value_key])
    return _printed(entry, match) if match["sign"] == "!" else entry.text


def _printed(entry: Entry, match: re.Match[str]) -> str:
    place = int(match["place"] or 1)
    return entry.source[place - 1].printed if place <= len(entry.source) else f"?{entry.key}?"


def _plain(match: re.Match[str], page: Page) -> str:
    return digits.typeset(_ascii(match, page))


def _maths(match: re.Match[str], page: Page) -> str:
    return _ascii(match, page).replace("%", r"\%")


def _element(match: re.Match[str], page: Page) -> str:
    sign, text = match["sign"], _ascii(match, page)
    shown = html.escape(digits.typeset(text))
    if sign == "=":
        return f'<data class="given" value="{html.escape(text)}">{shown}</data>'
    entry = page.entries.get(match["name"])
    if entry is None or entry.value_key not in page.values:
        return f"<strong>{shown}</strong>"
    if sign == "@" and match["place"]:
        return shown
    if sign == "!":
        attributes = f'class="quoted" data-key="{entry.key}" value="{html.escape(text)}"'
        return f"<data {attributes}>{shown}</data>"
    return _answer_box(entry, page) if sign == "?" else number(entry, page)


def number(entry: Entry, page: Page) -> str:
    """Write a number as the element that readers see; `with_cards` adds what they hover."""
    value = digits.significant(page.values[entry.value_key])
    attributes = f'class="number" data-key="{entry.key}" value="{value}"'
    return f"<data {attributes}>{html.escape(entry.shown)}</data>"


_NUMBER = re.compile(r'<data class="number" data-key="(?P<key>[^"]+)" value="[^"]*">[^<]*</data>')


def with_cards(made: str, page: Page) -> str:
    """Give every number of a finished page its link and its card.

    That comes last, so that neither Markdown nor the search has to read a thousand cards.
    """
    return _NUMBER.sub(lambda match: _with_card(match[0], page.entries[match["key"]], page), made)


def _with_card(element: str, entry: Entry, page: Page) -> str:
    page.cards += 1
    card, url = f"num-{page.cards}", f"{page.ledger_url}#{entry.key}"
    exact = page.values[entry.value_key]
    rows = {
        "value": digits.typeset(digits.padded(exact)),
        "meaning": entry.meaning,
        "formula": entry.compute,
        "oracle": f"confirmed by {entry.oracle}",
    }
    spans = "".join(
        f'<span class="num-{name}">{html.escape(text)}</span>' for name, text in rows.items()
    )
    place = "" if entry.key in page.placed else f' id="use-{entry.key}"'
    page.placed.add(entry.key)
    return (
        f'<span class="num"{place}><a class="num-link" href="{url}" aria-describedby="{card}">'
        f"{element}</a>"
        f'<span class="num-card" id="{card}" role="tooltip">{spans}'
        f'<a class="num-more" tabindex="-1" href="{url}">Ledger entry</a></span></span>'
    )


def _answer_box(entry: Entry, page: Page) -> str:
    value = digits.significant(page.values[entry.value_key])
    return (
        f'<answer-check data-key="{entry.key}" data-value="{value}" data-text="{entry.text}">'
        '<label>Your answer <input inputmode="decimal" autocomplete="off" size="9"></label> '
        '<button type="button">Check</button><output></output></answer-check>'
    )


_WRITERS: dict[str, Callable[[re.Match[str], Page], str]] = {PROSE: _element, MATH: _maths}
