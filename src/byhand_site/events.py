"""What happens at each MkDocs event; thin, so that another builder can call the same parts."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import markdown_exec
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils import get_relative_url

from byhand_site import downloads, labs, maths, publish, render, theme, tokens, usage
from byhand_site.executor import Outcome
from byhand_site.failures import BuildFailed, Failure
from byhand_site.fences import Block
from byhand_site.progress import Progress
from byhand_site.session import Session, begin

if TYPE_CHECKING:
    from byhand_site.labruns import LabRuns

LEDGER = "ledger.html"


class Live(Protocol):
    """A server that renders again and again, and shows failures instead of ending at them."""

    def pause(self) -> None:
        """Raise, before a page is rendered, to give way to newer sources."""
        ...

    def ready(self, config: MkDocsConfig, files: Files, env: Environment) -> None:
        """Note that all pages are rendered, and none is written."""
        ...

    def writing(self, nav: Navigation) -> None:
        """Note that a page is about to be written, or raise as `pause` does."""
        ...

    def content(self, html: str, page: str, session: Session) -> str:
        """Return a page's content with its failures in it."""
        ...


_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_SPAN = re.compile(r"</?span\b[^>]*>")
_PLACE = re.compile(r"<!--held (\d+)-->.*?<!--/held-->", re.DOTALL)


class Held(list[str]):
    """Drawings, formulas and code, taken out while the search and the templates read a page."""

    def put(self, made: str, text: str = "") -> str:
        """Keep an element; return what stands in its place, with its text for the search."""
        self.append(made)
        return f"<!--held {len(self) - 1}-->{text}<!--/held-->"

    def put_code(self, made: str) -> str:
        """Keep highlighted code and leave its text, except where others still have work in it."""
        if "<autoref" in made or "<!--held" in made:
            return made
        return self.put(made, _SPAN.sub("", made))

    def back(self, output: str) -> str:
        """Put everything back."""
        return _PLACE.sub(lambda match: self[int(match[1])], output)


@dataclass
class State:
    """The build at work: its session, and the page that is being rendered."""

    session: Session | None = None
    page: str = ""
    context: tokens.Page | None = None
    rendered: set[str] = field(default_factory=set)
    began: float = 0.0
    live: Live | None = None
    labs: "LabRuns | None" = None
    held: dict[str, Held] = field(default_factory=dict)
    templates: theme.Templates = field(default_factory=theme.Templates)


STATE = State()


def _session() -> Session:
    if STATE.session is None:
        raise PluginError("no build has begun")
    return STATE.session


def on_config(config: MkDocsConfig) -> None:
    """Put our runner in the place of markdown-exec's own, and register show and view fences."""
    for language in ("python", "show", "view"):
        markdown_exec.formatters[language] = render.formatter(_find)
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {}).setdefault(
        "custom_fences", []
    )
    for language in ("show", "view"):
        fences.append(
            {
                "name": language,
                "class": language,
                "validator": _validator,
                "format": markdown_exec.formatter,
            }
        )


def _validator(language: str, inputs: dict[str, str], *rest: Any, **named: Any) -> bool:
    return markdown_exec.validator(language, {**inputs, "exec": "on"}, *rest, **named)


def on_pre_build(config: MkDocsConfig) -> None:
    """Start the blocks; the build script has done so before MkDocs was even imported."""
    STATE.rendered = set()
    if STATE.session is None:
        STATE.session = begin(Path(config.docs_dir), Progress())
        STATE.session.run()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is made from the library itself, the palette's stylesheet; change the theme."""
    files.append(File.generated(config, "assets/css/palette.css", content=publish.palette()))
    theme.lighten(files)
    if STATE.labs:
        STATE.labs.ahead(files, config)
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    """Compile the templates; the blocks of the first page are running."""
    STATE.templates.compile(nav, files, config)


def on_pre_page(page: SitePage, **_: Any) -> None:
    """Remember which page is at work, so that a failure can name it."""
    if STATE.live:
        STATE.live.pause()
    STATE.page = page.file.src_uri
    STATE.began = time.monotonic() - _session().waited


def on_page_markdown(markdown: str, page: SitePage, **_: Any) -> str:
    """Replace a page's tokens."""
    session = _session()
    url = get_relative_url(LEDGER, page.url)
    STATE.context = tokens.Page(session.entries, session.values, url)
    return tokens.render(markdown, STATE.context)


def _find(name: str, code: str) -> tuple[Block, Outcome, tokens.Page]:
    """Look a fence up in the pre-pass, and wait for its outcome."""
    session = _session()
    blocks = [block for block in session.pages[STATE.page].blocks if block.name == name]
    if not blocks or blocks[0].source.strip() != code.strip() or STATE.context is None:
        raise PluginError(
            f"{STATE.page}: the fence {name!r} differs from what was read before the build"
        )
    STATE.rendered.add(blocks[0].id)
    return blocks[0], session.outcome(blocks[0]), STATE.context


def on_page_content(html: str, page: SitePage, config: MkDocsConfig, **_: Any) -> str:
    """Rebuild a lab's page from what mkdocs-jupyter executed; render maths."""
    session = _session()
    if page.file.src_uri.endswith(".ipynb") and not labs.is_waiting(html):
        context = tokens.Page(session.entries, session.values, get_relative_url(LEDGER, page.url))
        html = labs.page(html, page.file.src_uri, session, context, config)
        page.meta["description"] = labs.description(html)
    html = html.replace('<p><div class="show-block"', '<div class="show-block"')
    html = html.replace("</div></p>", "</div>")  # a block with headings is left in a paragraph
    held = Held()
    html = _DRAWING.sub(lambda match: held.put(match[0]), html)
    try:
        html = maths.render_page(html, held.put)
    except ValueError as error:
        session.failures.append(Failure(page.file.src_uri, 0, str(error)))
    html = _CODE.sub(lambda match: held.put_code(match[0]), html)
    STATE.held[page.file.src_uri] = held
    took = time.monotonic() - session.waited - STATE.began
    session.progress.pages[page.file.src_uri] = took
    return STATE.live.content(html, page.file.src_uri, session) if STATE.live else html


def on_post_page(output: str, page: SitePage, **_: Any) -> str:
    """Put back what was held, and give every number its card."""
    held = STATE.held.get(page.file.src_uri)
    output = held.back(output) if held else output
    session = _session()
    output = usage.add(output, page.file.src_uri, page.url, session)
    output = usage.words(output, page.file.src_uri, page.url, session)
    output = downloads.offer(output, page.file.src_uri, page.url, session.docs)
    url = get_relative_url(LEDGER, page.url)
    return tokens.with_cards(output, tokens.Page(session.entries, session.values, url))


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Hand over the templates; let a live server know that every page is rendered."""
    env.bytecode_cache = STATE.templates
    if STATE.live:
        STATE.live.ready(config, files, env)


def on_page_context(*_: Any, nav: Navigation, **__: Any) -> None:
    """Let a live server give way."""
    if STATE.live:
        STATE.live.writing(nav)


def on_post_build(config: MkDocsConfig) -> None:
    """Collect every failure of the run, then publish what a machine can read."""
    session = _session()
    session.finish()
    STATE.session = None
    for block in session.blocks:
        if block.id not in STATE.rendered:
            what = f"the block {block.name} was executed and never rendered"
            session.failures.append(Failure(block.page, block.line, what))
    if session.failures and STATE.live:
        return
    if session.failures:
        raise BuildFailed(session.failures)
    publish.data(session, config.site_dir)
    downloads.write(session, config.site_dir, config.site_url)
