"""Customer churn: two inputs, two ReLU neurons, one sigmoid neuron, five customers."""

from byhand.worked.churn._backward import backward
from byhand.worked.churn._data import W1, W2, X, b1, b2, declared, network, trace, y
from byhand.worked.churn._numbers import numbers

__all__ = ["W1", "W2", "X", "b1", "b2", "backward", "declared", "network", "numbers", "trace", "y"]
