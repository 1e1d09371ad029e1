"""A 3-4-2 network with weights from a seed, for one sample and for a batch of three."""

import numpy as np

from byhand._validate import Array, frozen
from byhand.keys import key
from byhand.layers import Dense
from byhand.mlp import MLP, ForwardTrace
from byhand.worked._forward import forward_numbers

__all__ = ["W1", "W2", "X", "b1", "b2", "declared", "network", "numbers", "trace"]

SEED = 42
"""The source's seed."""

SCALE = 0.5
"""Every normal number is multiplied by it."""


_SOURCE = np.random.RandomState(SEED)  # its numbers come from this old generator alone

W1 = frozen(_SOURCE.randn(3, 4) * SCALE)
"""Weights of the hidden layer, which the source draws first: (3, 4)."""

W2 = frozen(_SOURCE.randn(4, 2) * SCALE)
"""Weights of the output layer: (4, 2)."""

b1 = frozen(np.zeros(4))
"""Biases of the hidden layer: (4,)."""

b2 = frozen(np.zeros(2))
"""Biases of the output layer: (2,)."""

X = frozen(np.array([[1.5, 2.0, -1.0], [-0.5, 1.0, 0.5], [0.0, -1.5, 2.0]]))
"""Three samples; the source first passes the first one alone: (3, 3)."""


def network() -> MLP:
    """Build the network: a ReLU layer, then a sigmoid layer.

    Returns
    -------
    MLP
    """
    return MLP([Dense(W1, b1, "relu"), Dense(W2, b2, "sigmoid")])


def trace() -> ForwardTrace:
    """Pass all three samples through the network.

    Returns
    -------
    ForwardTrace

    Examples
    --------
    >>> print(trace().y_hat.round(3))
    [[0.11  0.181]
     [0.424 0.516]
     [0.35  0.45 ]]
    """
    return network().forward(X)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row. The weights are drawn rather than declared: they stand
        here without sign and with two decimals, as the diagram writes them.
    """
    drawn = (*W1.ravel().tolist(), *W2.ravel().tolist())
    return {
        "X": tuple(X.ravel().tolist()),
        "W as shown": tuple(abs(round(w, 2)) for w in drawn),
        "b1": tuple(b1.tolist()),
        "b2": tuple(b2.tolist()),
        "seed": (float(SEED),),
        "scale": (SCALE,),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``session_one.s2.a1_3`` or the weight ``session_one.W1_2_4``.
    """
    forward = trace()
    parts: list[dict[str, float]] = [_named_weights(1, W1), _named_weights(2, W2)]
    parts += [forward_numbers(f"s{i + 1}", forward, i) for i in range(len(X))]
    named: dict[str, float | int] = {
        f"session_one.{name}": value for part in parts for name, value in part.items()
    }
    weights = W1.size + W2.size
    hidden = forward.layers[0].a
    return named | {
        "session_one.multiplications": weights,
        "session_one.batch_multiplications": weights * len(X),
        "session_one.hidden_off": int((hidden == 0.0).sum()),
    }


def _named_weights(layer: int, W: Array) -> dict[str, float]:
    n_out = W.shape[1]
    return {
        key("W", "W", layer, i + 1, j + 1, n_units=n_out).removeprefix("W."): float(w)
        for (i, j), w in np.ndenumerate(W)
    }
