"""Save and load a network as JSON text: no pickle, so a file can hold nothing but numbers.

A float is written with the digits that give back the same float, so the round trip is exact.
"""

import json
import os
from pathlib import Path
from typing import Any, NoReturn

from byhand import activations
from byhand.layers import Dense
from byhand.mlp import MLP

FORMAT = "byhand.mlp"
"""What a file says it is.

Examples
--------
>>> FORMAT
'byhand.mlp'
"""

VERSION = 1
"""Version of the format that this library writes, and the newest it reads.

Examples
--------
>>> VERSION
1
"""


def save(mlp: MLP, path: str | os.PathLike[str]) -> None:
    """Write a network to a file: sizes, activations, weights and biases.

    The file appears under its name when it is complete; an older one stays until then.

    Parameters
    ----------
    mlp : MLP
        Its activations must be the library's own, which a file can name.
    path : str or path-like
        Where to; an existing file is replaced.

    Raises
    ------
    ValueError
        If an activation is none that :func:`byhand.activations.get` finds by its name.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(MLP([Dense([[0.1]], [0.3], "relu")]), Path(folder, "network.json"))
    ...     print(json.loads(Path(folder, "network.json").read_bytes())["layers"])
    [{'activation': 'relu', 'W': [[0.1]], 'b': [0.3]}]
    """
    layers = [
        {"activation": _name(layer, number), "W": layer.W.tolist(), "b": layer.b.tolist()}
        for number, layer in enumerate(mlp.layers, start=1)
    ]
    target = Path(path)
    unfinished = target.with_name(target.name + ".part")
    text = json.dumps({"format": FORMAT, "version": VERSION, "layers": layers})
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(target)


def load(path: str | os.PathLike[str]) -> MLP:
    """Read a network that :func:`save` wrote.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    MLP
        With the very weights that were saved, bit for bit.

    Raises
    ------
    ValueError
        If the file is cut off, is no network, comes from a newer version of the library, or does
        not describe a network.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(MLP([Dense([[0.1], [0.2]], [0.3], "tanh")]), Path(folder, "network.json"))
    ...     layer = load(Path(folder, "network.json")).layers[0]
    >>> layer.W.ravel(), layer.b, layer.activation.name
    (array([0.1, 0.2]), array([0.3]), 'tanh')
    """
    name = os.fspath(path)
    try:
        content = json.loads(Path(path).read_bytes().decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is cut off, or no {FORMAT} file: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f'{name} is no {FORMAT} file: it does not say "format": "{FORMAT}"')
    if content.get("version") != VERSION:
        raise ValueError(
            f"{name} has format version {content.get('version')!r}; this library reads {VERSION}, "
            "so a newer one may be needed"
        )
    try:
        return MLP([_layer(entry) for entry in content["layers"]])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name} does not describe a network: {error!r}") from None


def _name(layer: Dense, number: int) -> str:
    name = layer.activation.name
    try:
        known = activations.get(name) is layer.activation
    except ValueError:
        known = False
    if not known:
        raise ValueError(f"layer {number} must have one of the library's activations; got {name!r}")
    return name


def _layer(entry: dict[str, Any]) -> Dense:
    return Dense(entry["W"], entry["b"], entry["activation"])


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no weight")
