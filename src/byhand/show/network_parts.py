"""What a network diagram says: its columns and their units, its data, its accessible name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from byhand.keys import key as name
from byhand.layers import LayerBackward
from byhand.mlp import MLP, BackwardTrace, ForwardTrace
from byhand.show.layout import slots
from byhand.show.neurons import neuron
from byhand.show.numbers import Number, number, written

__all__ = ["Column", "Row", "Unit", "columns", "data", "describe"]

_MAX_TOLD: Final = 12  # units; of a larger network, the name tells the output alone
_ACTIVATIONS: Final = {"relu": "ReLU", "leaky_relu": "leaky ReLU"}


@dataclass(frozen=True, slots=True)
class Row:
    """One symbol of a unit, and its value where there is a trace."""

    symbol: str
    index: str
    value: Number | None = None
    key: str | None = None
    colour: str = "ink"

    def __str__(self) -> str:
        """Write it as a sentence has it, the value as a token where it has a key."""
        value = f" = {written(self.value, self.key, 'text')}" if self.value else ""
        return f"{self.symbol}{self.index}{value}"


@dataclass(frozen=True, slots=True)
class Unit:
    """An input or a neuron; below it stands the input's name, the neuron's bias."""

    unit: int
    rows: tuple[Row, ...]
    under: Row | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A layer, 0 being the inputs; None stands where units are left out."""

    layer: int
    title: str
    subtitle: str
    units: tuple[Unit | None, ...]
    count: int

    @property
    def heading(self) -> str:
        """The title, shortened to fit between neighbours: "hidden 2"."""
        return self.title.replace(" layer ", " ")


def columns(
    mlp: MLP,
    trace: ForwardTrace | None,
    sample: int,
    key: str | None,
    decimals: int,
    input_names: Sequence[str] = (),
    backward: BackwardTrace | None = None,
) -> list[Column]:
    """Collect what each column shows; arguments as for `network`."""
    made = [_inputs(mlp, trace, sample, decimals, input_names)]
    last = len(mlp.layers)
    for layer, dense in enumerate(mlp.layers, start=1):
        units = tuple(
            None
            if unit is None
            else _neuron(mlp, (trace, backward), layer, unit, sample, key, decimals)
            for unit in slots(dense.n_out)
        )
        title = "output layer" if layer == last else "hidden layer"
        if layer < last and last > 2:  # two hidden layers or more are counted
            title += f" {layer}"
        subtitle = _ACTIVATIONS.get(dense.activation.name, dense.activation.name)
        made.append(Column(layer, title, subtitle, units, dense.n_out))
    return made


def _index(unit: int, count: int) -> str:
    return str(unit) if count > 1 else ""


def _inputs(
    mlp: MLP, trace: ForwardTrace | None, sample: int, decimals: int, names: Sequence[str]
) -> Column:
    def unit(i: int) -> Unit:
        value = number(float(trace.X[sample - 1, i - 1]), decimals) if trace else None
        named = Row(names[i - 1], "") if names else None
        return Unit(i, (Row("x", _index(i, mlp.n_in), value),), named)

    units = tuple(None if i is None else unit(i) for i in slots(mlp.n_in))
    return Column(0, "input" if mlp.n_in == 1 else "inputs", "", units, mlp.n_in)


def _neuron(
    mlp: MLP,
    traces: tuple[ForwardTrace | None, BackwardTrace | None],
    layer: int,
    unit: int,
    sample: int,
    key: str | None,
    decimals: int,
) -> Unit:
    trace, backward = traces
    dense = mlp.layers[layer - 1]
    index = _index(unit, dense.n_out)
    out = "ŷ" if layer == len(mlp.layers) else "a"
    bias = Row("b", index, number(float(dense.b[unit - 1]), decimals))
    if trace is None:
        return Unit(unit, (Row(out, index),), bias)
    it = neuron(trace, layer, unit, sample)
    z = Row("z", index, it.shown_z(decimals), key and it.key(key, "z"))
    a = Row(out, index, it.shown_a(decimals), key and it.key(key, "a"))
    if backward is None:
        return Unit(unit, (z, a), bias)
    at = (layer, unit, dense.n_out)
    record = backward.layers[layer - 1]
    dz = _gradient("dz", "dz", at, float(record.dz[sample - 1, unit - 1]), key, decimals)
    if record.da is None:  # a loss from logits never forms it
        return Unit(unit, (z, dz, a), bias)
    value = float(record.da[sample - 1, unit - 1])
    symbol = "dy_hat" if out == "ŷ" else "da"
    da = _gradient(f"d{out}", symbol, at, value, key, decimals)
    return Unit(unit, (z, dz, a, da), bias)


