"""What the sources say about training, put to the test."""

import numpy as np
import pytest
from numpy.typing import NDArray

from byhand.activations import sigmoid
from byhand.losses import binary_cross_entropy, mse
from byhand.optim import GradientDescent
from byhand.train import Training
from byhand.worked import churn, churn_training, xor

Array = NDArray[np.float64]


def _xor_losses(width: int, starts: int = 100, epochs: int = 5000) -> Array:
    """Train many 2-width-1 sigmoid networks side by side; return their last losses."""
    rng = np.random.default_rng(0)
    W1, b1 = rng.normal(0, 0.5, (starts, 2, width)), np.zeros((starts, 1, width))
    W2, b2 = rng.normal(0, 0.5, (starts, width, 1)), np.zeros((starts, 1, 1))
    y_hat = np.full_like(xor.y, 0.5)
    for _ in range(epochs):
        a1 = sigmoid.f(xor.X @ W1 + b1)
        y_hat = sigmoid.f(a1 @ W2 + b2)
        dz2 = (y_hat - xor.y) * y_hat * (1 - y_hat) / 2
        dz1 = (dz2 @ W2.transpose(0, 2, 1)) * a1 * (1 - a1)
        W2 -= a1.transpose(0, 2, 1) @ dz2
        b2 -= dz2.sum(axis=1, keepdims=True)
        W1 -= xor.X.T @ dz1
        b1 -= dz1.sum(axis=1, keepdims=True)
    return np.asarray(((xor.y - y_hat) ** 2).mean(axis=(1, 2)))


def test_xor_is_learned_more_often_by_wider_networks() -> None:
    stuck = {width: int((_xor_losses(width) > 0.1).sum()) for width in (2, 4)}
    assert 15 <= stuck[2] <= 30
    assert stuck[4] == 0


def test_the_missing_factor_is_half_the_learning_rate() -> None:
    right = Training(xor.network(), mse, GradientDescent(lr=xor.LR / 2))
    right.run(xor.X, xor.y, epochs=300)
    np.testing.assert_allclose(right.history.loss, xor.losses(right=False)[:300], rtol=1e-12)
    assert abs(xor.losses(right=True)[299] - right.history.loss[-1]) > 1e-6


def test_weights_keep_growing_or_the_network_dies() -> None:
    run = Training(churn.network(), binary_cross_entropy, GradientDescent(lr=1))
    sizes, losses = [], []
    for epochs in (100, 900, 9000):
        network = run.run(churn.X, churn.y, epochs=epochs).network
        sizes.append(float(np.abs(network.layers[1].W).max()))
        losses.append(run.history.loss[-1])
    assert sizes[0] + 0.5 < sizes[1] < sizes[2] - 0.5
    assert losses[0] / 20 < losses[1] < losses[0] / 5
    assert losses[1] / 20 < losses[2] < losses[1] / 5
    dead = churn_training.run("dead").network.forward(churn.X)
    assert not dead.layers[0].a.any()
    np.testing.assert_allclose(dead.y_hat, 0.4, rtol=1e-9)


def test_every_labelling_of_the_five_can_be_memorised() -> None:
    assert len(set(churn_training.LABELLINGS)) == 2**5
    for labelling in churn_training.LABELLINGS:
        y = churn_training.labels(labelling)
        losses = []
        for steepness in (1, 10, 100, 1000):
            network = churn_training.certificate(labelling, steepness)
            assert network.n_parameters == 9
            z = network.forward(churn.X).layers[-1].z
            assert ((z > 0) == (y == 1)).all()
            losses.append(binary_cross_entropy.value_from_logits(y, z))
        assert losses == sorted(losses, reverse=True)
        assert losses[-1] < 1e-40


def test_ten_times_the_rate_needs_a_tenth_of_the_updates_until_it_kills() -> None:
    losses = {}
    for rate, updates in ((0.01, 5000), (0.1, 500), (1, 50)):
        run = Training(churn.network(), binary_cross_entropy, GradientDescent(rate))
        run.run(churn.X, churn.y, epochs=updates)
        losses[rate] = binary_cross_entropy.value(churn.y, run.network.predict(churn.X))
    assert losses[0.1] == pytest.approx(losses[0.01], rel=0.05)
    assert losses[1] == pytest.approx(losses[0.01], rel=0.5)
    assert churn_training.numbers()["churn_training.dead.loss"] == pytest.approx(0.673, abs=1e-3)
