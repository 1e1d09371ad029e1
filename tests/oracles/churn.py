"""The churn example a second time: scalar arithmetic with 50 digits, from decimal strings.

Nothing here calls byhand. Where there is another way to the same number (a softplus for a loss, a
hyperbolic tangent for a sigmoid, an order of pre-activations for an order of probabilities) this
file takes it, and it keeps the source's own layout of the weights, by neuron.
"""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import mpmath

from tests.oracles import _churn_backward
from tests.oracles._network import Layer

mp = mpmath.mp.clone()  # a context of our own: nobody else's precision changes
mp.dps = 50

CUSTOMERS = (("0.5", "0.1"), ("0.9", "0.8"), ("0.2", "0.3"), ("0.7", "0.6"), ("0.4", "0.2"))
CHURNED = ("0", "1", "0", "1", "0")
HIDDEN_WEIGHTS = (("0.5", "-0.2"), ("0.3", "0.8"))  # one row per neuron
HIDDEN_BIASES = ("0.1", "-0.1")
OUTPUT_WEIGHTS = ("0.6", "-0.4")
OUTPUT_BIAS = "0.0"
THRESHOLD = "0.5"
CONSTANT = "0.5"
EPSILON = "1e-8"
RAISED_OUTPUT_WEIGHT = "0.8"
SHUT_HIDDEN_BIASES = ("-1", "-1")

SAMPLES = range(1, 6)
LEAVERS = [i for i in SAMPLES if CHURNED[i - 1] == "1"]
STAYERS = [i for i in SAMPLES if CHURNED[i - 1] == "0"]


def product_1(i: int, entry: int, unit: int) -> Any:
    return mp.mpf(CUSTOMERS[i - 1][entry - 1]) * mp.mpf(HIDDEN_WEIGHTS[unit - 1][entry - 1])


def product_2(i: int, entry: int) -> Any:
    return mp.mpf(OUTPUT_WEIGHTS[entry - 1]) * a1(i, entry)


def z1(i: int, unit: int, biases: tuple[str, str] = HIDDEN_BIASES) -> Any:
    x1, x2 = map(mp.mpf, CUSTOMERS[i - 1])
    w1, w2 = map(mp.mpf, HIDDEN_WEIGHTS[unit - 1])
    return w1 * x1 + w2 * x2 + mp.mpf(biases[unit - 1])


def a1(i: int, unit: int) -> Any:
    z = z1(i, unit)
    return (z + abs(z)) / 2  # ReLU


def z2(i: int, first_weight: Any = OUTPUT_WEIGHTS[0]) -> Any:
    first, second = mp.mpf(first_weight) * a1(i, 1), mp.mpf(OUTPUT_WEIGHTS[1]) * a1(i, 2)
    return first + second + mp.mpf(OUTPUT_BIAS)


def y_hat(i: int, first_weight: Any = OUTPUT_WEIGHTS[0]) -> Any:
    return (1 + mp.tanh(z2(i, first_weight) / 2)) / 2  # the sigmoid


def loss(i: int) -> Any:
    sign = -1 if i in LEAVERS else 1
    return mp.log(1 + mp.exp(sign * z2(i)))  # softplus of the logit that is wrong


def mean_loss() -> Any:
    likelihood = mp.mpf(1)
    for i in SAMPLES:
        likelihood *= y_hat(i) if i in LEAVERS else 1 - y_hat(i)
    return -mp.log(likelihood) / len(SAMPLES)


def mean_loss_with_epsilon() -> Any:
    likelihood, epsilon = mp.mpf(1), mp.mpf(EPSILON)
    for i in SAMPLES:
        likelihood *= (y_hat(i) if i in LEAVERS else 1 - y_hat(i)) + epsilon
    return -mp.log(likelihood) / len(SAMPLES)


def rounded(value: Any) -> Any:
    return mp.nint(value * 1000) / 1000


def chain() -> Any:
    return mp.log(1 / (1 - rounded(y_hat(1))))


def mean_of_rounded_losses() -> Any:
    thousandths = sum(mp.nint(1000 * loss(i)) for i in SAMPLES)
    return thousandths / (1000 * len(SAMPLES))


def share_of_leavers() -> Any:
    return mp.mpf(len(LEAVERS)) / len(SAMPLES)


