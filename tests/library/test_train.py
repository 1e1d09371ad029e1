"""The training loop: both versions agree; orders, batches, stopping, divergence, interruption."""

import logging
import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand import MLP, Dense, Loss, Training, activations, data, init, losses, optim, train
from byhand._validate import Array
from byhand.optim import Adam, GradientDescent, Momentum
from byhand.remedies import BatchNorm, Dropout, Residual, Stack
from tests.library.strategies import batch, random_mlp, rows, seeds, sizes, steady

PAIRINGS = [
    (losses.mse, "identity"),
    (losses.mse, "sigmoid"),
    (losses.half_squared_error, "tanh"),
    (losses.binary_cross_entropy, "sigmoid"),
    (losses.categorical_cross_entropy, "softmax"),
    (losses.binary_cross_entropy, "softmax"),
]
OPTIMISERS: list[Callable[[], optim.Optimiser]] = [
    lambda: GradientDescent(lr=0.5),
    lambda: Momentum(lr=0.1),
    lambda: Adam(lr=0.05),
]


def parameters(mlp: MLP) -> Array:
    return np.concatenate([np.append(layer.W.ravel(), layer.b) for layer in mlp.layers])


def problem(output: str, n: int = 11, k: int = 2) -> tuple[MLP, Array, Array]:
    mlp = random_mlp([3, 5, 4, k], 1, "tanh", output)
    return mlp, rows(mlp, n), activations.softmax(rows(random_mlp([k, 1], 0), n, seed=9))


@pytest.mark.parametrize("make", OPTIMISERS)
@pytest.mark.parametrize(("loss", "output"), PAIRINGS, ids=lambda x: getattr(x, "name", x))
def test_the_loop_is_the_plain_step_repeated(
    loss: Loss, output: str, make: Callable[[], optim.Optimiser]
) -> None:
    start, X, y = problem(output)
    orders = [np.random.default_rng(epoch).permutation(11) for epoch in range(3)]
    training = Training(start, loss, make()).run(X, y, epochs=3, batch_size=4, orders=orders)

    mlp, optimiser, history = start, make(), []
    for order in orders:
        values = []
        for first in (0, 4, 8):
            chosen = order[first : first + 4]
            mlp, value = train.step(mlp, X[chosen], y[chosen], loss, optimiser)
            values += [value] * len(chosen)
        history.append(np.mean(values))

    np.testing.assert_allclose(training.history.loss, history, rtol=1e-12)
    np.testing.assert_allclose(parameters(training.network), parameters(mlp), rtol=0, atol=1e-12)
    if output != "softmax":  # there, one shared exponential may cost the last bit
        assert parameters(training.network).tobytes() == parameters(mlp).tobytes()


@steady
@given(layer_sizes=sizes, n=batch, seed=seeds, hidden=st.sampled_from(["relu", "sigmoid", "tanh"]))
def test_any_depth_takes_the_plain_step(
    layer_sizes: list[int], n: int, seed: int, hidden: str
) -> None:
    start = random_mlp(layer_sizes, seed, hidden)
    X, y = rows(start, n), np.full((n, start.n_out), 0.25)
    loss = losses.binary_cross_entropy
    ours = Training(start, loss, GradientDescent(0.1)).run(X, y, epochs=1)
    plain, value = train.step(start, X, y, loss, GradientDescent(0.1))
    np.testing.assert_array_equal(parameters(ours.network), parameters(plain))
    assert ours.history.loss == pytest.approx([value], rel=1e-14)


def test_softmax_with_cross_entropy_stays_finite_and_right_at_large_logits() -> None:
    mlp = MLP([Dense([[1000.0, -1000.0]], [0, 0], "softmax")])
    training = Training(mlp, losses.categorical_cross_entropy, GradientDescent(1e-9))
    training.run([[1.0]], [[0.0, 1.0]], epochs=1)
    assert training.history.loss == [2000.0]


