"""Plots a chapter would otherwise repeat; they draw on axes you made, in its style's colours.

This is the one module of the library that uses matplotlib, and it only needs the axes you pass:
nothing of it is imported before something is drawn.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import Array, as_floats, as_matrix, require_shape

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["classes", "decision_surface", "picture"]

_BANDS: Final = 4  # shades on each side of the threshold
_FAINTEST, _STRONGEST = 0.05, 0.3
_MARKERS: Final = ("o", "s")
_INK: Final = (4.5, 8.5, 16.5)  # no amount of ink lies on an edge


def decision_surface(
    axes: "Axes",
    predict: Callable[[Array], Array],
    X: ArrayLike,
    y: ArrayLike,
    *,
    threshold: float = 0.5,
    margin: float = 0.15,
    steps: int = 121,
) -> Array:
    """Draw what a network answers over the plane, and the samples it is asked about.

    One colour on each side of the threshold, stronger where the answer is further from it, with the
    border between them as a line.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    predict : callable
        (m, 2) -> (m, 1) or (m,): the answer for each point.
    X : array_like, shape (n, 2)
        The samples.
    y : array_like, shape (n,) or (n, 1)
        Their classes, 0 or 1.
    threshold : float
        The answer at which the class changes.
    margin : float
        How far the picture goes beyond the samples, as a share of their range.
    steps : int
        Points along each axis at which the network is asked.

    Returns
    -------
    ndarray of float64, shape (steps, steps)
        The answers; row by row from the bottom.

    Raises
    ------
    ValueError
        If X isn't (n, 2), y doesn't fit, or predict answers with another number of points.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> X, y = [[0, 0], [1, 1]], [0, 1]
    >>> answers = decision_surface(Figure().subplots(), lambda p: p[:, 0] * p[:, 1], X, y, steps=5)
    >>> answers.shape
    (5, 5)
    """
    X = as_matrix(X, "X", 2)
    low, high = X.min(axis=0), X.max(axis=0)  # (2,), (2,)
    room = margin * np.where(high > low, high - low, 1.0)
    across, up = np.linspace(low - room, high + room, steps).T  # (steps,), (steps,)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)  # (steps², 2)
    answers = np.asarray(predict(grid), dtype=np.float64)
    if answers.size != len(grid):
        raise ValueError(f"predict must answer {len(grid)} points; got shape {answers.shape}")
    surface = answers.reshape(steps, steps)
    _shade(axes, across, up, surface, threshold)
    classes(axes, X, y)
    axes.set_xlim(across[0], across[-1])
    axes.set_ylim(up[0], up[-1])
    axes.grid(visible=False)
    return surface


def _shade(axes: "Axes", across: Array, up: Array, surface: Array, threshold: float) -> None:
    """Shade the sides in bands; a band is one colour, which the page can turn dark."""
    furthest = float(np.abs(surface - threshold).max()) or 1.0
    edges = np.linspace(0.0, furthest, _BANDS + 1)
    edges[-1] *= 1.001  # the furthest point itself belongs to the last band
    alphas = np.linspace(_FAINTEST, _STRONGEST, _BANDS)
    levels = [*-edges[:0:-1], *edges]
    colours = [("C0", alpha) for alpha in alphas[::-1]] + [("C1", alpha) for alpha in alphas]
    if (surface != threshold).any():
        axes.contourf(across, up, surface - threshold, levels, colors=colours)
    if surface.min() < threshold < surface.max():
        axes.contour(across, up, surface, [threshold], colors=[_text_colour()], linewidths=1.5)


def _text_colour() -> Any:
    from matplotlib import rcParams

    return rcParams["text.color"]


def classes(
    axes: "Axes", X: ArrayLike, y: ArrayLike, *, names: tuple[str, str] = ("0", "1")
) -> None:
    """Draw samples of two classes: blue circles for 0, orange squares for 1.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    X : array_like, shape (n, 2)
        The samples.
    y : array_like, shape (n,) or (n, 1)
        Their classes, 0 or 1.
    names : tuple of str
        What the classes are called in a legend.

    Raises
    ------
    ValueError
        If X isn't (n, 2), or y isn't one 0 or 1 for each row.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> classes(axes, [[0, 0], [0, 1], [1, 0]], [0, 0, 1], names=("stays", "leaves"))
    >>> [(len(drawn.get_offsets()), drawn.get_label()) for drawn in axes.collections]
    [(2, 'stays'), (1, 'leaves')]
    """
    X = as_matrix(X, "X", 2)
    labels = np.asarray(y, dtype=np.float64)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    require_shape(labels, "y", (len(X),), "X's rows")
    if not np.isin(labels, (0.0, 1.0)).all():
        raise ValueError(f"y must be 0 or 1; got {labels[~np.isin(labels, (0.0, 1.0))][0]:g}")
    for value, (name, marker) in enumerate(zip(names, _MARKERS, strict=True)):
        chosen = X[labels == value]  # (number of that class, 2)
        if len(chosen):
            x1, x2 = chosen.T
            axes.scatter(x1, x2, s=64, marker=marker, color=f"C{value}", label=name, zorder=3)


def picture(axes: "Axes", ink: ArrayLike) -> None:
    """Draw a digit of :func:`byhand.data.digits`: light for some ink, dark for much.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw; its frame and ticks are taken away.
    ink : array_like, shape (64,)
        Ink in each of the 8 by 8 pixels, from 0 to 16, row by row from the top.

    Raises
    ------
    ValueError
        If ink isn't (64,).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> picture(axes, [0] * 27 + [16] * 10 + [0] * 27)
    >>> axes.axison
    False
    """
    pixels = as_floats(ink, "ink")
    require_shape(pixels, "ink", (64,), "8 by 8 pixels, row by row")
    framed = np.pad(pixels.reshape(8, 8), 1)  # so that a stroke at the edge is closed
    places = np.arange(-1, 9)
    axes.contourf(places, places, framed, _INK, colors=[("C0", 0.4), "C0"])
    axes.set_aspect("equal")
    axes.set_ylim(8, -1)
    axes.axis("off")
