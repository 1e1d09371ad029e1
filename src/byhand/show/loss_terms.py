r"""What each loss looks like when it is worked: in symbols, with its numbers, one step further."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from byhand.keys import key as name
from byhand.show.lines import Line
from byhand.show.numbers import number, written

__all__ = ["BRACKETS", "RULES", "SYMBOLIC", "TEXT", "Output", "Term", "joined"]

#: A term with the output put in, and the same term one step further.
Term = tuple[Line, Line]

_MAX_TERMS: Final = 6
_FIRST: Final = 3


@dataclass(frozen=True, slots=True)
class Output:
    """One output of the network against what is right, and how its numbers are named and shown."""

    unit: int
    n_units: int
    y: float
    y_hat: float
    key: str | None
    detail: bool
    decimals: int

    def name(self, symbol: str) -> str | None:
        """Name a value of this output, such as ``churn.s1.y_hat``."""
        return self.key and name(self.key, symbol, None, self.unit, n_units=self.n_units)

    @property
    def shown(self) -> Line:
        """The output as it is shown."""
        y_hat = number(self.y_hat, self.decimals)
        return Line(written(y_hat, self.name("y_hat")), y_hat.exact)

    @property
    def text(self) -> str:
        """The output as text."""
        return written(number(self.y_hat, self.decimals), self.name("y_hat"), "text")

    def precise(self, value: float, symbol: str | None = None) -> Line:
        """Show what lies between, with one digit more."""
        shown = number(value, self.decimals + 1)
        return Line(written(shown, self.name(symbol) if symbol else None), shown.exact)


def joined(terms: Sequence[str]) -> str:
    """Join by plus signs; of a long sum, the middle is left out by name."""
    if len(terms) > _MAX_TERMS:
        hidden = rf"\underbrace{{\cdots}}_{{{len(terms) - _FIRST - 1}\text{{ more}}}}"
        terms = [*terms[:_FIRST], hidden, terms[-1]]
    return " + ".join(terms)


def _weighted(share: float, inside: str, outside: Line, it: Output) -> Term:
    r"""Write share · ln(…), first as it is put in, then as it is: 0 where the share is 0."""
    shown = number(share, it.decimals)
    first = Line(rf"{shown.latex} \cdot \ln({inside})", shown.exact and it.shown.exact)
    if not share:
        return first, Line("0")
    factor = "" if share == 1 else rf"{shown.latex} \cdot "
    return first, Line(rf"{factor}\ln({outside.content})", shown.exact and outside.exact)


def _binary(it: Output) -> list[Term]:
    rest = it.precise(1 - it.y_hat, "one_minus_y_hat" if it.detail else None)
    return [
        _weighted(it.y, it.shown.content, it.shown, it),
        _weighted(1 - it.y, f"1 - {it.shown.content}", rest, it),
    ]


def _categorical(it: Output) -> list[Term]:
    return [_weighted(it.y, it.shown.content, it.shown, it)]


def _squared(it: Output) -> list[Term]:
    y = number(it.y, it.decimals)
    first = Line(f"({it.shown.content} - {y.latex_factor})^2", it.shown.exact and y.exact)
    return [(first, it.precise((it.y_hat - it.y) ** 2))]


def _sum(k: int) -> tuple[str, str]:
    """Write the sum over the outputs and their index, both left out for one output."""
    return (rf"\sum_{{j=1}}^{{{k}}} ", "_j") if k > 1 else ("", "")


def _binary_symbols(k: int) -> str:
    over, j = _sum(k)
    logs = rf"y{j} \ln \hat{{y}}{j} + (1 - y{j}) \ln(1 - \hat{{y}}{j})"
    return rf"-{over}\left[{logs}\right]"


def _categorical_symbols(k: int) -> str:
    over, j = _sum(k)
    return rf"-{over}y{j} \ln \hat{{y}}{j}"


def _squared_symbols(k: int) -> str:
    over, j = _sum(k)
    return rf"{over}(\hat{{y}}{j} - y{j})^2"


def _share(numerator: str, k: int) -> tuple[str, str]:
    """Bracket a sum that is divided by k; one output needs neither fraction nor bracket."""
    return (rf"\frac{{{numerator}}}{{{k}}} \left[", r"\right]") if k > 1 else ("", "")


_NEGATIVE: Final = (r"-\left[", r"\right]")

RULES: Final[dict[str, Callable[[Output], list[Term]]]] = {
    "binary_cross_entropy": _binary,
    "categorical_cross_entropy": _categorical,
    "mse": _squared,
    "half_squared_error": _squared,
}
SYMBOLIC: Final[dict[str, Callable[[int], str]]] = {
    "binary_cross_entropy": _binary_symbols,
    "categorical_cross_entropy": _categorical_symbols,
    "mse": lambda k: (rf"\frac{{1}}{{{k}}} " if k > 1 else "") + _squared_symbols(k),
    "half_squared_error": lambda k: r"\frac{1}{2} " + _squared_symbols(k),
}
BRACKETS: Final[dict[str, Callable[[int], tuple[str, str]]]] = {
    "binary_cross_entropy": lambda _: _NEGATIVE,
    "categorical_cross_entropy": lambda _: _NEGATIVE,
    "mse": lambda k: _share("1", k),
    "half_squared_error": lambda _: _share("1", 2),
}


def _logs(it: Output, shares: Sequence[tuple[float, str]]) -> str:
    """Write the sum of share × ln(…) without the terms whose share is 0."""
    parts = []
    for share, inside in shares:
        factor = "" if share == 1 else f"{number(share, it.decimals).text} × "
        parts += [f"{factor}ln({inside})"] if share else []
    return " + ".join(parts) or "0"


def _negated(terms: Sequence[str]) -> str:
    kept = [term for term in terms if term != "0"]
    whole = " + ".join(kept) or "0"
    return f"−{whole}" if " + " not in whole else f"−[{whole}]"


def _binary_text(outputs: Sequence[Output]) -> tuple[str, str]:
    terms = [_logs(it, [(it.y, it.text), (1 - it.y, f"1 − {it.text}")]) for it in outputs]
    return "BCE", _negated(terms)


def _categorical_text(outputs: Sequence[Output]) -> tuple[str, str]:
    return "cross-entropy", _negated([_logs(it, [(it.y, it.text)]) for it in outputs])


def _squares(outputs: Sequence[Output]) -> str:
    return " + ".join(f"({it.text} − {number(it.y, it.decimals).text_factor})²" for it in outputs)


def _mse_text(outputs: Sequence[Output]) -> tuple[str, str]:
    terms = _squares(outputs)
    return "MSE", terms if len(outputs) == 1 else f"[{terms}] / {len(outputs)}"


def _half_text(outputs: Sequence[Output]) -> tuple[str, str]:
    terms = _squares(outputs)
    return "half squared error", f"{terms} / 2" if len(outputs) == 1 else f"[{terms}] / 2"


TEXT: Final[dict[str, Callable[[Sequence[Output]], tuple[str, str]]]] = {
    "binary_cross_entropy": _binary_text,
    "categorical_cross_entropy": _categorical_text,
    "mse": _mse_text,
    "half_squared_error": _half_text,
}
