"""What scikit-learn and PyTorch do to numbers besides what one computes by hand.

Defaults that change a result: a penalty, a limit of the loss, single precision, another form of
momentum, another place for Adam's epsilon, a second softmax. Each number here is small enough for
a pocket calculator; the libraries themselves give the same, in the chapter's blocks and listings.
"""

from math import log

import numpy as np

from byhand.activations import softmax
from byhand.data import digits
from byhand.losses import categorical_cross_entropy
from byhand.optim import Adam, Momentum, path
from byhand.remedies import BatchNorm, add_l2
from byhand.worked import churn

ALPHA = 1e-4
"""Strength of scikit-learn's penalty, if nobody says another.

Examples
--------
>>> from sklearn.neural_network import MLPClassifier
>>> MLPClassifier().alpha == ALPHA
True
"""

LOGITS = (2.0, 1.0, 0.1)
"""Logits of one sample whose class is the first.

Examples
--------
>>> softmax.f(np.array([LOGITS])).round(3)
array([[0.659, 0.242, 0.099]])
"""

FEATURE = (1.0, 5.0)
"""A batch of two samples with one feature, to be normalised.

Examples
--------
>>> float(np.var(FEATURE)), float(np.var(FEATURE, ddof=1))
(4.0, 8.0)
"""

_LR, _LATER, _MU = 0.1, 0.01, 0.9  # momentum: two steps at the first rate, one at the second
_DECAY = 0.01
_BATCH = 32


def _momentum_steps() -> dict[str, float]:
    """Walk on a slope of 1; the lengths of the third step, when the rate falls before it."""
    w, ours = np.zeros(1), Momentum(_LR, _MU)
    lengths = []
    for rate in (_LR, _LR, _LATER):
        before, ours.lr = w.copy(), rate
        ours.step([w], [np.ones(1)])
        lengths.append(float((before - w)[0]))
    velocity = 1.0 + _MU * (1.0 + _MU * 1.0)  # the other form: gradients without the rate
    return {
        "step1": lengths[0],
        "step2": lengths[1],
        "ours": lengths[2],
        "theirs": _LATER * velocity,
    }


def _decayed() -> dict[str, float]:
    """Take one step from a weight of 1 with no slope but that of the penalty."""
    penalty = np.array([_DECAY])  # strength · w
    sgd = 1.0 - _LR * _DECAY
    adam = path(Adam(_LR), lambda _: penalty, [1.0], steps=1)[-1, 0]
    return {"sgd": sgd, "adam": float(adam), "adamw": (1.0 - _LR * _DECAY) * 1.0}


def _tiny() -> dict[str, float]:
    """Compare Adam's first step, in learning rates, where the gradient is as small as epsilon."""
    epsilon = 1e-8
    ours = -path(Adam(1.0, epsilon=epsilon), lambda _: np.array([epsilon]), [0.0], steps=1)[-1, 0]
    m, v = 0.1 * epsilon, 0.001 * epsilon**2
    theirs = (0.001**0.5 / 0.1) * m / (v**0.5 + epsilon)  # the rate corrected, not the means
    return {"ours": float(ours), "theirs": theirs}


def _twice() -> dict[str, float]:
    """Compute losses of probabilities that are taken for logits."""
    z, first = np.array([LOGITS]), np.eye(3)[:1]
    loss = categorical_cross_entropy.value_from_logits
    certain = {k: np.eye(k)[:1] for k in (3, 10)}
    best = {f"best_{k}": loss(row, row) for k, row in certain.items()}
    return {"loss": loss(first, softmax.f(z)), **best}


def _normalised() -> dict[str, float]:
    part, batch = BatchNorm(1), np.array(FEATURE)[:, None]
    part.forward(batch, training=True)
    asked, _ = part.forward(batch, training=False)
    _, _, mean, variance = part.arrays
    return {
        "running_mean": float(mean[0]),
        "running_variance": float(variance[0]),
        "asked": float(asked[1, 0]),
    }


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol.
    """
    return churn.declared() | {
        "alpha": (ALPHA,),
        "logits": LOGITS,
        "feature": FEATURE,
        "rates": (_LR, _LATER, 1.0, 0.001),
        "shares": (_MU, 1.0 - _MU, 0.999, 0.5),
        "decay": (_DECAY,),
        "epsilons": (1e-8, 1e-5),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``libraries.penalty.default`` is scikit-learn's addition to the churn loss.
    """
    weights = [churn.W1, churn.W2]
    zeros = [np.zeros_like(W) for W in weights]
    n = len(churn.X)
    samples = len(digits()[0])
    groups: dict[str, dict[str, float]] = {
        "penalty": {
            "squares": 2.0 * add_l2(weights, zeros, 1.0),
            "default": add_l2(weights, zeros, ALPHA / n),
            "one": add_l2(weights, zeros, 1.0 / n),
            "twice": add_l2(weights, zeros, 1.0 / (2 * n)),
        },
        "clip": {"largest": -log(np.finfo(np.float64).eps)},
        "single": {"tenth": float(np.float32(0.1))},
        "momentum": _momentum_steps(),
        "decay": _decayed(),
        "tiny": _tiny(),
        "twice": _twice(),
        "norm": _normalised(),
        "digits": {"batches": -(-samples // _BATCH), "last": samples % _BATCH},
    }
    return {
        f"libraries.{group}.{name}": value
        for group, values in groups.items()
        for name, value in values.items()
    }
