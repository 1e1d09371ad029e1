"""The README's picture: drawn from the trace like any figure, and held to what is stored."""

from collections.abc import Iterator
from pathlib import Path

from byhand_site.failures import Failure
from byhand_site.ledger import UPDATE
from byhand_site.paths import DOCS

MARGIN = 12


def file(docs: Path = DOCS) -> Path:
    """Path of the picture."""
    return docs / "assets" / "readme" / "network.svg"


def picture() -> str:
    """Draw the churn network with its first customer as a file of its own, on a light ground."""
    from byhand import show
    from byhand.show.palette import colours
    from byhand.worked import churn

    network, inputs = churn.network(), ("tenure", "charges")
    drawn = show.network(network, churn.trace(), sample=1, input_names=inputs).svg
    head, inside = drawn.split(">", 1)
    view = head.split('viewBox="')[1].split('"')[0]
    x, y, width, height = (float(number) for number in view.split())
    wide = f"{x - MARGIN:g} {y - MARGIN:g} {width + 2 * MARGIN:g} {height + 2 * MARGIN:g}"
    ground = f'<rect x="{x - MARGIN:g}" y="{y - MARGIN:g}" width="100%" height="100%" '
    ground += f'fill="{colours("default")["paper"]}"/>'
    return f"{head.replace(view, wide)}>{ground}{inside}\n"


def check(docs: Path = DOCS) -> Iterator[Failure]:
    """Hold the stored picture to what the trace gives now."""
    path = file(docs)
    if not (docs.parent / "README.md").exists():
        return  # lessons without a README have no picture to show
    if not path.exists() or path.read_text(encoding="utf-8") != picture():
        name = path.relative_to(docs).as_posix()
        yield Failure(name, 0, "the README's picture differs from what is drawn now", todo=UPDATE)


def store(docs: Path = DOCS) -> Iterator[str]:
    """Draw the picture anew."""
    if list(check(docs)):
        file(docs).parent.mkdir(parents=True, exist_ok=True)
        file(docs).write_text(picture(), encoding="utf-8")
        yield f"{file(docs).relative_to(docs).as_posix()}: drawn anew"
