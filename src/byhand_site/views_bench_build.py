"""The page on the build's speed: the stored table of ``scripts/bench.py build``.

Called from view blocks; nothing is measured here.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from byhand_site import mplsvg, svg
from byhand_site.measured import measured, stored, table, times, two

Row = Mapping[str, Any]
_MEANING = {
    "byhand": "byhand, cold: every block runs alone",
    "byhand, warm": "byhand, warm: nothing has changed",
    "floor: blocks": "all blocks straight in one warm process",
    "floor: rendering": "MkDocs renders the same pages, nothing runs",
    "floor: rendering and labs": "MkDocs renders the same pages; labs alone run",
    "floor": "floor: blocks and rendering, one after the other",
    "markdown-exec": "markdown-exec: every block in one process",
    "Jupyter Book": "Jupyter Book on Sphinx: a kernel for each page",
}


def _stored() -> Mapping[str, Any]:
    return stored("bench_build.toml")


def machine() -> str:
    """Say when and on what it was measured."""
    run = _stored()["machine"]
    return (
        f'!!! note "Measured on {run["date"]}"\n'
        f"    {run['system']}, {run['cores']} cores, Python {run['python']}. A time is the median "
        f"of {run['turns']} turns, a ratio the median of the ratios within a turn."
    )


def synthetic() -> str:
    """Compare the builders on the same twenty pages."""
    run = _stored()["machine"]
    said = f"{run['pages']} pages with {run['blocks']} blocks, a plot on every page."
    return f"{said}\n\n{_compare(_stored()['synthetic'])}"


def course() -> str:
    """Compare a build of the whole course with its floor."""
    return _compare(_stored()["course"])


def _compare(rows: Sequence[Row]) -> str:
    heads = {
        "What is built": ":---",
        "Median, s": "---:",
        "Cold byhand takes, times it": "---:",
        "Warm byhand takes, times it": "---:",
    }
    body = [
        [
            _MEANING[row["name"]],
            measured(row["seconds"], f"{row['seconds']:.1f}"),
            times(row["byhand_by_it"]),
            times(row["warm_by_it"]),
        ]
        for row in rows
    ]
    return table(heads, body)


def edit() -> str:
    """Say how long an edited page takes in the live server."""
    found = _stored()["edit"]
    return (
        f"With the live server, an edited page of the course is back in the browser after "
        f"{measured(found['median'], two(found['median']))} s in the median, and "
        f"{measured(found['slowest'], two(found['slowest']))} s at most; "
        f"{found['edits']} edits of {found['pages']} chapters were timed."
    )


def growth() -> str:
    """Draw seconds and memory against the number of pages."""
    rows = _stored()["growth"]
    pages = [row["pages"] for row in rows]
    style: dict[Any, Any] = svg.style()
    with mpl.rc_context(style):
        figure = Figure(figsize=(5.6, 4.2))
        seconds, memory = figure.subplots(2, 1, sharex=True)
        seconds.plot(pages, [row["seconds"] for row in rows], "o-", color="C2")
        seconds.set(ylabel="seconds")
        memory.plot(pages, [row["memory_mb"] for row in rows], "s-", color="C3")
        memory.set(ylabel="memory, MB", xlabel="pages")
        for axes in (seconds, memory):
            axes.set(xlim=(0, None), ylim=(0, 1.15 * axes.dataLim.ymax))  # room for the last mark
        drawn = svg.with_prefix(mplsvg.render(figure), "bench-build-growth")
    drawn = drawn.replace("<svg", '<svg class="figure" aria-hidden="true"', 1)
    spoken = "; ".join(
        f"{row['pages']} pages: {two(row['seconds'])} s, {row['memory_mb']} MB" for row in rows
    )
    caption = (
        "Cold builds of sites of the same kind. Above: seconds grow along a straight line. "
        "Below: the memory of the largest process hardly grows."
    )
    return (
        f'<figure class="block-figure"><span role="img" '
        f'aria-label="{html.escape(spoken)}">{drawn}</span>'
        f"<figcaption>{caption}</figcaption></figure>"
    )
