import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand.show import latex, number, text, token


@pytest.mark.parametrize(
    ("value", "decimals", "digits", "exact"),
    [
        (0.5 * 0.5 + -0.2 * 0.1 + 0.1, 3, "0.33", True),  # 0.32999999999999996
        (0.1 + 0.2, 1, "0.3", True),
        (0.1 + 0.2, 3, "0.3", True),
        (-0.0, 3, "0", True),
        (1.0, 3, "1", True),
        (-120.0, 0, "-120", True),
        (2 / 3, 3, "0.667", False),
        (-2 / 3, 1, "-0.7", False),
        (0.4999996, 3, "0.500", False),  # a rounding keeps its zeros, so that it looks like one
        (0.5, 3, "0.5", True),
        (0.0625, 3, "0.0625", True),  # half-way between two roundings: shown in full
        (2.675, 2, "2.675", True),
        (2.6751, 2, "2.68", False),
        (0.5, 0, "0.5", True),
        (12.0004, 3, "12.000", False),
        (0.0004, 3, "4e-4", True),
        (-0.00012345, 3, "-1.2e-4", False),
        (1.5e12, 3, "1.5e12", True),
        (123456789.0, 3, "123456789", True),
        (math.inf, 3, "inf", True),
    ],
)
def test_digits_are_the_value_or_its_correct_rounding(
    value: float, decimals: int, digits: str, exact: bool
) -> None:
    shown = number(value, decimals)
    assert (shown.digits, shown.exact) == (digits, exact)


@given(st.floats(-1e6, 1e6), st.integers(0, 8))
def test_no_shown_value_is_further_off_than_half_a_digit(value: float, decimals: int) -> None:
    shown = number(value, decimals)
    error = abs(Decimal(shown.digits) - Decimal(value))
    if shown.exact:
        assert error <= Decimal("1.0000001e-12") * abs(Decimal(value))
    elif "e" in shown.digits:
        assert abs(value) < 10**-decimals
        assert error <= Decimal("0.05") * abs(Decimal(value))
    else:
        assert error <= Decimal(10) ** -decimals / 2
        assert len(shown.digits.partition(".")[2]) == decimals


@given(st.integers(-(10**7), 10**7), st.integers(0, 6))
def test_a_short_decimal_is_shown_as_it_was_written(digits: int, places: int) -> None:
    written = Decimal(digits).scaleb(-places)
    shown = number(float(written), 6)
    assert shown.exact
    assert Decimal(shown.digits) == written
    assert not shown.digits.endswith("0") or "." not in shown.digits


def test_noise_of_a_sum_is_zero_only_at_the_size_of_its_terms() -> None:
    noise = 0.1 + 0.2 - 0.3
    assert noise != 0
    assert number(noise, scale=0.3).digits == "0"
    assert number(noise).digits == "5.6e-17"
    assert number(3e-9, scale=0.3).digits == "3e-9"


def test_prose_has_a_real_minus_sign_and_maths_a_hyphen() -> None:
    assert text(-0.25) == "\N{MINUS SIGN}0.25"
    assert number(-0.25).text_factor == "(\N{MINUS SIGN}0.25)"
    assert number(-0.25).latex == "-0.25"
    assert latex(-0.25) == "(-0.25)"
    assert latex(0.25) == number(0.25).text_factor == "0.25"
    assert text(-1.24e-5) == "\N{MINUS SIGN}1.2 × 10⁻⁵"
    assert number(1.5e12).latex == r"1.5 \times 10^{12}"
    assert text(math.inf) == "∞"
    assert number(-math.inf).latex == r"-\infty"
    assert token("churn.s1.z2") == "{@churn.s1.z2}"


def test_what_cannot_be_shown_is_an_error() -> None:
    with pytest.raises(ValueError, match="value must be a number; got nan"):
        number(math.nan)
    with pytest.raises(ValueError, match="decimals must be at least 0; got -1"):
        number(1.0, -1)
