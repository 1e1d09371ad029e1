"""From a block's outcome to the HTML that stands in the page."""

import html
import re
from typing import Any

from markdown import Markdown
from markdown_exec import InsertHeadings, MarkdownConverter
from markupsafe import Markup

from byhand_site import svg, tokens
from byhand_site.executor import Outcome
from byhand_site.fences import Block


def block(block: Block, outcome: Outcome, md: Markdown, page: tokens.Page) -> Markup:
    """Render an executed fence: its source if it has a visible one, its output, its figures.

    Parameters
    ----------
    block : Block
        From the pre-pass.
    outcome : Outcome
        What came of running it.
    md : Markdown
        The page's converter.
    page : tokens.Page
        Where numbers are rendered.

    Returns
    -------
    Markup
        One element with ``data-block``.
    """
    inside = (
        _python(block, outcome, md, page)
        if block.language == "python"
        else _shown(block, outcome, md, page)
    )
    name = "block" if block.language == "python" else "show-block"
    opening = f'<div class="{name}" data-block="{block.id}" data-kind="{block.language}">'
    made = Markup(f"{opening}{inside}</div>")
    _hand_on_headings(md, inside, made)
    return made


def _hand_on_headings(md: Markdown, inside: str, made: Markup) -> None:
    """Keep a show block's headings in the table of contents: they are noted by its text."""
    if InsertHeadings.name in md.treeprocessors:
        headings: dict[str, Any] = md.treeprocessors[InsertHeadings.name].headings
        if inside in headings:
            headings[made] = headings.pop(inside)


def _python(block: Block, outcome: Outcome, md: Markdown, page: tokens.Page) -> str:
    result = _output(outcome) + _figures(block, outcome, md, page)
    return _highlighted(block, md) + result


def _highlighted(block: Block, md: Markdown) -> str:
    """Let the page's own extension write the code, as it writes any fence of the page."""
    fences = md.preprocessors["fenced_code_block"]
    fences.get_hl_settings()
    options = {name: block.options[name] for name in ("title",) if name in block.options}
    made = fences.highlight(
        src=block.source.strip("\n"),
        language=block.language,
        options=options,
        md=md,
        classes=[],
        id_value="",
        attrs={},
    )
    return str(made)


def _shown(block: Block, outcome: Outcome, md: Markdown, page: tokens.Page) -> str:
    made = _error(outcome) if outcome.error else ""
    if outcome.markdown:
        converter = MarkdownConverter(md, update_toc=True)
        made += str(converter.convert(tokens.render(outcome.markdown, page), id_prefix=""))
    return made + _figures(block, outcome, md, page)


def _output(outcome: Outcome) -> str:
    """Write the printed text, escaped; the leading newline is one that HTML drops."""
    text = html.escape(outcome.output, quote=False)
    made = f'<pre class="block-output" data-output tabindex="0">\n{text}</pre>' if text else ""
    return made + (_error(outcome) if outcome.error else "")


def _error(outcome: Outcome) -> str:
    return f'<pre class="block-error" role="alert">{html.escape(outcome.error)}</pre>'


def _figures(block: Block, outcome: Outcome, md: Markdown, page: tokens.Page) -> str:
    names = block.alts() or [outcome.alt]
    caption = _caption(block.options.get("caption", ""), md, page)
    made = ""
    for number, (drawn, _) in enumerate(outcome.figures, 1):
        alt = names[number - 1] if number <= len(names) else ""
        last = number == len(outcome.figures)
        label = tokens.render_plain(alt, page)
        made += figure(drawn, f"{block.id}/{number}", label, caption if last else "", page)
    return made


def figure(drawn: str, name: str, alt: str, caption: str, page: tokens.Page) -> str:
    """Write one figure: the drawing with its accessible name, and a caption of ready HTML."""
    prefix = re.sub(r"[^a-z0-9]+", "-", name.lower())
    drawn = tokens.render(svg.with_prefix(drawn, prefix), page)
    drawn = (
        re.sub(r'\s(?:role|aria-label|class)="[^"]*"', "", drawn[: drawn.index(">")])
        + drawn[drawn.index(">") :]
    )
    attributes = f'class="figure" data-figure="{name}" role="img" aria-label="{html.escape(alt)}"'
    drawn = drawn.replace("<svg", f"<svg {attributes}", 1)
    text = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="block-figure">{drawn}{text}</figure>'


def _caption(text: str, md: Markdown, page: tokens.Page) -> str:
    if not text:
        return ""
    made = str(MarkdownConverter(md, update_toc=False).convert(tokens.render(text, page))).strip()
    return made.removeprefix("<p>").removesuffix("</p>")


def formatter(find: Any) -> Any:
    """Make the function that markdown-exec calls for a fence; `find` looks its block up."""

    def format_fence(*, code: str, md: Markdown, id: str = "", **_: Any) -> Markup:  # noqa: A002
        found, outcome, page = find(id, code)
        return block(found, outcome, md, page)

    return format_fence
