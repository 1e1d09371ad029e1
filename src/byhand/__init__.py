"""byhand: neural networks worked by hand, with every value of every pass kept.

The worked examples are in ``byhand.worked``; ``byhand.show`` draws, and is the only part that
needs more than NumPy.
"""

from byhand import (
    activations,
    augment,
    data,
    fast,
    gradcheck,
    init,
    keys,
    layers,
    losses,
    mlp,
    optim,
    perceptron,
    remedies,
    save,
    scalar,
    scaling,
    train,
)
from byhand.activations import Activation
from byhand.layers import Dense, LayerBackward, LayerForward
from byhand.losses import Loss
from byhand.mlp import MLP, BackwardTrace, ForwardTrace
from byhand.scaling import Standardiser
from byhand.train import Training

__all__ = [
    "MLP", "Activation", "BackwardTrace", "Dense", "ForwardTrace", "LayerBackward", "LayerForward",
    "Loss", "Standardiser", "Training", "__version__", "activations", "augment", "data", "fast",
    "gradcheck", "init", "keys", "layers", "losses", "mlp", "optim", "perceptron", "remedies",
    "save", "scalar", "scaling", "train",
]  # fmt: skip

__version__ = "0.1.0"