def test_batch_sizes_count_updates() -> None:
    class Counting(GradientDescent):
        steps = 0

        def step(self, parameters: optim.Arrays, gradients: optim.Arrays) -> None:
            super().step(parameters, gradients)
            self.steps += 1

    mlp, X, y = problem("sigmoid")
    for size, updates in [(None, 1), (11, 1), (100, 1), (10, 2), (4, 3), (1, 11)]:
        optimiser = Counting(lr=0.1)
        Training(mlp, losses.mse, optimiser).run(X, y, epochs=2, batch_size=size)
        assert optimiser.steps == 2 * updates


def test_an_rng_shuffles_each_epoch_anew_and_is_the_same_as_its_stored_orders() -> None:
    mlp, X, y = problem("sigmoid")

    def trained(**order: Any) -> Array:
        training = Training(mlp, losses.mse, GradientDescent(0.5))
        return parameters(training.run(X, y, epochs=2, batch_size=1, **order).network)

    rng = np.random.default_rng(7)
    orders = [rng.permutation(11), rng.permutation(11)]
    drawn = trained(rng=np.random.default_rng(7))
    np.testing.assert_array_equal(drawn, trained(orders=orders))
    assert (drawn != trained()).any()
    assert (drawn != trained(orders=[orders[0], orders[0]])).any()
    np.testing.assert_array_equal(trained(), trained(orders=[range(11), range(11)]))


def test_two_runs_go_on_like_one() -> None:
    mlp, X, y = problem("sigmoid")
    one = Training(mlp, losses.mse, Adam(0.1)).run(X, y, epochs=6, batch_size=3)
    two = Training(mlp, losses.mse, Adam(0.1)).run(X, y, epochs=2, batch_size=3)
    assert two.run(X, y, epochs=4, batch_size=3) is two
    assert one.history.loss == two.history.loss
    assert one.stopped == two.stopped == "done"
    np.testing.assert_array_equal(parameters(one.network), parameters(two.network))


def test_the_network_that_came_stays_as_it_was() -> None:
    mlp, X, y = problem("sigmoid")
    before = parameters(mlp)
    training = Training(mlp, losses.mse, GradientDescent(1.0))
    early = training.network
    training.run(X, y, epochs=3)
    np.testing.assert_array_equal(parameters(mlp), before)
    np.testing.assert_array_equal(parameters(early), before)
    assert (parameters(training.network) != before).all()


def test_l2_shrinks_weights_and_leaves_biases() -> None:
    mlp = MLP([Dense([[2.0]], [3.0], "identity")])
    # zero input, target = bias: the loss has no gradient, only the penalty has
    training = Training(mlp, losses.mse, GradientDescent(0.5), l2=0.25)
    training.run([[0.0]], [[3.0]], epochs=1)
    assert training.network.layers[0].W.tolist() == [[2.0 - 0.5 * 0.25 * 2.0]]
    assert training.network.layers[0].b.tolist() == [3.0]
    assert training.history.loss == [0.0]  # without the penalty


def test_a_clipped_step_has_the_length_it_may_have() -> None:
    mlp, X, y = problem("identity")
    training = Training(mlp, losses.mse, GradientDescent(1.0), max_norm=0.125)
    training.run(1000.0 * X, y, epochs=1)
    step = parameters(training.network) - parameters(mlp)
    assert np.linalg.norm(step) == pytest.approx(0.125, rel=1e-12)


NOISY = data.noisy_curve(np.random.default_rng(0), 12)
HELD_OUT = data.noisy_curve(np.random.default_rng(1), 30)


def curve_fit() -> Training[MLP]:
    mlp = MLP.from_sizes([1, 20, 1], ["tanh", "identity"], np.random.default_rng(0), init.normal)
    return Training(mlp, losses.mse, Adam(0.05))


def test_early_stopping_goes_back_to_the_best_epoch() -> None:
    training = curve_fit().run(*NOISY, epochs=1000, validation=HELD_OUT, patience=25)
    measured = training.history.validation_loss
    best = int(np.argmin(measured))
    assert training.stopped == "early"
    assert len(measured) == len(training.history.loss) == best + 1 + 25 < 1000
    again = losses.mse.value(HELD_OUT[1], training.network.predict(HELD_OUT[0]))
    assert again == pytest.approx(measured[best], rel=1e-12)
    assert measured[-1] > measured[best]


