"""What scikit-learn adds to a training, which float32 can't say, and whether the listings hold.

PyTorch itself isn't here: scripts/test.py --with torch has it, and runs the listings.
"""

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from byhand.losses import binary_cross_entropy
from byhand.optim import Adam, GradientDescent, Momentum
from byhand.train import Training
from byhand.worked import churn, libraries, session_one, xor
from byhand_site import views_torch

PLAIN = {"solver": "sgd", "learning_rate_init": 0.1, "momentum": 0.0}


def started(example: Any, **settings: Any) -> Any:
    """A classifier of scikit-learn that has the example's weights."""
    net = MLPClassifier((example.W1.shape[1],), random_state=0, **settings)
    net.partial_fit(example.X, example.y[:, 0], classes=[0, 1])
    net.coefs_ = [example.W1.copy(), example.W2.copy()]
    net.intercepts_ = [example.b1.copy(), example.b2.copy()]
    return net


def test_the_listings_printed_what_the_page_shows() -> None:
    assert len(views_torch.names()) == 10
    assert {name: views_torch.problem(name) for name in views_torch.names()} == dict.fromkeys(
        views_torch.names(), ""
    )


def test_a_step_with_the_penalty_is_ours_with_its_strength_divided_by_n() -> None:
    net = started(churn, alpha=0.5, **PLAIN)
    net.partial_fit(churn.X, churn.y[:, 0])
    ours = Training(churn.network(), binary_cross_entropy, GradientDescent(0.1), l2=0.5 / 5)
    layers = ours.run(churn.X, churn.y, epochs=1).network.layers
    for layer, W, b in zip(layers, net.coefs_, net.intercepts_, strict=True):
        np.testing.assert_allclose(layer.W, W, rtol=1e-12)
        np.testing.assert_allclose(layer.b, b, rtol=1e-12)


def test_logistic_regression_has_a_penalty_by_default() -> None:
    default, weak = (
        LogisticRegression(C=C, tol=1e-9, max_iter=1000).fit(churn.X, churn.y[:, 0])
        for C in (LogisticRegression().C, 1e4)
    )
    losses = [
        binary_cross_entropy.value(churn.y, model.predict_proba(churn.X)[:, [1]])
        for model in (default, weak)
    ]
    assert losses[0] > 0.5
    assert losses[1] < 0.01


def test_the_defaults_are_those_the_page_names() -> None:
    given = MLPClassifier().get_params()
    named = {
        "activation": "relu", "solver": "adam", "alpha": libraries.ALPHA, "batch_size": "auto",
        "learning_rate_init": 0.001, "shuffle": True, "momentum": 0.9, "nesterovs_momentum": True,
        "tol": 1e-4, "n_iter_no_change": 10,
    }  # fmt: skip
    assert {name: given[name] for name in named} == named
    assert MLPRegressor().alpha == libraries.ALPHA
    assert LogisticRegression().C == 1.0


def test_biases_start_at_random() -> None:
    net = MLPClassifier((3,), solver="sgd", learning_rate_init=1e-12, random_state=0)
    net.partial_fit(churn.X, churn.y[:, 0], classes=[0, 1])
    assert all((np.abs(b) > 1e-3).all() for b in net.intercepts_)
    bound = np.sqrt(6 / (2 + 3))
    assert np.abs(net.coefs_[0]).max() <= bound
    assert np.abs(net.intercepts_[0]).max() <= bound


@pytest.mark.parametrize(("activation", "factor"), [("relu", 2), ("logistic", 2 / 3)])
def test_weights_start_with_xaviers_variance_and_a_third_of_it_for_the_sigmoid(
    activation: str, factor: float
) -> None:
    net = MLPClassifier((400,), activation=activation, solver="sgd", random_state=0)
    net.set_params(learning_rate_init=1e-12)
    net.partial_fit(np.ones((2, 100)), [0, 1], classes=[0, 1])
    assert net.coefs_[0].var() == pytest.approx(factor / (100 + 400), rel=0.02)


def test_the_optimiser_remembers_a_step_from_weights_that_are_gone() -> None:
    how = {"activation": "logistic", "solver": "sgd", "learning_rate_init": 0.1, "alpha": 0}
    ends = {}
    for momentum in (0.0, 0.9):
        for seed in (0, 1):
            net = MLPClassifier((2,), random_state=seed, momentum=momentum, **how)
            net.partial_fit(churn.X, churn.y[:, 0], classes=[0, 1])
            net.coefs_ = [churn.W1.copy(), churn.W2.copy()]
            net.intercepts_ = [churn.b1.copy(), churn.b2.copy()]
            net.partial_fit(churn.X, churn.y[:, 0])
            ends[momentum, seed] = net.intercepts_[1][0]
    assert ends[0.0, 0] == pytest.approx(ends[0.0, 1], rel=1e-12)
    assert abs(ends[0.9, 0] - ends[0.9, 1]) > 1e-4


