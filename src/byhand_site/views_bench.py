"""The page on speed: the stored table of scripts/bench.py as tables, sentences and a plot.

Called from view blocks. Nothing is measured here: times hold for the machine and the day in the
table, and stand on the page as ``<data class="measured">``.
"""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from byhand_site import mplsvg, svg
from byhand_site.measured import measured as _measured
from byhand_site.measured import stored
from byhand_site.measured import table as _table
from byhand_site.measured import times as _times
from byhand_site.measured import two as _two

Row = Mapping[str, Any]

_VERSIONS = {
    "python": "Python",
    "byhand": "byhand",
    "numpy": "NumPy",
    "scikit-learn": "scikit-learn",
    "torch": "PyTorch",
    "micrograd": "micrograd",
}
_VARIED = {
    "width": ("neurons of the hidden layer", "o-", "C2"),
    "depth": ("hidden layers", "s-", "C3"),
    "batch_size": ("samples in a batch", "^-", "C1"),
}


def _stored() -> Mapping[str, Any]:
    return stored("bench.toml")


def _milliseconds(seconds: float) -> str:
    return _measured(seconds, _two(seconds * 1e3))


def _difference(value: float) -> str:
    """Name the power of ten that a difference stays below."""
    if value == 0:
        return "none"
    exponent = int(f"{value:e}".split("e")[1]) + 1
    return f'below <data class="measured" value="{value}">10<sup>−{-exponent}</sup></data>'


def _sizes(sizes: Sequence[int]) -> str:
    return "-".join(map(str, sizes))


def machine() -> str:
    """Say when and on what it was measured."""
    run = _stored()["run"]
    versions = ", ".join(f"{name} {run[key]}" for key, name in _VERSIONS.items())
    versions = versions.replace("Python CPython", "CPython")
    machine_ = f"{run['system']}, {run['architecture']}, {run['processors']} processors"
    return (
        f'!!! note "Measured on {run["date"]}"\n'
        f"    {machine_}, one thread for linear algebra. {versions}. A time is the median of "
        f"{run['repetitions']} repetitions, a ratio the median of the ratios within a repetition."
    )


def training() -> str:
    """Compare the trainings on handwritten digits."""
    found = _stored()["digits"]
    settings = (
        f"Network {_sizes(found['sizes'])}, {found['samples']:,} samples, "
        f"{found['epochs']} epochs, "
        f"batches of {found['batch_size']}, {found['optimiser']} in {found['dtype']}."
    )
    rows = [
        [
            row["name"],
            _milliseconds(row["seconds"]),
            _milliseconds(row["fastest"]),
            _times(row["ratio"]),
            _difference(row["difference"]),
        ]
        for row in found["rows"]
    ]
    heads = {
        "Who trains": ":---",
        "Median, ms": "---:",
        "Fastest, ms": "---:",
        "Ratio to byhand": "---:",
        "Loss curve differs by": ":---",
    }
    return f"{settings}\n\n{_table(heads, rows)}"


def engines() -> str:
    """Compare the scalar engines on the moons."""
    found = _stored()["scalar"]
    settings = (
        f"Network {_sizes(found['sizes'])}, {found['points']} points, "
        f"{found['steps']} steps with all "
        f"points each, {found['loss']}."
    )
    rows = [
        [
            row["name"],
            _milliseconds(row["seconds"]),
            _times(row["times_as_fast_as_micrograd"]),
            _difference(row["difference"]),
        ]
        for row in found["rows"]
    ]
    heads = {
        "Which engine": ":---",
        "Median, ms": "---:",
        "Times as fast as micrograd": "---:",
        "Gradients differ by": ":---",
    }
    return f"{settings}\n\n{_table(heads, rows)}"


def memory() -> str:
    """Compare the stated with the measured memory of a forward and a backward trace."""
    rows = [
        [
            _sizes(row["sizes"]),
            f"{row['samples']:,}",
            f"{row['stated_bytes']:,}",
            f"{row['measured_bytes']:,}",
        ]
        for row in _stored()["memory"]["rows"]
    ]
    heads = {"Network": ":---", "Samples": "---:", "Counted bytes": "---:", "Held bytes": "---:"}
    return _table(heads, rows)


def growth() -> str:
    """Draw the time of an epoch against width, depth and batch size."""
    found = _stored()["growth"]
    by_name = {name: [r for r in found["rows"] if r["varied"] == name] for name in _VARIED}
    style: dict[Any, Any] = svg.style()
    with mpl.rc_context(style):
        figure = Figure(figsize=(5.6, 4.2))
        _draw(figure.add_subplot(), found, by_name)
        drawn = svg.with_prefix(mplsvg.render(figure), "bench-growth")
    drawn = drawn.replace("<svg", '<svg class="figure" aria-hidden="true"', 1)
    base = f"{found['n_in']}-{found['width']}-{found['n_out']}"
    caption = (
        f"One epoch over {found['samples']:,} samples. What isn't varied is as in a {base} network "
        f"in batches of {found['batch_size']}. Both scales are logarithmic; on the dotted "
        "line, twice the size takes twice the time."
    )
    alt = html.escape(f"Time of an epoch, three lines. {_spoken(by_name)}")
    return (
        f'<figure class="block-figure"><span role="img" aria-label="{alt}">{drawn}</span>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _draw(axes: Axes, found: Row, by_name: Mapping[str, Sequence[Row]]) -> None:
    for name, (label, line, colour) in _VARIED.items():
        relative = [row["value"] / found[name] for row in by_name[name]]
        times = [row["seconds"] * 1e3 for row in by_name[name]]
        axes.plot(relative, times, line, color=colour, label=label)
    (base,) = (r["seconds"] * 1e3 for r in by_name["depth"] if r["value"] == found["depth"])
    axes.plot([1, 16], [base, 16 * base], ":", color="C5", lw=1.4)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set(xlabel="size, as a multiple of the base", ylabel="time of an epoch, ms")
    _plain(axes)
    axes.legend(loc="upper center")


def _plain(axes: Axes) -> None:
    """Write the ticks as whole numbers and fractions, not as powers."""
    ticks = [2.0**k for k in range(-5, 6)]
    axes.set_xticks(ticks, [f"{t:g}" if t >= 1 else f"1/{1 / t:g}" for t in ticks])
    times = (1, 2, 5, 10, 20, 50)
    axes.set_yticks(times, [str(t) for t in times])
    axes.minorticks_off()


def _spoken(by_name: Mapping[str, Sequence[Row]]) -> str:
    """Say each line's ends."""
    ends: Callable[[Row], str] = lambda row: (  # noqa: E731
        f"{_two(row['seconds'] * 1e3)} ms at {row['value']}"
    )
    return " ".join(
        f"{label.capitalize()}: from {ends(rows[0])} to {ends(rows[-1])}."
        for (label, _, _), rows in zip(_VARIED.values(), by_name.values(), strict=True)
    )
