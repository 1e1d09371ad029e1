"""The activations, softmax and the dying neuron a second time: 50 digits, from decimal strings.

Nothing here calls byhand. The sigmoid's slope is that of a logistic density, softmax comes from
exponentials of differences, the training from sums over single samples.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

Z = ("-3", "-1", "0", "1", "3")
ALPHA, STEEP_ALPHA = "0.01", "0.1"
LOGITS = ("2.0", "1.0", "0.1")
SHIFT = "3"
X, Y = ("1", "2", "3"), ("2", "4", "6")
ALIVE, DEAD = "0.5", "-1"
HIGH, LOW = "0.5", "0.05"
LARGEST = (2 - mp.mpf(2) ** -52) * mp.mpf(2) ** 1023  # the largest double


def sigmoid(z: Any) -> Any:
    return (1 + mp.tanh(z / 2)) / 2


def tanh(z: Any) -> Any:
    return mp.sinh(z) / mp.cosh(z)


def relu(z: Any) -> Any:
    return (z + abs(z)) / 2


def leaky(z: Any, alpha: str = ALPHA) -> Any:
    return max(z, mp.mpf(alpha) * z)


def sigmoid_slope(z: Any) -> Any:
    return 1 / (2 + mp.exp(z) + mp.exp(-z))


def tanh_slope(z: Any) -> Any:
    return 1 / mp.cosh(z) ** 2


def relu_slope(z: Any) -> Any:
    return mp.mpf(z > 0)


def leaky_slope(z: Any, alpha: str = ALPHA) -> Any:
    return mp.mpf(1) if z > 0 else mp.mpf(alpha)


def p(i: int, raised: int = 0) -> Any:
    """Compute softmax as one over the sum of e to the differences."""
    scores = [mp.mpf(score) for score in LOGITS]
    if raised:
        scores[raised - 1] += 1
    return 1 / sum(mp.exp(score - scores[i - 1]) for score in scores)


def entry(i: int, j: int) -> Any:
    return p(i) * (1 - p(i)) if i == j else -p(i) * p(j)


def whole_row(row: int) -> Any:
    return sigmoid(mp.mpf(SHIFT) if row == 2 else -mp.mpf(SHIFT))


def walk(alpha: str, w: str, lr: str, steps: int) -> list[tuple[Any, Any, Any]]:
    """Train one neuron, sample by sample; return weight, bias and loss at each moment."""
    rows, n = [], len(X)
    weight, bias = mp.mpf(w), mp.mpf(0)
    for _ in range(steps + 1):
        loss, dw, db = mp.mpf(0), mp.mpf(0), mp.mpf(0)
        for x, y in zip(map(mp.mpf, X), map(mp.mpf, Y), strict=True):
            z = weight * x + bias
            slope = leaky_slope(z, alpha)
            error = slope * z - y
            loss += error**2 / n
            dw += 2 * error * slope * x / n
            db += 2 * error * slope / n
        rows.append((weight, bias, loss))
        weight, bias = weight - mp.mpf(lr) * dw, bias - mp.mpf(lr) * db
    return rows


def dying(step: int, column: int) -> Any:
    return walk("0", ALIVE, HIGH, 2)[step][column]


def steps(alpha: str) -> Any:
    weights = [row[0] for row in walk(alpha, DEAD, LOW, 100)]
    return mp.mpf(next(i for i, weight in enumerate(weights) if weight > 0))


RULES = {
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (tanh, tanh_slope),
    "relu": (relu, relu_slope),
    "leaky_relu": (leaky, leaky_slope),
}
PREFIX = "activation_table"
_LOCAL: dict[str, Callable[[], Any]] = {
    "sigmoid_2": lambda: sigmoid(mp.mpf(2)),
    "steepest_product": lambda: sigmoid_slope(mp.mpf(0)) ** 10,
    "product_at_3": lambda: sigmoid_slope(mp.mpf(3)) ** 10,
    "float.sigmoid_one": lambda: -mp.log(mp.mpf(2) ** -53),
    "float.sigmoid_zero": lambda: mp.log(mp.mpf(2) ** -1075),
    "float.tanh_one": lambda: -mp.log(mp.mpf(2) ** -55) / 2,
    "float.exp_overflow": lambda: mp.log(LARGEST),
    "softmax.sum_exp": lambda: sum(mp.exp(mp.mpf(score)) for score in LOGITS),
    "softmax.sum": lambda: p(1) + p(2) + p(3),
    "softmax.sum_sigmoids": lambda: sum(sigmoid(mp.mpf(score)) for score in LOGITS),
    "softmax.product": lambda: p(2) * p(1),
    "softmax.either": lambda: 1 - p(3),
    "softmax.winner": lambda: mp.mpf(max((1, 2, 3), key=p)),
    "softmax.whole.row_1": partial(whole_row, 1),
    "softmax.whole.row_2": partial(whole_row, 2),
    "dies.w_1": partial(dying, 1, 0),
    "dies.b_1": partial(dying, 1, 1),
    "dies.w_2": partial(dying, 2, 0),
    "dies.b_2": partial(dying, 2, 1),
    "dies.loss": partial(dying, 2, 2),
    "revived.leak.first": lambda: walk(ALPHA, DEAD, LOW, 1)[1][0],
    "revived.leak.steps": partial(steps, ALPHA),
    "revived.steep.first": lambda: walk(STEEP_ALPHA, DEAD, LOW, 1)[1][0],
    "revived.steep.steps": partial(steps, STEEP_ALPHA),
}


def _at(rule: Callable[[Any], Any], where: str) -> Any:
    return rule(mp.mpf(where))


for _i, _where in enumerate(Z, start=1):
    for _name, (_rule, _slope) in RULES.items():
        _LOCAL[f"s{_i}.{_name}"] = partial(_at, _rule, _where)
        _LOCAL[f"s{_i}.{_name}_df"] = partial(_at, _slope, _where)
for _i, _score in enumerate(LOGITS, start=1):
    _LOCAL[f"softmax.exp_{_i}"] = partial(_at, mp.exp, _score)
    _LOCAL[f"softmax.sigmoid_{_i}"] = partial(_at, sigmoid, _score)
    _LOCAL[f"softmax.p_{_i}"] = partial(p, _i)
    _LOCAL[f"softmax.raised.p_{_i}"] = partial(p, _i, 1)
    for _j in (1, 2, 3):
        _LOCAL[f"softmax.J_{_i}_{_j}"] = partial(entry, _i, _j)

ORACLES: dict[str, Callable[[], Any]] = {f"{PREFIX}.{key}": rule for key, rule in _LOCAL.items()}