def test_a_regressor_reports_half_the_mean_over_outputs_and_steps_by_their_sum() -> None:
    X, y = np.array([[1.0]]), np.array([[0.0, 0.0]])
    net = MLPRegressor(hidden_layer_sizes=(), alpha=0, random_state=0, **PLAIN)
    net.partial_fit(X, y)
    net.coefs_, net.intercepts_ = [np.array([[1.0, 3.0]])], [np.zeros(2)]
    net.partial_fit(X, y)
    assert net.loss_ == pytest.approx((1 + 9) / 2 / 2)
    np.testing.assert_allclose(net.intercepts_[0], [-0.1, -0.3])  # lr times ŷ - y, not its half


def test_a_capped_loss_has_the_right_gradient() -> None:
    net = MLPClassifier((), alpha=0, **PLAIN)
    X, y = np.array([[-400.0]]), np.array([1])
    net.partial_fit(X, y, classes=[0, 1])
    net.coefs_, net.intercepts_ = [np.ones((1, 1))], [np.zeros(1)]
    net.partial_fit(X, y)
    assert abs(net.loss_ - libraries.numbers()["libraries.clip.largest"]) < 1e-12
    np.testing.assert_allclose(net.intercepts_[0], [0.1])  # a step of lr times ŷ - y = -1


def test_scikit_learn_takes_the_plateau_of_xor_for_the_end() -> None:
    settings = {"activation": "logistic", "alpha": 0, "warm_start": True, "max_iter": 1500}
    how = {**settings, **PLAIN, "learning_rate_init": 1.0}
    found = {}
    for patience in (10, 1500):
        net = started(xor, n_iter_no_change=patience, **how)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            net.fit(xor.X, xor.y[:, 0])
        found[patience] = net.n_iter_, net.loss_, len(caught)
    assert found[10][0] < 100
    assert found[10][1] > 0.69
    assert found[10][2] == 0
    assert found[1500][0] == 1500
    assert found[1500][1] < 0.1
    assert found[1500][2] == 1


def test_epsilon_weighs_more_in_scikit_learn() -> None:
    numbers = libraries.numbers()
    theirs, ours = np.zeros(1), np.zeros(1)
    AdamOptimizer([theirs], 1.0).update_params([theirs], [np.array([1e-8])])
    Adam(1.0).step([ours], [np.array([1e-8])])
    np.testing.assert_allclose(-theirs[0], numbers["libraries.tiny.theirs"], rtol=1e-12)
    np.testing.assert_allclose(-ours[0], numbers["libraries.tiny.ours"], rtol=1e-12)
    large = np.zeros(1)
    AdamOptimizer([large], 1.0).update_params([large], [np.array([1.0])])
    np.testing.assert_allclose(-large[0], 1.0, rtol=1e-6)


def test_scikit_learns_momentum_is_ours_without_nesterov() -> None:
    theirs, mine = np.zeros(1), np.zeros(1)
    sgd = SGDOptimizer([theirs], 0.1, momentum=0.9, nesterov=False)
    momentum = Momentum(0.1, 0.9)
    for rate in (0.1, 0.1, 0.01):
        sgd.learning_rate = momentum.lr = rate
        sgd.update_params([theirs], [np.ones(1)])
        momentum.step([mine], [np.ones(1)])
    np.testing.assert_allclose(theirs, mine, rtol=1e-12)


def test_single_precision_has_no_number_that_prints_the_second_sample() -> None:
    prints = []
    for value in session_one.network().predict(session_one.X).ravel():
        nearest = np.float32(value)
        around = [np.nextafter(nearest, np.float32(end)) for end in (0.0, 1.0)]
        texts = {f"{float(candidate):.8f}" for candidate in (nearest, *around)}
        prints.append(f"{value:.8f}" in texts)
    assert prints == [True, True, False, False, True, True]


def test_rounding_to_single_precision_is_far_below_the_noise_of_a_batch() -> None:
    rng = np.random.default_rng(0)
    network = session_one.network()
    X = rng.normal(size=(1000, 3))
    hidden = network.forward(X).layers[0].z
    single = (X.astype(np.float32) @ session_one.W1.astype(np.float32)).astype(float)
    error = np.abs(single - (hidden - session_one.b1)).max()
    batches = hidden.reshape(-1, 25, 4).mean(axis=1).std(axis=0).min()
    assert error < 1e-5 * batches


@pytest.mark.parametrize("k", [3, 10])
def test_probabilities_taken_for_logits_have_a_floor(k: int) -> None:
    rng = np.random.default_rng(0)
    rows = rng.dirichlet(np.full(k, 0.05), size=2000)
    losses = np.log(np.exp(rows).sum(axis=1)) - rows[:, 0]
    assert losses.min() > libraries.numbers()[f"libraries.twice.best_{k}"] - 1e-12
