"""Networks the tests of `show` draw and work out."""

import numpy as np

from byhand.layers import Dense
from byhand.mlp import MLP, ForwardTrace


def random_trace(
    sizes: list[int], activations: list[str], seed: int = 0, samples: int = 2
) -> ForwardTrace:
    """Pass two-decimal inputs through two-decimal weights."""
    rng = np.random.default_rng(seed)
    layers = [
        Dense(rng.normal(size=(n, k)).round(2), rng.normal(size=k).round(2), activation)
        for n, k, activation in zip(sizes, sizes[1:], activations, strict=False)
    ]
    return MLP(layers).forward(rng.normal(size=(samples, sizes[0])).round(2))
