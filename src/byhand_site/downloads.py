"""Each chapter as a notebook and as a script, made of the very blocks that the build has tested."""

import json
import re
from pathlib import Path

from mkdocs.utils import get_relative_url

from byhand_site import flatten
from byhand_site.chapters import LICENCE, Chapter, name_of
from byhand_site.notebooks import notebook
from byhand_site.paths import DOCS
from byhand_site.session import Session

FOLDER = "downloads"
"""Where the files are on the site."""

_FENCE = re.compile(r"^(```+|~~~+).*?^\1[`~]*$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"<h1\b.*?</h1>", re.DOTALL)


def write(session: Session, site: str | Path, site_url: str | None) -> None:
    """Write every chapter's notebook and script into a built site.

    Parameters
    ----------
    session : Session
        With the outcomes of all blocks.
    site : str or Path
        The built site.
    site_url : str, optional
        Where it will be read; links in the files lead there.
    """
    folder = Path(site, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    for path, page in session.pages.items():
        if name := name_of(path):
            chapter = Chapter(page, session, site_url or "")
            made = json.dumps(notebook(chapter), indent=1, ensure_ascii=False)
            (folder / f"{name}.ipynb").write_text(f"{made}\n", encoding="utf-8")
            (folder / f"{name}.py").write_text(script(chapter), encoding="utf-8")


def script(chapter: Chapter) -> str:
    """Make a chapter's script: its blocks in their order, below the headings as comments."""
    head = (
        f'"""{chapter.title}: the blocks of a chapter of byhand as one script.\n\n'
        f"{chapter.address}\n\n"
        "Made of the blocks that were run and compared when the site was built. It needs the\n"
        f"course's package: download {chapter.wheel}, and\n\n"
        f"    {chapter.install()}\n\n"
        f'Verified with {chapter.verified()}.\n{LICENCE}\n"""\n'
    )
    made = [head]
    for part in flatten.parts(chapter.page):
        text = _FENCE.sub("", chapter.plain(part.text))
        headings = re.findall(r"^#{1,6} .*\S", text, re.MULTILINE)
        made += [f"# %% [markdown]\n# {heading}\n" for heading in headings]
        if part.block and part.block.language == "python":
            title = chapter.plain(part.block.options.get("title", ""))
            name = f"{part.block.name}: {title}" if title else part.block.name
            made.append(f"# %% {name}\n{part.block.source.strip()}\n")
    return "\n".join(made)


def offer(output: str, path: str, url: str, docs: Path = DOCS) -> str:
    """Offer both files below the title of a chapter's page, its lab, and what the ledger has of it.

    Parameters
    ----------
    output : str
        HTML of the page.
    path, url : str
        Its source and its address on the site.
    docs : Path
        Where the lessons are.

    Returns
    -------
    str
    """
    name = name_of(path)
    if not name:
        return output
    links = " · ".join(
        f'<a href="{get_relative_url(f"{FOLDER}/{name}.{ending}", url)}" download>{kind}</a>'
        for kind, ending in (("notebook", "ipynb"), ("script", "py"))
    )
    record = get_relative_url(f"ledger.html?chapter={int(path[:2])}", url)
    has_lab = (docs / path).with_name("lab.ipynb").exists()
    line = (
        f'<p class="chapter-download">Download this chapter: {links}. '
        f'Its numbers and claims: <a href="{record}">ledger</a>'
        + ('. To try out: <a href="lab.html">its lab</a></p>' if has_lab else "</p>")
    )
    return _TITLE.sub(lambda found: f"{found[0]}\n{line}", output, count=1)
