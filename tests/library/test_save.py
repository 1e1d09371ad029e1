"""Save and load: an exact round trip, and a clear word about any other file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand import MLP, Dense, activations
from byhand._validate import Array
from byhand.perceptron import step
from byhand.save import load, save
from tests.library.strategies import any_float, matrices, random_mlp, rows, seeds, sizes, steady


@steady
@given(layer_sizes=sizes, seed=seeds, hidden=st.sampled_from(["relu", "leaky_relu", "softmax"]))
def test_a_network_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, layer_sizes: list[int], seed: int, hidden: str
) -> None:
    mlp = random_mlp(layer_sizes, seed, hidden)
    path = tmp_path_factory.getbasetemp() / "network.json"
    save(mlp, path)
    loaded = load(path)
    assert loaded.sizes == mlp.sizes
    for one, other in zip(mlp.layers, loaded.layers, strict=True):
        assert other.activation is one.activation
        assert other.W.tobytes() == one.W.tobytes()
        assert other.b.tobytes() == one.b.tobytes()
    np.testing.assert_array_equal(loaded.predict(rows(mlp, 3)), mlp.predict(rows(mlp, 3)))


@steady
@given(W=matrices(elements=any_float))
def test_every_float_survives_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, W: Array
) -> None:
    path = tmp_path_factory.getbasetemp() / "floats.json"
    save(MLP([Dense(W, np.zeros(W.shape[1]), "identity")]), path)
    assert load(path).layers[0].W.tobytes() == W.tobytes()  # the sign of -0.0 too


MLP_231 = random_mlp([2, 3, 1], 0)


def test_the_file_is_readable_text(tmp_path: Path) -> None:
    save(MLP([Dense([[0.1, -2]], [0, 0.5], "relu")]), tmp_path / "network.json")
    assert json.loads((tmp_path / "network.json").read_text(encoding="utf-8")) == {
        "format": "byhand.mlp",
        "version": 1,
        "layers": [{"activation": "relu", "W": [[0.1, -2.0]], "b": [0.0, 0.5]}],
    }


def test_saving_replaces_the_older_file_and_leaves_no_other(tmp_path: Path) -> None:
    path = tmp_path / "network.json"
    path.write_text("older", encoding="utf-8")
    save(MLP_231, str(path))
    assert load(str(path)).sizes == (2, 3, 1)
    assert [found.name for found in tmp_path.iterdir()] == ["network.json"]


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "network.json"
    save(MLP_231, path)
    content = path.read_bytes().rstrip()
    for end in range(len(content)):
        path.write_bytes(content[:end])
        with pytest.raises(ValueError, match=r"network.json is cut off, or no byhand.mlp file"):
            load(path)


LAYER: dict[str, Any] = {"activation": "relu", "W": [[1]], "b": [0]}


def written(**changes: Any) -> str:
    return json.dumps({"format": "byhand.mlp", "version": 1, "layers": [LAYER]} | changes)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x93NUMPY\x01\x00", "is cut off, or no byhand.mlp file"),
        (b"PK\x03\x04\xff\xfe", "is cut off, or no byhand.mlp file"),
        (b"\x80\x04\x95", "is cut off, or no byhand.mlp file"),  # a pickle
        (b"[" * 100_000, "is cut off, or no byhand.mlp file"),
        (b"[1, 2]", 'is no byhand.mlp file: it does not say "format": "byhand.mlp"'),
        (b'{"format": "onnx"}', "is no byhand.mlp file"),
        (written(version=2), "has format version 2; this library reads 1, so a newer one may be"),
        (written(version=None), "has format version None"),
        (written(layers=[]), "does not describe a network: .*at least one Dense; got none"),
        (written(layers=None), "does not describe a network: .*NoneType"),
        (written(layers={"W": 1}), "does not describe a network"),
        (written(layers=[{"W": [[1]], "b": [0]}]), "does not describe a network: .*'activation'"),
        (written(layers=[LAYER | {"b": [0, 0]}]), r"so b must be \(1,\); got \(2,\)"),
        (written(layers=[LAYER | {"W": [["1"]]}]), "W must be real numbers"),
        (written(layers=[LAYER | {"W": [[1], [2, 3]]}]), "W must be a rectangular array"),
        (written(layers=[LAYER | {"activation": "os"}]), "activation must be an Activation or one"),
        (written(layers=[LAYER | {"activation": 7}]), "activation must be an Activation or one"),
        (written(layers=[LAYER | {"W": [[float("nan")]]}]), "NaN is no weight"),
        (written(layers=[LAYER | {"W": [[float("inf")]]}]), "Infinity is no weight"),
        (written().replace("[[1]]", "[[1e999]]"), r"W must be finite; W\[0, 0\] is inf"),
        (written(layers=[LAYER, LAYER | {"W": [[1], [2]]}]), r"W of layer 2 must be \(1, n_out\)"),
    ],
)
def test_refuses_a_file(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = tmp_path / "network.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=message) as caught:
        load(path)
    assert "network.json" in str(caught.value)


@pytest.mark.parametrize(
    ("activation", "name"),
    [(step, "step"), (activations.leaky_relu_with(0.5), "leaky_relu")],
)
def test_refuses_to_save_what_a_file_cannot_name(
    tmp_path: Path, activation: activations.Activation, name: str
) -> None:
    mlp = MLP([Dense([[1]], [0], "relu"), Dense([[1]], [0], activation)])
    with pytest.raises(ValueError, match=f"layer 2 must have one of .* got '{name}'"):
        save(mlp, tmp_path / "network.json")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_no_value_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.json")
