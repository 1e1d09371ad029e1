"""Digits: the printed text is the correct rounding of the value, whatever its form."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand_site import digits
from tests.library.strategies import steady

finite = st.floats(-1e9, 1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "like", "expected"),
    [
        (0.32999999999999996, "0.33", "0.33"),
        (0.7688, "0.767", "0.769"),
        (-0.0523, "0.00", "-0.05"),
        (2, "9", "2"),
        (4.0, "9", "4"),
        (0.53644, "53.6%", "53.6%"),
        (0.4, "50%", "40%"),
        (1.0, "99.9%", "100.0%"),
        (0.0000123, "1.2e-5", "1.2e-5"),
        (123456.0, "1.2e-5", "1.2e5"),
        (9.99e-8, "1.2e-5", "1.0e-7"),
        (-3.4e-5, "1.2e-5", "-3.4e-5"),
        (0.999999, "0.99", "1.00"),
        # no sign on a zero, however small the value below it
        (-0.0, "0.00", "0.00"),
        (-0.001, "0.00", "0.00"),
        (-0.00001, "0.0%", "0.0%"),
        (0.0, "1.2e-5", "0.0e0"),
        (-0.0, "1.2e-5", "0.0e0"),
        # ties of exact binary fractions go to the even digit; they lie on an edge, see below
        (0.125, "0.12", "0.12"),
        (0.375, "0.37", "0.38"),
        (2.5, "2", "2"),
        # 2.675 is a little below the tie: no float is what its decimal text says
        (2.675, "0.00", "2.67"),
        (1e25, "0.00", "10000000000000000905969664.00"),
        (1e30, "0.00", "1000000000000000019884624838656.00"),
    ],
)
def test_a_value_is_rounded_once_at_the_digits_of_the_text(
    value: float, like: str, expected: str
) -> None:
    assert digits.as_text(value, like) == expected


@steady
@given(finite, st.integers(0, 9))
def test_a_fixed_text_is_within_half_a_unit_of_its_last_digit(value: float, places: int) -> None:
    text = digits.as_text(value, "0" if places == 0 else f"0.{'0' * places}")
    assert len(text.partition(".")[2]) == places
    distance = abs(Fraction(text) - Fraction(value))
    half = Fraction(1, 2 * 10**places)
    assert distance < half or (distance == half and int(text[-1]) % 2 == 0)


@steady
@given(finite, st.integers(0, 6))
def test_a_percentage_is_within_half_a_unit_of_its_last_digit(value: float, places: int) -> None:
    text = digits.as_text(value, f"{'0' if places == 0 else '0.' + '0' * places}%")
    distance = abs(Fraction(text[:-1]) - 100 * Fraction(value))
    assert distance <= Fraction(1, 2 * 10**places)


@steady
@given(finite.filter(lambda value: value != 0), st.integers(1, 9))
def test_an_exponent_form_is_within_half_a_unit_of_its_last(value: float, places: int) -> None:
    text = digits.as_text(value, f"1.{'0' * places}e-5")
    mantissa, exponent = text.split("e")
    assert 1 <= abs(Decimal(mantissa)) < 10
    assert len(mantissa.partition(".")[2]) == places
    unit = Fraction(10) ** (int(exponent) - places)
    assert abs(Fraction(Decimal(text)) - Fraction(value)) <= unit / 2


@steady
@given(finite, st.integers(0, 6))
def test_a_text_is_the_text_of_what_it_says(value: float, places: int) -> None:
    like = "0" if places == 0 else f"0.{'0' * places}"
    text = digits.as_text(value, like)
    assert digits.as_text(float(text), text) == text


@pytest.mark.parametrize(
    "text", ["", "abc", ".5", "1.", "0,33", "1 000", "0.33 ", "−0.5", "1e", "%"]
)
def test_a_text_of_no_known_form_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"text must look like 0\.33.*got"):
        digits.as_text(0.5, text)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_only_finite_values_are_printed(value: float) -> None:
    with pytest.raises(ValueError, match="value must be finite"):
        digits.as_text(value, "0.33")


@pytest.mark.parametrize("like", ["0.12", "12%", "1.2e-5"])
def test_a_tie_lies_on_an_edge(like: str) -> None:
    value = {"0.12": 0.125, "12%": 0.125, "1.2e-5": 1.25}[like]
    for near in (math.nextafter(value, 0), value, math.nextafter(value, 1e9)):
        assert digits.on_edge(near, like)


@pytest.mark.parametrize(
    ("value", "like"), [(0.33, "0.33"), (0.0, "0.0"), (-0.2, "-0.2"), (3, "3"), (0.126, "0.13")]
)
def test_a_value_between_edges_does_not_lie_on_one(value: float, like: str) -> None:
    assert not digits.on_edge(value, like)


@steady
@given(finite, st.integers(0, 9))
def test_off_an_edge_a_neighbouring_float_prints_the_same(value: float, places: int) -> None:
    like = "0" if places == 0 else f"0.{'0' * places}"
    if not digits.on_edge(value, like):
        for near in (math.nextafter(value, -math.inf), math.nextafter(value, math.inf)):
            assert digits.as_text(near, like) == digits.as_text(value, like)


def test_twelve_digits_are_published_never_a_repr() -> None:
    assert digits.significant(0.32999999999999996) == "0.33"
    assert digits.padded(0.32999999999999996) == "0.330000000000"
    assert digits.significant(2 / 3) == "0.666666666667"
    assert digits.significant(9) == digits.padded(9) == "9"


def test_prose_has_a_true_minus_sign() -> None:
    assert digits.typeset("-0.5") == "−0.5"


@pytest.mark.parametrize(
    ("old", "new", "change"), [(1.0, 1.1, 0.1 / 1.1), (0.0, 0.0, 0.0), (0.0, 2.0, 1.0), (-1, 1, 2)]
)
def test_a_change_is_relative_to_the_larger_of_both(old: float, new: float, change: float) -> None:
    assert digits.relative_change(old, new) == pytest.approx(change)
