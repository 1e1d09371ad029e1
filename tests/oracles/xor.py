"""The XOR run a second time: scalar arithmetic, neuron by neuron, with any kind of number.

Nothing here calls byhand. All ten thousand epochs with 50 digits take some ten seconds for each of
the two runs, so their results are stored below; ``python -m tests.oracles.xor`` computes them anew.
A test runs the same function with floats over all epochs, and with 50 digits over the first.
"""

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

SAMPLES = ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0))  # x1, x2, y
HIDDEN_WEIGHTS = (  # one row per neuron
    ("0.24835707650561634", "-0.11707668736166799"),
    ("-0.06913215058559233", "-0.11706847847459027"),
    ("0.32384426905034625", "0.7896064077536957"),
    ("0.7615149282040127", "0.3837173645764544"),
)
OUTPUT_WEIGHTS = (
    "-0.23473719296747605", "0.27128002179298233", "-0.23170884640623113", "-0.23286487678512843",
)  # fmt: skip
LR = "1"
EPOCHS = "10000"
SHOWN = ("0", "2000", "4000", "6000", "8000")
THRESHOLD = "0.5"
CONSTANT = ("0.6", "-0.4", "0.4")  # an exercise's answer to all four, and its errors
RATE = "3"  # another exercise's
FACTOR = {"xor": 1, "xor.right": 2}  # of the gradient; the right one is 2

# The mean squared errors of the epochs shown and of the last, then the four last predictions.
STORED: dict[str, tuple[str, ...]] = {
    "xor": (
        "0.255675300233409269134726048692",
        "0.202842628426584591913029524477",
        "0.00519930406416835094373832430193",
        "0.001741605950979602502219140376",
        "0.00100453039648947849836175286939",
        "0.000696453595592734649173820196569",
        "0.0298049655106086840829289533403",
        "0.974836998178613380230101188763",
        "0.974749259163644730724385194723",
        "0.0250340136581108278483422417716",
    ),
    "xor.right": (
        "0.255675300233409269134726048692",
        "0.00520956435594414603922825047038",
        "0.00100481361237900278645034351186",
        "0.00052947208992676288611238426043",
        "0.000354796051480981997398888657871",
        "0.000265268066601492475326548010595",
        "0.0187043004220369132129081903739",
        "0.98448054780128341928860413983",
        "0.984414397164260955176077983118",
        "0.0150816776197647781688118227197",
    ),
}


def run(
    factor: int, epochs: int, number: Callable[[str], Any], exp: Callable[[Any], Any]
) -> tuple[list[Any], list[Any]]:
    """Return the loss at the start of each epoch, and the predictions in the last one."""
    hidden = [[number(text) for text in (*row, "0")] for row in HIDDEN_WEIGHTS]  # w1, w2, b
    output = [number(text) for text in (*OUTPUT_WEIGHTS, "0")]  # four weights, then the bias
    losses: list[Any] = []
    predictions: list[Any] = []
    step = number(LR) * factor / len(SAMPLES)
    for _ in range(epochs):
        predictions, squares = [], number("0")
        hidden_moves = [[number("0")] * 3 for _ in hidden]
        output_moves = [number("0")] * 5
        for x1, x2, y in SAMPLES:
            fires = [1 / (1 + exp(-(w1 * x1 + w2 * x2 + b))) for w1, w2, b in hidden]
            z = sum((v * a for v, a in zip(output, fires, strict=False)), output[-1])
            y_hat = 1 / (1 + exp(-z))
            predictions.append(y_hat)
            squares += (y - y_hat) ** 2
            slope = (y_hat - y) * y_hat * (1 - y_hat)
            for j, a in enumerate(fires):
                output_moves[j] += slope * a
                back = slope * output[j] * a * (1 - a)
                moves = hidden_moves[j]
                moves[2] += back
                if x1:
                    moves[0] += back
                if x2:
                    moves[1] += back
            output_moves[-1] += slope
        losses.append(squares / len(SAMPLES))
        output = moved(output, output_moves, step)
        hidden = [moved(row, moves, step) for row, moves in zip(hidden, hidden_moves, strict=True)]
    return losses, predictions


def moved(values: Iterable[Any], moves: Iterable[Any], step: Any) -> list[Any]:
    return [value - step * move for value, move in zip(values, moves, strict=True)]


def with_floats(prefix: str) -> tuple[list[float], list[float]]:
    return run(FACTOR[prefix], int(EPOCHS), float, math.exp)


def with_fifty_digits(prefix: str, epochs: int) -> tuple[list[Any], list[Any]]:
    return run(FACTOR[prefix], epochs, mp.mpf, mp.exp)


def stored(prefix: str, place: int) -> Any:
    return mp.mpf(STORED[prefix][place])


def correct(prefix: str) -> Any:
    y_hats = [mp.mpf(text) for text in STORED[prefix][-4:]]
    pairs = zip(y_hats, SAMPLES, strict=True)
    return mp.mpf(sum((y_hat >= mp.mpf(THRESHOLD)) == bool(y) for y_hat, (*_, y) in pairs))


def bias_gradient(y_hat: Any) -> Any:
    """Slope of the mean squared error, as a function of z, where all four answers are y_hat."""
    z = mp.log(y_hat / (1 - y_hat))

    def loss(z: Any) -> Any:
        return sum((y - 1 / (1 + mp.exp(-z))) ** 2 for _, _, y in SAMPLES) / len(SAMPLES)

    return mp.chop(mp.diff(loss, z), mp.mpf(10) ** -30)


ORACLES: dict[str, Callable[[], Any]] = {}
for _prefix in FACTOR:
    _names = [f"e{epoch}.loss" for epoch in SHOWN]
    _names += ["last.loss", *(f"s{sample}.y_hat" for sample in range(1, 5))]
    for _place, _name in enumerate(_names):
        ORACLES[f"{_prefix}.{_name}"] = partial(stored, _prefix, _place)
    ORACLES[f"{_prefix}.correct"] = partial(correct, _prefix)
ORACLES["xor.plateau_half"] = lambda: mp.mpf(1) / 4
ORACLES["xor.plateau_two"] = lambda: 2 * (mp.mpf(1) / 2) ** 2 / 4
ORACLES["xor.ex.db2"] = lambda: bias_gradient(mp.mpf(CONSTANT[0]))
ORACLES["xor.ex.db2_half"] = lambda: bias_gradient(mp.mpf(1) / 2)
ORACLES["xor.ex.rate"] = lambda: mp.mpf(RATE) / 2


if __name__ == "__main__":
    for _prefix in FACTOR:
        _losses, _predictions = with_fifty_digits(_prefix, int(EPOCHS))
        _kept = [_losses[int(epoch)] for epoch in SHOWN] + [_losses[-1], *_predictions]
        print(f'    "{_prefix}": (')
        for _value in _kept:
            print(f'        "{mp.nstr(_value, 30)}",')
        print("    ),")
