"""Networks a second time: scalars with 50 digits, derivatives as limits of difference quotients.

Nothing here calls byhand, and nothing applies the chain rule: every derivative is the loss computed
again with one number moved, which mpmath takes to the limit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import mpmath

mp = mpmath.mp.clone()
mp.dps = 50

Place = tuple[Any, ...]
"""What is moved: ("W", layer, input, unit), ("b", layer, unit), ("z", layer, unit), ("a", …)."""
Moves = Mapping[Place, Any]

CURVES: dict[str, Callable[[Any], Any]] = {
    "relu": lambda z: (z + abs(z)) / 2,
    "tanh": lambda z: 1 - 2 / (mp.exp(2 * z) + 1),
    "sigmoid": lambda z: (1 + mp.tanh(z / 2)) / 2,
}


@dataclass(frozen=True)
class Layer:
    """Weights by input, biases by unit, as decimal strings."""

    weights: tuple[tuple[str, ...], ...]
    biases: tuple[str, ...]
    curve: str


@dataclass(frozen=True)
class Net:
    """A network, one sample, its labels, and a loss: "half squared" or "cross-entropy"."""

    x: tuple[str, ...]
    y: tuple[str, ...]
    layers: tuple[Layer, ...]
    loss_name: str
    moved: Moves = field(default_factory=dict)

    def values(self, moves: Moves) -> dict[Place, Any]:
        """Every z and a by place, with some numbers moved."""
        made: dict[Place, Any] = {
            ("a", 0, i): mp.mpf(x) + moves.get(("a", 0, i), 0)
            for i, x in enumerate(self.x, start=1)
        }
        for number, layer in enumerate(self.layers, start=1):
            for unit in range(1, len(layer.biases) + 1):
                z = self.parameter(("b", number, unit), moves)
                for i in range(1, len(layer.weights) + 1):
                    z += self.parameter(("W", number, i, unit), moves) * made["a", number - 1, i]
                z += moves.get(("z", number, unit), 0)
                a = CURVES[layer.curve](z) + moves.get(("a", number, unit), 0)
                made["z", number, unit], made["a", number, unit] = z, a
        return made

    def parameter(self, place: Place, moves: Moves) -> Any:
        symbol, number, *units = place
        layer = self.layers[number - 1]
        text = layer.biases[units[0] - 1] if symbol == "b" else None
        if text is None:
            text = layer.weights[units[0] - 1][units[1] - 1]
        return mp.mpf(text) + self.moved.get(place, 0) + moves.get(place, 0)

    def value(self, *place: Any) -> Any:
        return self.values({})[place]

    def loss(self, moves: Moves | None = None) -> Any:
        made = self.values(moves or {})
        last = len(self.layers)
        outputs = [made["a", last, unit] for unit in range(1, len(self.y) + 1)]
        pairs = list(zip(map(mp.mpf, self.y), outputs, strict=True))
        if self.loss_name == "half squared":
            return sum((y - out) ** 2 for y, out in pairs) / 2
        return sum(mp.log(1 / out) if y else mp.log(1 / (1 - out)) for y, out in pairs)

    def slope(self, *place: Any) -> Any:
        """Derivative of the loss with respect to whatever is at a place."""
        return mp.diff(lambda t: self.loss({place: t}), 0)

    def curve_slope(self, layer: int, unit: int) -> Any:
        return mp.diff(CURVES[self.layers[layer - 1].curve], self.value("z", layer, unit))

    def places(self, symbols: str = "Wb") -> list[Place]:
        found: list[Place] = []
        for number, layer in enumerate(self.layers, start=1):
            units = range(1, len(layer.biases) + 1)
            inputs = range(1, len(layer.weights) + 1)
            if "W" in symbols:
                found += [("W", number, i, unit) for i in inputs for unit in units]
            if "b" in symbols:
                found += [("b", number, unit) for unit in units]
        return found

    def after(self, lr: str, symbols: str = "Wb") -> "Net":
        """Move every parameter, or the weights alone, by one step against its slope."""
        moved = {place: -mp.mpf(lr) * self.slope(*place) for place in self.places(symbols)}
        return Net(self.x, self.y, self.layers, self.loss_name, moved)

    def label(self, prefix: str, symbol: str, place: Place) -> str:
        """Write a place as a key does: counted from 1, the only unit of a layer left out."""
        _, number, *units = place
        alone = len(self.layers[number - 1].biases) == 1
        shown = units[:-1] if alone else units
        return f"{prefix}.{symbol}{number}" + "".join(f"_{unit}" for unit in shown)

    def forward_oracles(self, prefix: str) -> dict[str, Callable[[], Any]]:
        found: dict[str, Callable[[], Any]] = {}
        last = len(self.layers)
        for _, number, unit in self.places("b"):
            place = ("z", number, unit)
            found[self.label(prefix, "z", place)] = partial(self.value, *place)
            name = self.label(prefix, "a", ("a", number, unit))
            if number == last:
                name = f"{prefix}.y_hat" + (f"_{unit}" if len(self.y) > 1 else "")
            found[name] = partial(self.value, "a", number, unit)
        return found

    def parameter_oracles(self, prefix: str) -> dict[str, Callable[[], Any]]:
        return {
            self.label(prefix, f"d{place[0]}", place): partial(self.slope, *place)
            for place in self.places()
        }

    def backward_oracles(self, prefix: str) -> dict[str, Callable[[], Any]]:
        found = self.parameter_oracles(prefix)
        for _, number, unit in self.places("b"):
            for symbol in ("z", "a") if number < len(self.layers) else ("z",):
                place = (symbol, number, unit)
                found[self.label(prefix, f"d{symbol}", place)] = partial(self.slope, *place)
        return found

    def new_oracles(self, prefix: str, lr: str) -> dict[str, Callable[[], Any]]:
        def moved(place: Place) -> Any:
            return self.parameter(place, {}) - mp.mpf(lr) * self.slope(*place)

        return {self.label(prefix, p[0], p): partial(moved, p) for p in self.places()}
