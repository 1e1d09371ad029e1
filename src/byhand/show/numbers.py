"""Write a value with a few digits, and say whether those digits are the value or a rounding of it.

A float that is a short decimal up to the noise of its last bits prints as that decimal: ``0.33``,
never ``0.32999999999999996``. Anything else is correctly rounded. A value that lies half-way
between two roundings is given one more digit rather than a choice.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

__all__ = ["Number", "approximate", "latex", "number", "text", "token", "written"]

#: A value and a decimal this close, relative to the value, are the same number.
NOISE: Final = 1e-12
_LARGE: Final = 1e9
_ANY_FLOAT: Final = Context(prec=400)  # enough digits for the largest float
_SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Number:
    """A value as it is shown.

    Parameters
    ----------
    digits : str
        ASCII: ``-0.33``, ``1.2e-5``, or ``inf``.
    exact : bool
        Whether the digits are the value, to a relative ``1e-12``, rather than a rounding.

    Examples
    --------
    >>> shown = Number("-0.33", exact=True)
    >>> shown.text, shown.latex_factor
    ('−0.33', '(-0.33)')
    """

    digits: str
    exact: bool

    @property
    def negative(self) -> bool:
        """Whether it is shown with a minus sign."""
        return self.digits.startswith("-")

    @property
    def text(self) -> str:
        """For prose and diagrams: with a real minus sign: ``−0.33``."""
        mantissa, _, exponent = self.digits.partition("e")
        power = f" × 10{exponent.translate(_SUPERSCRIPT)}" if exponent else ""
        return mantissa.replace("inf", "∞").replace("-", "\N{MINUS SIGN}") + power

    @property
    def latex(self) -> str:
        """For maths: ``-0.33``."""
        mantissa, _, exponent = self.digits.partition("e")
        power = rf" \times 10^{{{exponent}}}" if exponent else ""
        return mantissa.replace("inf", r"\infty") + power

    @property
    def text_factor(self) -> str:
        """For prose, in parentheses where it is negative: ``(−0.33)``."""
        return f"({self.text})" if self.negative else self.text

    @property
    def latex_factor(self) -> str:
        """For maths, in parentheses where it is negative: ``(-0.33)``."""
        return f"({self.latex})" if self.negative else self.latex


def number(value: float, decimals: int = 3, scale: float = 0.0) -> Number:
    """Decide how a value is shown.

    Parameters
    ----------
    value : float
        Any float but NaN.
    decimals : int
        Digits after the point, at most; a rounded value has all of them, an exact one no trailing
        zero. A value that would round to zero, or is huge, comes in powers of ten.
    scale : float
        Size of the largest number that went into the value. A sum whose terms cancel leaves
        noise of that size, and noise is shown as 0.

    Returns
    -------
    Number

    Raises
    ------
    ValueError
        If the value is NaN or decimals is negative.

    Examples
    --------
    >>> number(0.1 + 0.2)
    Number(digits='0.3', exact=True)
    >>> number(2 / 3).text
    '0.667'
    >>> number(0.1 + 0.2 - 0.3, scale=0.3).text
    '0'
    """
    if math.isnan(value):
        raise ValueError("value must be a number; got nan")
    if decimals < 0:
        raise ValueError(f"decimals must be at least 0; got {decimals}")
    if math.isinf(value):
        return Number("inf" if value > 0 else "-inf", True)
    noise = NOISE * max(abs(value), scale)
    for places in range(decimals + 1):
        if _is(short := _rounded(value, places), value, noise):
            return Number(_fixed(short), True)
    if _is(tie := _rounded(value, decimals + 1), value, noise) and f"{tie:f}".endswith("5"):
        return Number(_fixed(tie), True)
    long = _rounded(value, decimals)
    if not long or abs(value) >= _LARGE:
        return _power(value, noise)
    return Number(f"{long:f}", False)


def text(value: float, decimals: int = 3) -> str:
    """Write a value for prose, with a real minus sign; see `number`.

    Examples
    --------
    >>> text(-2 / 3), text(0.00001234)
    ('−0.667', '1.2 × 10⁻⁵')
    """
    return number(value, decimals).text


def latex(value: float, decimals: int = 3) -> str:
    """Write a value for maths, in parentheses where it is negative; see `number`.

    Examples
    --------
    >>> latex(-0.5), latex(2 / 3)
    ('(-0.5)', '0.667')
    """
    return number(value, decimals).latex_factor


def token(key: str) -> str:
    """Write the token that a page replaces by the checked text of a number.

    Examples
    --------
    >>> token("churn.s1.z2").strip("{}")
    '@churn.s1.z2'
    """
    return f"{{@{key}}}"


def written(shown: Number, key: str | None, form: str = "latex") -> str:
    """Write a number, or its token if it has a key.

    Parameters
    ----------
    shown : Number
        The number.
    key : str or None
        Its key.
    form : {"text", "text_factor", "latex", "latex_factor"}
        How; the factors put what is negative in parentheses.

    Returns
    -------
    str
    """
    if not key:
        return str(getattr(shown, form))
    wrapped = form.endswith("factor") and shown.negative
    return f"({token(key)})" if wrapped else token(key)


def approximate(*shown: Number) -> bool:
    """Tell whether any of the numbers is a rounding: then a line says ≈ and not =."""
    return not all(each.exact for each in shown)


def _rounded(value: float, places: int) -> Decimal:
    """Round the float's exact binary value, so that each digit is right."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _ANY_FLOAT)


def _is(decimal: Decimal, value: float, noise: float) -> bool:
    return float(abs(decimal - Decimal(value))) <= noise and abs(value) < _LARGE


def _fixed(decimal: Decimal) -> str:
    return str(decimal or abs(decimal))


def _power(value: float, noise: float) -> Number:
    mantissa, exponent = f"{Decimal(value):.1e}".lower().split("e")
    mantissa = mantissa.removesuffix(".0")
    digits = f"{mantissa}e{int(exponent)}"
    return Number(digits, abs(Decimal(digits) - Decimal(value)) <= Decimal(noise))
