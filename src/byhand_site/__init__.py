"""Page glue of the byhand site: the only code that knows Markdown or MkDocs."""
