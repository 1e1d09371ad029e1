"""Matplotlib backend of the site: ``plt.show()`` writes SVG that follows the colour scheme.

Where the environment names a folder in ``BYHAND_FIGURES``, each shown figure leaves ``<n>.svg`` and
``<n>.json`` (its data) there; in a notebook kernel it is displayed; elsewhere it is only closed.
"""

import json
import os
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from byhand_site import figuredata, svg

FOLDER = "BYHAND_FIGURES"


class FigureManager(FigureManagerBase):
    """A manager without a window."""

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:  # noqa: ARG003
        """Write every open figure and close it, as a window that the reader closes."""
        for manager in Gcf.get_all_fig_managers():
            _write(manager.canvas.figure)
        Gcf.destroy_all()


class FigureCanvas(FigureCanvasAgg):
    """The canvas pyplot asks a backend for."""

    manager_class = FigureManager


def new_figure_manager(
    num: int, *args: Any, FigureClass: type[Figure] = Figure, **kwargs: Any
) -> Any:
    """Make a figure in the site's style; what the block has set itself stays as it is."""
    apply_style()
    figure = FigureClass(*args, **kwargs)
    return FigureCanvas.new_manager(figure, num)


def apply_style() -> None:
    """Set the site's style where matplotlib's own defaults still stand."""
    set_now: dict[str, Any] = dict(mpl.rcParams.items())
    defaults: dict[str, Any] = dict(mpl.rcParamsDefault.items())
    style = svg.style()
    unset = {name: value for name, value in style.items() if set_now[name] == defaults[name]}
    for name, value in unset.items():
        mpl.rcParams[name] = value  # type: ignore[index]


def _write(figure: Figure) -> None:
    folder = os.environ.get(FOLDER)
    if folder is None and "IPython" not in sys.modules:
        return
    text = render(figure)
    described = json.dumps(figuredata.describe(figure), indent=1)
    if folder is None:
        _display(text, described)
        return
    number = len(list(Path(folder).glob("*.svg"))) + 1
    Path(folder, f"{number}.json").write_text(described + "\n", encoding="utf-8")
    Path(folder, f"{number}.svg").write_text(text, encoding="utf-8")


def render(figure: Figure) -> str:
    """Render a figure as one ``<svg>`` element whose colours are the site's variables."""
    buffer, canvas = StringIO(), figure.canvas
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    try:  # not by savefig, which draws everything twice
        FigureCanvasSVG(figure).print_svg(buffer, metadata=nothing)  # type: ignore[no-untyped-call]
    finally:
        figure.canvas = canvas
    return svg.inline(buffer.getvalue())


def _display(text: str, described: str) -> None:
    """Display the figure in a notebook, its data beside it for the site's build."""
    from IPython.display import HTML, display

    script = f'<script class="figure-data" type="application/json">{described}</script>'
    display(HTML(text + script))  # type: ignore[no-untyped-call]