def test_validation_alone_measures_and_does_not_stop() -> None:
    training = curve_fit().run(*NOISY, epochs=60, validation=HELD_OUT)
    without = curve_fit().run(*NOISY, epochs=60)
    assert len(training.history.validation_loss) == 60
    assert training.history.loss == without.history.loss
    assert without.history.validation_loss == []
    np.testing.assert_array_equal(parameters(training.network), parameters(without.network))


def test_the_callback_sees_every_epoch() -> None:
    seen: list[tuple[int, float]] = []
    mlp, X, y = problem("sigmoid")
    training = Training(mlp, losses.mse, GradientDescent(0.5))
    training.run(
        X, y, epochs=4,
        on_epoch=lambda now: seen.append((len(now.history.loss), parameters(now.network)[0])),
    )  # fmt: skip
    assert [epoch for epoch, _ in seen] == [1, 2, 3, 4]
    assert len({weight for _, weight in seen}) == 4


def test_a_long_run_reports_through_logging(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mlp, X, y = problem("sigmoid")
    caplog.set_level(logging.INFO, logger="byhand.train")
    Training(mlp, losses.mse, GradientDescent(0.5)).run(X, y, epochs=3)
    assert caplog.messages == []  # three epochs take no time
    monkeypatch.setattr(train, "_SECONDS_BETWEEN_MESSAGES", -1.0)
    training = Training(mlp, losses.mse, GradientDescent(0.5)).run(X, y, epochs=3)
    assert caplog.messages == [
        f"epoch {epoch}: loss {loss:.6g}" for epoch, loss in enumerate(training.history.loss, 1)
    ]


def test_ctrl_c_keeps_what_was_learned(caplog: pytest.LogCaptureFixture) -> None:
    def interrupt(now: Training[MLP]) -> None:
        if len(now.history.loss) == 3:
            signal.raise_signal(signal.SIGINT)

    mlp, X, y = problem("sigmoid")
    training = Training(mlp, losses.mse, GradientDescent(0.5))
    training.run(X, y, epochs=10_000, on_epoch=interrupt)
    three = Training(mlp, losses.mse, GradientDescent(0.5)).run(X, y, epochs=3)
    assert training.stopped == "interrupted"
    assert training.history.loss == three.history.loss
    np.testing.assert_array_equal(parameters(training.network), parameters(three.network))
    assert caplog.messages == ["interrupted after 3 epochs"]
    training.run(X, y, epochs=1)
    assert training.stopped == "done"
    assert len(training.history.loss) == 4


def test_an_interrupt_right_after_an_update_that_overflowed_keeps_finite_parameters() -> None:
    class Interrupted(GradientDescent):
        def step(self, parameters: optim.Arrays, gradients: optim.Arrays) -> None:
            super().step(parameters, gradients)
            raise KeyboardInterrupt

    training = Training(MLP([Dense([[1.0]], [0.0], "identity")]), losses.mse, Interrupted(1e300))
    training.run([[1e10]], [[0.0]], epochs=1)
    assert training.stopped == "interrupted"
    assert parameters(training.network).tolist() == [1.0, 0.0]


def test_a_rate_too_high_stops_with_epoch_batch_and_cause_and_keeps_the_last_finite() -> None:
    mlp, X, y = problem("identity")
    training = Training(mlp, losses.mse, GradientDescent(lr=50.0))
    message = (
        r"^the loss is (inf|nan) in epoch (\d+), batch (\d+): the learning rate 50 is probably "
        r"too high for these inputs \(up to .*\) and parameters \(up to .*\): lower it"
    )
    with pytest.raises(FloatingPointError, match=message) as caught:
        training.run(X, y, epochs=1000, batch_size=4)
    words = str(caught.value).replace(":", "").replace(",", "").split()
    epoch, number = int(words[6]), int(words[8])
    assert epoch == len(training.history.loss) + 1
    # the same updates, but for the one that broke it, by the plain step
    updates, optimiser = 3 * (epoch - 1) + number - 2, GradientDescent(50.0)
    plain = mlp
    with np.errstate(all="ignore"):
        for update in range(updates):
            first = update % 3 * 4
            rows_ = slice(first, first + 4)
            plain, _ = train.step(plain, X[rows_], y[rows_], losses.mse, optimiser)
    np.testing.assert_array_equal(parameters(training.network), parameters(plain))
    assert np.isfinite(parameters(training.network)).all()
    assert np.isfinite(training.history.loss).all()


def test_inputs_too_large_are_named_before_anything_was_learned() -> None:
    mlp = random_mlp([3, 2], 0, output="identity")
    training = Training(mlp, losses.mse, GradientDescent(0.1))
    message = r"epoch 1, batch 1: nothing was learned yet, so inputs \(up to 2e\+200\)"
    with pytest.raises(FloatingPointError, match=message):
        training.run([[1e200, -2e200, 0.0]], [[0.0, 1.0]], epochs=1)
    np.testing.assert_array_equal(parameters(training.network), parameters(mlp))


def test_an_overflow_in_the_very_last_update_is_found_too() -> None:
    mlp = MLP([Dense([[1.0]], [0.0], "identity")])
    training = Training(mlp, losses.mse, GradientDescent(1e300))
    with pytest.raises(FloatingPointError, match="the loss is nan in epoch 1, batch 1"):
        training.run([[1e10]], [[0.0]], epochs=1)
    assert parameters(training.network).tolist() == [1.0, 0.0]


def test_after_divergence_the_run_goes_on_from_the_last_finite_parameters() -> None:
    mlp, X, y = problem("identity")
    training = Training(mlp, losses.mse, GradientDescent(50.0))
    with pytest.raises(FloatingPointError):
        training.run(X, y, epochs=100)
    training.optimiser.lr = 1e-300
    assert np.isfinite(training.run(X, y, epochs=1).history.loss[-1])


def test_learns_xor() -> None:
    mlp = MLP.from_sizes([2, 4, 1], ["tanh", "sigmoid"], np.random.default_rng(0))
    X, y = data.gate("xor")
    training = Training(mlp, losses.binary_cross_entropy, Adam(0.1)).run(X, y, epochs=300)
    assert ((training.network.predict(X) > 0.5) == (y == 1.0)).all()
    assert training.history.loss[0] > 0.5
    assert training.history.loss[-1] < 0.01


def test_learns_the_digits() -> None:
    X, labels = data.digits()
    rng = np.random.default_rng(0)
    (X, y), (X_new, y_new) = data.split(rng, X / 16.0, data.one_hot(labels, 10), 0.25)
    mlp = MLP.from_sizes([64, 32, 10], ["relu", "softmax"], rng, init.he)
    training = Training(mlp, losses.categorical_cross_entropy, Momentum(0.05))
    training.run(X, y, epochs=15, batch_size=32, rng=rng)
    right = training.network.predict(X_new).argmax(axis=1) == y_new.argmax(axis=1)
    assert right.mean() > 0.95


def stack() -> Stack:
    rng = np.random.default_rng(0)

    def dense(n_in: int, n_out: int) -> Dense:
        return Dense(init.he(rng, n_in, n_out), np.zeros(n_out), "identity")

    hidden = Residual([dense(8, 8), BatchNorm(8), activations.relu])
    return Stack(
        [dense(2, 8), BatchNorm(8), activations.relu, hidden, Dropout(0.1, rng), dense(8, 1)],
        "sigmoid",
    )


def test_a_stack_of_remedies_learns_the_spirals() -> None:
    X, y = data.spirals(np.random.default_rng(1), 120, noise=0.0, turns=0.75)
    start = stack()
    before = [array.copy() for array in start.arrays]
    training = Training(start, losses.binary_cross_entropy, Adam(0.02), l2=1e-4, max_norm=5.0)
    training.run(X, y, epochs=150, batch_size=40, rng=np.random.default_rng(2))
    assert ((training.network.predict(X) > 0.5) == (y == 1.0)).mean() > 0.97
    for array, kept in zip(start.arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)


def test_early_stopping_takes_the_running_means_back_as_well() -> None:
    X, y = data.moons(np.random.default_rng(1), 40, noise=0.4)
    held_out = data.moons(np.random.default_rng(2), 40, noise=0.4)
    training = Training(stack(), losses.binary_cross_entropy, Adam(0.05))
    training.run(X, y, epochs=300, validation=held_out, patience=10)
    assert training.stopped == "early"
    again = losses.binary_cross_entropy.value(held_out[1], training.network.predict(held_out[0]))
    assert again == pytest.approx(min(training.history.validation_loss), rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"X": [[1, 2]]}, r"X must be \(n, 3\)"),
        ({"y": [[0.5]]}, r"y must be \(11, 2\), the shape of what the network predicts"),
        ({"y": np.full((11, 1), 0.5)}, r"y must be \(11, 2\), .*; got \(11, 1\)"),
        ({"y": np.full((11, 2), 2.0)}, r"y must lie in \[0, 1\]; got 2.0"),
        ({"X": np.full((11, 3), np.nan)}, r"X must be finite; X\[0, 0\] is nan"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1; got 0"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1; got 0"),
        ({"batch_size": 2.0}, "batch_size must be a whole number"),
        ({"patience": 3}, "patience needs validation data to measure by; got none"),
        ({"rng": 42}, "rng must be a Generator; got int"),
        ({"rng": np.random.default_rng(0), "orders": [range(11)]}, "rng or from orders; got both"),
        (
            {"orders": [range(11)] * 2},
            r"orders must be \(1, 11\), the shape of one order.*\(2, 11\)",
        ),
        ({"orders": [[0] * 11]}, "each row of orders must be a permutation of 0 to 10"),
        ({"validation": ([[1, 2]], [[0, 0]])}, r"X must be \(n, 3\)"),
        ({"validation": ([[1, 2, 3]], [[0]])}, r"validation y must be \(1, 2\)"),
    ],
)
def test_run_refuses_and_changes_nothing(changes: dict[str, Any], message: str) -> None:
    mlp, X, y = problem("sigmoid")
    training = Training(mlp, losses.binary_cross_entropy, GradientDescent(0.1))
    arguments: dict[str, Any] = {"X": X, "y": y, "epochs": 1} | changes
    with pytest.raises(ValueError, match=message):
        training.run(**arguments)
    np.testing.assert_array_equal(parameters(training.network), parameters(mlp))
    assert training.history.loss == []


