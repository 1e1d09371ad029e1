"""The common mistakes a second time: scalar arithmetic with 50 digits, from decimal strings.

Nothing here calls byhand. Curvatures come from the matrix of second derivatives itself, and its
eigenvalues from mpmath's own algorithm.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

ROWS = (  # income, age, ratio, left
    ("25000", "25", "0.5", "0"),
    ("80000", "55", "0.9", "1"),
    ("42000", "31", "0.3", "0"),
    ("61000", "48", "0.6", "1"),
    ("38000", "52", "0.7", "1"),
    ("95000", "29", "0.2", "0"),
    ("30000", "44", "0.8", "1"),
    ("70000", "35", "0.4", "0"),
)
NEW = ("52000", "40", "0.6")
FEATURES = ("income", "age", "ratio")
CUSTOMERS = (("0.5", "0.1"), ("0.9", "0.8"), ("0.2", "0.3"), ("0.7", "0.6"), ("0.4", "0.2"))
CHURNED = (0, 1, 0, 1, 0)
HIDDEN = (("0.5", "-0.2"), ("0.3", "0.8"))  # a row for each neuron
OUTPUT = ("0.6", "-0.4")
SHIFT, LEAK, DEAD_RATE = mp.mpf(-2), mp.mpf("0.1"), mp.one
LABELS, CHANCES = ("1", "0", "1", "0"), ("0.9", "0.1", "0.8", "0.3")

VALUES = [[mp.mpf(text) for text in row] for row in ROWS]
LEFT = [int(row[3]) for row in ROWS]


def mean(k: int, rows: int) -> Any:
    return mp.fsum(row[k] for row in VALUES[:rows]) / rows


def std(k: int, rows: int) -> Any:
    middle = mean(k, rows)
    return mp.sqrt(mp.fsum((row[k] - middle) ** 2 for row in VALUES[:rows]) / rows)


def scaled(value: Any, k: int) -> Any:
    return (value - mean(k, 8)) / std(k, 8)


@cache
def design(kind: str) -> list[list[Any]]:
    """Rows of inputs, each with a 1 for the bias."""
    rows = [row[:3] for row in VALUES]
    if kind == "scaled":
        rows = [[scaled(row[k], k) for k in range(3)] for row in rows]
    return [[*row, mp.one] for row in rows]


@cache
def eigenvalues(kind: str) -> list[Any]:
    rows = design(kind)
    entries = [[mp.fsum(r[i] * r[j] for r in rows) / 32 for j in range(4)] for i in range(4)]
    return sorted(mp.eigsy(mp.matrix(entries), eigvals_only=True))


@cache
def logits(kind: str) -> list[Any]:
    """Pre-activations after 1,000 updates of one neuron, at half the rate that overshoots."""
    rows, lr, w = design(kind), 1 / eigenvalues(kind)[-1], [mp.zero] * 4
    for _ in range(1000):
        sums = [mp.fdot(row, w) for row in rows]
        errors = [1 / (1 + mp.exp(-z)) - left for z, left in zip(sums, LEFT, strict=True)]
        slopes = [mp.fdot(errors, column) for column in zip(*rows, strict=True)]
        w = [weight - lr * slope / 8 for weight, slope in zip(w, slopes, strict=True)]
    return [mp.fdot(row, w) for row in rows]


def cross_entropy(sums: list[Any], left: Any) -> Any:
    signed = [-z if label else z for z, label in zip(sums, left, strict=True)]
    return mp.fsum(mp.log1p(mp.exp(z)) for z in signed) / len(signed)


def trained_loss(kind: str) -> Any:
    return cross_entropy(logits(kind), LEFT)


def correct(kind: str) -> Any:
    found = ((z > 0) == bool(label) for z, label in zip(logits(kind), LEFT, strict=True))
    return mp.mpf(sum(found))


POINTS = [tuple(map(mp.mpf, row)) for row in CUSTOMERS]


def hidden_sums(hidden: Any, point: Any) -> list[Any]:
    return [mp.fdot(row, (*point, 1)) for row in hidden]


@cache
def churn_logits(leak: Any) -> list[Any]:
    """Train the shut network for 2,000 updates; the slope on the left is `leak`."""
    hidden = [[mp.mpf(a), mp.mpf(b), SHIFT] for a, b in HIDDEN]
    output, bias = [mp.mpf(text) for text in OUTPUT], mp.zero

    def forward() -> tuple[list[list[Any]], list[list[Any]], list[Any]]:
        """Slopes and activations, a row for each neuron, and the logit of each point."""
        sums = list(zip(*(hidden_sums(hidden, point) for point in POINTS), strict=True))
        slopes = [[1 if z > 0 else leak for z in row] for row in sums]
        acts = [
            [slope * z for slope, z in zip(*pair, strict=True)]
            for pair in zip(slopes, sums, strict=True)
        ]
        return slopes, acts, [bias + mp.fdot(output, pair) for pair in zip(*acts, strict=True)]

    columns = [*zip(*POINTS, strict=True), [1] * len(POINTS)]
    for _ in range(2000):
        slopes, acts, sums = forward()
        errors = [(1 / (1 + mp.exp(-z)) - left) / 5 for z, left in zip(sums, CHURNED, strict=True)]
        backs = [
            [w * slope * error for slope, error in zip(row, errors, strict=True)]
            for w, row in zip(output, slopes, strict=True)
        ]
        bias -= DEAD_RATE * mp.fsum(errors)
        output = [w - DEAD_RATE * mp.fdot(errors, row) for w, row in zip(output, acts, strict=True)]
        hidden = [
            [w - DEAD_RATE * mp.fdot(back, column) for w, column in zip(row, columns, strict=True)]
            for row, back in zip(hidden, backs, strict=True)
        ]
    return forward()[2]


def largest_z1() -> Any:
    hidden = [[mp.mpf(a), mp.mpf(b), SHIFT] for a, b in HIDDEN]
    return max(z for point in POINTS for z in hidden_sums(hidden, point))


def squared(pairs: Any) -> Any:
    found = [(mp.mpf(a) - mp.mpf(b)) ** 2 for a, b in pairs]
    return mp.fsum(found) / len(found)


EVERY_PAIR = [(a, b) for a in LABELS for b in CHANCES]

ORACLES: dict[str, Callable[[], Any]] = {
    "raw.condition_billions": lambda: (
        eigenvalues("raw")[-1] / eigenvalues("raw")[0] / mp.mpf(10) ** 9
    ),
    "raw.limit_billionths": lambda: 2 * mp.mpf(10) ** 9 / eigenvalues("raw")[-1],
    "scaled.condition": lambda: eigenvalues("scaled")[-1] / eigenvalues("scaled")[0],
    "scaled.limit": lambda: 2 / eigenvalues("scaled")[-1],
    "dead.z1_max": largest_z1,
    "dead.y_hat": lambda: 1 / (1 + mp.exp(-churn_logits(mp.zero)[0])),
    "dead.loss": lambda: cross_entropy(churn_logits(mp.zero), CHURNED),
    "leaky.loss": lambda: cross_entropy(churn_logits(LEAK), CHURNED),
    "two.low": lambda: (VALUES[0][0] - mean(0, 2)) / std(0, 2),
    "two.high": lambda: (VALUES[1][0] - mean(0, 2)) / std(0, 2),
    "shape.right": lambda: squared(zip(LABELS, CHANCES, strict=True)),
    "shape.wrong": lambda: squared(EVERY_PAIR),
    "shape.pairs": lambda: mp.mpf(len(EVERY_PAIR)),
}
for _k, _name in enumerate(FEATURES):
    for _rows, _set in ((2, "two"), (8, "eight")):
        ORACLES[f"{_set}.{_name}.mean"] = partial(mean, _k, _rows)
        ORACLES[f"{_set}.{_name}.std"] = partial(std, _k, _rows)
    ORACLES[f"new.{_name}"] = partial(scaled, mp.mpf(NEW[_k]), _k)
for _kind in ("raw", "scaled"):
    ORACLES[f"{_kind}.loss"] = partial(trained_loss, _kind)
    ORACLES[f"{_kind}.correct"] = partial(correct, _kind)
ORACLES = {f"mistakes.{name}": oracle for name, oracle in ORACLES.items()}
