"""The digits a second time: whole numbers from the bytes of the file, and mpmath for the rest.

Nothing here calls byhand. The file is read without NumPy; NumPy deals the order of the pictures,
which is given, and sums squares of integers, which is exact.
"""

import ast
import zipfile
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np

mp = mpmath.mp.clone()
mp.dps = 50

FILE = Path(__file__).parents[2] / "src" / "byhand" / "_digits" / "digits.npz"
SHORTEST = 110  # labels on a form at least, of a list of 130
MISSING = {7: (0,), 12: (17, 18)}  # form: places among the first thirty that are left out
P, Q, SMALL, FULL = "0.97", "0.98", 97, 100


@cache
def content() -> tuple[Any, list[int]]:
    """Read pictures, (1797, 64) int32, and labels: magic, header, bytes."""
    parts = {}
    with zipfile.ZipFile(FILE) as archive:
        for name in ("X", "labels"):
            raw = archive.read(f"{name}.npy")
            end = 10 + int.from_bytes(raw[8:10], "little")
            header = ast.literal_eval(raw[10:end].decode("latin1"))
            assert header["descr"] == "|u1"
            parts[name] = list(raw[end:])
    pictures = [parts["X"][i : i + 64] for i in range(0, len(parts["X"]), 64)]
    return np.array(pictures, dtype=np.int32), parts["labels"]


@cache
def split() -> tuple[list[int], list[int]]:
    order = np.random.default_rng(0).permutation(1797).tolist()
    return order[:1200], order[1200:1500]


def squares(x: Any, others: Any) -> Any:
    """Squared distances of integers, by subtracting first: no product is expanded."""
    return ((others - x) ** 2).sum(axis=1)


@cache
def form_of() -> list[int]:
    """Follow the list of labels through the file: a new form where its beginning comes again."""
    _, labels = content()
    beginning = labels[:30]
    forms, form, last = [], -1, -SHORTEST
    for place in range(len(labels)):
        gone = MISSING.get(form + 1, ())
        expected = [label for i, label in enumerate(beginning) if i not in gone]
        if place - last >= SHORTEST and labels[place : place + len(expected)] == expected:
            form, last = form + 1, place
        forms.append(form)
    return forms


def count_right(says: Callable[[int], int]) -> Any:
    _, labels = content()
    return mp.mpf(sum(says(i) == labels[i] for i in split()[1]))


def majority() -> Any:
    _, labels = content()
    known = [labels[i] for i in split()[0]]
    most = max(range(10), key=lambda digit: (known.count(digit), -digit))
    return count_right(lambda _: most)


def nearest_mean() -> Any:
    """Compare |x - S/n|² as whole numbers over n²: -2·n·x·S + S·S, both over n²."""
    X, labels = content()
    sums = []
    for digit in range(10):
        own = [i for i in split()[0] if labels[i] == digit]
        sums.append((len(own), X[own].sum(axis=0)))

    def says(i: int) -> int:
        far = [Fraction(int(s @ s) - 2 * n * int(X[i] @ s), n * n) for n, s in sums]
        assert sorted(far)[1] - min(far) > Fraction(1, 10**6)
        return far.index(min(far))

    return count_right(says)


def nearest() -> Any:
    X, labels = content()
    known = split()[0]

    def says(i: int) -> int:
        return labels[known[int(squares(X[i], X[known]).argmin())]]

    return count_right(says)


@cache
def neighbours() -> dict[str, int]:
    """Wrong nearest neighbours among all others and outside the form; those of the same form."""
    X, labels = content()
    form = np.array(form_of())
    found = {"itself": 0, "form": 0, "same": 0}
    for i, x in enumerate(X):
        far = squares(x, X)
        far[i] = 10**9
        best = int(far.argmin())
        found["itself"] += labels[best] != labels[i]
        found["same"] += int(form[best] == form[i])
        far[form == form[i]] = 10**9
        found["form"] += labels[int(far.argmin())] != labels[i]
    return found


