"""What the sources say about single neurons, put to the test."""

import math

import mpmath
import numpy as np
import pytest

from byhand import activations
from byhand.layers import Dense
from byhand.worked import neurons

SLOW = 20.0
"""Time constant of the leaky integrator, in milliseconds."""


def _answer(x: list[float], w: list[float], b: float, activation: str = "sigmoid") -> float:
    return float(neurons.trace(x, w, b, activation).y_hat[0, 0])


def test_the_last_printed_digit_is_rounding_on_the_way() -> None:
    printed = "0.36586440898919936"
    exact, double = mpmath.mp.clone(), mpmath.mp.clone()
    exact.dps, double.prec = 40, 53
    true = 1 / (1 + exact.exp(exact.mpf("0.55")))
    in_doubles = 1 / (1 + double.exp(double.mpf("0.55")))  # three roundings
    assert repr(float(in_doubles)) == printed
    wrong = [i for i, (a, b) in enumerate(zip(printed, str(true), strict=False)) if a != b]
    assert wrong[0] == len("0.") + 16  # sixteen decimals agree
    nearest = float(str(true))
    assert math.nextafter(nearest, 1) == float(printed)


def test_a_leaky_integrator_fires_as_its_formula_says() -> None:
    step, pause, duration = 0.05, 2.0, 1000.0
    for current in (0.5, 0.9, 1.1, 2.0, 5.0):
        v, resting, pulses = 0.0, 0.0, 0
        for _ in range(int(duration / step)):
            if resting > 0.0:
                resting -= step
                continue
            v += step / SLOW * (current - v)
            if v >= 1.0:
                v, resting, pulses = 0.0, pause, pulses + 1
        between = pause - SLOW * math.log(1 - 1 / current) if current > 1 else math.inf
        assert pulses == pytest.approx(duration / between, abs=1.5)


def test_a_higher_bias_needs_a_smaller_weighted_sum() -> None:
    def fires(total: float, b: float) -> bool:
        return bool(neurons.trace([total], [1.0], b).layers[0].z[0, 0] > 0)

    for bias in (-2.0, -0.5, 0.0, 1.5):
        assert fires(-bias + 0.01, bias)  # the threshold is minus the bias
        assert not fires(-bias - 0.01, bias)


def test_a_weight_depends_on_the_unit_of_its_input() -> None:
    kilometres = _answer([1.5, 2.0], [0.5, -0.7], 0.1)
    metres = _answer([1500.0, 2.0], [0.0005, -0.7], 0.1)
    assert metres == pytest.approx(kilometres, rel=1e-12)


def test_activating_the_inputs_is_another_neuron() -> None:
    x, w = np.array([3.0, -2.0]), np.array([1.0, 1.0])
    inputs_first = float(activations.relu(x) @ w)
    assert inputs_first == 3.0
    assert _answer(x.tolist(), w.tolist(), 0.0, "relu") == 1.0


def test_only_the_step_says_yes_or_no() -> None:
    z = np.linspace(-3.0, 3.0, 60)
    graded = [len(np.unique(activations.get(name)(z))) for name in ("sigmoid", "tanh", "relu")]
    assert min(graded) >= 30
    assert len(np.unique(np.where(z > 0.0, 1.0, 0.0))) == 2


def test_weights_times_inputs_entry_by_entry_is_no_sum() -> None:
    product = neurons.FIRST_w * neurons.FIRST_x + neurons.FIRST_b
    assert product.shape == (3,)
    assert float(neurons.first().layers[0].z[0, 0]) == pytest.approx(2.3)
    assert not np.isclose(product, 2.3).any()


def test_the_bias_moves_the_boundary_parallel_to_itself() -> None:
    def crossing(x1: float, b: float) -> float:
        layer = Dense([[3.0], [4.0]], [b], "sigmoid")
        x2 = -(3.0 * x1 + b) / 4.0
        assert layer.forward([[x1, x2]]).a[0, 0] == pytest.approx(0.5)
        return x2

    for b in (-2.0, 0.0, 5.0):
        slope = crossing(1.0, b) - crossing(0.0, b)
        assert slope == pytest.approx(-3.0 / 4.0)
    assert crossing(0.0, 5.0) < crossing(0.0, 0.0) < crossing(0.0, -2.0)
