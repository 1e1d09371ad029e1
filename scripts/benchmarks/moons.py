"""Micrograd's own demo: moons, 100 points, 2-16-16-1, hinge loss with an L2 penalty, full batches.

Each contender makes the same steps from the same weights and returns the losses and the last
gradients. Two of them run the very same expressions, on micrograd's Value and on byhand's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from byhand import data, scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZES = (2, 16, 16, 1)
POINTS = 100
STEPS = 2
PENALTY = 1e-4
LR = 1.0
SEED = 1337

Weights = list[list[tuple[list[float], float]]]
Outcome = tuple[list[float], list[float]]
"""The loss before each step, and the gradients of the last."""


@dataclass(frozen=True)
class Problem:
    """What all contenders are given: points, answers of -1 and 1, and each neuron's w and b."""

    X: list[list[float]]
    y: list[int]
    weights: Weights
    steps: int


def problem(points: int = POINTS, steps: int = STEPS, sizes: Sequence[int] = SIZES) -> Problem:
    """Draw the moons and the initial weights, uniform in [-1, 1] as micrograd has them."""
    X, y = data.moons(np.random.default_rng(SEED), points)
    rng = random.Random(SEED)
    weights = [
        [([rng.uniform(-1, 1) for _ in range(n_in)], 0.0) for _ in range(n_out)]
        for n_in, n_out in pairwise(sizes)
    ]
    return Problem(X.tolist(), [2 * int(label) - 1 for label in y.ravel()], weights, steps)


def descend(
    given: Problem,
    parameters: Sequence[Any],
    score: Callable[[list[float]], Any],
) -> Outcome:
    """Make the steps: hinge loss plus penalty, backward, and a step whose length falls off."""
    losses = []
    for k in range(given.steps):
        hinges = [(1 + -y * score(x)).relu() for x, y in zip(given.X, given.y, strict=True)]
        penalty = PENALTY * sum(p * p for p in parameters)
        loss = sum(hinges) * (1.0 / len(hinges)) + penalty
        for p in parameters:
            p.grad = 0
        loss.backward()
        losses.append(float(loss.data))
        rate = LR - 0.9 * k / 100
        for p in parameters:
            p.data -= rate * p.grad
    return losses, [float(p.grad) for p in parameters]


def by_expressions(given: Problem, value: Callable[[float], Any]) -> Outcome:
    """Write the network with + and * alone, on any kind of value."""
    layers = [[([value(w) for w in ws], value(b)) for ws, b in layer] for layer in given.weights]
    parameters = [p for layer in layers for ws, b in layer for p in (*ws, b)]

    def score(point: list[float]) -> Any:
        x = [value(number) for number in point]
        for layer in layers[:-1]:
            x = [sum((w * v for w, v in zip(ws, x, strict=True)), b).relu() for ws, b in layer]
        ws, b = layers[-1][0]
        return sum((w * v for w, v in zip(ws, x, strict=True)), b)

    return descend(given, parameters, score)


def by_micrograd(given: Problem) -> Outcome:
    """Run the expressions on micrograd."""
    from micrograd.engine import Value

    return by_expressions(given, Value)


def by_byhand(given: Problem) -> Outcome:
    """Run the expressions on byhand."""
    return by_expressions(given, scalar.Value)


def by_byhand_dot(given: Problem) -> Outcome:
    """Run byhand's own network, whose neurons are one dot product each."""
    layers = []
    for number, neurons in enumerate(given.weights, start=1):
        W = [list(row) for row in zip(*(w for w, _ in neurons), strict=True)]
        name = "relu" if number < len(given.weights) else "identity"
        layers.append(scalar.Layer(W, [b for _, b in neurons], name))
    mlp = scalar.MLP(layers)
    return descend(given, mlp.parameters(), lambda x: mlp(x)[0])


CONTENDERS = {
    "byhand, with dot": by_byhand_dot,
    "byhand, same expressions": by_byhand,
    "micrograd": by_micrograd,
}
