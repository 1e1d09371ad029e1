"""Name the values of a forward pass."""

import numpy as np

from byhand.keys import key
from byhand.mlp import ForwardTrace


def forward_numbers(prefix: str, trace: ForwardTrace, sample: int) -> dict[str, float]:
    """Name every z and a of one sample, the last a as y_hat.

    Parameters
    ----------
    prefix : str
        What comes before the symbol, as in ``s1``.
    trace : ForwardTrace
        A forward pass.
    sample : int
        Row of the batch, counted from 0.

    Returns
    -------
    dict of str to float
        By key, layer by layer in the order they are computed.
    """
    named: dict[str, float] = {}
    last = len(trace.layers)
    for number, record in enumerate(trace.layers, start=1):
        symbol, label = ("a", number) if number < last else ("y_hat", None)
        units = record.z.shape[1]
        for unit in range(units):
            z, a = float(record.z[sample, unit]), float(record.a[sample, unit])
            named[key(prefix, "z", number, unit + 1, n_units=units)] = z
            named[key(prefix, symbol, label, unit + 1, n_units=units)] = a
    return named


def product_numbers(prefix: str, trace: ForwardTrace, sample: int) -> dict[str, float]:
    """Name every product x·W that one sample's pre-activations add up.

    Parameters
    ----------
    prefix : str
        What comes before the symbol, as in ``s1``.
    trace : ForwardTrace
        A forward pass.
    sample : int
        Row of the batch, counted from 0.

    Returns
    -------
    dict of str to float
        By key: ``s1.p1_2_1`` is layer 1, input 2, unit 1.
    """
    named: dict[str, float] = {}
    for number, (layer, fed) in enumerate(zip(trace.mlp.layers, trace.inputs, strict=True), 1):
        products = fed[sample][:, None] * layer.W  # (n_in, 1) * (n_in, n_out)
        for (i, unit), product in np.ndenumerate(products):
            name = key(prefix, "p", number, i + 1, unit + 1, n_units=layer.n_out)
            named[name] = float(product)
    return named