def _gradient(
    shown: str, symbol: str, at: tuple[int, int, int], value: float, key: str | None, decimals: int
) -> Row:
    """Make the row of a derivative of the loss, in the colour of the way back."""
    layer, unit, n_units = at
    numbered = None if symbol == "dy_hat" else layer
    named = name(key, symbol, numbered, unit, n_units=n_units) if key else None
    return Row(shown, _index(unit, n_units), number(value, decimals), named, "backward")


def data(
    mlp: MLP, trace: ForwardTrace | None, sample: int, backward: BackwardTrace | None = None
) -> dict[str, Any]:
    """Collect every value behind the drawing, unrounded, those left out of it too."""
    units: list[dict[str, float | int]] = []
    row = sample - 1
    if trace is not None:
        units += [{"layer": 0, "unit": i + 1, "x": float(x)} for i, x in enumerate(trace.X[row])]
    weights: list[dict[str, float | int]] = []
    for layer, dense in enumerate(mlp.layers, start=1):
        for u in range(dense.n_out):
            unit: dict[str, float | int] = {"layer": layer, "unit": u + 1, "b": float(dense.b[u])}
            if trace is not None:
                record = trace.layers[layer - 1]
                unit |= {"z": float(record.z[row, u]), "a": float(record.a[row, u])}
            if backward is not None:
                unit |= _gradients(backward.layers[layer - 1], row, u)
            units.append(unit)
            weights += [
                {"layer": layer, "from": i + 1, "to": u + 1, "w": float(w)}
                for i, w in enumerate(dense.W[:, u])
            ]
    names = [dense.activation.name for dense in mlp.layers]
    sizes = [int(size) for size in mlp.sizes]
    return {"sizes": sizes, "activations": names, "units": units, "weights": weights}


def _gradients(record: LayerBackward, row: int, u: int) -> dict[str, float]:
    found = {"dz": float(record.dz[row, u])}
    return found if record.da is None else found | {"da": float(record.da[row, u])}


def describe(mlp: MLP, drawn: Sequence[Column], decimals: int) -> str:
    """Say what the diagram shows: the layers, then each drawn unit with its numbers."""
    shape = "-".join(str(size) for size in mlp.sizes)
    sentences = [f"Network {shape}: {', '.join(_layer(column) for column in drawn)}."]
    brief = sum(len(column.units) for column in drawn) > _MAX_TOLD
    for column in drawn[-1:] if brief else drawn:
        told = [unit for unit in column.units if unit and (column.layer or unit.rows[0].value)]
        sentences += [_sentence(mlp, column, unit, drawn, decimals) for unit in told]
    for column in drawn:
        if None in column.units:
            hidden = column.count - len(column.units) + 1
            sentences.append(f"{hidden} of the {column.count} {_noun(column)} are not drawn.")
    return " ".join(sentences)


def _noun(column: Column) -> str:
    return f"neurons of the {column.title}" if column.layer else "inputs"


def _layer(column: Column) -> str:
    if not column.layer:
        return f"{column.count} {column.title}"
    plural = "s" if column.count > 1 else ""
    return f"{column.title} of {column.count} {column.subtitle} unit{plural}"


def _sentence(mlp: MLP, column: Column, unit: Unit, drawn: Sequence[Column], decimals: int) -> str:
    values = [str(row) for row in unit.rows if row.value]
    if not column.layer:
        return f"{unit.under.symbol}: {values[0]}." if unit.under else f"{values[0]}."
    dense = mlp.layers[column.layer - 1]
    sources = [source for source in drawn[column.layer - 1].units if source]
    weights = [number(float(dense.W[s.unit - 1, unit.unit - 1]), decimals).text for s in sources]
    place = column.title.removesuffix(" layer")
    neuron_ = f"{', ' if place[-1].isdigit() else ' '}neuron {unit.unit}"
    if column.count == 1:
        neuron_ = ""
    said = [f"weights {', '.join(weights)}", str(unit.under), *values]
    return f"{place.capitalize()}{neuron_}: {', '.join(said)}."
