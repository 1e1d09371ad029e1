"""Read one neuron out of a trace: what came in, what it weighs, what came out."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from byhand.keys import key as name
from byhand.mlp import ForwardTrace
from byhand.show.numbers import Number, number

__all__ = ["Neuron", "indexed", "neuron"]

_THROUGH_ZERO: Final = {"identity", "relu", "leaky_relu", "tanh"}  # f(noise) is noise again


@dataclass(frozen=True, slots=True)
class Neuron:
    """One neuron's share of a forward pass.

    Parameters
    ----------
    layer, unit, n_units : int
        Which layer and unit, from 1, and how many units its layer has.
    last : bool
        Whether the layer is the network's output.
    activation : str
        Name of the activation.
    x, x_scale : tuple of float
        What came in (n_in), and the size of the numbers it was computed from; 0 if it was given.
    w : tuple of float
        Its weights (n_in).
    b, z, a : float
        Bias, pre-activation, activation.
    layer_z : tuple of float
        Pre-activations of all units of the layer: softmax looks at them together.
    """

    layer: int
    unit: int
    n_units: int
    last: bool
    activation: str
    x: tuple[float, ...]
    x_scale: tuple[float, ...]
    w: tuple[float, ...]
    b: float
    z: float
    a: float
    layer_z: tuple[float, ...]

    @property
    def products(self) -> tuple[float, ...]:
        """Weight times input, for each input."""
        return tuple(w * x for w, x in zip(self.w, self.x, strict=True))

    @property
    def scale(self) -> float:
        """Size of the largest term of z: rounding noise in z is relative to it."""
        return max(map(abs, (*self.products, self.b)))

    def shown_x(self, i: int, decimals: int) -> Number:
        """Decide how input `i` (from 0) is shown."""
        return number(self.x[i], decimals, self.x_scale[i])

    def shown_z(self, decimals: int) -> Number:
        """Decide how z is shown."""
        return number(self.z, decimals, self.scale)

    def shown_a(self, decimals: int) -> Number:
        """Decide how a is shown; noise in z carries over, where the activation can pass it on."""
        return number(self.a, decimals, self.scale if self.activation in _THROUGH_ZERO else 0.0)

    def key(self, prefix: str, symbol: str) -> str:
        """Name a value of this neuron, such as ``churn.s1.z1_2``; the output is ``y_hat``."""
        if symbol == "a" and self.last:
            return name(prefix, "y_hat", None, self.unit, n_units=self.n_units)
        return name(prefix, symbol, self.layer, self.unit, n_units=self.n_units)

    def product_key(self, prefix: str, i: int) -> str:
        """Name the product of weight and input `i` (from 0), such as ``churn.s1.p1_2_1``."""
        return name(prefix, "p", self.layer, i + 1, self.unit, n_units=self.n_units)

    def input_key(self, prefix: str, i: int) -> str | None:
        """Name input `i` (from 0) if it was computed, such as ``churn.s1.a1_1``."""
        if self.layer == 1:
            return None
        return name(prefix, "a", self.layer - 1, i + 1, n_units=len(self.x))


def indexed(value: int, count: int, symbol: str) -> int:
    """Turn a number counted from 1 into an index, or say what was wrong with it.

    Raises
    ------
    ValueError
        If the number lies outside 1 to count.
    """
    if not 1 <= value <= count:
        raise ValueError(f"{symbol} must lie in 1 to {count}; got {value}")
    return value - 1


def neuron(trace: ForwardTrace, layer: int, unit: int, sample: int = 1) -> Neuron:
    """Read a neuron's values for one sample.

    Parameters
    ----------
    trace : ForwardTrace
        A forward pass.
    layer, unit, sample : int
        Which one, each counted from 1; layer 1 is the first hidden layer.

    Returns
    -------
    Neuron

    Raises
    ------
    ValueError
        If there is no such layer, unit or sample.
    """
    at = indexed(layer, len(trace.layers), "layer")
    dense, record = trace.mlp.layers[at], trace.layers[at]
    u = indexed(unit, dense.n_out, "unit")
    row = indexed(sample, len(trace.X), "sample")
    return Neuron(
        layer=layer,
        unit=unit,
        n_units=dense.n_out,
        last=layer == len(trace.layers),
        activation=dense.activation.name,
        x=_floats(trace.inputs[at][row]),
        x_scale=_scales(trace, at, row),
        w=_floats(dense.W[:, u]),
        b=float(dense.b[u]),
        z=float(record.z[row, u]),
        a=float(record.a[row, u]),
        layer_z=_floats(record.z[row]),
    )


def _scales(trace: ForwardTrace, at: int, row: int) -> tuple[float, ...]:
    """Size of the largest term behind each input of layer `at` (from 0)."""
    if at == 0 or trace.mlp.layers[at - 1].activation.name not in _THROUGH_ZERO:
        return (0.0,) * trace.mlp.layers[at].n_in
    before = trace.mlp.layers[at - 1]
    products = np.abs(trace.inputs[at - 1][row][:, None] * before.W)  # (n_in, n_out)
    return _floats(np.maximum(products.max(axis=0), np.abs(before.b)))


def _floats(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
