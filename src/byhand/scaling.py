"""Scaling: give every feature mean 0 and standard deviation 1, and remember how."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from byhand._validate import Array, as_floats, as_matrix, frozen, require_shape


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Standardiser:
    """Standardise features: (x - mean) / std, with the mean and std of the training data.

    Parameters
    ----------
    mean : array_like, shape (k,)
        Mean of each feature.
    std : array_like, shape (k,)
        Standard deviation of each feature, above 0.

    Raises
    ------
    ValueError
        If the shapes differ, an entry is not a finite real number, or a std is not above 0.

    Examples
    --------
    >>> scaler = Standardiser.fit([[1, 7], [3, 7]])
    >>> scaler.mean, scaler.std  # the second feature is constant
    (array([2., 7.]), array([1., 1.]))
    >>> scaler.transform([[5, 7]])
    array([[3., 0.]])
    """

    mean: Array
    std: Array

    def __init__(self, mean: ArrayLike, std: ArrayLike) -> None:
        mean, std = as_floats(mean, "mean"), as_floats(std, "std")
        require_shape(mean, "mean", (mean.size,), "one number per feature")
        require_shape(std, "std", mean.shape, "mean")
        if (std <= 0.0).any():
            raise ValueError(f"std must be above 0; got {std[std <= 0.0][0]}")
        object.__setattr__(self, "mean", frozen(mean))
        object.__setattr__(self, "std", frozen(std))

    @classmethod
    def fit(cls, X: ArrayLike) -> Self:
        """Measure mean and standard deviation (dividing by n) of each feature.

        A constant feature gets std 1, so that it becomes 0 and nothing is divided by 0. Constant
        means: its variance is within what rounding alone would leave.

        Parameters
        ----------
        X : array_like, shape (n, k)
            The training data, and no other.

        Returns
        -------
        Standardiser

        Raises
        ------
        ValueError
            If X is not a finite, non-empty (n, k).

        References
        ----------
        Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance: analysis and
        recommendations (the two-pass algorithm, corrected for the rounding of the mean).
        """
        X = as_matrix(X, "X", "k")
        n, eps = len(X), np.finfo(np.float64).eps
        mean = X.sum(axis=0) / n  # (k,)
        rest = X - mean
        variance = ((rest**2).sum(axis=0) - rest.sum(axis=0) ** 2 / n) / n
        constant = variance <= n * eps * variance + (n * mean * eps) ** 2
        return cls(mean, np.where(constant, 1.0, np.sqrt(np.maximum(variance, 0.0))))

    def transform(self, X: ArrayLike) -> Array:
        """Compute (X - mean) / std, (n, k); a ValueError where X is no finite (n, k)."""
        return (as_matrix(X, "X", self.mean.size) - self.mean) / self.std

    def inverse(self, X: ArrayLike) -> Array:
        """Compute X·std + mean, (n, k), the way back; takes and raises what transform does."""
        return as_matrix(X, "X", self.mean.size) * self.std + self.mean
