"""Gates, optimisers and XOR: both sides start alike, and what the examples claim."""

import importlib
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from byhand import MLP, gradcheck, losses, optim, train
from byhand.data import moons
from byhand.worked import gates, quadratic, starts, xor
from tests.examples import number
from tests.oracles import gates as gates_oracle
from tests.oracles import quadratic as quadratic_oracle
from tests.oracles import xor as xor_oracle


def flat(*texts: Any) -> list[Decimal]:
    return [Decimal(text) for row in texts for text in ([row] if isinstance(row, str) else row)]


GIVEN = {
    "gates": {
        "X": flat(*gates_oracle.INPUTS),
        "lr": flat(gates_oracle.LR),
        "epochs": flat(gates_oracle.EPOCHS),
        **{f"y_{name}": flat(*answers) for name, answers in gates_oracle.ANSWERS.items()},
    },
    "quadratic": {
        "curvatures": flat(*quadratic_oracle.CURVATURES),
        "start": flat(*quadratic_oracle.START),
        "steps": flat(quadratic_oracle.STEPS),
        "shown": flat(*quadratic_oracle.SHOWN),
        "lr": flat(quadratic_oracle.LR),
        "mu": flat(quadratic_oracle.MU),
        "beta1": flat(quadratic_oracle.BETA1),
        "beta2": flat(quadratic_oracle.BETA2),
        "epsilon": flat(quadratic_oracle.EPSILON),
        "small": flat(quadratic_oracle.SMALL),
        "rates": flat(*quadratic_oracle.RATES),
    },
    "xor": {
        "X": [Decimal(value) for x1, x2, _ in xor_oracle.SAMPLES for value in (x1, x2)],
        "y": [Decimal(answer) for *_, answer in xor_oracle.SAMPLES],
        # the oracle has a row per neuron; ours has a column
        "W1": flat(*zip(*xor_oracle.HIDDEN_WEIGHTS, strict=True)),
        "b1": [Decimal(0)] * 4,
        "W2": flat(*xor_oracle.OUTPUT_WEIGHTS),
        "b2": [Decimal(0)],
        "lr": flat(xor_oracle.LR),
        "epochs": flat(xor_oracle.EPOCHS),
        "shown": flat(*xor_oracle.SHOWN),
        "threshold": flat(xor_oracle.THRESHOLD),
        "constant": flat(*xor_oracle.CONSTANT),
        "rate": flat(xor_oracle.RATE),
    },
}


@pytest.mark.parametrize("name", GIVEN)
def test_both_sides_start_from_the_same_decimals(name: str) -> None:
    declared = importlib.import_module(f"byhand.worked.{name}").declared()
    assert {
        symbol: [Decimal(repr(value)) for value in values] for symbol, values in declared.items()
    } == GIVEN[name]


def test_the_six_gates_by_name_are_among_the_sixteen() -> None:
    assert len(set(gates.TABLES)) == 16
    unlearned = [table for table in gates.TABLES if not gates.run(table).converged]
    assert unlearned == ["0110", "1001"]


@pytest.mark.parametrize("table", gates.TABLES)
def test_a_gate_is_learned_unless_what_it_asks_for_cancels(table: str) -> None:
    rows, strict = gates.inequalities(table)
    result = gates.run(table)
    if result.converged:
        left = rows @ np.append(result.neuron.b, result.neuron.W)
        assert all(
            value > 0.0 if sharp else value >= 0.0
            for value, sharp in zip(left, strict, strict=True)
        )
    else:
        assert not rows.sum(axis=0).any()  # so the left sides add up to 0, not to more
        assert any(strict)


@pytest.mark.parametrize("name", ["xor", "xnor"])
def test_from_the_cycle_on_the_mistakes_repeat(name: str) -> None:
    first, period = gates.cycle(name)
    mistakes = gates.run(name).mistakes
    assert len(mistakes) == gates.EPOCHS
    for epoch in range(first, gates.EPOCHS - period):
        assert mistakes[epoch] == mistakes[epoch + period] > 0


def test_a_learned_gate_has_no_cycle() -> None:
    with pytest.raises(ValueError, match="and is learned after 6 passes: nothing repeats"):
        gates.cycle("and")


def test_the_gradient_of_the_bowl_agrees_with_central_differences() -> None:
    for w in ([4.0, 3.0], [-0.3, 0.1]):
        assert (
            gradcheck.check(lambda w: float(quadratic.loss(w)), w, quadratic.gradient(np.array(w)))
            < 1e-9
        )


def test_the_source_prints_these_digits_of_the_bowl() -> None:
    # loss after 1, 5, 10 and 20 steps to four decimals, as the source's code prints them when run
    shown = {
        name: [f"{number(f'quadratic.{name}.t{step}.loss'):.4f}" for step in quadratic.SHOWN]
        for name in quadratic.OPTIMISERS
    }
    assert shown == {
        "gd": ["14.5600", "1.7208", "0.1845", "0.0021"],
        "momentum": ["14.5600", "6.8192", "3.9292", "3.1775"],
        "adam": ["40.4400", "31.0356", "21.2304", "8.0868"],
    }


def test_twenty_steps_flatter_gradient_descent() -> None:
    small = [number(f"quadratic.{name}.steps_to_small") for name in quadratic.OPTIMISERS]
    assert small == sorted(small)  # here it wins in the long run as well
    assert small[0] < small[1] < small[2]


