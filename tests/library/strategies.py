"""What the property tests draw, and how they run: without a deadline, the same cases each time."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from byhand import MLP
from byhand._validate import Array
from byhand.init import normal

steady = settings(deadline=None, max_examples=50, derandomize=True)

moderate = st.floats(-4.0, 4.0, allow_nan=False)
any_float = st.floats(allow_nan=False, allow_infinity=False)
sizes = st.lists(st.integers(1, 5), min_size=2, max_size=4)
seeds = st.integers(0, 10_000)
batch = st.integers(1, 6)


def matrices(
    n: st.SearchStrategy[int] = batch,
    k: st.SearchStrategy[int] = batch,
    elements: st.SearchStrategy[float] = moderate,
) -> st.SearchStrategy[Array]:
    return st.tuples(n, k).flatmap(lambda shape: arrays(np.float64, shape, elements=elements))


def random_mlp(
    layer_sizes: list[int], seed: int, hidden: str = "tanh", output: str = "sigmoid"
) -> MLP:
    names = [hidden] * (len(layer_sizes) - 2) + [output]
    return MLP.from_sizes(layer_sizes, names, np.random.default_rng(seed), normal)


def rows(mlp: MLP, n: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=(n, mlp.n_in))
