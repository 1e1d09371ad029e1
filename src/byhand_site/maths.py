"""Maths at build time, by KaTeX: TeX in, HTML and MathML out, so that no page needs a script."""

import html
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

__all__ = ["KATEX", "known", "render", "render_page"]

#: KaTeX, used at build time only; the site carries its stylesheet and fonts.
KATEX: Final = Path(__file__).with_name("vendor") / "katex.min.js"

_FUNCTION: Final = """
function typeset(tex, displayMode) {
  const options = {displayMode, output: "htmlAndMathml", throwOnError: true, strict: "error"};
  try {
    return [true, katex.renderToString(tex, options)];
  } catch (error) {
    return [false, error.message];
  }
}
"""

#: What arithmatex (generic) leaves: \\(…\\) in a span, \\[…\\] in a div; and the marks after it.
_ARITHMATEX: Final = re.compile(
    r'<(?P<tag>span|div) class="arithmatex"(?P<attributes>[^>]*)>\s*'
    r"(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\])\s*</(?P=tag)>(?P<mark>[.,;:!?)]*)",
    re.DOTALL,
)
_SEEN: Final = '<span class="katex-html" aria-hidden="true">'
_PIECE: Final = '<span class="katex-base">'
_TAG: Final = re.compile(r"<[^>]*>")
_LEFT_OVER: Final = re.compile(r'class="arithmatex"[^>]*>\s*(?P<tex>\\[(\[][^<]*)')


def _with_mark(held: str, mark: str, made: str) -> str:
    """Keep a mark on the line of its formula, if the formula is of one piece anyway."""
    whole = mark and made.count(_PIECE) == 1
    return f'<span class="with-mark">{held}{mark}</span>' if whole else held + mark


@cache
def _katex() -> "MiniRacer":
    """Load KaTeX once; one V8 context serves the whole build. A warm build needs none."""
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    context.eval(KATEX.read_text(encoding="utf-8"))
    context.eval(_FUNCTION)
    return context


known: dict[str, str] = {}
"""Formulas rendered so far, by their style and text; a build may begin with those of the last."""


def render(tex: str, display: bool = False) -> str:
    """Render a formula as HTML for the eye and MathML for everyone else.

    Parameters
    ----------
    tex : str
        The formula, without delimiters.
    display : bool
        Whether it stands on lines of its own.

    Returns
    -------
    str
        ``<span class="katex…">…</span>``. The same formula is rendered once.

    Raises
    ------
    ValueError
        If KaTeX doesn't take it: an unknown command, unbalanced braces, a letter such as ŷ that
        TeX writes with a command. The message holds the formula.
    """
    name = f"{'display' if display else 'inline'} {tex}"
    if name not in known:
        done, text = _katex().call("typeset", tex, display)
        if not done:
            text = text.replace("\N{COMBINING LOW LINE}", "").removeprefix("KaTeX parse error: ")
            raise ValueError(f"maths must be TeX that KaTeX takes; got {tex!r}: {text}")
        known[name] = str(text)
    return known[name]


def render_page(page: str, put: Callable[[str, str], str] = lambda made, _: made) -> str:
    """Render every formula that Markdown left in a page.

    Parameters
    ----------
    page : str
        HTML of a page, or of a part of one. Formulas are escaped in it once, as text is.
    put : callable, optional
        Given a rendered formula and its text as one reads it (empty for a displayed one), returns
        what stands in the page.

    Returns
    -------
    str
        The same HTML with the formulas rendered.

    Raises
    ------
    ValueError
        If a formula is bad; the message names every bad one.
    """
    problems: list[str] = []

    def replace(match: re.Match[str]) -> str:
        display = match["display"] is not None
        tex = html.unescape(match["display"] if display else match["inline"]).strip()
        try:
            made = render(tex, display)
        except ValueError as error:
            problems.append(str(error))
            return match[0]
        if not display:
            text = _TAG.sub("", made.partition(_SEEN)[2])
            held = put(f'<span class="arithmatex"{match["attributes"]}>{made}</span>', text)
            return _with_mark(held, match["mark"], made)
        kind = 'class="arithmatex arithmatex--display"'
        return put(f"<div {kind}{match['attributes']}>{made}</div>", "") + match["mark"]

    done = _ARITHMATEX.sub(replace, page)
    if not problems:
        problems = [f"maths isn't closed: {left['tex']!r}" for left in _LEFT_OVER.finditer(done)]
    if problems:
        raise ValueError("; ".join(problems))
    return done
