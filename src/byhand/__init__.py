"""byhand: neural networks worked by hand, with every value of every pass kept.

The worked examples are in ``byhand.worked``; ``byhand.show`` draws, and is the only part that
needs more than NumPy.
"""

from byhand import activations, gradcheck, init, keys, layers, losses, mlp, scalar
from byhand.activations import Activation
from byhand.layers import Dense, LayerBackward, LayerForward
from byhand.losses import Loss
from byhand.mlp import MLP, BackwardTrace, ForwardTrace

__all__ = [
    "MLP",
    "Activation",
    "BackwardTrace",
    "Dense",
    "ForwardTrace",
    "LayerBackward",
    "LayerForward",
    "Loss",
    "__version__",
    "activations",
    "gradcheck",
    "init",
    "keys",
    "layers",
    "losses",
    "mlp",
    "scalar",
]

__version__ = "0.1.0"