def entropy_of_the_labels() -> Any:
    n, k = len(SAMPLES), len(LEAVERS)
    return mp.log(n) - (k * mp.log(k) + (n - k) * mp.log(n - k)) / n


def constant_loss() -> Any:
    p = mp.mpf(CONSTANT)
    return -(len(LEAVERS) * mp.log(p) + len(STAYERS) * mp.log(1 - p)) / len(SAMPLES)


def threshold_logit() -> Any:
    return mp.log(mp.mpf(THRESHOLD) / (1 - mp.mpf(THRESHOLD)))


def correct() -> Any:
    return mp.mpf(sum((z2(i) >= threshold_logit()) == (i in LEAVERS) for i in SAMPLES))


def ordered_pairs() -> Any:
    return mp.mpf(sum(z2(leaver) > z2(stayer) for leaver, stayer in product(LEAVERS, STAYERS)))


def pairs() -> Any:
    return mp.mpf(len(LEAVERS) * len(STAYERS))


def parameters() -> Any:
    hidden = sum(len(row) for row in HIDDEN_WEIGHTS) + len(HIDDEN_BIASES)
    return mp.mpf(hidden + len(OUTPUT_WEIGHTS) + 1)


def on_line(x1: Any, x2: Any) -> Any:
    """Compute z2 at any point, as if both ReLUs let everything through."""
    total = mp.mpf(OUTPUT_BIAS)
    for (w1, w2), bias, weight in zip(HIDDEN_WEIGHTS, HIDDEN_BIASES, OUTPUT_WEIGHTS, strict=True):
        total += mp.mpf(weight) * (mp.mpf(w1) * x1 + mp.mpf(w2) * x2 + mp.mpf(bias))
    return total


def flipped_z2(i: int) -> Any:
    return 2 * mp.mpf(OUTPUT_BIAS) - z2(i)  # the weights change sign, the bias does not


def flipped_correct() -> Any:
    return mp.mpf(sum((flipped_z2(i) >= threshold_logit()) == (i in LEAVERS) for i in SAMPLES))


def flipped_pairs() -> Any:
    return mp.mpf(sum(flipped_z2(i) > flipped_z2(j) for i, j in product(LEAVERS, STAYERS)))


def flipped_loss() -> Any:
    wrong = [(-1 if i in LEAVERS else 1) * flipped_z2(i) for i in SAMPLES]
    return sum(mp.log(1 + mp.exp(z)) for z in wrong) / len(SAMPLES)


def slope() -> Any:
    start = mp.mpf(OUTPUT_WEIGHTS[0])
    return mp.diff(lambda weight: y_hat(1, weight), start)  # numerically, with 50 digits


def rise() -> Any:
    return mp.mpf(RAISED_OUTPUT_WEIGHT) - mp.mpf(OUTPUT_WEIGHTS[0])


def swapped_z1(unit: int) -> Any:
    column = [mp.mpf(row[unit - 1]) for row in HIDDEN_WEIGHTS]  # down instead of along
    total = mp.mpf(HIDDEN_BIASES[unit - 1])
    return total + sum(x * w for x, w in zip(map(mp.mpf, CUSTOMERS[0]), column, strict=True))


def swapped_z2() -> Any:
    fed = [max(swapped_z1(unit), mp.mpf(0)) for unit in (1, 2)]
    return mp.mpf(OUTPUT_BIAS) + sum(
        mp.mpf(w) * a for w, a in zip(OUTPUT_WEIGHTS, fed, strict=True)
    )


def shut_z() -> list[Any]:
    return [z1(i, unit, SHUT_HIDDEN_BIASES) for i in SAMPLES for unit in (1, 2)]


def shut_y_hat() -> Any:
    if max(shut_z()) > 0:
        raise ArithmeticError("a hidden neuron is on, so the output is not that of the bias")
    return 1 / (1 + mp.exp(-mp.mpf(OUTPUT_BIAS)))


def shut_loss() -> Any:
    p = shut_y_hat()
    return -mp.log(p ** len(LEAVERS) * (1 - p) ** len(STAYERS)) / len(SAMPLES)


