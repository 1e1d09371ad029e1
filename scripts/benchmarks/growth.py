"""How time and memory grow: an epoch against width, depth and batch size, a trace against size."""

from __future__ import annotations

import gc
import tracemalloc
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.paired import measure
from byhand import MLP
from byhand.losses import categorical_cross_entropy
from byhand.optim import GradientDescent
from byhand.train import Training

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLES = 1024
N_IN, N_OUT = 64, 10
BASE = {"width": 32, "depth": 1, "batch_size": 32}
VALUES = {
    "width": (16, 32, 64, 128, 256, 512),
    "depth": (1, 2, 4, 8, 16),
    "batch_size": (1, 4, 16, 64, 256, 1024),
}
TRACES = (((64, 32, 10), 1797), ((64, 32, 10), 32), ((64, 256, 256, 10), 1797))


def network(width: int, depth: int) -> MLP:
    """Build ReLU layers of one width under a softmax of ten."""
    sizes = [N_IN, *[width] * depth, N_OUT]
    return MLP.from_sizes(sizes, ["relu"] * depth + ["softmax"], np.random.default_rng(0))


def training_times(repetitions: int, samples: int = SAMPLES) -> list[dict[str, Any]]:
    """Time an epoch for each value of width, depth and batch size, the others as in `BASE`."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(samples, N_IN))
    Y = np.eye(N_OUT)[rng.integers(0, N_OUT, size=samples)]
    rows = []
    for varied, values in VALUES.items():
        contenders = {}
        parameters = {}
        for value in values:
            setting = BASE | {varied: value}
            mlp = network(setting["width"], setting["depth"])
            parameters[str(value)] = mlp.n_parameters

            def epoch(mlp: MLP = mlp, size: int = setting["batch_size"]) -> None:
                training = Training(mlp, categorical_cross_entropy, GradientDescent(lr=0.01))
                training.run(X, Y, epochs=1, batch_size=size)

            contenders[str(value)] = epoch
        times = measure(contenders, repetitions)
        rows += [
            {
                "varied": varied,
                "value": value,
                "parameters": parameters[str(value)],
                "seconds": times.median(str(value)),
            }
            for value in values
        ]
    return rows


def stated_bytes(sizes: Sequence[int], n: int) -> int:
    """Count the floats that a forward and a backward trace hold, eight bytes each.

    Forward: X, then z and a of each layer. Backward: dW and db, dz, and the derivative with respect
    to the layer's input, which is the da of the layer before. The last dz is the caller's own.
    """
    forward = n * sizes[0] + sum(2 * n * size for size in sizes[1:])
    pairs = list(pairwise(sizes))
    backward = sum((n_in + 1) * n_out + n * n_in for n_in, n_out in pairs)
    backward += sum(n * n_out for _, n_out in pairs[:-1])
    return 8 * (forward + backward)


def trace_memory() -> list[dict[str, Any]]:
    """Measure what a forward and a backward trace hold, and the most that is held on the way."""
    return [_memory(sizes, n) for sizes, n in TRACES]


def _memory(sizes: Sequence[int], n: int) -> dict[str, Any]:
    names = ["relu"] * (len(sizes) - 2) + ["softmax"]
    mlp = MLP.from_sizes(sizes, names, np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(n, sizes[0]))
    dz = np.full((n, sizes[-1]), 1.0 / n)
    mlp.backward(mlp.forward(X), dz=dz)  # whatever is made once is made now
    held, peaks = [], []
    for _ in range(3):
        gc.collect()
        tracemalloc.start()
        trace = mlp.forward(X)
        back = mlp.backward(trace, dz=dz)
        now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del trace, back
        held.append(now)
        peaks.append(peak)
    return {
        "sizes": list(sizes),
        "samples": n,
        "stated_bytes": stated_bytes(sizes, n),
        "measured_bytes": int(median(held)),
        "peak_bytes": int(median(peaks)),
    }
