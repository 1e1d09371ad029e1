"""The churn runs a second time: scalar arithmetic with 50 digits, from decimal strings.

Nothing here calls byhand. Gradients are written out weight by weight, and the weights stand as the
source has them, a row per neuron.
"""

from collections.abc import Callable
from functools import cache, partial
from itertools import product
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

CUSTOMERS = (("0.5", "0.1"), ("0.9", "0.8"), ("0.2", "0.3"), ("0.7", "0.6"), ("0.4", "0.2"))
CHURNED = ("0", "1", "0", "1", "0")
HIDDEN = (("0.5", "-0.2", "0.1"), ("0.3", "0.8", "-0.1"))  # per neuron: two weights, then the bias
OUTPUT = ("0.6", "-0.4", "0.0")
RATES = {"slow": "0.1", "fast": "1", "dead": "3"}
EPOCHS = 1000
CERTIFICATES = {  # labels: hidden weights by input, hidden biases, output weights, output bias
    "00000": "0 0 0 0 0 0 -3 -3 -1",
    "00001": "-2 3 3 -2 0.2 -0.7 -3 -3 1.1",
    "00010": "3 0 -1 -3 -1.4 1.5 -3 -3 0.9",
    "00011": "-3 3 2 -2 0.6 -0.6 -3 -3 1.2",
    "00100": "3 3 -3 -1 0.9 1.4 -3 -3 9.3",
    "00101": "3 3 -3 0 -0.6 -0.7 -3 -3 2.8",
    "00110": "3 1 -1 -3 0.5 1.1 -3 -3 6.6",
    "00111": "3 0 0 -3 0.7 1.5 -3 -3 9.3",
    "01000": "3 3 3 3 1.2 -0.1 3 3 -30.3",
    "01001": "-2 -3 3 3 1.1 0.6 1 -3 -0.7",
    "01010": "3 3 3 3 0.3 -1.3 3 3 -14.1",
    "01011": "-3 3 2 -3 0.6 -0.7 -3 -3 0.8",
    "01100": "0 -3 3 1 -1.4 1.3 3 3 -2.1",
    "01101": "-3 0 1 2 1.4 -1.2 3 3 -0.6",
    "01110": "-1 -2 3 3 1.5 0.2 3 3 -6.9",
    "01111": "3 3 -3 -3 0.8 -0.5 -3 -3 6.3",
}

POINTS = [tuple(map(mp.mpf, row)) for row in CUSTOMERS]
LEFT = [label == "1" for label in CHURNED]


def hidden_sums(hidden: Any, point: Any) -> list[Any]:
    return [w1 * point[0] + w2 * point[1] + b for w1, w2, b in hidden]


def logit(hidden: Any, output: Any, point: Any) -> Any:
    on = [max(z, mp.zero) for z in hidden_sums(hidden, point)]
    return output[0] * on[0] + output[1] * on[1] + output[2]


def chance(z: Any) -> Any:
    return (1 + mp.tanh(z / 2)) / 2


def mean_loss(hidden: Any, output: Any, left: Any) -> Any:
    signed = [
        (-1 if leaves else 1) * logit(hidden, output, point)
        for leaves, point in zip(left, POINTS, strict=True)
    ]
    return sum((mp.log1p(mp.exp(z)) for z in signed), mp.zero) / len(signed)


def update(hidden: Any, output: Any, lr: Any) -> tuple[Any, Any]:
    """Step once; the gradient is summed customer by customer."""
    dh, do = [[mp.zero] * 3 for _ in hidden], [mp.zero] * 3
    for point, left in zip(POINTS, LEFT, strict=True):
        error = (chance(logit(hidden, output, point)) - int(left)) / len(POINTS)
        do[2] += error
        for j, z in enumerate(hidden_sums(hidden, point)):
            if z > 0:
                do[j] += error * z
                for entry, factor in enumerate((*point, 1)):
                    dh[j][entry] += error * output[j] * factor
    return moved_rows(hidden, dh, lr), moved(output, do, lr)


def moved(values: Any, moves: Any, lr: Any) -> Any:
    return [value - lr * move for value, move in zip(values, moves, strict=True)]


def moved_rows(rows: Any, moves: Any, lr: Any) -> Any:
    return [moved(row, move, lr) for row, move in zip(rows, moves, strict=True)]


@cache
def trained(name: str) -> tuple[Any, Any]:
    hidden = [[mp.mpf(text) for text in row] for row in HIDDEN]
    output = [mp.mpf(text) for text in OUTPUT]
    for _ in range(EPOCHS):
        hidden, output = update(hidden, output, mp.mpf(RATES[name]))
    return hidden, output


def loss(name: str) -> Any:
    return mean_loss(*trained(name), LEFT)


def y_hat(name: str, sample: int) -> Any:
    return chance(logit(*trained(name), POINTS[sample - 1]))


LABELLINGS = ["".join(bits) for bits in product("01", repeat=5)]


def certificate(labelling: str) -> tuple[Any, Any]:
    flip = labelling[0] == "1"
    known = "".join("10"[int(bit)] for bit in labelling) if flip else labelling
    w = [mp.mpf(text) for text in CERTIFICATES[known].split()]
    sign = -1 if flip else 1
    return ((w[0], w[2], w[4]), (w[1], w[3], w[5])), [sign * value for value in w[6:]]


def reached() -> Any:
    def right(labelling: str) -> bool:
        signs = [logit(*certificate(labelling), point) > 0 for point in POINTS]
        return signs == [bit == "1" for bit in labelling]

    return mp.mpf(sum(map(right, LABELLINGS)))


ORACLES: dict[str, Callable[[], Any]] = {
    "churn_training.dead.y_hat": partial(y_hat, "dead", 1),
    "churn_training.labellings": lambda: mp.mpf(2) ** len(CUSTOMERS),
    "churn_training.reached": reached,
}
for _name in RATES:
    ORACLES[f"churn_training.{_name}.loss"] = partial(loss, _name)
for _sample in range(1, 6):
    ORACLES[f"churn_training.slow.s{_sample}.y_hat"] = partial(y_hat, "slow", _sample)
