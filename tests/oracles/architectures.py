"""The architectures counted a second time, one neuron or one place at a time."""

from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

COUNTED = ("2-3-1", "2-3-2", "3-4-2", "2-2-2", "784-128-64-10", "10-100-1", "10-30-30-1")
WIDE_OUTPUT = "10-16-1000"
IMAGE, KERNEL = 28, 3


def sizes(text: str) -> list[int]:
    return [int(part) for part in text.split("-")]


def parameters(text: str) -> Any:
    """Give every neuron its inputs and a constant 1, and count what arrives."""
    found, (before, *rest) = 0, sizes(text)
    for neurons in rest:
        found += sum(before + 1 for _ in range(neurons))
        before = neurons
    return mp.mpf(found)


def places() -> int:
    """Move the window over the image and count where it fits."""
    fits = [i for i in range(IMAGE) if i + KERNEL <= IMAGE]
    return len([(row, column) for row in fits for column in fits])


def output_share() -> Any:
    n_in, hidden, n_out = sizes(WIDE_OUTPUT)
    return mp.mpf(n_out) / (n_in + n_out) if hidden else mp.nan  # the hidden width cancels


ORACLES: dict[str, Callable[[], Any]] = {
    f"architectures.parameters_{text.replace('-', '_')}": partial(parameters, text)
    for text in COUNTED
}
ORACLES |= {
    "architectures.convolution.places": lambda: mp.mpf(places()),
    "architectures.convolution.dense_weights": lambda: mp.mpf(IMAGE) ** 2 * places(),
    "architectures.convolution.weights": lambda: mp.mpf(KERNEL) ** 2,
    "architectures.output_share": output_share,
}
