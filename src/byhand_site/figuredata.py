"""A figure by its data: axes, labels, limits and artists, comparable on another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from byhand_site import svg

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.collections import Collection
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

_MOST = 240
_PLACES = 9


def describe(figure: Figure) -> dict[str, Any]:
    """Describe a figure that has been drawn: drawing settles its limits and ticks.

    Returns
    -------
    dict
        JSON: for each axes its title, labels, scales, limits and artists; long arrays are thinned
        and carry their size, sum, least and greatest value.
    """
    return {"axes": [_axes(axes) for axes in figure.axes]}


def _axes(axes: Axes) -> dict[str, Any]:
    children = axes.get_children()
    found = [_artist(child, axes) for child in children if child.get_visible()]
    legend = axes.get_legend()
    return {
        "title": axes.get_title(),
        "labels": [axes.get_xlabel(), axes.get_ylabel()],
        "scales": [axes.get_xscale(), axes.get_yscale()],
        "limits": [*_numbers(axes.get_xlim()), *_numbers(axes.get_ylim())],
        "legend": [text.get_text() for text in legend.get_texts()] if legend else [],
        "artists": [artist for artist in found if artist],
    }


def _artist(artist: Artist, axes: Axes) -> dict[str, Any] | None:
    from matplotlib.collections import Collection
    from matplotlib.image import AxesImage
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    if isinstance(artist, Line2D):
        return {
            "line": _label(artist),
            "x": _array(_seen(artist.get_xdata(), axes.get_xlim(), axes.get_xscale())),
            "y": _array(_seen(artist.get_ydata(), axes.get_ylim(), axes.get_yscale())),
        }
    if isinstance(artist, AxesImage):
        return {"image": _array(artist.get_array()), "extent": _numbers(artist.get_extent())}
    if isinstance(artist, Collection):
        return _collection(artist)
    if isinstance(artist, Patch) and artist is not axes.patch:
        return {"patch": _label(artist), "vertices": _array(_vertices(artist))}
    if isinstance(artist, Text) and artist.get_text() and artist is not axes.title:
        return {"text": artist.get_text(), "at": _numbers(artist.get_position())}
    return None


def _seen(values: Any, limits: tuple[float, float], scale: str) -> Any:
    """Make 0 of what is below a billionth of a linear axis: noise of last bits, and no picture."""
    if scale != "linear":
        return values
    plain = _filled(values)
    return np.where(np.abs(plain) < 1e-9 * abs(limits[1] - limits[0]), 0.0, plain)


def _collection(artist: Collection) -> dict[str, Any]:
    from matplotlib.colors import to_hex

    offsets = np.asarray(artist.get_offsets())
    paths = [path.vertices for path in artist.get_paths()]
    described: dict[str, Any] = {
        "collection": _label(artist),
        "offsets": _array(offsets),
        "colours": [
            svg.name_of(to_hex(colour)) for colour in np.atleast_2d(artist.get_facecolor())[:12]
        ],
    }
    if artist.get_array() is not None:
        described["values"] = _array(artist.get_array())
    if len(paths) > 1 or len(offsets) <= 1:
        described["paths"] = [_array(vertices) for vertices in paths[:24]]
    return described


def _vertices(patch: Patch) -> Any:
    return patch.get_patch_transform().transform_path(patch.get_path()).vertices


def _label(artist: Artist) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else label


def _array(values: Any) -> dict[str, Any] | list[float]:
    flat = _filled(values).ravel()
    if flat.size <= _MOST:
        return _numbers(flat)
    step = -(-flat.size // _MOST)
    finite = flat[np.isfinite(flat)]
    summary = [finite.sum(), finite.min(), finite.max()] if finite.size else []
    return {
        "size": int(flat.size),
        "summary": _numbers(summary),
        "every": step,
        "values": _numbers(flat[::step]),
    }


def _filled(values: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Turn anything into floats; what is masked is no number."""
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)


def _numbers(values: Any) -> list[Any]:
    return [None if not np.isfinite(value) else float(f"{value:.{_PLACES}g}") for value in values]
