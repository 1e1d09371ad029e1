"""Tables in Markdown: any rows, one forward pass at a glance, all samples of a batch."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from byhand.losses import Loss, binary_cross_entropy
from byhand.mlp import ForwardTrace
from byhand.show import symbols
from byhand.show.activation import NAMES, applied_text
from byhand.show.loss import loss_text, sample_losses
from byhand.show.neurons import Neuron, indexed, neuron
from byhand.show.numbers import number, text, written
from byhand.show.weighted_sum import sum_text

__all__ = ["at_a_glance", "samples", "table"]

#: A layer of more units shows the first and the last, and says how many it leaves out.
MAX_UNITS: Final = 8

_NUMERIC: Final = re.compile(r"[-+−]?[\d∞][\d.,]*(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?\s?%?|\{[@!=][^{}]+\}")
_NOT_SHOWN: Final = "⋮"
_PHASES: Final = {True: "Output", False: "Hidden"}


def table(header: Sequence[str], rows: Sequence[Sequence[object]], *, decimals: int = 3) -> str:
    """Write a Markdown table; a column of numbers is aligned to the right.

    Parameters
    ----------
    header : sequence of str
        Markdown of the column heads.
    rows : sequence of sequence
        Cells: floats are written with `decimals` digits, anything else as it is. Tokens count as
        numbers.
    decimals : int
        Digits after the point, for floats.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a row has more or fewer cells than the header.

    Examples
    --------
    >>> print(table(["unit", "z"], [["first", 0.1 + 0.2], ["second", -1.5]]))
    | unit | z |
    | --- | ---: |
    | first | 0.3 |
    | second | −1.5 |
    """
    for number_, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ValueError(f"row {number_} must have {len(header)} cells; got {len(row)}")
    cells = [[_cell(value, decimals) for value in row] for row in rows]
    marks = ["---:" if _numbers(column) else "---" for column in zip(*cells, strict=True)]
    lines = [list(header), marks or ["---"] * len(header), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object, decimals: int) -> str:
    if isinstance(value, float | np.floating):
        return text(float(value), decimals)
    if isinstance(value, int | np.integer):
        return str(value).replace("-", "\N{MINUS SIGN}")
    return re.sub(r"(?<!\\)\|", r"\\|", str(value))


def _numbers(column: Sequence[str]) -> bool:
    filled = [cell for cell in column if cell not in {"", _NOT_SHOWN}]
    return bool(filled) and all(_NUMERIC.fullmatch(cell) for cell in filled)


def at_a_glance(
    trace: ForwardTrace,
    y: ArrayLike | None = None,
    sample: int = 1,
    *,
    loss: Loss = binary_cross_entropy,
    key: str | None = None,
    decimals: int = 3,
) -> str:
    """Sum up one sample's forward pass: each value, its formula, its numbers, its result.

    Parameters
    ----------
    trace : ForwardTrace
        A forward pass.
    y : array_like, shape (n, k), optional
        What is right, for the whole batch; without it the loss is left out.
    sample : int
        Which sample, counted from 1.
    loss : Loss
        The loss of the last row.
    key : str, optional
        Prefix of the sample's keys, such as ``"churn.s1"``: computed values are then tokens.
    decimals : int
        Digits after the point.

    Returns
    -------
    str
        A Markdown table.

    Raises
    ------
    ValueError
        If there is no such sample or y doesn't fit.
    """
    row = indexed(sample, len(trace.X), "sample")
    rows: list[Sequence[str]] = []
    for layer, dense in enumerate(trace.mlp.layers, start=1):
        for unit in _units(dense.n_out):
            if unit is None:
                rows.append((f"{dense.n_out - MAX_UNITS + 1} more units", *[_NOT_SHOWN] * 3))
            else:
                rows += _glance(neuron(trace, layer, unit, sample), decimals, key)
    if y is not None:
        value = number(sample_losses(trace, y, loss)[row], decimals)
        formula, values = loss_text(trace, y, sample, loss=loss, key=key, decimals=decimals)
        result = written(value, f"{key}.loss" if key else None, "text")
        rows.append(("Loss $L$", formula, values, result))
    return table(["Phase", "Computation", "Values", "Result"], rows)


def _units(count: int) -> list[int | None]:
    """Units to show, from 1; None stands for those left out."""
    if count <= MAX_UNITS:
        return list(range(1, count + 1))
    return [*range(1, MAX_UNITS - 1), None, count]


def _glance(it: Neuron, decimals: int, key: str | None) -> list[Sequence[str]]:
    z = symbols.pre_activation(it.layer, it.unit, it.n_units)
    a = _activation(it.layer, it.unit, it.n_units, it.last)
    phase = _PHASES[it.last]
    function = NAMES.get(it.activation, (it.activation, ""))[0]
    shown_z, shown_a = (_shown(it, symbol, decimals, key) for symbol in ("z", "a"))
    source = "x" if it.layer == 1 else "a"
    return [
        (f"{phase} ${z}$", f"w·{source} + b", sum_text(it, decimals, key).content, shown_z),
        (f"{phase} ${a}$", f"{function}(z)", applied_text(it, decimals, key).content, shown_a),
    ]


def _shown(it: Neuron, symbol: str, decimals: int, key: str | None) -> str:
    value = it.shown_z(decimals) if symbol == "z" else it.shown_a(decimals)
    return written(value, key and it.key(key, symbol), "text")


def _activation(layer: int, unit: int, n_units: int, last: bool) -> str:
    write = symbols.activation(layer, unit, n_units)
    return symbols.output(unit, n_units) if last else write


def samples(
    trace: ForwardTrace,
    y: ArrayLike | None = None,
    *,
    loss: Loss = binary_cross_entropy,
    key: str | None = None,
    decimals: int = 3,
) -> str:
    r"""List all samples of a batch: what went in, each z and a, the output, the label, the loss.

    Parameters
    ----------
    trace : ForwardTrace
        A forward pass.
    y : array_like, shape (n, k), optional
        What is right; without it the label and the loss are left out.
    loss : Loss
        The loss of the last column.
    key : str, optional
        Prefix of the example's keys, such as ``"churn"``: computed values are then the tokens of
        ``churn.s1.z1_1`` and so on.
    decimals : int
        Digits after the point.

    Returns
    -------
    str
        A Markdown table, one row per sample.

    Raises
    ------
    ValueError
        If y doesn't fit the trace or the loss.

    Examples
    --------
    >>> from byhand.layers import Dense
    >>> from byhand.mlp import MLP
    >>> mlp = MLP([Dense([[2]], [-3], "relu")])
    >>> print(samples(mlp.forward([[1], [4]])))
    | Sample | $x_{1}$ | $z^{(1)}$ | $\hat{y}$ |
    | ---: | ---: | ---: | ---: |
    | 1 | 1 | −1 | 0 |
    | 2 | 4 | 5 | 5 |
    """
    losses = sample_losses(trace, y, loss) if y is not None else ()
    rows = []
    for i in range(1, len(trace.X) + 1):
        prefix = f"{key}.s{i}" if key else None
        row = [str(i), *(text(float(x), decimals) for x in trace.X[i - 1])]
        for layer, dense in enumerate(trace.mlp.layers, start=1):
            units = [neuron(trace, layer, u, i) for u in range(1, dense.n_out + 1)]
            row += [_shown(it, "z", decimals, prefix) for it in units]
            row += [_shown(it, "a", decimals, prefix) for it in units]
        if y is not None:
            row += [text(float(t), decimals) for t in np.asarray(y, dtype=float)[i - 1]]
            name = f"{prefix}.loss" if prefix else None
            row.append(written(number(losses[i - 1], decimals), name, "text"))
        rows.append(row)
    return table(_heads(trace, y is not None), rows)


def _heads(trace: ForwardTrace, labelled: bool) -> list[str]:
    heads = [symbols.input_(1, i, 0) for i in range(1, trace.mlp.n_in + 1)]
    for layer, dense in enumerate(trace.mlp.layers, start=1):
        k, units = dense.n_out, range(1, dense.n_out + 1)
        heads += [symbols.pre_activation(layer, u, k) for u in units]
        heads += [_activation(layer, u, k, layer == len(trace.layers)) for u in units]
    if labelled:
        k = trace.mlp.n_out
        heads += [f"y_{{{u}}}" if k > 1 else "y" for u in range(1, k + 1)] + ["L"]
    return ["Sample", *(f"${head}$" for head in heads)]
