"""The activation of one neuron, worked: a = f(z) with its numbers."""

import math
from collections.abc import Callable
from typing import Final

from byhand.keys import key as name
from byhand.mlp import ForwardTrace
from byhand.show import symbols
from byhand.show.lines import Line, aligned
from byhand.show.neurons import Neuron, neuron
from byhand.show.numbers import Number, approximate, number, written

__all__ = ["NAMES", "activation_step", "applied_text"]

#: How an activation is called, in text and in LaTeX.
NAMES: Final = {
    "identity": ("identity", r"\operatorname{identity}"),
    "relu": ("ReLU", r"\operatorname{ReLU}"),
    "leaky_relu": ("leaky ReLU", r"\operatorname{leaky\,ReLU}"),
    "sigmoid": ("σ", r"\sigma"),
    "tanh": ("tanh", r"\tanh"),
    "softmax": ("softmax", r"\operatorname{softmax}"),
}
_MAX_UNITS: Final = 5
_LARGEST: Final = 700.0  # e to more than this is no float


def activation_step(
    trace: ForwardTrace,
    layer: int,
    unit: int,
    sample: int = 1,
    *,
    key: str | None = None,
    detail: bool = False,
    decimals: int = 3,
) -> str:
    r"""Work out a neuron's activation as display maths, from its z.

    Parameters
    ----------
    trace : ForwardTrace
        A forward pass.
    layer, unit, sample : int
        Which neuron and which sample, counted from 1.
    key : str, optional
        Prefix of the sample's keys, such as ``"churn.s1"``: z and the result are then tokens.
    detail : bool
        Whether a sigmoid's e^-z is a token too (``churn.s1.exp`` at the output).
    decimals : int
        Digits after the point; what lies between gets one more.

    Returns
    -------
    str
        ``$$\begin{aligned}…\end{aligned}$$``.

    Raises
    ------
    ValueError
        If there is no such neuron or sample.
    """
    it = neuron(trace, layer, unit, sample)
    left = (symbols.output if it.last else lambda u, k: symbols.activation(layer, u, k))(
        unit, it.n_units
    )
    z, a = it.shown_z(decimals), it.shown_a(decimals)
    result = Line(written(a, key and it.key(key, "a")), a.exact)
    steps = _STEPS.get(it.activation, _other)(it, z, decimals, key, detail)
    return aligned(left, [*steps, result])


def applied_text(it: Neuron, decimals: int = 3, key: str | None = None) -> Line:
    """Write a neuron's activation as text before it is worked out, such as ``ReLU(0.33)``."""
    z = it.shown_z(decimals)
    function = NAMES.get(it.activation, (it.activation, ""))[0]
    argument = written(z, key and it.key(key, "z"), "text")
    if it.activation == "softmax":
        return Line(f"e^({argument}) / sum of all {it.n_units} e^z", z.exact)
    return Line(f"{function}({argument})", z.exact)


def _z(it: Neuron, z: Number, key: str | None, form: str = "latex") -> str:
    return written(z, key and it.key(key, "z"), form)


def _applied(it: Neuron, z: Number, key: str | None) -> str:
    fallback = r"\operatorname{" + it.activation.replace("_", r"\_") + "}"
    return f"{NAMES.get(it.activation, ('', fallback))[1]}({_z(it, z, key)})"


def _other(it: Neuron, z: Number, _decimals: int, key: str | None, _detail: bool) -> list[Line]:
    return [Line(_applied(it, z, key), z.exact)]


def _identity(it: Neuron, *_: object) -> list[Line]:
    return [Line(symbols.pre_activation(it.layer, it.unit, it.n_units))]


def _relu(it: Neuron, z: Number, _decimals: int, key: str | None, _detail: bool) -> list[Line]:
    content = rf"{_applied(it, z, key)} = \max(0,\, {_z(it, z, key)})"
    return [Line(content, z.exact or it.z <= 0.0)]  # where it cuts, 0 is no rounding


def _leaky(it: Neuron, z: Number, decimals: int, key: str | None, _detail: bool) -> list[Line]:
    if it.z > 0:
        return [Line(_applied(it, z, key), z.exact)]
    slope = number(it.a / it.z if it.z else 0.0, decimals)
    product = rf" = {slope.latex} \times {_z(it, z, key, 'latex_factor')}" if it.z else ""
    return [Line(_applied(it, z, key) + product, not approximate(z, slope))]


def _tanh(it: Neuron, z: Number, _decimals: int, key: str | None, _detail: bool) -> list[Line]:
    up, down = rf"e^{{{_z(it, z, key)}}}", rf"e^{{-{_z(it, z, key, 'latex_factor')}}}"
    return [Line(rf"{_applied(it, z, key)} = \frac{{{up} - {down}}}{{{up} + {down}}}", z.exact)]


def _sigmoid(it: Neuron, z: Number, decimals: int, key: str | None, detail: bool) -> list[Line]:
    power = rf"e^{{-{_z(it, z, key, 'latex_factor')}}}"
    first = Line(rf"{_applied(it, z, key)} = \frac{{1}}{{1 + {power}}}", z.exact)
    if -it.z > _LARGEST:
        return [first]
    exp = number(math.exp(-it.z), decimals + 1)
    named = None
    if key and detail:
        named = name(key, "exp", None if it.last else it.layer, it.unit, n_units=it.n_units)
    return [first, Line(rf"\frac{{1}}{{1 + {written(exp, named)}}}", exp.exact)]


def _softmax(it: Neuron, _z: Number, decimals: int, key: str | None, _detail: bool) -> list[Line]:
    shown = [number(z, decimals) for z in it.layer_z]
    names = [
        name(key, "z", it.layer, u + 1, n_units=it.n_units) if key else None
        for u in range(it.n_units)
    ]
    powers = [rf"e^{{{written(z, n)}}}" for z, n in zip(shown, names, strict=True)]
    first = Line(_share(powers, it.unit), not approximate(*shown))
    if max(map(abs, it.layer_z)) > _LARGEST:
        return [first]
    values = [number(math.exp(z), decimals + 1) for z in it.layer_z]
    second = Line(_share([value.latex for value in values], it.unit), not approximate(*values))
    return [first, second]


def _share(terms: list[str], unit: int) -> str:
    """Write one term over the sum of all, the middle of a long sum left out by name."""
    below = terms
    if len(terms) > _MAX_UNITS:
        left_out = rf"\underbrace{{\cdots}}_{{{len(terms) - 3}\text{{ more}}}}"
        below = [*terms[:2], left_out, terms[-1]]
    return rf"\frac{{{terms[unit - 1]}}}{{{' + '.join(below)}}}"


_STEPS: Final[dict[str, Callable[[Neuron, Number, int, str | None, bool], list[Line]]]] = {
    "identity": _identity,
    "relu": _relu,
    "leaky_relu": _leaky,
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "softmax": _softmax,
}
