"""The perceptron: its trace by hand, what it learns, and why it never learns XOR."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from byhand import MLP, Dense, perceptron
from byhand._validate import Array
from byhand.data import gate
from byhand.perceptron import learn, step
from tests.library.strategies import seeds, steady

TABLES = ["".join(bits) for bits in product("01", repeat=4)]


def test_the_step_fires_from_zero_on() -> None:
    assert step([-1e-300, -0.0, 0.0, 2.0]).tolist() == [0.0, 1.0, 1.0, 1.0]
    assert step.df(np.array([-1.0, 0.0, 1.0])).tolist() == [0.0, 0.0, 0.0]


def test_the_trace_of_and_by_hand() -> None:
    # from zero weights z = 0 fires; 00 should not: b = -1. Then 11 should: W = (1, 1), b = 0. ...
    result = learn(*gate("and"), epochs=20)
    first, second = result.updates[:2]
    assert (first.epoch, first.sample, first.z, first.y, first.y_hat) == (1, 0, 0.0, 0.0, 1.0)
    assert (first.neuron.W.ravel().tolist(), first.neuron.b.tolist()) == ([0, 0], [-1])
    assert (second.epoch, second.sample, second.z, second.y, second.y_hat) == (1, 3, -1.0, 1.0, 0.0)
    assert (second.neuron.W.ravel().tolist(), second.neuron.b.tolist()) == ([1, 1], [0])
    assert result.converged
    assert result.mistakes[0] == 2
    assert result.mistakes[-1] == 0
    assert sum(result.mistakes) == len(result.updates)


def test_each_update_adds_the_error_times_the_input() -> None:
    X, y = gate("xor")
    before = Dense([[0.5], [-0.25]], [0.125], "identity")
    result = learn(X, y, start=before, lr=0.5, epochs=5)
    for update in result.updates:
        x = X[update.sample]
        assert update.z == before.forward([x]).z[0, 0]
        assert update.y_hat == float(update.z >= 0.0) != update.y == y[update.sample, 0]
        error = update.y - update.y_hat
        assert (update.neuron.W - before.W).ravel().tolist() == (0.5 * error * x).tolist()
        assert (update.neuron.b - before.b).tolist() == [0.5 * error]
        before = update.neuron
    assert result.neuron is before


def signed_rows(table: str) -> Array:
    """Write what a gate asks of v = (b, w1, w2): r·v >= 0 where it is 1, r·v > 0 where 0."""
    X, y = gate(table)
    return np.column_stack([np.ones(4), X]) * np.where(y == 1.0, 1.0, -1.0)


@pytest.mark.parametrize("table", TABLES)
def test_all_sixteen_gates_but_two_are_learned(table: str) -> None:
    X, y = gate(table)
    result = learn(X, y, epochs=100)
    assert result.converged == (table not in {"0110", "1001"})
    neuron = MLP([result.neuron])
    assert np.array_equal(neuron.predict(X), y) == result.converged


@pytest.mark.parametrize("table", ["0110", "1001"])
def test_what_xor_asks_for_adds_up_to_a_contradiction(table: str) -> None:
    # Added up, the left sides cancel, so their sum is 0; and it must be above 0, as some are.
    rows = signed_rows(table)
    assert rows.sum(axis=0).tolist() == [0.0, 0.0, 0.0]
    strict = [answer == "0" for answer in table]
    assert any(strict)


@pytest.mark.parametrize("table", [t for t in TABLES if t not in {"0110", "1001"}])
def test_the_other_gates_ask_for_nothing_contradictory(table: str) -> None:
    neuron = learn(*gate(table), epochs=100).neuron
    wanted = signed_rows(table) @ np.append(neuron.b, neuron.W.ravel())
    strict = np.array([answer == "0" for answer in table])
    assert (wanted[strict] > 0.0).all()
    assert (wanted[~strict] >= 0.0).all()


def test_on_xor_the_weights_come_back_so_it_never_ends() -> None:
    # Same neuron, same samples in the same order: what follows repeats for ever.
    ends: dict[tuple[float, ...], int] = {}
    neuron, epoch = None, 0
    while True:
        epoch += 1
        neuron = learn(*gate("xor"), start=neuron, epochs=1).neuron
        state = (*neuron.W.ravel().tolist(), *neuron.b.tolist())
        if state in ends:
            break
        ends[state] = epoch
        assert epoch < 50
    assert epoch > ends[state]


@pytest.mark.parametrize("epochs", [1, 2, 7])
def test_what_is_not_learned_takes_all_epochs(epochs: int) -> None:
    assert len(learn(*gate("xor"), epochs=epochs).mistakes) == epochs


def test_two_layers_of_steps_compute_xor() -> None:
    hidden = Dense([[1, -1], [1, -1]], [-1, 1], step)  # or, nand
    X, y = gate("xor")
    assert MLP([hidden, Dense([[1], [1]], [-2], step)]).predict(X).tolist() == y.tolist()


@pytest.mark.parametrize("lr", [0.125, 3.0])
def test_from_zero_weights_the_learning_rate_only_scales(lr: float) -> None:
    one, other = (learn(*gate("nand"), epochs=50, lr=rate) for rate in (1.0, lr))
    assert one.mistakes == other.mistakes
    assert (lr * one.neuron.W).tolist() == other.neuron.W.tolist()


@steady
@given(seed=seeds)
def test_separable_classes_are_learned_within_novikoffs_bound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = rng.normal(size=3)
    true /= np.linalg.norm(true)
    X = rng.uniform(-1.0, 1.0, size=(40, 2))
    reach = np.column_stack([np.ones(40), X])
    margins = reach @ true
    kept = np.abs(margins) > 0.1
    X, y = X[kept], (margins[kept] > 0.0).astype(float)[:, None]
    bound = 3.0 / 0.1**2  # largest |[1, x]|² over the square of the margin
    result = learn(X, y, epochs=int(bound) + 1)
    assert result.converged
    assert len(result.updates) <= bound


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"y": [[0], [2], [1], [1]]}, "y must be 0 or 1; got 2.0"),
        ({"y": [[0], [1]]}, r"y must be \(4, 1\), the shape of one answer per row of X"),
        ({"y": [0, 1, 1, 1]}, r"y must be \(n, 1\)"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1; got 0"),
        ({"lr": 0.0}, "lr must be one number above 0"),
        ({"start": Dense([[1]], [0], step)}, r"start must be one neuron, W \(2, 1\); got \(1, 1\)"),
    ],
)
def test_refuses(arguments: dict[str, Any], message: str) -> None:
    X, y = gate("or")
    with pytest.raises(ValueError, match=message):
        learn(**{"X": X, "y": y, "epochs": 3, **arguments})


def test_a_starting_neuron_stays_as_it_is() -> None:
    start = Dense([[0], [0]], [0], "sigmoid")
    result = perceptron.learn(*gate("or"), start=start, epochs=10)
    assert not start.W.any()
    assert result.neuron.activation is step
