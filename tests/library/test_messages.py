"""Every refusal names the right symbol and shape: a reader looks for it in the call."""

from typing import Any

import numpy as np
import pytest

from byhand import MLP, Dense, augment, data, gradcheck, init, optim, perceptron, remedies, scalar
from byhand.losses import binary_cross_entropy, categorical_cross_entropy
from byhand.scaling import Standardiser
from byhand.train import Training

WORDS: Any = [["a", "b"]]
ROW: Any = [1, 2]
RNG = np.random.default_rng(0)
NO_RNG: Any = 42
LAYER = Dense([[1, 1], [1, 1]], [0, 0], "identity")
MATRIX = [[1.0, 2.0]]
SCALER = Standardiser([0, 0], [1, 1])


def training() -> Training[MLP]:
    return Training(MLP([Dense([[1], [1]], [0], "sigmoid")]), binary_cross_entropy, optim.Adam())


def stepped_with_two_lists() -> None:
    momentum = optim.Momentum(lr=0.1)
    for k in (1, 2):
        momentum.step([np.ones(k)], [np.ones(k)])


CALLS = {
    "fold, W": (lambda: augment.fold(WORDS, [1]), "W must be real numbers"),
    "fold, shape": (lambda: augment.fold(ROW, [1]), "W must be (n, n_out)"),
    "fold, b": (lambda: augment.fold(MATRIX, WORDS), "b must be real numbers"),
    "unfold": (lambda: augment.unfold(WORDS), "folded must be real numbers"),
    "unfold, shape": (lambda: augment.unfold(ROW), "folded must be (n, n_out)"),
    "ones_first": (lambda: augment.ones_first(WORDS), "X must be real numbers"),
    "mean": (lambda: Standardiser(WORDS, [1]), "mean must be real numbers"),
    "std": (lambda: Standardiser([1], WORDS), "std must be real numbers"),
    "fit": (lambda: Standardiser.fit(WORDS), "X must be real numbers"),
    "fit, shape": (lambda: Standardiser.fit(ROW), "X must be (n, k)"),
    "transform": (lambda: SCALER.transform(WORDS), "X must be real numbers"),
    "inverse": (lambda: SCALER.inverse(WORDS), "X must be real numbers"),
    "inverse, shape": (lambda: SCALER.inverse([[1, 2, 3]]), "X must be (n, 2)"),
    "split, rng": (lambda: data.split(NO_RNG, MATRIX, MATRIX, 0.5), "rng must be a Generator"),
    "split, X": (lambda: data.split(RNG, WORDS, MATRIX, 0.5), "X must be real numbers"),
    "split, X's shape": (lambda: data.split(RNG, ROW, MATRIX, 0.5), "X must be (n, n_in)"),
    "split, y": (lambda: data.split(RNG, MATRIX, WORDS, 0.5), "y must be real numbers"),
    "split, y's shape": (lambda: data.split(RNG, MATRIX, ROW, 0.5), "y must be (n, k)"),
    "split, share": (
        lambda: data.split(RNG, MATRIX * 2, MATRIX * 2, 0.0),
        "share must be one number in (0, 1)",
    ),
    "random_labels, rng": (lambda: data.random_labels(NO_RNG, 2, 2), "rng must be a Generator"),
    "random_labels, n": (lambda: data.random_labels(RNG, 0, 2), "n must be a whole number"),
    "noisy_curve, rng": (lambda: data.noisy_curve(NO_RNG, 2), "rng must be a Generator"),
    "noisy_curve, n": (lambda: data.noisy_curve(RNG, 0), "n must be a whole number"),
    "one_hot, k": (lambda: data.one_hot([0], 0), "k must be a whole number of at least 1; got 0"),
    "learn, X": (lambda: perceptron.learn(WORDS, [[1]], epochs=1), "X must be real numbers"),
    "learn, X's shape": (lambda: perceptron.learn(ROW, [[1]], epochs=1), "X must be (n, n_in)"),
    "backward": (
        lambda: LAYER.backward(WORDS, LAYER.forward(MATRIX), dz=MATRIX),
        "X must be real numbers",
    ),
    "backward, shape": (
        lambda: LAYER.backward([[1, 2, 3]], LAYER.forward(MATRIX), dz=MATRIX),
        "X must be (n, 2)",
    ),
    "gradient": (lambda: gradcheck.numerical_gradient(np.sum, WORDS), "x must be real numbers"),
    "path": (
        lambda: optim.path(optim.Adam(), lambda w: w, WORDS, 1),
        "start must be real numbers",
    ),
    "init": (
        lambda: init.normal(RNG, 1, 1, -1.0),
        "scale must be one number of at least 0; got -1",
    ),
    "predict": (
        lambda: remedies.Stack([LAYER], "identity").predict(WORDS),
        "X must be real numbers",
    ),
    "run, X": (lambda: training().run(ROW, [[1]], epochs=1), "X must be (n, n_in)"),
    "run, y": (lambda: training().run(MATRIX, WORDS, epochs=1), "y must be real numbers"),
    "run, y's shape": (lambda: training().run(MATRIX, [1], epochs=1), "y must be (n, n_out)"),
    "run, patience": (
        lambda: training().run(MATRIX, [[1]], epochs=1, validation=(MATRIX, [[1]]), patience=0),
        "patience must be a whole number of at least 1; got 0",
    ),
    "run, orders": (
        lambda: training().run(MATRIX, [[1]], epochs=1, batch_size=1, orders=WORDS),
        "orders must be real numbers",
    ),
    "logits": (
        lambda: categorical_cross_entropy.value_from_logits([[1, 0]], [[1, 2, 3]]),
        "z must be (1, 2), the shape of y; got (1, 3)",
    ),
}


@pytest.mark.parametrize(("call", "message"), CALLS.values(), ids=CALLS)
def test_the_symbol_of_the_call_comes_first(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r"must") as caught:
        call()
    assert str(caught.value).startswith(message)


WHOLE = {
    "no Dense": (lambda: MLP([]), "layers must hold at least one Dense; got none"),
    "no Layer": (lambda: scalar.MLP([]), "layers must hold at least one Layer; got none"),
    "no part": (
        lambda: remedies.Stack([], "identity"),
        "parts must hold at least one part; got none",
    ),
    "one sample": (
        lambda: remedies.BatchNorm(2).forward(np.ones((1, 2)), training=True),
        "a batch of 1 has no variance: batch normalisation needs 2 or more",
    ),
    "nothing to wait by": (
        lambda: training().run(MATRIX, [[1]], epochs=1, patience=1),
        "patience needs validation data to measure by; got none",
    ),
    "another network's trace": (
        lambda: MLP([LAYER]).backward(MLP([LAYER, LAYER]).forward(MATRIX), da=MATRIX),
        "trace must be a forward pass of this network; got another network's",
    ),
    "another list": (
        stepped_with_two_lists,
        "an optimiser belongs to one list of parameters; got other shapes",
    ),
    "damaged digits": (
        lambda: data._digits_of(b""),
        "the digits are damaged: their checksum is not the stored one",
    ),
    "two orders": (
        lambda: training().run(MATRIX, [[1]], epochs=1, batch_size=1, rng=RNG, orders=[[0]]),
        "the order comes from rng or from orders; got both",
    ),
}


@pytest.mark.parametrize(("call", "message"), WHOLE.values(), ids=WHOLE)
def test_messages_without_a_symbol(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        call()
    assert str(caught.value) == message
