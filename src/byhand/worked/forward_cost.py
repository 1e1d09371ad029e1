"""What a forward pass through a large network costs: one multiplication per weight and sample."""

from itertools import pairwise

__all__ = ["BATCH", "DEPTH", "EXERCISE", "RATE", "WIDTH", "declared", "numbers"]

DEPTH = 96
"""Number of layers."""

WIDTH = 4096
"""Neurons in each layer."""

BATCH = 10**6
"""Number of samples."""

RATE = 1e10
"""Multiplications in a second that we grant a computer, to get a feeling for the size."""


EXERCISE = (50, 10, 100, 1)
"""The exercise: samples, then the sizes of the network."""


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
    """
    sizes = (float(DEPTH), float(WIDTH), float(BATCH))
    return {"sizes": sizes, "rate": (RATE,), "exercise": tuple(map(float, EXERCISE))}


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        Weights as a count, one sample's time in seconds, all samples' time in hours; the
        multiplications of the exercise.
    """
    samples, *sizes = EXERCISE
    weights = DEPTH * WIDTH**2
    seconds = weights / RATE
    return {
        "forward_cost.weights": weights,
        "forward_cost.seconds": seconds,
        "forward_cost.hours": seconds * BATCH / 3600,
        "forward_cost.exercise": samples * sum(a * b for a, b in pairwise(sizes)),
    }
