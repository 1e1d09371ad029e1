"""What the sources say about single neurons and layers of them, put to the test."""

import numpy as np

from byhand.activations import sigmoid, softmax
from byhand.data import gate
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy, categorical_cross_entropy
from byhand.mlp import MLP
from byhand.perceptron import learn, step
from byhand.worked import gates, one_vs_rest


def test_fourteen_gates_are_learned_and_two_contradict_themselves() -> None:
    for table in gates.TABLES:
        result = learn(*gate(table), epochs=100)
        X, y = gate(table)
        if table not in {"0110", "1001"}:
            assert result.converged
            assert (result.neuron.forward(X).a == y).all()
            continue
        assert not result.converged
        rows, strict = gates.inequalities(table)
        assert (rows.sum(axis=0) == 0.0).all()  # the left sides add up to 0 …
        assert any(strict)  # … and must be above 0
        assert len(set(result.mistakes[2:])) == 1  # the same pass, again and again


def test_two_layers_compute_xor_and_two_linear_ones_do_not() -> None:
    X, y = gate("xor")
    hidden = [learn(*gate(name), epochs=100).neuron for name in ("or", "nand")]
    W = np.hstack([neuron.W for neuron in hidden])
    b = np.concatenate([neuron.b for neuron in hidden])
    joined = learn(*gate("and"), epochs=100).neuron
    assert (MLP([Dense(W, b, step), joined]).predict(X) == y).all()
    rng = np.random.default_rng(0)
    for _ in range(200):
        layers = [
            Dense(rng.normal(size=(2, 3)), rng.normal(size=3), "identity"),
            Dense(rng.normal(size=(3, 1)), rng.normal(size=1), step),
        ]
        z = MLP(layers).forward(X).layers[-1].z[:, 0]
        assert abs(z[0] + z[3] - z[1] - z[2]) < 1e-12  # XOR needs one pair below 0, one above
        assert not (MLP(layers).predict(X) == y).all()


def test_a_constant_gate_is_learned_without_a_line() -> None:
    for table in ("0000", "1111"):
        result = learn(*gate(table), epochs=100)
        assert result.converged
        assert (result.neuron.W == 0.0).all()


def test_a_layer_trained_together_is_its_neurons_trained_alone() -> None:
    X, Y = one_vs_rest.X, one_vs_rest.targets()
    W, b = np.zeros((2, 3)), np.zeros(3)
    for _ in range(one_vs_rest.EPOCHS):
        for x, y in zip(X, Y, strict=True):
            error = y - (x @ W + b >= 0.0)
            W, b = W + np.outer(x, error), b + error
    (dense,) = one_vs_rest.layer().layers
    np.testing.assert_array_equal(W, dense.W)
    np.testing.assert_array_equal(b, dense.b)
    assert all(result.converged for result in one_vs_rest.separate())

    z = X @ np.array([[0.1, -0.2, 0.3], [0.2, 0.1, -0.1]])
    together = binary_cross_entropy.gradient(Y, sigmoid.f(z)) * sigmoid.df(z)
    for k in range(3):
        one = [k]
        alone = binary_cross_entropy.gradient(Y[:, one], sigmoid.f(z[:, one]))
        np.testing.assert_allclose(together[:, one], alone * sigmoid.df(z[:, one]), rtol=1e-12)
    moved = z + np.array([0.0, 0.0, 1.0])  # another neuron's logit
    before = categorical_cross_entropy.gradient_from_logits(Y, z)[:, 0]
    after = categorical_cross_entropy.gradient_from_logits(Y, moved)[:, 0]
    assert np.abs(softmax.f(moved) - softmax.f(z))[:, 0].min() > 1e-3
    assert (before != after).all()


def test_the_region_of_a_class_is_convex() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        W, b = rng.normal(size=(2, 4)), rng.normal(size=4)
        p, q = rng.normal(size=(2, 400, 2)) * 3.0
        of_p, of_q = (p @ W + b).argmax(axis=1), (q @ W + b).argmax(axis=1)
        same = of_p == of_q
        assert same.sum() > 20
        share = rng.uniform(size=(400, 1))
        between = (share * p + (1.0 - share) * q) @ W + b
        assert (between.argmax(axis=1)[same] == of_p[same]).all()