def test_a_loss_out_of_reach_of_the_output_is_refused() -> None:
    mlp, X, y = problem("identity")
    training = Training(mlp, losses.binary_cross_entropy, GradientDescent(0.1))
    with pytest.raises(ValueError, match=r"y_hat must lie in \[0, 1\]"):
        training.run(X, y, epochs=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"l2": -1}, "l2 must be one number of at least 0; got -1"),
        ({"max_norm": 0}, "max_norm must be one number above 0; got 0"),
    ],
)
def test_training_refuses(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Training(random_mlp([2, 1], 0), losses.mse, GradientDescent(0.1), **arguments)


def test_a_loss_that_stays_the_same_is_no_better() -> None:
    X, y = np.ones((2, 1)), np.zeros((2, 1))
    dead = MLP([Dense([[-1.0]], [0.0], "relu"), Dense([[1.0]], [0.0], "identity")])
    training = Training(dead, losses.mse, GradientDescent(0.1))
    assert training.stopped == ""
    training.run(X, y, epochs=9, validation=(X, y), patience=2)
    assert (training.stopped, len(training.history.loss)) == ("early", 3)


def test_the_message_ends_with_the_other_cause() -> None:
    huge = MLP([Dense([[1e300]], [0.0], "identity")])
    training = Training(huge, losses.mse, GradientDescent(0.1))
    with pytest.raises(FloatingPointError, match=r"too large, or a certain prediction is wrong$"):
        training.run([[1e300]], [[0.0]], epochs=1)
