"""The backward pass, worked: each derivative of the loss with its numbers."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from byhand.keys import key as name
from byhand.mlp import BackwardTrace, ForwardTrace
from byhand.show import symbols
from byhand.show.lines import Line, aligned
from byhand.show.neurons import indexed, neuron
from byhand.show.numbers import Number, approximate, number, written
from byhand.show.tables import table

__all__ = ["backward_step", "gradients"]

MAX_UNITS: Final = 6
"""More terms than that are too long for a line."""


def backward_step(
    trace: ForwardTrace,
    backward: BackwardTrace,
    layer: int,
    unit: int,
    sample: int = 1,
    *,
    key: str | None = None,
    decimals: int = 3,
) -> str:
    r"""Work out dL/da and dL/dz of a hidden neuron as display maths.

    Parameters
    ----------
    trace : ForwardTrace
        A forward pass.
    backward : BackwardTrace
        Its backward pass.
    layer, unit, sample : int
        Which neuron and which sample, counted from 1; not of the last layer.
    key : str, optional
        Prefix of the sample's keys, such as ``"churn.s1"``: derivatives are then tokens, as in
        ``churn.s1.dz1_1``, and so are slopes other than 0 and 1 (``churn.s1.slope1_1``).
    decimals : int
        Digits after the point; the slope gets one more.

    Returns
    -------
    str
        Two displays ``$$\begin{aligned}…\end{aligned}$$``, the second of which begins with the
        result of the first.

    Raises
    ------
    ValueError
        If there is no such hidden neuron or sample, its activation looks at the whole layer, or
        the next layer has more than six neurons.
    """
    at = indexed(layer, len(trace.layers) - 1, "layer")
    it = neuron(trace, layer, unit, sample)
    dense, after = trace.mlp.layers[at], trace.mlp.layers[at + 1]
    if not dense.activation.elementwise:
        raise ValueError(f"{dense.activation.name} has no slope of its own for each neuron")
    if after.n_out > MAX_UNITS:
        raise ValueError(f"the next layer must have at most {MAX_UNITS} units; got {after.n_out}")
    row, u = sample - 1, unit - 1
    coming = [_named(float(v), "dz", layer + 1, k, after.n_out, key, decimals)
              for k, v in enumerate(backward.layers[at + 1].dz[row], start=1)]  # fmt: skip
    da = _named(float(backward.layers[at + 1].dX[row, u]), "da", layer, unit, it.n_units, key,
                decimals)  # fmt: skip
    dz = _named(float(backward.layers[at].dz[row, u]), "dz", layer, unit, it.n_units, key, decimals)
    weights = [number(float(w), decimals) for w in after.W[u]]
    slope = number(float(dense.activation.df(np.array([it.z]))[0]), decimals + 1)
    plain = slope.digits in {"0", "1"}  # of a ReLU: no number to look up
    slope_key = name(key, "slope", layer, unit, n_units=it.n_units) if key and not plain else None
    shut = dense.activation.name == "relu" and it.z <= 0.0  # then 0 is no rounding
    z, a = (
        symbols.pre_activation(layer, unit, it.n_units),
        symbols.activation(layer, unit, it.n_units),
    )
    first = aligned(
        partial_(a),
        [
            Line(_sum_of_symbols(layer, unit, after.n_out)),
            _sum_of_numbers(weights, coming),
            Line(written(*da), da[0].exact),
        ],
    )
    product = rf"{_factor(*da)} \times {_factor(slope, slope_key)}"
    second = aligned(
        partial_(z),
        [
            Line(rf"{partial_(a)} \cdot f'({z})"),
            Line(product, shut or not approximate(da[0], slope)),
            Line(written(*dz), dz[0].exact),
        ],
    )
    return f"{first}\n\n{second}"


def partial_(symbol: str) -> str:
    """Write the derivative of the loss with respect to a symbol, in LaTeX."""
    return rf"\frac{{\partial L}}{{\partial {symbol}}}"


def gradients(
    trace: ForwardTrace,
    backward: BackwardTrace,
    *,
    key: str | None = None,
    decimals: int = 3,
) -> str:
    """List the gradient of every parameter for one sample: its input times its neuron's dL/dz.

    Parameters
    ----------
    trace : ForwardTrace
        A forward pass of a single sample.
    backward : BackwardTrace
        Its backward pass.
    key : str, optional
        Prefix of the sample's keys, such as ``"churn.s1"``: computed values are then tokens.
    decimals : int
        Digits after the point.

    Returns
    -------
    str
        A Markdown table, the last layer first.

    Raises
    ------
    ValueError
        If the trace holds more than one sample.
    """
    if len(trace.X) != 1:
        raise ValueError(f"trace must hold one sample; got {len(trace.X)}")
    rows: list[Sequence[str]] = []
    for layer in range(len(trace.layers), 0, -1):
        for unit in range(1, trace.mlp.layers[layer - 1].n_out + 1):
            rows += _of_neuron(trace, backward, layer, unit, key, decimals)
    head = ["Parameter", "Its input", "∂L/∂z of its neuron", "Gradient: the product"]
    return table(head, rows)


def _of_neuron(
    trace: ForwardTrace,
    backward: BackwardTrace,
    layer: int,
    unit: int,
    key: str | None,
    decimals: int,
) -> list[Sequence[str]]:
    it, record, k = neuron(trace, layer, unit), backward.layers[layer - 1], unit - 1
    of = (layer, unit, it.n_units, key, decimals)
    dz = written(*_named(float(record.dz[0, k]), "dz", *of), "text")
    rows: list[Sequence[str]] = []
    for i in range(len(it.w)):
        x = written(it.shown_x(i, decimals), key and it.input_key(key, i), "text")
        named = name(key, "dW", layer, i + 1, unit, n_units=it.n_units) if key else None
        gradient = written(number(float(record.dW[i, k]), decimals), named, "text")
        rows.append([f"${symbols.weight(layer, i + 1, unit, it.n_units)}$", x, dz, gradient])
    gradient = written(*_named(float(record.db[k]), "db", *of), "text")
    return [*rows, [f"${symbols.bias(layer, unit, it.n_units)}$", "1", dz, gradient]]


_Named = tuple[Number, str | None]


def _named(
    value: float,
    symbol: str,
    layer: int,
    unit: int,
    n_units: int,
    key: str | None,
    decimals: int,
) -> _Named:
    named = name(key, symbol, layer, unit, n_units=n_units) if key else None
    return number(value, decimals), named


def _factor(value: Number, key: str | None) -> str:
    return written(value, key, "latex_factor")


def _sum_of_symbols(layer: int, unit: int, n_units: int) -> str:
    terms = []
    for k in range(1, n_units + 1):
        z = symbols.pre_activation(layer + 1, k, n_units)
        terms.append(rf"{symbols.weight(layer + 1, unit, k, n_units)}\, {partial_(z)}")
    return " + ".join(terms)


def _sum_of_numbers(weights: Sequence[Number], coming: Sequence[_Named]) -> Line:
    pairs = zip(weights, coming, strict=True)
    terms = [rf"{w.latex_factor} \times {_factor(*dz)}" for w, dz in pairs]
    return Line(" + ".join(terms), not approximate(*weights, *(dz for dz, _ in coming)))
