"""What the sources say about gradients that vanish or explode, measured over several starts."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from byhand import init
from byhand.activations import Activation, relu, sigmoid, tanh
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy, mse
from byhand.mlp import MLP, Initialiser
from byhand.optim import Adam, GradientDescent
from byhand.remedies import Stack
from byhand.train import Training
from byhand.worked import deep
from byhand.worked.starts import loss_curves

LN2 = float(np.log(2.0))


def norms(activation: str, start: Initialiser, seed: int, depth: int = 20) -> list[float]:
    """Size of the gradient in each layer of a network with `depth` hidden layers of 32."""
    rng = np.random.default_rng(seed)
    layers = [
        Dense(start(rng, n_in, n_out), np.zeros(n_out), activation if n_out > 1 else "sigmoid")
        for n_in, n_out in pairwise([2, *[32] * depth, 1])
    ]
    network = MLP(layers)
    trace = network.forward(deep.X)
    backward = network.backward(trace, dz=(trace.y_hat - deep.y) / len(deep.X))
    return [float(np.linalg.norm(layer.dW)) for layer in backward.layers]


@cache
def patient(seed: int) -> tuple[Stack, Training[Stack]]:
    """Return the sigmoid network with small weights, before and after."""
    start = deep.network(seed)
    return start, deep.trained(start)


def losses(seeds: int, activation: Activation, start: Initialiser = deep.small) -> list[float]:
    begun = [deep.network(seed, activation, start) for seed in range(seeds)]
    return [deep.trained(stack).history.loss[-1] for stack in begun]


def test_the_sigmoid_fades_and_tanh_need_not() -> None:
    for start in (deep.small, init.xavier, init.he):
        for seed in range(9):
            first, *_, last = norms("sigmoid", start, seed)
            assert first < 1e-9 * last
    for seed in range(9):
        sizes = norms("tanh", init.xavier, seed)
        assert 0.1 < sizes[0] / sizes[-1] < 10
        assert min(sizes) > 0.02


def test_the_first_layer_of_a_sigmoid_network_hardly_moves() -> None:
    for seed in range(5):
        start, run = patient(seed)
        pairs = zip(start.arrays[::2], run.network.arrays[::2], strict=True)
        moved = [np.linalg.norm(after - before) for before, after in pairs]
        assert moved[0] < 1e-6 * moved[-1]
        assert run.history.loss[-1] == pytest.approx(LN2, abs=1e-3)


def large(rng: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    return 3.0 * init.he(rng, n_in, n_out)


def exploding(seed: int, max_norm: float | None) -> Training[Stack]:
    start = Stack(deep.network(seed, relu, large).parts, "identity")
    return Training(start, mse, GradientDescent(0.1), max_norm=max_norm)


def test_large_weights_end_in_no_number() -> None:
    for seed in range(10):
        training = exploding(seed, None)
        with pytest.raises(FloatingPointError, match=r"the loss is (nan|inf) in epoch [2345],"):
            training.run(deep.X, deep.y, epochs=100)
        assert training.history.loss[0] > 1e5


def test_relu_vanishes_too_where_weights_are_small() -> None:
    for seed in range(9):
        small, he = norms("relu", deep.small, seed), norms("relu", init.he, seed)
        assert max(small) < 1e-6  # in all layers
        assert max(small) < 1000 * min(small)  # and alike
        assert min(he) > 1e-3
    assert losses(5, relu) == pytest.approx([LN2] * 5, abs=1e-3)


def test_initialisation_helps_relu_and_tanh_and_not_the_sigmoid() -> None:
    assert max(losses(5, relu, init.he)) < 0.1
    assert max(losses(5, tanh, init.xavier)) < 0.3
    assert losses(5, sigmoid, init.xavier) == pytest.approx([LN2] * 5, abs=1e-3)


def test_batch_normalisation_trains_even_the_sigmoid() -> None:
    runs = [deep.trained(deep.network(seed, batch_norm=True)) for seed in range(7)]
    found = [run.history.loss[-1] for run in runs]
    assert max(found) < 0.45
    assert np.median(found) < deep.line_loss()


def test_clipping_keeps_explosions_finite_and_changes_nothing_else() -> None:
    for seed in range(5):
        kept = exploding(seed, 1.0).run(deep.X, deep.y, epochs=100).history.loss
        assert kept[-1] < kept[0]
        clipped = deep.trained(deep.network(seed), max_norm=1.0)
        assert patient(seed)[1].history.loss == clipped.history.loss


def test_residual_connections_carry_the_gradient_past_each_layer() -> None:
    for seed in range(5):
        around = deep.network(seed, relu, residual=True)
        assert deep.trained(around).history.loss[-1] < 0.3
        slow = deep.network(seed, residual=True)
        assert deep.line_loss() < deep.trained(slow).history.loss[-1] < 0.6
        assert deep.fading(slow) > deep.fading(deep.network(seed)) + 6


def test_width_and_weights_predict_the_factor_per_layer() -> None:
    for n, scale in ((64, 0.1), (64, 0.3), (128, 0.1)):
        ways = []
        for seed in range(9):
            rng = np.random.default_rng(seed)
            matrices = [rng.normal(0.0, scale, (n, n)) for _ in range(6)]
            a = start = rng.normal(size=(32, n))
            masks = []
            for W in matrices:
                a = np.maximum(0.0, a @ W)
                masks.append(a > 0)
            there = back = rng.normal(size=a.shape)
            for W, mask in zip(reversed(matrices), reversed(masks), strict=True):
                there = (there * mask) @ W.T
            ways.append([np.linalg.norm(a) / np.linalg.norm(start)])
            ways[-1].append(np.linalg.norm(there) / np.linalg.norm(back))
        measured = np.median(ways, axis=0) ** (1 / 6)
        assert measured == pytest.approx(np.full(2, scale * np.sqrt(n / 2)), rel=0.08)


def test_adam_lifts_gradients_that_are_above_its_floor() -> None:
    for seed in range(5):
        relu_run = deep.trained(deep.network(seed, relu), Adam(0.01))
        assert relu_run.history.loss[-1] < 0.4
        floor = deep.trained(deep.network(seed), Adam(0.01))
        assert floor.history.loss[-1] == pytest.approx(LN2, abs=1e-3)
        lower = deep.trained(deep.network(seed), Adam(0.01, epsilon=1e-30))
        assert lower.history.loss[-1] < 0.4


def ending(stack: Stack, rate: float = 0.03) -> float:
    """Return the last loss of a network with a linear output; an overflow raises."""
    training = Training(Stack(stack.parts, "identity"), mse, GradientDescent(rate))
    return training.run(deep.X, deep.y, epochs=100).history.loss[-1]


def test_residual_connections_with_hes_weights_explode() -> None:
    for seed in range(5):
        with pytest.raises(FloatingPointError):
            ending(deep.network(seed, relu, init.he, residual=True))


def test_larger_weights_level_the_sigmoid() -> None:
    def times(factor: float) -> Initialiser:
        return lambda rng, n_in, n_out: factor * init.xavier(rng, n_in, n_out)

    factors = (1, 2, 4, 8, 16, 32)
    fades = [
        float(np.median([deep.fading(deep.network(s, sigmoid, times(f))) for s in range(9)]))
        for f in factors
    ]
    assert fades == sorted(fades)
    assert -4 < fades[2] < -2
    assert abs(fades[4]) < 0.5 < fades[5]
    assert np.median(losses(3, sigmoid, times(8))) < deep.line_loss()


def twenty_layers(activation: Activation, start: Initialiser, seed: int) -> MLP:
    """Begin the figure's network of twenty hidden layers of 32."""
    rng = np.random.default_rng(seed)
    return MLP(
        [
            Dense(start(rng, n_in, n_out), np.zeros(n_out), activation if n_out > 1 else sigmoid)
            for n_in, n_out in pairwise([2, *[32] * 20, 1])
        ]
    )


