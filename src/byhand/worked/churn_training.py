"""The churn network learns: runs at three learning rates, and weights for every labelling.

A source says that 2-2-1 has too few parameters to learn five customers by heart. The runs below
start from its own weights. The stored networks go further: whichever of the five customers leave,
one of them (or its negative) puts all five on the right side.
"""

from functools import cache
from itertools import product

import numpy as np

from byhand._validate import Array
from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP
from byhand.optim import GradientDescent
from byhand.train import Training
from byhand.worked import churn

RATES = {"slow": 0.1, "fast": 1.0, "dead": 3.0}
"""Learning rates of the runs, by name."""

SHOWN_RATES = (0.01, 0.1, 1.0, 3.0)
"""Learning rates drawn side by side."""

EPOCHS = 1000
"""Updates of each run, each with all five customers."""

CERTIFICATES = {  # labels of the five: W1 by row, b1, W2, b2
    "00000": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -3.0, -3.0, -1.0),
    "00001": (-2.0, 3.0, 3.0, -2.0, 0.2, -0.7, -3.0, -3.0, 1.1),
    "00010": (3.0, 0.0, -1.0, -3.0, -1.4, 1.5, -3.0, -3.0, 0.9),
    "00011": (-3.0, 3.0, 2.0, -2.0, 0.6, -0.6, -3.0, -3.0, 1.2),
    "00100": (3.0, 3.0, -3.0, -1.0, 0.9, 1.4, -3.0, -3.0, 9.3),
    "00101": (3.0, 3.0, -3.0, 0.0, -0.6, -0.7, -3.0, -3.0, 2.8),
    "00110": (3.0, 1.0, -1.0, -3.0, 0.5, 1.1, -3.0, -3.0, 6.6),
    "00111": (3.0, 0.0, 0.0, -3.0, 0.7, 1.5, -3.0, -3.0, 9.3),
    "01000": (3.0, 3.0, 3.0, 3.0, 1.2, -0.1, 3.0, 3.0, -30.3),
    "01001": (-2.0, -3.0, 3.0, 3.0, 1.1, 0.6, 1.0, -3.0, -0.7),
    "01010": (3.0, 3.0, 3.0, 3.0, 0.3, -1.3, 3.0, 3.0, -14.1),
    "01011": (-3.0, 3.0, 2.0, -3.0, 0.6, -0.7, -3.0, -3.0, 0.8),
    "01100": (0.0, -3.0, 3.0, 1.0, -1.4, 1.3, 3.0, 3.0, -2.1),
    "01101": (-3.0, 0.0, 1.0, 2.0, 1.4, -1.2, 3.0, 3.0, -0.6),
    "01110": (-1.0, -2.0, 3.0, 3.0, 1.5, 0.2, 3.0, 3.0, -6.9),
    "01111": (3.0, 3.0, -3.0, -3.0, 0.8, -0.5, -3.0, -3.0, 6.3),
}
"""Nine parameters for each labelling in which customer 1 stays."""

LABELLINGS = tuple("".join(bits) for bits in product("01", repeat=5))
"""Every way in which five customers can stay (0) or leave (1)."""


def labels(labelling: str) -> Array:
    """Write a labelling as a column: (5, 1)."""
    return np.array([[float(bit)] for bit in labelling])


def certificate(labelling: str, steepness: float = 1.0) -> MLP:
    """Build a 2-2-1 network that is right about all five customers.

    Parameters
    ----------
    labelling : str
        One of LABELLINGS.
    steepness : float
        Factor of the output weights and bias; the larger, the smaller the loss.

    Returns
    -------
    MLP

    Examples
    --------
    >>> (certificate("01101").predict(churn.X) > 0.5).astype(int).ravel()
    array([0, 1, 1, 0, 1])
    """
    swapped = labelling[0] == "1"  # then the labels of the others are turned over, and the sign
    turned = labelling.translate(str.maketrans("01", "10")) if swapped else labelling
    w = np.array(CERTIFICATES[turned])
    output = -steepness * w[6:] if swapped else steepness * w[6:]
    return churn.network(W1=w[:4].reshape(2, 2), b1=w[4:6], W2=output[:2, None], b2=output[2:])


@cache
def run(name: str) -> Training[MLP]:
    """Train the churn network from its given weights, at a rate of RATES; don't train it on."""
    training = Training(churn.network(), binary_cross_entropy, GradientDescent(RATES[name]))
    return training.run(churn.X, churn.y, epochs=EPOCHS)


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol; arrays row by row.
    """
    return churn.declared() | {
        "rates": SHOWN_RATES,
        "epochs": (float(EPOCHS),),
        "certificates": tuple(value for row in CERTIFICATES.values() for value in row),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``churn_training.slow.loss`` is the mean loss after 1,000 updates, in nats.
    """
    named: dict[str, float | int] = {}
    for name in RATES:
        logits = run(name).network.forward(churn.X).layers[-1].z
        named[f"{name}.loss"] = binary_cross_entropy.value_from_logits(churn.y, logits)
    for sample, value in enumerate(run("slow").network.predict(churn.X)[:, 0].tolist(), start=1):
        named[f"slow.s{sample}.y_hat"] = value
    named["dead.y_hat"] = float(run("dead").network.predict(churn.X)[0, 0])
    named["labellings"] = len(LABELLINGS)
    named["reached"] = sum(
        bool(((certificate(name).predict(churn.X) > 0.5) == (labels(name) == 1)).all())
        for name in LABELLINGS
    )
    return {f"churn_training.{name}": value for name, value in named.items()}
