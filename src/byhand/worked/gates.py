"""Logic gates: a perceptron learns all of them but two, and those two never."""

from itertools import product

import numpy as np

from byhand._validate import Array
from byhand.data import GATES, gate
from byhand.layers import Dense
from byhand.perceptron import Learning, learn

EPOCHS = 100
"""Passes through the four samples, at most."""

LR = 1.0
"""Learning rate; from zero weights it only scales them."""

TABLES = tuple("".join(bits) for bits in product("01", repeat=4))
"""The sixteen truth tables: the answers to 00, 01, 10 and 11."""


def run(name: str) -> Learning:
    """Let a perceptron with zero weights learn a gate.

    Parameters
    ----------
    name : str
        As :func:`byhand.data.gate` knows it.

    Returns
    -------
    Learning

    Examples
    --------
    >>> run("and").converged, run("xor").converged
    (True, False)
    """
    return learn(*gate(name), epochs=EPOCHS, lr=LR)


def inequalities(name: str) -> tuple[Array, tuple[bool, ...]]:
    """Write down what a gate asks of a neuron.

    A sample (x1, x2) with answer 1 asks for b + w1·x1 + w2·x2 >= 0; with answer 0, for less than
    0, which is written with all signs changed. Where the rows add up to zero, the left sides do,
    whatever the weights: then a strict one among them makes the gate impossible.

    Parameters
    ----------
    name : str
        As :func:`byhand.data.gate` knows it.

    Returns
    -------
    rows : ndarray of float64, shape (4, 3)
        Factors of b, w1 and w2 on each left side, which must be >= 0, or > 0 where strict.
    strict : tuple of bool
        Whether 0 itself is excluded.

    Examples
    --------
    >>> rows, strict = inequalities("xor")
    >>> rows.sum(axis=0), any(strict)
    (array([0., 0., 0.]), True)
    """
    X, y = gate(name)
    rows = np.column_stack([np.ones(4), X]) * np.where(y == 1.0, 1.0, -1.0)
    return rows, tuple((y[:, 0] == 0.0).tolist())


def cycle(name: str) -> tuple[int, int]:
    """Find the pass after which the weights are, for the first time, what they were before.

    Same neuron, same samples in the same order: from there on everything repeats for ever.

    Parameters
    ----------
    name : str
        A gate that is not learned.

    Returns
    -------
    first : int
        The earlier of the two passes after which the weights are the same; 0 is the start.
    period : int
        How many passes later they come back.

    Raises
    ------
    ValueError
        If the gate is learned.
    """
    neuron = Dense(np.zeros((2, 1)), [0.0], "identity")
    states = [np.append(neuron.W, neuron.b).tolist()]
    while True:
        result = learn(*gate(name), start=neuron, lr=LR, epochs=1)
        if result.converged:
            raise ValueError(f"{name} is learned after {len(states)} passes: nothing repeats")
        neuron = result.neuron
        state = np.append(neuron.W, neuron.b).tolist()
        if state in states:
            return states.index(state), len(states) - states.index(state)
        states.append(state)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    answers = {f"y_{name}": tuple(map(float, table)) for name, table in GATES.items()}
    X, _ = gate("and")
    return {"X": tuple(X.ravel().tolist()), "lr": (LR,), "epochs": (float(EPOCHS),)} | answers


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``gates.and.w_1``; all are whole.
    """
    named: dict[str, float | int] = {}
    for name in GATES:
        result = run(name)
        if result.converged:
            first, second = (int(weight) for weight in result.neuron.W[:, 0])
            named[f"{name}.epochs"] = len(result.mistakes)
            named[f"{name}.updates"] = len(result.updates)
            named[f"{name}.w_1"], named[f"{name}.w_2"] = first, second
            named[f"{name}.b"] = int(result.neuron.b[0])
        else:
            named[f"{name}.cycle_start"], named[f"{name}.period"] = cycle(name)
    named["tables"] = len(TABLES)
    named["learned"] = sum(run(table).converged for table in TABLES)
    return {f"gates.{name}": value for name, value in named.items()}
