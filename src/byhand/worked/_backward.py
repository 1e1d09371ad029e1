"""Name the values of a backward pass, and take the step it asks for."""

import numpy as np

from byhand._validate import Array
from byhand.keys import key
from byhand.layers import Dense
from byhand.mlp import MLP, BackwardTrace


def backward_numbers(prefix: str, mlp: MLP, backward: BackwardTrace) -> dict[str, float]:
    """Name every dz, da, dW and db of a backward pass of one sample.

    Parameters
    ----------
    prefix : str
        What comes before the symbol, as in ``s1``.
    mlp : MLP
        The network.
    backward : BackwardTrace
        Its backward pass, of a batch of one.

    Returns
    -------
    dict of str to float
        By key: ``s1.dz1_2``, ``s1.dW1_1_2``. The derivative with respect to the output is left
        out, as a loss from logits never forms it.
    """
    named: dict[str, float] = {}
    last = len(backward.layers)
    for layer, (dense, record) in enumerate(zip(mlp.layers, backward.layers, strict=True), 1):
        for unit, dz in enumerate(record.dz[0].tolist(), start=1):
            named[key(prefix, "dz", layer, unit, n_units=dense.n_out)] = dz
        if layer < last and record.da is not None:
            for unit, da in enumerate(record.da[0].tolist(), start=1):
                named[key(prefix, "da", layer, unit, n_units=dense.n_out)] = da
    return named | gradient_numbers(prefix, mlp, backward)


def gradient_numbers(prefix: str, mlp: MLP, backward: BackwardTrace) -> dict[str, float]:
    """Name dW and db of every layer, for a batch of any size; see `backward_numbers`."""
    named: dict[str, float] = {}
    for layer, (dense, record) in enumerate(zip(mlp.layers, backward.layers, strict=True), 1):
        named |= _matrix(prefix, "dW", layer, record.dW)
        named |= _vector(prefix, "db", layer, dense.n_out, record.db)
    return named


def parameter_numbers(prefix: str, mlp: MLP) -> dict[str, float]:
    """Name W and b of every layer, as in ``new.W1_1_2``; see `backward_numbers`."""
    named: dict[str, float] = {}
    for layer, dense in enumerate(mlp.layers, start=1):
        named |= _matrix(prefix, "W", layer, dense.W)
        named |= _vector(prefix, "b", layer, dense.n_out, dense.b)
    return named


def _matrix(prefix: str, symbol: str, layer: int, values: Array) -> dict[str, float]:
    n_units = values.shape[1]
    return {
        key(prefix, symbol, layer, i + 1, u + 1, n_units=n_units): float(value)
        for (i, u), value in np.ndenumerate(values)
    }


def _vector(prefix: str, symbol: str, layer: int, n_units: int, values: Array) -> dict[str, float]:
    return {
        key(prefix, symbol, layer, unit, n_units=n_units): value
        for unit, value in enumerate(values.tolist(), start=1)
    }


def stepped(mlp: MLP, backward: BackwardTrace, lr: float, *, biases: bool = True) -> MLP:
    """Take one step of gradient descent: every parameter minus lr times its gradient.

    Parameters
    ----------
    mlp : MLP
        The network before.
    backward : BackwardTrace
        Its backward pass.
    lr : float
        Learning rate.
    biases : bool
        Whether the biases take part.

    Returns
    -------
    MLP
        The network after.
    """
    pairs = zip(mlp.layers, backward.layers, strict=True)
    return MLP(
        [
            Dense(dense.W - lr * record.dW, dense.b - lr * record.db * biases, dense.activation)
            for dense, record in pairs
        ]
    )
