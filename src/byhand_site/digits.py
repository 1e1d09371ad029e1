"""A printed number is the correct rounding of its value at the digits printed."""

import math
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

_TEXT = re.compile(
    r"(?P<sign>[-+]?)(?P<int>\d+)(?:\.(?P<frac>\d+))?(?:e(?P<exp>[-+]?\d+))?(?P<pct>%?)"
)

_EXACT = Context(prec=2000, rounding=ROUND_HALF_EVEN)
"""Holds any float times a hundred exactly, so that nothing is rounded twice."""

EDGE_ULPS = 4
"""A value so near to a rounding edge may print another digit on another machine."""


def as_text(value: float, like: str) -> str:
    """Round `value` to the digits of `like` and write it in the same form.

    Parameters
    ----------
    value : float or int
        Finite.
    like : str
        A decimal ``0.33``, integer ``9``, percentage ``53.6%`` or exponent form ``1.2e-5``.

    Returns
    -------
    str
        ASCII text; a zero carries no sign.

    Raises
    ------
    ValueError
        If `like` is no such form or `value` isn't finite.
    """
    match = _TEXT.fullmatch(like)
    if match is None:
        raise ValueError(f"text must look like 0.33, 9, 53.6% or 1.2e-5; got {like!r}")
    if not math.isfinite(value):
        raise ValueError(f"value must be finite; got {value}")
    places = len(match["frac"] or "")
    exact = Decimal(value)
    if match["exp"] is not None:
        return _exponent_form(exact, places)
    if match["pct"]:
        exact = _EXACT.multiply(exact, Decimal(100))
    return _fixed(exact, places) + match["pct"]


def _fixed(exact: Decimal, places: int) -> str:
    text = f"{exact.quantize(Decimal(1).scaleb(-places), context=_EXACT):f}"
    return text.lstrip("-") if float(text) == 0 else text


def _exponent_form(exact: Decimal, places: int) -> str:
    if not exact:
        return f"{0:.{places}f}e0"
    mantissa, exponent = f"{exact:.{places}e}".lower().split("e")
    return f"{mantissa}e{int(exponent)}"


def on_edge(value: float, like: str) -> bool:
    """Tell whether `value` lies within a few ULP of where its printed text would change."""
    if isinstance(value, int):
        return False
    step = EDGE_ULPS * math.ulp(value)
    return as_text(value - step, like) != as_text(value + step, like)


def significant(value: float, digits: int = 12) -> str:
    """Write `value` with at most `digits` significant digits, as the site publishes it."""
    return str(value) if isinstance(value, int) else f"{value:.{digits}g}"


def padded(value: float, digits: int = 12) -> str:
    """Write `value` with just `digits` significant digits, zeros included; integers as they are."""
    return str(value) if isinstance(value, int) else f"{value:#.{digits}g}"


def typeset(text: str) -> str:
    """Write an ASCII number as prose prints it: a real minus sign."""
    return text.replace("-", "\N{MINUS SIGN}")


def relative_change(old: float, new: float) -> float:
    """Size of the step from `old` to `new`, relative to the larger of both."""
    largest = max(abs(old), abs(new))
    return abs(new - old) / largest if largest else 0.0