def begun(activation: Activation, start: Initialiser) -> list[float]:
    """Train from nine starts for 200 updates, and give the losses in order."""
    networks = [twenty_layers(activation, start, seed) for seed in range(9)]
    optimiser = GradientDescent(deep.RATE)
    runs = loss_curves(networks, deep.X, deep.y, binary_cross_entropy, optimiser, 201)
    return sorted(runs[:, -1].tolist())


def test_level_and_high_trains_from_any_start_and_relu_with_xaviers_from_some() -> None:
    for activation, start in ((tanh, init.xavier), (tanh, init.he), (relu, init.he)):
        assert begun(activation, start)[-1] < 0.5
    between = begun(relu, init.xavier)
    assert between[0] < 0.5
    assert between[-1] > 0.68  # no better than a guess, yet
    middles = [float(np.median(norms("relu", init.xavier, seed))) for seed in range(9)]
    assert 1e-5 < np.median(middles) < 1e-3


def test_the_last_layer_of_the_patient_sees_the_same_for_every_point() -> None:
    for seed in range(5):
        for network in (patient(seed)[0], patient(seed)[1].network):
            A, apart = deep.X, []
            W, b = network.arrays[::2], network.arrays[1::2]
            for layer in range(deep.DEPTH):
                A = sigmoid.f(A @ W[layer] + b[layer])
                apart.append(float(np.linalg.norm(A - A.mean(axis=0)) / np.linalg.norm(A)))
            assert apart[-1] < 2e-9
            factors = np.array(apart[1:]) / np.array(apart[:-1])
            assert 1 / 20 < np.median(factors) < 1 / 5
