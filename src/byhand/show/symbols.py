r"""The course's symbols in LaTeX: the layer above in parentheses, the unit below, both from 1.

A layer of one unit leaves the unit out, as the keys do: $z^{(2)}$ beside $z^{(1)}_1$.
"""

__all__ = ["activation", "bias", "input_", "output", "pre_activation", "weight"]


def _indexed(symbol: str, layer: int, *units: int) -> str:
    below = ",".join(map(str, units)) if max(units, default=0) > 9 else "".join(map(str, units))
    return f"{symbol}^{{({layer})}}" + (f"_{{{below}}}" if units else "")


def _unit(unit: int, n_units: int) -> tuple[int, ...]:
    return (unit,) if n_units > 1 else ()


def pre_activation(layer: int, unit: int, n_units: int) -> str:
    """Write z of a unit."""
    return _indexed("z", layer, *_unit(unit, n_units))


def activation(layer: int, unit: int, n_units: int) -> str:
    """Write a of a unit of a hidden layer."""
    return _indexed("a", layer, *_unit(unit, n_units))


def output(unit: int, n_units: int) -> str:
    """Write the network's output."""
    return r"\hat{y}" + (f"_{{{unit}}}" if n_units > 1 else "")


def input_(layer: int, i: int, n_in: int) -> str:
    """Write what comes into a layer: x, or the activation of the layer before."""
    return f"x_{{{i}}}" if layer == 1 else activation(layer - 1, i, n_in)


def weight(layer: int, i: int, unit: int, n_units: int) -> str:
    """Write the weight from input i to a unit."""
    return _indexed("W", layer, i, *_unit(unit, n_units))


def bias(layer: int, unit: int, n_units: int) -> str:
    """Write the bias of a unit."""
    return _indexed("b", layer, *_unit(unit, n_units))
