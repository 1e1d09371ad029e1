"""What hidden layers learn, and what learned features are worth: put to the test."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from byhand import perceptron
from byhand.data import circles, digits, moons, spirals
from byhand.layers import Dense
from byhand.mlp import MLP
from byhand.worked import hidden, xor
from byhand.worked.hidden import (
    fit_linear,
    hand_made,
    learn_digits,
    likeness,
    linear_accuracy,
    smoothness,
    xor_margin,
)
from byhand.worked.overfitting import Crowd, accuracy, draw

Array = NDArray[np.float64]
Data = tuple[Array, Array]

INK, LABELS = digits()
PICTURES = INK / 16.0


def _run(sizes: list[int], data: Data, epochs: int = 300, spread: float = 1.0) -> Crowd:
    crowd = Crowd(np.random.default_rng(2), sizes, len(data[1]), spread)
    for _ in crowd.train(*data, epochs, lr=0.05, classify=True):
        pass
    return crowd


# XOR


def test_the_weights_are_those_of_the_trained_network() -> None:
    trained = xor.trained(right=True)
    for ours, theirs in zip(hidden.network().layers, trained.layers, strict=True):
        np.testing.assert_array_equal(ours.W, theirs.W.round(2))
        np.testing.assert_array_equal(ours.b, theirs.b.round(2))


def test_random_layers_part_xor_by_a_small_margin() -> None:
    rng, margins = np.random.default_rng(0), []
    for _ in range(200):
        layer = Dense(rng.normal(0.0, 0.5, (2, 4)), np.zeros(4), "sigmoid")  # as chapter 11 draws
        A = layer.forward(xor.X).a
        assert np.linalg.matrix_rank(np.hstack([A, np.ones((4, 1))]), tol=1e-9) == 4
        margins.append(xor_margin(A))
    trained = hidden.network().forward(xor.X).layers[0].a
    assert min(margins) > 0.0
    assert 10.0 * max(margins) < xor_margin(trained)
    assert perceptron.learn(trained, xor.y, epochs=100).converged
    untrained = xor.network().forward(xor.X).layers[0].a
    assert not perceptron.learn(untrained, xor.y, epochs=1000).converged
    assert np.abs(xor.X[0] + xor.X[3] - xor.X[1] - xor.X[2]).max() == 0.0  # so no line


# Shapes in the plane


def test_newton_fits_what_scikit_learn_fits() -> None:
    X, y = moons(np.random.default_rng(3), 80)
    w = fit_linear(X, y, l2=0.01)
    theirs = LogisticRegression(C=1.0 / (80 * 0.01), tol=1e-10).fit(X, y[:, 0])
    np.testing.assert_allclose(w[:2, 0], theirs.coef_[0], rtol=1e-4)
    np.testing.assert_allclose(w[2, 0], theirs.intercept_[0], rtol=1e-4)


def test_the_bent_plane_is_parted_by_a_straight_line() -> None:
    data = draw(moons, np.random.default_rng(5), 20, 120, 0.08)
    crowd = Crowd(np.random.default_rng(6), [2, 8, 2, 1], m=20, spread=1.5)
    for _ in crowd.train(*data, 150, classify=True):
        pass
    assert (accuracy(crowd, *data) > 0.98).sum() >= 16
    net = crowd.network(0, "sigmoid")
    trace = net.forward(data[0][0])
    behind = trace.layers[1].a @ net.layers[2].W + net.layers[2].b
    np.testing.assert_allclose(behind, crowd.z(data[0])[0], rtol=1e-9)


@cache
def _linear_shares(
    source: Callable[..., Data], width: int, *, learn: bool = True
) -> dict[str, float]:
    rng = np.random.default_rng(10)
    (X, y), (X_fresh, y_fresh) = draw(source, rng, 20, 150), draw(source, rng, 20, 200)
    crowd = Crowd(np.random.default_rng(11), [2, width, 1], m=20, spread=2.0)

    def share(look: Callable[[Array], Array]) -> float:
        return float(np.median(linear_accuracy(fit_linear(look(X), y), look(X_fresh), y_fresh)))

    found = {"inputs": share(lambda X: X), "random": share(lambda X: hidden.hidden(crowd, X))}
    if not learn:
        return found
    for _ in crowd.train(X, y, 300, classify=True):
        pass
    found["learned"] = share(lambda X: hidden.hidden(crowd, X))
    found["network"] = float(np.median(accuracy(crowd, X_fresh, y_fresh)))
    return found


def test_random_features_help_where_the_task_is_easy() -> None:
    for source, gain in ((moons, 0.03), (circles, 0.3)):
        found = _linear_shares(source, 8)
        assert found["random"] > found["inputs"] + gain
        assert found["learned"] > found["random"]
        assert abs(found["learned"] - found["network"]) < 0.02
    few, many = _linear_shares(spirals, 8), _linear_shares(spirals, 200, learn=False)
    assert few["random"] < few["inputs"] + 0.05
    assert few["learned"] > few["inputs"] + 0.15
    assert many["random"] > few["learned"] - 0.02


def _square(X: Array) -> Array:
    return np.asarray((X**2).sum(axis=-1, keepdims=True))


def _products(X: Array) -> Array:
    return np.concatenate([X, X**2, X[..., :1] * X[..., 1:]], axis=-1)


def _rings(look: Callable[[Array], Array], sizes: list[int], n: int = 100) -> float:
    rng = np.random.default_rng(12)
    (X, y), (X_fresh, y_fresh) = draw(circles, rng, 20, n), draw(circles, rng, 20, 400)
    return float(np.median(accuracy(_run(sizes, (look(X), y)), look(X_fresh), y_fresh)))


def _right_half(look: Callable[[Array], Array], sizes: list[int]) -> float:
    """Learn from rings that are folded to the left, and judge them folded to the right."""
    rng = np.random.default_rng(12)
    (X, y), (X_fresh, y_fresh) = draw(circles, rng, 20, 100), draw(circles, rng, 20, 400)
    X[..., 0], X_fresh[..., 0] = -np.abs(X[..., 0]), np.abs(X_fresh[..., 0])
    return float(np.median(accuracy(_run(sizes, (look(X), y)), look(X_fresh), y_fresh)))


def test_logistic_regression_draws_a_circle_on_one_made_feature() -> None:
    assert _rings(lambda X: X, [2, 1]) < 0.55
    assert _rings(_square, [1, 1]) > 0.98


def test_a_made_feature_wins_with_few_samples_and_where_there_were_none() -> None:
    assert _rings(lambda X: X, [2, 8, 1]) > 0.95
    assert _rings(lambda X: X, [2, 8, 1], n=16) < 0.85
    assert _rings(_square, [1, 1], n=16) > 0.95
    assert _right_half(lambda X: X, [2, 8, 1]) < 0.65
    assert _right_half(_square, [1, 1]) > 0.95


def test_products_need_no_understanding_and_do_not_carry_over() -> None:
    assert _rings(_products, [5, 1]) > 0.97
    assert _right_half(_products, [5, 1]) < 0.8
    assert _right_half(_square, [1, 1]) > 0.95


def test_far_out_only_the_direction_counts() -> None:
    data = draw(circles, np.random.default_rng(13), 1, 100)
    crowd = _run([2, 8, 1], data)
    angle = np.linspace(0.0, 2.0 * np.pi, 2001)[:, None]
    around = np.hstack([np.cos(angle), np.sin(angle)])
    near, far = crowd.z(1e7 * around)[0], crowd.z(2e7 * around)[0]
    np.testing.assert_allclose(near, far, atol=1e-6)
    assert len(np.unique(far.round(6))) <= hidden.numbers()["hidden.sectors"]
    assert len(np.unique(far.round(6))) > 4


def test_trees_and_support_vector_machines_need_no_made_features() -> None:
    for source in (circles, moons):
        rng = np.random.default_rng(14)
        shares = np.array(
            [
                [
                    model.fit(X, y.ravel()).score(X_fresh, y_fresh.ravel())
                    for model in (DecisionTreeClassifier(random_state=0), SVC())
                ]
                for (X, y), (X_fresh, y_fresh) in (
                    (source(rng, 200), source(rng, 400)) for _ in range(10)
                )
            ]
        )
        assert (np.median(shares, axis=0) > 0.92).all()
    found = _descriptions(16)
    assert found["pixels"] > found["38 made"] - 0.02


# Digits


def _score(
    look: Callable[[Array], Array], train: NDArray[np.int64], fresh: NDArray[np.int64]
) -> float:
    line = LogisticRegression(max_iter=2000).fit(look(PICTURES[train]), LABELS[train])
    return float(line.score(look(PICTURES[fresh]), LABELS[fresh]))


def _layer(net: MLP) -> Callable[[Array], Array]:
    return lambda X: net.forward(X).layers[0].a


@cache
def _descriptions(width: int) -> dict[str, float]:
    """Mean accuracy over three splits, none of which the page uses."""
    found: dict[str, list[float]] = {}
    for seed in (20, 21, 22):
        order = np.random.default_rng(seed).permutation(len(PICTURES))
        train, fresh = order[:500], order[500:1100]
        start, trained = learn_digits(PICTURES[train], LABELS[train], width=width, seed=seed)
        looks = {
            "pixels": lambda X: X,
            "22 made": lambda X: hand_made(X, crossings=False),
            "38 made": hand_made,
            "random": _layer(start),
            "learned": _layer(trained),
        }
        for name, look in looks.items():
            found.setdefault(name, []).append(_score(look, train, fresh))
        answers = trained.predict(PICTURES[fresh]).argmax(axis=1)
        found.setdefault("network", []).append(float((answers == LABELS[fresh]).mean()))
    return {name: float(np.mean(shares)) for name, shares in found.items()}


def test_what_descriptions_of_digits_are_worth() -> None:
    found = _descriptions(16)
    assert abs(found["pixels"] - found["learned"]) < 0.03
    assert abs(found["38 made"] - found["pixels"]) < 0.03
    assert found["22 made"] < found["pixels"] - 0.03
    assert found["random"] < found["22 made"] - 0.03
    assert abs(found["learned"] - found["network"]) < 0.03


def test_learned_features_beat_as_many_random_ones() -> None:
    found = _descriptions(8)
    assert found["learned"] > found["random"] + 0.15
    plane = _linear_shares(spirals, 8)
    assert plane["learned"] > plane["random"] + 0.15


def test_learned_features_follow_the_labels() -> None:
    low, high = np.flatnonzero(LABELS < 5), np.flatnonzero(LABELS > 4)
    found = []
    for seed in range(10, 16):
        order = np.random.default_rng(seed).permutation(high)
        few, fresh, rest = order[:50], order[50:350], order[350:]
        how = {"classes": 5, "seed": seed, "epochs": 8}
        start, here = learn_digits(PICTURES[low], LABELS[low], **how)
        _, there = learn_digits(PICTURES[rest], LABELS[rest] - 5, **how)
        found.append([_score(_layer(net), few, fresh) for net in (start, here, there)])
    random, other, same = np.median(found, axis=0)
    assert other < random + 0.05
    assert same > random + 0.1


@pytest.fixture(scope="module")
def nets() -> list[tuple[MLP, MLP]]:
    return [learn_digits(PICTURES[:600], LABELS[:600], seed=seed) for seed in range(10, 14)]


def test_neurons_that_read_digits_are_no_detectors_of_edges(
    nets: list[tuple[MLP, MLP]],
) -> None:
    down, across = np.mgrid[:8, :8] - 3.5
    edges = np.array(
        [
            np.where(across * np.cos(angle) + down * np.sin(angle) > offset, 1.0, -1.0).ravel()
            for angle in np.radians(np.arange(0, 180, 15))
            for offset in (-2.0, -1.0, 0.0, 1.0, 2.0)
        ]
    )
    explained = [
        (np.corrcoef(net.layers[0].W.T, edges)[:16, 16:] ** 2).max(axis=1) for _, net in nets
    ]
    assert np.median(explained) < 0.25
    shuffle = np.random.default_rng(0).permutation(64)
    _, blind = learn_digits(PICTURES[:600, shuffle], LABELS[:600], seed=10)
    fresh, true = PICTURES[600:1200], LABELS[600:1200]
    shares = [
        (net.predict(X).argmax(axis=1) == true).mean()
        for net, X in ((nets[0][1], fresh), (blind, fresh[:, shuffle]))
    ]
    assert abs(shares[0] - shares[1]) < 0.03
    back = blind.layers[0].W[np.argsort(shuffle)]
    assert np.median(smoothness(blind.layers[0].W)) < 0.1
    assert np.median(smoothness(back)) > 0.2
    for start, trained in nets:
        before, after = smoothness(start.layers[0].W), smoothness(trained.layers[0].W)
        assert np.median(before) < 0.1
        assert np.median(after) > 0.2


def test_what_excites_a_neuron_most(nets: list[tuple[MLP, MLP]]) -> None:
    w, rng = nets[0][1].layers[0].W[:, 0], np.random.default_rng(0)
    tries = rng.normal(size=(2000, 64))
    tries /= np.linalg.norm(tries, axis=1, keepdims=True)
    assert (tries @ w).max() < w @ w / np.linalg.norm(w)
    best = w @ (w > 0.0)
    assert (rng.random((2000, 64)) @ w).max() < best
    assert (rng.integers(0, 2, (2000, 64)) @ w).max() < best
    assert (PICTURES @ w).max() < best


def test_order_and_sign_of_hidden_neurons_do_not_matter(nets: list[tuple[MLP, MLP]]) -> None:
    first, last = nets[0][1].layers
    order, sign = np.arange(16)[::-1], np.where(np.arange(16) % 3, 1.0, -1.0)
    turned = Dense((first.W * sign)[:, order], (first.b * sign)[order], "tanh")
    twin = MLP([turned, Dense((last.W * sign[:, None])[order], last.b, "softmax")])
    X = PICTURES[:100]
    np.testing.assert_allclose(twin.predict(X), nets[0][1].predict(X), rtol=1e-10)
    assert np.abs(turned.W - first.W).max() > 0.1


def test_neurons_differ_and_layers_agree(nets: list[tuple[MLP, MLP]]) -> None:
    fresh = PICTURES[600:1200]
    found = []
    for group in zip(*nets, strict=True):
        layers = [_layer(net)(fresh) for net in group]
        pairs = [likeness(A, B) for A in layers for B in layers if A is not B]
        found.append(np.median(pairs, axis=(0, 2)))
    (alone_before, together_before), (alone, together) = found
    assert alone_before + 0.15 < alone < 0.85 < together
    assert together_before < together - 0.15
    answers = [net.predict(fresh).argmax(axis=1) for _, net in nets]
    assert min((a == b).mean() for a in answers for b in answers) > 0.9


def test_no_single_neuron_is_missed_much(nets: list[tuple[MLP, MLP]]) -> None:
    fresh, true = PICTURES[600:1200], LABELS[600:1200]
    for _, net in nets:
        A, last = _layer(net)(fresh), net.layers[1]
        whole = ((A @ last.W + last.b).argmax(axis=1) == true).mean()
        for j in range(16):
            B = A.copy()
            B[:, j] = A[:, j].mean()
            assert ((B @ last.W + last.b).argmax(axis=1) == true).mean() > whole - 0.08