def chance_of_same_form() -> Any:
    form = form_of()
    pairs = sum(form.count(f) * (form.count(f) - 1) for f in range(14))
    return mp.mpf(pairs) / 1796


def largest() -> Any:
    X, _ = content()
    train, choose = split()
    found = mp.zero
    for pixel in range(64):
        column = [int(v) for v in X[train, pixel]]
        mean = mp.mpf(sum(column)) / 1200
        variance = mp.mpf(sum(v * v for v in column)) / 1200 - mean**2
        std = mp.sqrt(variance) if any(column) else mp.one
        for value in set(map(int, X[choose, pixel])):
            found = max(found, abs(value - mean) / std)
    return found


def quantile(share: str) -> Any:
    return mp.sqrt(2) * mp.erfinv(2 * mp.mpf(share) - 1)


def variance(p: str) -> Any:
    return mp.mpf(p) * (1 - mp.mpf(p))


def plain(sign: int) -> Any:
    return mp.mpf(P) + sign * quantile("0.975") * mp.sqrt(variance(P) / FULL)


def wilson(right: int, guess: str) -> Any:
    """Find the p at which the count lies just z standard deviations away."""
    share, z = mp.mpf(right) / FULL, quantile("0.975")
    return mp.findroot(
        lambda p: (share - p) ** 2 - z**2 * p * (1 - p) / FULL,
        (mp.mpf(guess) - mp.mpf("0.002"), mp.mpf(guess) + mp.mpf("0.002")),
        solver="anderson",
        tol=mp.mpf(10) ** -60,
    )


def needed(z: Any) -> Any:
    return mp.ceil(z**2 * (variance(P) + variance(Q)) / (mp.mpf(Q) - mp.mpf(P)) ** 2)


def uneven() -> Any:
    """Count all falls of twelve coins, one by one."""
    falls = sum(min(n.bit_count(), 12 - n.bit_count()) <= 3 for n in range(2**12))
    return mp.mpf(falls) / 2**12


def rare() -> Any:
    return mp.sqrt(mp.mpf(1199)) / 1200


ORACLES: dict[str, Callable[[], Any]] = {
    "digits.majority": majority,
    "digits.mean": nearest_mean,
    "digits.nearest": nearest,
    "digits.without_itself": lambda: mp.mpf(neighbours()["itself"]),
    "digits.without_form": lambda: mp.mpf(neighbours()["form"]),
    "digits.same_form": lambda: mp.mpf(neighbours()["same"]),
    "digits.same_form.by_chance": chance_of_same_form,
    "digits.parameters": lambda: mp.mpf((64 + 1) * 32 + (32 + 1) * 10),
    "digits.logistic.parameters": lambda: mp.mpf((64 + 1) * 10),
    "digits.guess.loss": lambda: -mp.log(mp.mpf(1) / 10),
    "digits.standardised.largest": largest,
    "digits.z": lambda: quantile("0.975"),
    "digits.z_squared": lambda: quantile("0.975") ** 2 / FULL,
    "digits.deviation300": lambda: mp.sqrt(300 * variance(P)),
    "digits.error297": lambda: mp.sqrt(variance(P) / 297),
    "digits.plain.low": lambda: plain(-1),
    "digits.plain.high": lambda: plain(1),
    "digits.wilson.low": lambda: wilson(SMALL, "0.915"),
    "digits.wilson.high": lambda: wilson(SMALL, "0.99"),
    "digits.wilson.all.low": lambda: wilson(FULL, "0.963"),
    "digits.flawless": lambda: mp.mpf(P) ** FULL,
    "digits.needed": lambda: needed(quantile("0.975")),
    "digits.needed.mostly": lambda: needed(quantile("0.975") + quantile("0.8")),
    "digits.alone.luck": uneven,
    "digits.rare.std": rare,
    "digits.rare.input": lambda: (4 - mp.mpf(1) / 1200) / rare(),
}
