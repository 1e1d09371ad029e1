"""What we change in Material's own files where it has no setting for it."""

import re

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files

_SCRIPT = re.compile(r"assets/javascripts/bundle\.\w+\.min\.js")
_CHANGES = {
    r'location\.protocol!=="file:"': "!1",  # whether the search begins before it is opened
    r'\w+\("search\.highlight"\)(?=\?)': r"location.search&&\g<0>",  # whether words are marked
}


def search_on_demand(files: Files) -> None:
    """Have the search's index fetched by whoever searches, as Material does for a site on a disk.

    From a server, Material fetches it with every page and prepares to search: a megabyte, and
    more than a quarter of the work of opening the longest chapter.

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
