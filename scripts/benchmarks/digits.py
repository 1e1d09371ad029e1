"""Digits, 64-32-10: the same training by byhand, a bare NumPy loop, scikit-learn and PyTorch.

All start from the same weights and see the samples in the same order. Each returns its loss curve:
the mean over an epoch's samples of the loss that each had before its batch's update.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byhand import MLP, data, init
from byhand.layers import Dense
from byhand.losses import categorical_cross_entropy
from byhand.optim import GradientDescent
from byhand.train import Training

Array = NDArray[np.float64]
SIZES = (64, 32, 10)
BATCH = 32
EPOCHS = 20
LR = 0.1
SEED = 0


@dataclass(frozen=True, eq=False)
class Problem:
    """What all contenders are given."""

    X: Array
    labels: NDArray[np.int64]
    Y: Array
    orders: NDArray[np.int64]
    weights: list[tuple[Array, Array]]


def problem(epochs: int = EPOCHS) -> Problem:
    """Load the digits, draw initial weights, and lay down the order of the samples."""
    X, labels = data.digits()
    names = ["relu"] * (len(SIZES) - 2) + ["softmax"]
    mlp = MLP.from_sizes(SIZES, names, np.random.default_rng(SEED), init.he)
    weights = [(layer.W, layer.b) for layer in mlp.layers]
    Y = data.one_hot(labels, SIZES[-1])
    return Problem(X / 16.0, labels, Y, orders(len(X), epochs), weights)


def orders(n: int, epochs: int) -> NDArray[np.int64]:
    """Shuffle the last order anew, as scikit-learn does: nobody can set its order from outside."""
    rng = np.random.RandomState(SEED)
    order, made = np.arange(n), []
    for _ in range(epochs):
        indices = np.arange(n)
        rng.shuffle(indices)
        order = order[indices]
        made.append(order)
    return np.array(made)


def network(given: Problem) -> MLP:
    """Build byhand's network with the given weights."""
    names = ["relu"] * (len(given.weights) - 1) + ["softmax"]
    pairs = zip(given.weights, names, strict=True)
    return MLP([Dense(W, b, name) for (W, b), name in pairs])


def by_byhand(given: Problem) -> list[float]:
    """Train with byhand.train."""
    training = Training(network(given), categorical_cross_entropy, GradientDescent(lr=LR))
    epochs = len(given.orders)
    training.run(given.X, given.Y, epochs=epochs, batch_size=BATCH, orders=given.orders)
    return training.history.loss


def by_bare_numpy(given: Problem) -> list[float]:
    """Train with the shortest loop that does the same: the floor for NumPy."""
    (W1, b1), (W2, b2) = ((W.copy(), b.copy()) for W, b in given.weights)
    curve = []
    for order in given.orders:
        shuffled_X, shuffled_Y, total = given.X[order], given.Y[order], 0.0
        for start in range(0, len(order), BATCH):
            X, Y = shuffled_X[start : start + BATCH], shuffled_Y[start : start + BATCH]
            a1 = np.maximum(X @ W1 + b1, 0.0)
            z2 = a1 @ W2 + b2
            z2 -= z2.max(axis=1, keepdims=True)
            e = np.exp(z2)
            sums = e.sum(axis=1, keepdims=True)
            total += np.log(sums).sum() - (Y * z2).sum()
            dz2 = (e / sums - Y) / len(X)
            dz1 = (dz2 @ W2.T) * (a1 > 0.0)
            W2 -= LR * (a1.T @ dz2)
            b2 -= LR * dz2.sum(axis=0)
            W1 -= LR * (X.T @ dz1)
            b1 -= LR * dz1.sum(axis=0)
        curve.append(float(total) / len(order))
    return curve


def by_scikit_learn(given: Problem) -> list[float]:
    """Train scikit-learn's classifier, plain SGD, started from the given weights."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    class Started(MLPClassifier):  # type: ignore[misc]  # scikit-learn has no types
        """The classifier, but its first weights are ours."""

        def _init_coef(self, fan_in: int, fan_out: int, dtype: Any) -> tuple[Array, Array]:
            del dtype
            (found,) = ((W, b) for W, b in given.weights if W.shape == (fan_in, fan_out))
            return found[0].copy(), found[1].copy()

    classifier = Started(
        hidden_layer_sizes=SIZES[1:-1],
        solver="sgd",
        alpha=0.0,
        batch_size=BATCH,
        learning_rate_init=LR,
        max_iter=len(given.orders),
        random_state=SEED,
        tol=0.0,
        momentum=0.0,
        nesterovs_momentum=False,
        n_iter_no_change=len(given.orders) + 1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are counted, on purpose
        classifier.fit(given.X, given.labels)
    return [float(loss) for loss in classifier.loss_curve_]


def by_pytorch(given: Problem) -> list[float]:
    """Train with PyTorch on the CPU, eager, in double precision."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    linear = [nn.Linear(*W.shape, dtype=torch.float64) for W, _ in given.weights]
    with torch.no_grad():
        for layer, (W, b) in zip(linear, given.weights, strict=True):
            layer.weight.copy_(torch.tensor(W.T))  # PyTorch keeps W by neuron
            layer.bias.copy_(torch.tensor(b))
    model = nn.Sequential(linear[0], nn.ReLU(), linear[1])
    optimiser = torch.optim.SGD(model.parameters(), lr=LR)
    cross_entropy = nn.CrossEntropyLoss()
    X, labels, curve = torch.tensor(given.X), torch.tensor(given.labels), []
    for order in torch.tensor(given.orders):
        shuffled_X, shuffled_labels = X[order], labels[order]
        total = torch.zeros((), dtype=torch.float64)
        for start in range(0, len(order), BATCH):
            batch = shuffled_X[start : start + BATCH]
            loss = cross_entropy(model(batch), shuffled_labels[start : start + BATCH])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.detach() * len(batch)
        curve.append(float(total) / len(order))
    return curve


CONTENDERS = {
    "byhand": by_byhand,
    "bare NumPy loop": by_bare_numpy,
    "scikit-learn": by_scikit_learn,
    "PyTorch": by_pytorch,
}