def test_a_rate_beyond_the_limit_climbs() -> None:
    limit, start = number("quadratic.rate_limit"), number("quadratic.t0.loss")
    for index, rate in enumerate(quadratic.RATES, start=1):
        assert (number(f"quadratic.rate{index}.loss") < start) == (rate < limit)
    at_the_limit = quadratic.walk(optim.GradientDescent(limit), 50)
    np.testing.assert_allclose(np.abs(at_the_limit[:, 1]), 3.0, rtol=1e-12)


def test_the_weights_of_xor_are_those_of_the_sources_seed() -> None:
    drawn = np.random.RandomState(42)
    np.testing.assert_array_equal(xor.W1, drawn.randn(2, 4) * 0.5)
    np.testing.assert_array_equal(xor.W2, drawn.randn(4, 1) * 0.5)


def test_the_source_prints_these_digits_of_xor() -> None:
    shown = [f"{number(f'xor.e{epoch}.loss'):.6f}" for epoch in xor.SHOWN]
    assert shown == ["0.255675", "0.202843", "0.005199", "0.001742", "0.001005"]
    predictions = [f"{number(f'xor.s{sample}.y_hat'):.4f}" for sample in (1, 2, 3, 4)]
    assert predictions == ["0.0298", "0.9748", "0.9747", "0.0250"]


@pytest.mark.parametrize(("prefix", "right"), [("xor", False), ("xor.right", True)])
def test_every_epoch_of_xor_by_scalar_arithmetic(prefix: str, right: bool) -> None:
    values, predictions = xor_oracle.with_floats(prefix)
    np.testing.assert_allclose(xor.losses(right=right), values, rtol=1e-11)
    y_hat = xor.trained(right=right).predict(xor.X)
    np.testing.assert_allclose(y_hat[:, 0], predictions, rtol=1e-11)
    for epochs in (1, 2, 100):
        fewer = xor.losses(right=right, epochs=epochs)
        assert len(fewer) == epochs
        np.testing.assert_allclose(fewer, values[:epochs], rtol=1e-11)


@pytest.mark.parametrize("epochs", [0, -1, 1.5, [1]])
def test_xor_needs_an_epoch(epochs: Any) -> None:
    with pytest.raises(ValueError, match="epochs"):
        xor.losses(right=True, epochs=epochs)


@pytest.mark.parametrize(("prefix", "right"), [("xor", False), ("xor.right", True)])
def test_the_first_epochs_of_xor_with_fifty_digits(prefix: str, right: bool) -> None:
    values, _ = xor_oracle.with_fifty_digits(prefix, 100)
    np.testing.assert_allclose(
        xor.losses(right=right)[:100], [float(v) for v in values], rtol=1e-14
    )
    assert abs(values[0] - xor_oracle.stored(prefix, 0)) < 1e-29


def test_the_forgotten_factor_is_half_the_learning_rate() -> None:
    source, right = xor.network(), xor.network()
    for _ in range(5):
        source, half = train.step(
            source, xor.X, xor.y, losses.half_squared_error, optim.GradientDescent(xor.LR)
        )
        right, whole = train.step(
            right, xor.X, xor.y, losses.mse, optim.GradientDescent(xor.LR / 2)
        )
        assert math.isclose(2 * half, whole, rel_tol=1e-15)
    for one, other in zip(source.layers, right.layers, strict=True):
        np.testing.assert_array_equal(one.W, other.W)


def test_the_sources_gradient_is_half_of_what_differences_say() -> None:
    mlp = xor.network()
    trace = mlp.forward(xor.X)
    slope = (trace.y_hat - xor.y) * trace.y_hat * (1.0 - trace.y_hat) / 4  # as the source has it
    dW2 = trace.layers[0].a.T @ slope

    def loss(W2: Any) -> float:
        output = type(mlp.layers[1])(W2, xor.b2, "sigmoid")
        return losses.mse.value(xor.y, MLP([mlp.layers[0], output]).predict(xor.X))

    assert gradcheck.check(loss, xor.W2, 2.0 * dW2) < 1e-9
    assert gradcheck.check(loss, xor.W2, dW2) > 1e-3


def test_with_the_right_gradient_xor_is_learned_sooner() -> None:
    source, right = xor.losses(right=False), xor.losses(right=True)
    below = [next(e for e, value in enumerate(run) if value < 0.01) for run in (source, right)]
    assert 1.9 < below[0] / below[1] < 2.1
    assert number("xor.correct") == number("xor.right.correct") == 4


@pytest.mark.parametrize(
    "make",
    [
        lambda: optim.GradientDescent(0.5),
        lambda: optim.Momentum(0.1),
        lambda: optim.Adam(0.05),
    ],
)
@pytest.mark.parametrize(
    ("hidden", "output", "loss"),
    [
        (["tanh"], "sigmoid", losses.binary_cross_entropy),
        (["relu", "relu"], "identity", losses.mse),
    ],
)
def test_loss_curves_are_those_of_each_network_alone(
    make: Any, hidden: list[str], output: str, loss: losses.Loss
) -> None:
    X, y = moons(np.random.default_rng(0), 12)
    sizes = [2, *[4] * len(hidden), 1]
    networks = [
        MLP.from_sizes(sizes, [*hidden, output], np.random.default_rng(seed)) for seed in range(3)
    ]
    together = starts.loss_curves(networks, X, y, loss, make(), 20)
    alone = [train.Training(net, loss, make()).run(X, y, epochs=20) for net in networks]
    np.testing.assert_allclose(together, [run.history.loss for run in alone], rtol=1e-9)
    assert together[0, -1] < together[0, 0]
