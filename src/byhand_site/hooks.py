"""MkDocs events. MkDocs loads this file on its own; all that it does stands in `events`."""

from byhand_site.events import (  # noqa: F401
    on_config,
    on_env,
    on_files,
    on_nav,
    on_page_content,
    on_page_context,
    on_page_markdown,
    on_post_build,
    on_post_page,
    on_pre_build,
    on_pre_page,
)
