"""Contradictions of the sources: each is well formed, and its guard is a test that exists."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from byhand import activations
from byhand.layers import Dense
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP
from byhand.worked import churn
from byhand_site import contradictions, tokens, topics, views
from byhand_site.paths import DOCS, ROOT
from tests.examples import ENTRIES
from tests.pages import all_of, read

FOUND = contradictions.load()


def test_there_are_contradictions_of_every_source() -> None:
    assert {doc for found in FOUND.values() for doc in found.docs} == set(range(5))
    assert len({found.title for found in FOUND.values()}) == len(FOUND)


@pytest.mark.parametrize("name", FOUND)
def test_a_contradiction_is_well_formed(name: str) -> None:
    found = FOUND[name]
    assert found.docs
    assert len(set(found.docs)) == len(found.docs)
    for text in (found.title, found.says, found.right):
        assert text.strip() == text != ""
        assert tokens.stray_decimals(text) == []
    page, _, anchor = found.place.partition("#")
    text = (DOCS / page).read_text(encoding="utf-8")
    assert anchor in {heading.id for heading in topics.headings(text)}


@pytest.mark.parametrize("name", FOUND)
def test_the_guard_exists(name: str) -> None:
    """A parameter in brackets is a key of the ledger."""
    match = re.fullmatch(
        r"(?P<file>[\w/]+\.py)::(?P<test>\w+)(?:\[(?P<key>.+)\])?", FOUND[name].guard
    )
    assert match
    tree = ast.parse((ROOT / match["file"]).read_text(encoding="utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert match["test"] in tests
    assert match["key"] is None or match["key"] in ENTRIES


def test_the_guard_of_every_number_exists() -> None:
    file, _, test = views.GUARD.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_no_guard_guards_two() -> None:
    guards = [found.guard for found in FOUND.values()]
    assert len(set(guards)) == len(guards)


def test_a_malformed_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "_data").mkdir()
    file = tmp_path / "_data" / "contradictions.toml"
    for text in ('[a]\ntitle = "t"\ndocs = [0]\n', '[a]\ntitle = "t"\n'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="contradiction a has the wrong fields"):
            contradictions.load(tmp_path)


def test_the_errata_list_them_all(site: Path) -> None:
    page = read(site / "errata.html")
    shown = {*all_of(page, '[id^="contradiction-"]', "id")}
    assert shown == {f"contradiction-{name}" for name in FOUND}
    text = page.text()
    for found in FOUND.values():
        assert found.guard in text


# Guards of what no other test guards.


def test_neurons_4_and_5_are_two_columns_of_one_matrix() -> None:
    """The output matrix of 2-3-2 has a column for each output, and each is one neuron's formula."""
    rng = np.random.default_rng(15)
    W_ih, b_h = rng.normal(size=(2, 3)), rng.normal(size=3)
    W_ho, b_o = rng.normal(size=(3, 2)), rng.normal(size=2)
    network = MLP([Dense(W_ih, b_h, "sigmoid"), Dense(W_ho, b_o, "sigmoid")])
    x = rng.normal(size=(1, 2))
    trace = network.forward(x)
    a = trace.layers[0].a[0]
    for column in (0, 1):  # neurons 4 and 5
        z = b_o[column] + sum(W_ho[i, column] * a[i] for i in range(3))
        assert trace.layers[1].z[0, column] == pytest.approx(z)
    assert trace.y_hat.shape == (1, 2)


def test_a_derivative_takes_the_pre_activation() -> None:
    sigmoid, z, h = activations.sigmoid, np.array([-2.0, 0.3, 1.5]), 1e-6
    slope = (sigmoid.f(z + h) - sigmoid.f(z - h)) / (2 * h)
    np.testing.assert_allclose(sigmoid.df(z), slope, rtol=1e-8)
    assert not np.allclose(sigmoid.df(sigmoid.f(z)), slope, rtol=1e-2)


def test_labels_come_first_and_may_not_change_places() -> None:
    y, y_hat = np.array([[1.0], [0.0]]), np.array([[0.9], [0.2]])
    expected = -np.mean([np.log(0.9), np.log(0.8)])
    assert binary_cross_entropy.value(y, y_hat) == pytest.approx(expected)
    with pytest.raises(ValueError, match="y"):
        binary_cross_entropy.value(y_hat, y * 1.5)


def test_the_loss_depends_on_weights_and_data() -> None:
    network, y = churn.network(), churn.y
    all_five = binary_cross_entropy.value(y, network.predict(churn.X))
    four = binary_cross_entropy.value(y[:4], network.predict(churn.X[:4]))
    others = churn.network(W2=-churn.W2).predict(churn.X)
    assert abs(four - all_five) > 1e-3
    assert abs(binary_cross_entropy.value(y, others) - all_five) > 1e-3


def test_a_recurrent_layer_unrolled_has_no_circle() -> None:
    """Five steps of one layer are five layers in a row, with the same weights."""
    rng = np.random.default_rng(0)
    layer = Dense(rng.normal(size=(5, 3)), rng.normal(size=3), "tanh")  # two features, three h
    sequence, h = rng.normal(size=(5, 2)), np.zeros(3)
    for x in sequence:
        h = layer.forward([[*x, *h]]).a[0]
    unrolled = np.zeros((1, 3))
    for place in range(5):
        own = Dense(layer.W.copy(), layer.b.copy(), "tanh")
        unrolled = own.forward(np.hstack([sequence[place : place + 1], unrolled])).a
    np.testing.assert_array_equal(unrolled[0], h)


def test_inputs_pass_as_they_are_and_have_no_parameters() -> None:
    network = churn.network()
    assert network.n_parameters == sum(layer.W.size + layer.b.size for layer in network.layers)
    assert len(network.layers) == len(network.sizes) - 1
    np.testing.assert_array_equal(
        network.forward(churn.X).layers[0].z, churn.X @ churn.W1 + churn.b1
    )
