"""Architectures counted: parameters, multiplications, and what tied weights save."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

__all__ = ["COUNTED", "declared", "multiplications", "n_parameters", "numbers"]

COUNTED = (
    (2, 3, 1),
    (2, 3, 2),
    (3, 4, 2),
    (2, 2, 2),
    (784, 128, 64, 10),
    (10, 100, 1),
    (10, 30, 30, 1),
)
"""Sizes of the networks whose parameters the course counts: the inputs, then each layer."""

WIDE_OUTPUT = (10, 16, 1000)
"""A network with most of its work in the output layer."""

IMAGE, KERNEL = (28, 28), (3, 3)
"""Sizes of an image and of the small window that a convolution moves over it."""


def n_parameters(sizes: Sequence[int]) -> int:
    """Count weights and biases: the sum over the layers of n_in·n_out + n_out.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs, then the neurons of each layer.

    Returns
    -------
    int

    Examples
    --------
    >>> n_parameters((2, 2, 1))
    9
    """
    return sum(n_in * n_out + n_out for n_in, n_out in pairwise(sizes))


def multiplications(sizes: Sequence[int]) -> int:
    """Count the multiplications of one sample's forward pass: one for each weight.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs, then the neurons of each layer.

    Returns
    -------
    int
    """
    return sum(n_in * n_out for n_in, n_out in pairwise(sizes))


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed; sizes as floats.

    Returns
    -------
    dict of str to tuple of float
    """
    return {"-".join(map(str, each)): tuple(map(float, each)) for each in COUNTED}


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key, such as ``architectures.parameters_3_4_2``.
    """
    named: dict[str, float | int] = {
        f"parameters_{'_'.join(map(str, sizes))}": n_parameters(sizes) for sizes in COUNTED
    }
    named |= _convolution()
    named["output_share"] = multiplications(WIDE_OUTPUT[1:]) / multiplications(WIDE_OUTPUT)
    return {f"architectures.{name}": value for name, value in named.items()}


def _convolution() -> dict[str, float | int]:
    pixels = prod(IMAGE)
    places = prod(side - window + 1 for side, window in zip(IMAGE, KERNEL, strict=True))
    return {
        "convolution.places": places,
        "convolution.dense_weights": pixels * places,
        "convolution.weights": prod(KERNEL),
    }
