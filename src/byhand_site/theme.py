"""What we do to the theme, so that pages open sooner and are made sooner."""

import re

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

_SCRIPT = re.compile(r"assets/javascripts/bundle\.\w+\.min\.js")
_CHANGES = {
    # whether the search is made ready before it is opened
    r'location\.protocol!=="file:"': "!1",
    # whether the words of a search are marked, which asks for its index: not without such words
    r'\w+\("search\.highlight"\)(?=\?)': r"location.search&&\g<0>",
    # what tells the browser the colour scheme, as theme.css does: then each element is styled twice
    r'(\w+\("meta",\{name:"color-scheme"\}\));document\.head\.appendChild\(\w+\)': r"\1",
}


def lighten(files: Files) -> None:
    """Take out of Material's script what costs every page much and gives its reader nothing.

    From a server it fetches the search's index with every page and prepares to search: a megabyte,
    and more than a quarter of the work of opening the longest chapter. And it has all of a page
    styled anew, twice.

    Parameters
    ----------
    files : Files
        The site's, with the theme's among them.

    Raises
    ------
    PluginError
        If Material's script isn't what we know.
    """
    scripts = [file for file in files if _SCRIPT.fullmatch(file.src_uri)]
    for old, new in _CHANGES.items():
        found = 0
        for file in scripts:
            file.content_string, count = re.subn(old, new, file.content_string)
            found += count
        if found != 1:
            raise PluginError(
                f"Material's script was expected to hold {old} once; it holds it {found} times. "
                "It has changed: put src/byhand_site/theme.py right, which changes it there."
            )


class Templates(BytecodeCache):
    """The theme's templates, compiled while the first blocks run instead of after the last."""

    def __init__(self) -> None:
        self._known: dict[str, Bucket] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled of this very text."""
        known = self._known.get(bucket.key)
        if known and known.checksum == bucket.checksum:
            bucket.code = known.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._known[bucket.key] = bucket

    def compile(self, nav: Navigation, files: Files, config: MkDocsConfig) -> None:
        """Compile all that a page is made from, by making one: the first, still without text."""
        if self._known or not nav.pages:
            return
        first = nav.pages[0]
        first.content = ""
        env = config.theme.get_env()
        env.bytecode_cache = self
        env.get_template("main.html").render(get_context(nav, files, config, first))