ORACLES: dict[str, Callable[[], Any]] = {
    "churn.s1.exp": lambda: 1 / y_hat(1) - 1,
    "churn.s1.one_minus_y_hat": lambda: 1 / (1 + mp.exp(z2(1))),
    "churn.s1.y_hat_rounded": lambda: rounded(y_hat(1)),
    "churn.s1.one_minus_y_hat_rounded": lambda: 1 - rounded(y_hat(1)),
    "churn.s1.loss_chain": chain,
    "churn.s1.loss_chain_cut": lambda: mp.floor(chain() * 1000) / 1000,
    "churn.s2.loss_chain": lambda: mp.log(1 / rounded(y_hat(2))),
    "churn.loss": mean_loss,
    "churn.loss_chain": mean_of_rounded_losses,
    "churn.loss_cut": lambda: mp.floor(mean_loss() * 10000) / 10000,
    "churn.loss_eps": mean_loss_with_epsilon,
    "churn.y_hat_min": lambda: min(y_hat(i) for i in SAMPLES),
    "churn.y_hat_max": lambda: max(y_hat(i) for i in SAMPLES),
    "churn.base_rate": share_of_leavers,
    "churn.constant_half.loss": constant_loss,
    "churn.best_constant.loss": entropy_of_the_labels,
    "churn.majority.correct": lambda: mp.mpf(len(STAYERS)),
    "churn.majority.accuracy": lambda: 1 - share_of_leavers(),
    "churn.correct": correct,
    "churn.accuracy": lambda: correct() / len(SAMPLES),
    "churn.pairs": pairs,
    "churn.pairs_correct": ordered_pairs,
    "churn.auc": lambda: ordered_pairs() / pairs(),
    "churn.n_parameters": parameters,
    "churn.ex_w2.z2": lambda: z2(1, RAISED_OUTPUT_WEIGHT),
    "churn.ex_w2.y_hat": lambda: y_hat(1, RAISED_OUTPUT_WEIGHT),
    "churn.ex_w2.delta": lambda: y_hat(1, RAISED_OUTPUT_WEIGHT) - y_hat(1),
    "churn.ex_w2.slope": slope,
    "churn.ex_w2.delta_first_order": lambda: slope() * rise(),
    "churn.ex_w2.delta_chain": lambda: rounded(y_hat(1, RAISED_OUTPUT_WEIGHT)) - rounded(y_hat(1)),
    "churn.flipped.correct": flipped_correct,
    "churn.flipped.pairs_correct": flipped_pairs,
    "churn.flipped.loss": flipped_loss,
    "churn.linear.w_1": lambda: on_line(1, 0) - on_line(0, 0),
    "churn.linear.w_2": lambda: on_line(0, 1) - on_line(0, 0),
    "churn.linear.b": lambda: on_line(0, 0),
    "churn.swapped.z1_1": lambda: swapped_z1(1),
    "churn.swapped.z1_2": lambda: swapped_z1(2),
    "churn.swapped.a1_1": lambda: max(swapped_z1(1), mp.mpf(0)),
    "churn.swapped.a1_2": lambda: max(swapped_z1(2), mp.mpf(0)),
    "churn.swapped.z2": swapped_z2,
    "churn.swapped.y_hat": lambda: (1 + mp.tanh(swapped_z2() / 2)) / 2,
    "churn.ex_off.z_max": lambda: max(shut_z()),
    "churn.ex_off.y_hat": shut_y_hat,
    "churn.ex_off.loss": shut_loss,
}
for _entry in (1, 2):
    ORACLES[f"churn.s1.p2_{_entry}"] = partial(product_2, 1, _entry)
    for _unit in (1, 2):
        ORACLES[f"churn.s1.p1_{_entry}_{_unit}"] = partial(product_1, 1, _entry, _unit)
for _i in SAMPLES:
    for _unit in (1, 2):
        ORACLES[f"churn.s{_i}.z1_{_unit}"] = partial(z1, _i, _unit)
        ORACLES[f"churn.s{_i}.a1_{_unit}"] = partial(a1, _i, _unit)
    ORACLES[f"churn.s{_i}.z2"] = partial(z2, _i)
    ORACLES[f"churn.s{_i}.y_hat"] = partial(y_hat, _i)
    ORACLES[f"churn.s{_i}.loss"] = partial(loss, _i)
ORACLES |= _churn_backward.oracles(
    CUSTOMERS,
    CHURNED,
    (
        Layer(tuple(zip(*HIDDEN_WEIGHTS, strict=True)), HIDDEN_BIASES, "relu"),
        Layer(tuple((w,) for w in OUTPUT_WEIGHTS), (OUTPUT_BIAS,), "sigmoid"),
    ),
)
