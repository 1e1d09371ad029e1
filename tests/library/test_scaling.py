"""The standardiser: by hand, against stored digits of another library, constant features."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand._validate import Array
from byhand.scaling import Standardiser
from tests.library.strategies import matrices, steady

# X, then mean, standard deviation and standardised X as scikit-learn's StandardScaler (version
# 1.9.1, NumPy 2.4.6) has them, to the last bit. "mixed" and "tiny" hold features that are constant,
# or constant up to rounding.
CASES: dict[str, tuple[list[list[float]], list[str], list[str], list[list[str]]]] = {
    "income": (
        [[25000.0, 25.0, 0.5], [80000.0, 55.0, 0.9]],
        ["0x1.9a28000000000p+15", "0x1.4000000000000p+5", "0x1.6666666666666p-1"],
        ["0x1.adb0000000000p+14", "0x1.e000000000000p+3", "0x1.999999999999ap-3"],
        [
            ["-0x1.0000000000000p+0", "-0x1.0000000000000p+0", "-0x1.ffffffffffffep-1"],
            ["0x1.0000000000000p+0", "0x1.0000000000000p+0", "0x1.0000000000001p+0"],
        ],
    ),
    "mixed": (
        [
            [0.1, 7.0, 1000000000.1, -3.0],
            [0.1, 7.0, 1000000000.4, 0.25],
            [0.1, 7.0, 1000000000.9, 2.0],
        ],
        [
            "0x1.999999999999bp-4",
            "0x1.c000000000000p+2",
            "0x1.dcd65003bbbbcp+29",
            "-0x1.0000000000000p-2",
        ],
        [
            "0x1.0000000000000p+0",
            "0x1.0000000000000p+0",
            "0x1.51e71a20884c1p-2",
            "0x1.092b4c0005d7cp+1",
        ],
        [
            [
                "-0x1.0000000000000p-56",
                "0x0.0p+0",
                "-0x1.1c757f93fa363p+0",
                "-0x1.53d411dd3baeap+0",
            ],
            ["-0x1.0000000000000p-56", "0x0.0p+0", "-0x1.9dc243f8ac8a9p-3", "0x1.ee4bbce4b3e6bp-3"],
            ["-0x1.0000000000000p-56", "0x0.0p+0", "0x1.502dc203779d7p+0", "0x1.160a9a40a531cp+0"],
        ],
    ),
    "tiny": (
        [[1e-09, 0.3], [3e-09, 0.3], [4e-09, 0.30000000000000004]],
        ["0x1.6e80fe033c8c7p-29", "0x1.3333333333333p-2"],
        ["0x1.56d53e6ac6e84p-30", "0x1.0000000000000p+0"],
        [
            ["-0x1.561829eb82d35p+0", "0x0.0p+0"],
            ["0x1.11acee5602425p-2", "0x0.0p+0"],
            ["0x1.11acee5602429p+0", "0x1.0000000000000p-54"],
        ],
    ),
    "one": (
        [[5.0, -2.5]],
        ["0x1.4000000000000p+2", "-0x1.4000000000000p+1"],
        ["0x1.0000000000000p+0", "0x1.0000000000000p+0"],
        [["0x0.0p+0", "0x0.0p+0"]],
    ),
    "thirds": (
        [
            [0.3333333333333333, 0.6666666666666666],
            [0.14285714285714285, 0.1],
            [0.1111111111111111, 0.2],
            [0.18181818181818182, -0.7],
            [0.6, 0.35],
        ],
        ["0x1.18654e7a2424ap-2", "0x1.f92c5f92c5f92p-4"],
        ["0x1.70ab204f6eafap-3", "0x1.d0f735d029e8dp-2"],
        [
            ["0x1.52841fe8d09d6p-2", "0x1.3253bb5c910b1p+0"],
            ["-0x1.747fc246550c0p-1", "-0x1.a4f6fe565faa6p-5"],
            ["-0x1.cecabaa5749b2p-1", "0x1.59cae334aa033p-3"],
            ["-0x1.05af62e8dcdc5p-1", "-0x1.d0305abcf4eb0p+0"],
            ["0x1.cfdbe7f01f1a1p+0", "0x1.ff2bebb20673dp-2"],
        ],
    ),
}
each_case = pytest.mark.parametrize("name", CASES)


def floats(texts: list[str]) -> list[float]:
    return [float.fromhex(text) for text in texts]


@each_case
def test_digit_for_digit_what_another_library_computes(name: str) -> None:
    X, mean, std, scaled = CASES[name]
    scaler = Standardiser.fit(X)
    assert scaler.mean.tolist() == floats(mean)
    assert scaler.std.tolist() == floats(std)
    assert scaler.transform(X).tolist() == [floats(row) for row in scaled]


@each_case
def test_against_fifty_digits(name: str) -> None:
    X, *_ = CASES[name]
    scaler = Standardiser.fit(X)
    context = mpmath.mp.clone()
    context.dps = 50
    for number, column in enumerate(zip(*X, strict=True)):
        values = [context.mpf(value) for value in column]
        mean = sum(values) / len(values)
        std = context.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
        assert abs(scaler.mean[number] - mean) <= 4e-16 * abs(mean)
        if std < 1e-15:  # the constant features
            assert scaler.std[number] == 1.0
        else:
            assert abs(scaler.std[number] - std) <= 1e-14 * std


def test_by_hand() -> None:
    scaler = Standardiser.fit([[1, 10], [3, 10], [5, 10], [7, 10]])
    assert scaler.mean.tolist() == [4, 10]
    assert scaler.std.tolist() == [5**0.5, 1]  # the mean of 9, 1, 1, 9 is 5
    assert scaler.transform([[4.0, 10.0], [4.0 + 5**0.5, 11.0]]).tolist() == [[0, 0], [1, 1]]


def test_new_data_is_scaled_by_the_old_mean_and_deviation() -> None:
    scaler = Standardiser.fit([[0], [2]])
    assert scaler.transform([[10]]).tolist() == [[9]]


@steady
@given(X=matrices(n=st.integers(2, 8)))
def test_what_comes_out_has_mean_zero_and_deviation_one(X: Array) -> None:
    scaler = Standardiser.fit(X)
    scaled = scaler.transform(X)
    np.testing.assert_allclose(scaler.inverse(scaled), X, atol=1e-12)
    varies = np.ptp(X, axis=0) > 1e-3
    np.testing.assert_allclose(scaled[:, varies].mean(axis=0), 0.0, atol=1e-9)
    np.testing.assert_allclose(scaled[:, varies].std(axis=0), 1.0, atol=1e-9)


def test_refusals() -> None:
    with pytest.raises(ValueError, match=r"std must be \(2,\), the shape of mean; got \(1,\)"):
        Standardiser([1, 2], [1])
    with pytest.raises(ValueError, match=r"mean must be \(2,\), the shape of one number per fea"):
        Standardiser([[1, 2]], [1, 1])
    with pytest.raises(ValueError, match=r"std must be above 0; got 0.0"):
        Standardiser([1, 2], [1, 0])
    with pytest.raises(ValueError, match=r"X must be \(n, 2\)"):
        Standardiser([1, 2], [1, 1]).transform([[1, 2, 3]])
    with pytest.raises(ValueError, match="X must hold at least one sample"):
        Standardiser.fit(np.empty((0, 2)))
    with pytest.raises(ValueError, match="read-only"):
        Standardiser([1], [1]).mean[0] = 2
