"""The weighted sum of one neuron, worked: z = w·x + b with its numbers, as LaTeX or as text."""

from collections.abc import Sequence
from typing import Final

from byhand.mlp import ForwardTrace
from byhand.show import symbols
from byhand.show.lines import Line, aligned, chained
from byhand.show.neurons import Neuron, neuron
from byhand.show.numbers import approximate, number, written

__all__ = ["arithmetic", "arithmetic_text", "sum_text"]

#: A neuron with more inputs shows the first and last of its terms and says how many it leaves out.
MAX_TERMS: Final = 6
_FIRST: Final = 3
_PER_LINE: Final = 3


def arithmetic(
    trace: ForwardTrace,
    layer: int,
    unit: int,
    sample: int = 1,
    *,
    key: str | None = None,
    detail: bool = False,
    decimals: int = 3,
) -> str:
    r"""Work out a neuron's z as display maths: symbols, numbers, products, result.

    Parameters
    ----------
    trace : ForwardTrace
        A forward pass.
    layer, unit, sample : int
        Which neuron and which sample, counted from 1.
    key : str, optional
        Prefix of the sample's keys, such as ``"churn.s1"``. The result is then the token of
        ``churn.s1.z1_1``, which a page replaces by the checked text.
    detail : bool
        Whether the products are tokens too (``churn.s1.p1_1_1``).
    decimals : int
        Digits after the point; the products get one more.

    Returns
    -------
    str
        ``$$\begin{aligned}…\end{aligned}$$``.

    Raises
    ------
    ValueError
        If there is no such neuron or sample.

    Examples
    --------
    >>> from byhand.layers import Dense
    >>> from byhand.mlp import MLP
    >>> mlp = MLP([Dense([[2], [0.5]], [-3], "relu")])
    >>> print(arithmetic(mlp.forward([[1, 4]]), layer=1, unit=1))
    $$
    \begin{aligned}
    z^{(1)} &= W^{(1)}_{1} x_{1} + W^{(1)}_{2} x_{2} + b^{(1)} \\
    &= 2 \times 1 + 0.5 \times 4 + (-3) \\
    &= 2 + 2 -3 \\
    &= 1
    \end{aligned}
    $$
    """
    it = neuron(trace, layer, unit, sample)
    left = symbols.pre_activation(layer, unit, it.n_units)
    products = _products(it, decimals + 1, key if detail else None)
    return aligned(
        left, [_symbolic(it), _numeric(it, decimals, key), products, _result(it, decimals, key)]
    )


def arithmetic_text(
    trace: ForwardTrace,
    layer: int,
    unit: int,
    sample: int = 1,
    *,
    key: str | None = None,
    decimals: int = 3,
) -> str:
    """Work out a neuron's z on one line of text; takes and raises what `arithmetic` does.

    Returns
    -------
    str
        Such as ``0.5 × 0.5 + (−0.2) × 0.1 + 0.1 = 0.33``.

    Examples
    --------
    >>> from byhand.worked import churn
    >>> arithmetic_text(churn.trace(), layer=1, unit=1)
    '0.5 × 0.5 + (−0.2) × 0.1 + 0.1 = 0.33'
    """
    it = neuron(trace, layer, unit, sample)
    shown = it.shown_z(decimals)
    return chained(
        sum_text(it, decimals, key),
        Line(written(shown, key and it.key(key, "z"), "text"), shown.exact),
    )


def sum_text(it: Neuron, decimals: int = 3, key: str | None = None) -> Line:
    """Write a neuron's weighted sum as text, without its result."""
    terms, exact = _terms(it, decimals, key, "text_factor", " × ")
    if len(it.w) > MAX_TERMS:
        terms.insert(_FIRST, f"… ({_hidden(it)} more products) …")
    return Line(" + ".join(terms), exact)


def _terms(
    it: Neuron, decimals: int, key: str | None, form: str, times: str
) -> tuple[list[str], bool]:
    """Write each weight times its input, then the bias, and tell whether all is shown in full."""
    b = number(it.b, decimals)
    terms, exact = [], b.exact
    for i in _picked(it):
        w, x = number(it.w[i], decimals), it.shown_x(i, decimals)
        exact = exact and w.exact and x.exact
        factor = written(x, key and it.input_key(key, i), form)
        terms.append(f"{written(w, None, form)}{times}{factor}")
    return [*terms, written(b, None, form)], exact


def _picked(it: Neuron) -> list[int]:
    """Choose the inputs to show, counted from 0."""
    count = len(it.w)
    return [*range(_FIRST), count - 1] if count > MAX_TERMS else list(range(count))


def _hidden(it: Neuron) -> int:
    return len(it.w) - len(_picked(it))


def _symbolic(it: Neuron) -> Line:
    layer, unit, k = it.layer, it.unit, it.n_units
    terms = [
        f"{symbols.weight(layer, i + 1, unit, k)} {symbols.input_(layer, i + 1, len(it.x))}"
        for i in _picked(it)
    ]
    return Line(_joined(it, [*terms, symbols.bias(layer, unit, k)]))


def _numeric(it: Neuron, decimals: int, key: str | None) -> Line:
    terms, exact = _terms(it, decimals, key, "latex_factor", r" \times ")
    return Line(_joined(it, terms), exact)


def _products(it: Neuron, decimals: int, key: str | None) -> Line:
    shown = [number(it.products[i], decimals) for i in _picked(it)]
    names = [it.product_key(key, i) if key else None for i in _picked(it)]
    b = number(it.b, decimals)
    terms = [written(each, name) for each, name in zip(shown, names, strict=True)]
    content = _joined(it, [*terms, b.latex], [each.negative for each in (*shown, b)])
    return Line(content, not approximate(*shown, b))


def _result(it: Neuron, decimals: int, key: str | None) -> Line:
    shown = it.shown_z(decimals)
    return Line(written(shown, key and it.key(key, "z")), shown.exact)


def _joined(it: Neuron, terms: Sequence[str], negative: Sequence[bool] = ()) -> str:
    """Join terms by plus signs; a negative one begins with its own minus sign."""
    signs = ["" if minus else "+ " for minus in negative] or ["+ "] * len(terms)
    parts = [f"{sign}{term}" for sign, term in zip(signs, terms, strict=True)]
    parts[0] = terms[0]
    if len(it.w) > MAX_TERMS:
        parts.insert(_FIRST, rf"+ \underbrace{{\cdots}}_{{{_hidden(it)}\text{{ more}}}}")
    lines = [" ".join(parts[i : i + _PER_LINE]) for i in range(0, len(parts), _PER_LINE)]
    if len(lines) > 1 and len(lines[-1].split(" ")) <= 2:  # a bias alone needs no line of its own
        lines[-2:] = [" ".join(lines[-2:])]
    return " \\\\\n&\\qquad{} ".join(lines)
