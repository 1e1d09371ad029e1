"""Numbers that remember how they were made, and the networks that can be built of them.

A `Value` is a node of a computation graph: its number, the values it was computed from, and for
each of them the slope, the derivative of this number with respect to that one. `Value.backward`
walks the graph from the result to the inputs and multiplies the slopes along the way: that is
backpropagation, one number at a time. Only Python's standard library is underneath.

A plain number in an expression becomes a leaf of the graph. All arithmetic is that of floats,
and logarithms are natural.
"""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from numbers import Real
from operator import mul
from typing import Self, TypeAlias

Operand: TypeAlias = "Value | float"
"""What an expression takes: a Value, or a number, which becomes a leaf."""


class Value:
    """One number of a computation, and its gradient.

    Values are compared and hashed by identity: two nodes that happen to hold the same number are
    two nodes. The slopes are those at the time of the computation, so after a change of ``data``,
    compute the expression anew before the next :meth:`backward`.

    Parameters
    ----------
    data : float
        The number. A leaf, which has no inputs, must be finite.
    inputs : tuple of Value
        What it was computed from.
    slopes : tuple of float
        Derivative of the number with respect to each input.
    op : str
        The operation's name, empty for a leaf.

    Attributes
    ----------
    grad : float
        Derivative of the value whose :meth:`backward` ran last with respect to this one.

    Raises
    ------
    ValueError
        If the data of a leaf is not a finite real number, or an expression has no value or no
        slope: a logarithm of 0, a division by 0, a power outside the real numbers.

    Examples
    --------
    >>> x, w = Value(3), Value(-2)
    >>> y = (w * x + 7) ** 2
    >>> y.backward()
    >>> y, w, x
    (Value(1, grad=1), Value(-2, grad=6), Value(3, grad=-4))
    """

    __slots__ = ("data", "grad", "inputs", "op", "slopes")

    def __init__(
        self,
        data: float,
        inputs: tuple["Value", ...] = (),
        slopes: tuple[float, ...] = (),
        op: str = "",
    ) -> None:
        self.data = data if inputs else _finite(data, "data")
        self.grad = 0.0
        self.inputs = inputs
        self.slopes = slopes
        self.op = op

    def __repr__(self) -> str:
        return f"Value({self.data:.6g}, grad={self.grad:.6g})"

    # Each operation: the number, what it came from, and the slope towards each of those.

    def __add__(self, other: Operand) -> "Value":
        b = as_value(other)
        return Value(self.data + b.data, (self, b), (1.0, 1.0), "+")

    def __sub__(self, other: Operand) -> "Value":
        b = as_value(other)
        return Value(self.data - b.data, (self, b), (1.0, -1.0), "-")

    def __mul__(self, other: Operand) -> "Value":
        b = as_value(other)
        return Value(self.data * b.data, (self, b), (b.data, self.data), "*")

    def __truediv__(self, other: Operand) -> "Value":
        b = as_value(other)
        if b.data == 0.0:
            raise ValueError(f"a divisor must not be 0; got {self.data:g} / 0")
        ratio = self.data / b.data
        return Value(ratio, (self, b), (1.0 / b.data, -ratio / b.data), "/")

    def __pow__(self, exponent: float) -> "Value":
        """Raise to the power of a number; for a Value as exponent write (b * a.log()).exp()."""
        n = _finite(exponent, "exponent")
        try:
            data = math.pow(self.data, n)
            slope = n * math.pow(self.data, n - 1.0) if n else 0.0
        except (ValueError, OverflowError):
            raise ValueError(
                f"a power must have a real value and slope; got {self.data:g} ** {n:g}"
            ) from None
        return Value(data, (self,), (slope,), f"**{n:g}")

    def __neg__(self) -> "Value":
        return Value(-self.data, (self,), (-1.0,), "neg")

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> "Value":
        return Value(other) - self

    def __rtruediv__(self, other: float) -> "Value":
        return Value(other) / self

    def exp(self) -> "Value":
        """Compute e to this power; its slope is the result itself."""
        try:
            data = math.exp(self.data)
        except OverflowError:
            raise ValueError(f"exp of {self.data:g} is beyond the largest float") from None
        return Value(data, (self,), (data,), "exp")

    def log(self) -> "Value":
        """Compute the natural logarithm of a positive number; its slope is 1 / x."""
        if not self.data > 0.0:
            raise ValueError(f"log needs a number above 0; got {self.data:g}")
        return Value(math.log(self.data), (self,), (1.0 / self.data,), "log")

    def tanh(self) -> "Value":
        """Compute the hyperbolic tangent a, from -1 to 1; its slope is 1 - a²."""
        e = math.exp(-abs(self.data))
        slope = (2.0 * e / (1.0 + e * e)) ** 2  # 1 - a², without the cancellation
        return Value(math.tanh(self.data), (self,), (slope,), "tanh")

    def sigmoid(self) -> "Value":
        """Compute a = 1 / (1 + exp(-z)), from 0 to 1; its slope is a (1 - a)."""
        e = math.exp(-abs(self.data))  # at most 1: nothing overflows
        data = (1.0 if self.data >= 0.0 else e) / (1.0 + e)
        return Value(data, (self,), (e / (1.0 + e) ** 2,), "sigmoid")

    def relu(self) -> "Value":
        """Compute max(0, z); its slope is 1 above 0, and 0 elsewhere, z = 0 included."""
        on = self.data > 0.0
        return Value(self.data if on else 0.0, (self,), (1.0 if on else 0.0,), "relu")

    def graph(self) -> list["Value"]:
        """Sort all values that this one was computed from, and itself, inputs first.

        Returns
        -------
        list of Value
            Each once, after everything it was computed from; this value is the last. A stack of
            our own does the recursion's work, so a graph may be as deep as memory allows.
        """
        order, seen = [], {self}
        stack = [(self, iter(self.inputs))]
        while stack:
            node, rest = stack[-1]
            for value in rest:
                if value not in seen:
                    seen.add(value)
                    stack.append((value, iter(value.inputs)))
                    break  # this one first
            else:  # no input is left: the node's turn
                order.append(node)
                stack.pop()
        return order

    def backward(self) -> None:
        """Compute the derivative of this value with respect to every value of its graph.

        Every ``grad`` of the graph is set to 0 first, so a second call gives the same; to collect
        the gradients of several losses, add the losses up. A value used twice receives both
        shares. Values outside the graph keep their ``grad``.

        References
        ----------
        Griewank and Walther (2008), Evaluating derivatives, chapter 3: the reverse mode.
        """
        order = self.graph()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):  # whoever uses a node comes before it
            if grad := node.grad:  # a 0 hands nothing on
                for value, slope in zip(node.inputs, node.slopes, strict=True):
                    value.grad += slope * grad  # the chain rule


def as_value(operand: Operand) -> Value:
    """Make a leaf of a number; a Value is returned as it is.

    Parameters
    ----------
    operand : Value or float
        What stands in an expression.

    Returns
    -------
    Value

    Raises
    ------
    ValueError
        If it is neither a Value nor a finite real number.

    Examples
    --------
    >>> x = Value(2)
    >>> as_value(x) is x, as_value(3)
    (True, Value(3, grad=0))
    """
    return operand if isinstance(operand, Value) else Value(operand)


def dot(left: Sequence[Operand], right: Sequence[Operand]) -> Value:
    """Compute the sum of the products, as one node: what a neuron does with its weights.

    Parameters
    ----------
    left, right : sequence of Value or float
        Equally many, at least one.

    Returns
    -------
    Value
        The slope towards an entry is its partner.

    Raises
    ------
    ValueError
        If the lengths differ or are 0, or an entry is not a finite real number.

    Examples
    --------
    >>> dot([Value(1), Value(2)], [3, 4])
    Value(11, grad=0)
    """
    if len(left) != len(right) or not left:
        raise ValueError(f"dot needs two equal lengths above 0; got {len(left)} and {len(right)}")
    # as_value, written out: a call for each entry would cost a twentieth of a step
    a = [entry if isinstance(entry, Value) else Value(entry) for entry in left]
    b = [entry if isinstance(entry, Value) else Value(entry) for entry in right]
    a_data, b_data = [v.data for v in a], [v.data for v in b]
    return Value(sum(map(mul, a_data, b_data)), (*a, *b), (*b_data, *a_data), "dot")


ACTIVATIONS: dict[str, Callable[[Value], Value]] = {
    "identity": lambda z: z,
    "sigmoid": Value.sigmoid,
    "tanh": Value.tanh,
    "relu": Value.relu,
}
"""What a neuron may do to its z, by name.

Examples
--------
>>> ACTIVATIONS["relu"](Value(-2))
Value(0, grad=0)
"""


class Neuron:
    """One neuron: a = f(w·x + b).

    Parameters
    ----------
    w : sequence of float
        One weight for each input.
    b : float
        The bias.
    activation : str
        "identity", "sigmoid", "tanh" or "relu".

    Raises
    ------
    ValueError
        If w or b holds something that is not a finite number, or the activation is unknown.

    Examples
    --------
    >>> Neuron([2, -1], 1, "relu")([3, 4])
    Value(3, grad=0)
    """

    def __init__(self, w: Sequence[float], b: float, activation: str = "identity") -> None:
        if activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise ValueError(f"activation must be one of {known}; got {activation!r}")
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)
        self.activation = activation

    def __call__(self, x: Sequence[Operand]) -> Value:
        """Compute a for one sample x, as long as w."""
        return ACTIVATIONS[self.activation](dot(self.w, x) + self.b)

    def parameters(self) -> list[Value]:
        """Return the weights, then the bias."""
        return [*self.w, self.b]


class Layer:
    """Neurons side by side that read the same inputs.

    Parameters
    ----------
    W : sequence of sequences of float, (n_in, n_out)
        One column for each neuron, as in :class:`byhand.layers.Dense`.
    b : sequence of float, (n_out,)
        One bias for each neuron.
    activation : str
        As for :class:`Neuron`.

    Raises
    ------
    ValueError
        If W is not (n_in, n_out) or b not (n_out,), or a neuron refuses its part.

    Examples
    --------
    >>> Layer([[1, 2], [0, -1]], [0, 5])([3, 4])
    [Value(3, grad=0), Value(7, grad=0)]
    """

    def __init__(
        self, W: Sequence[Sequence[float]], b: Sequence[float], activation: str = "identity"
    ) -> None:
        if not W or not b or any(len(row) != len(b) for row in W):
            rows = ", ".join(str(len(row)) for row in W)
            raise ValueError(f"each row of W must be as long as b, {len(b)}; got rows of {rows}")
        self.neurons = [
            Neuron(column, bias, activation)
            for column, bias in zip(zip(*W, strict=True), b, strict=True)
        ]

    def __call__(self, x: Sequence[Operand]) -> list[Value]:
        """Compute the a of each neuron for one sample x of n_in numbers."""
        return [neuron(x) for neuron in self.neurons]

    def parameters(self) -> list[Value]:
        """Return the parameters of each neuron in turn."""
        return [value for neuron in self.neurons for value in neuron.parameters()]


class MLP:
    """Layers in a row: the network of :class:`byhand.mlp.MLP`, one sample at a time.

    Parameters
    ----------
    layers : sequence of Layer
        At least one; each reads as many inputs as the layer before has neurons.

    Raises
    ------
    ValueError
        If there is no layer or two neighbours do not fit.

    Examples
    --------
    >>> mlp = MLP([Layer([[1, 2]], [0, -1], "relu"), Layer([[1], [-1]], [0])])
    >>> mlp([3])
    [Value(-2, grad=0)]
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        if not layers:
            raise ValueError("layers must hold at least one Layer; got none")
        for number, (before, layer) in enumerate(pairwise(layers), start=1):
            n_in, n_out = len(layer.neurons[0].w), len(before.neurons)
            if n_in != n_out:
                raise ValueError(
                    f"layer {number} has {n_out} neurons, so W of layer {number + 1} must have "
                    f"{n_out} rows; got {n_in}"
                )
        self.layers = list(layers)

    @classmethod
    def from_sizes(
        cls, sizes: Sequence[int], activations: Sequence[str], rng: random.Random
    ) -> Self:
        """Build a network with random weights and zero biases.

        The weights are normal with variance 2 / (n_in + n_out), as :func:`byhand.init.xavier` has
        them, but from Python's own generator.

        Parameters
        ----------
        sizes : sequence of int
            n_in, then the number of neurons of each layer.
        activations : sequence of str
            One for each layer.
        rng : random.Random
            Where the randomness comes from.

        Returns
        -------
        MLP

        Raises
        ------
        ValueError
            If there are not two sizes or more, one is below 1, the activations are not one fewer
            or one is unknown, or rng is not a random.Random.

        Examples
        --------
        >>> len(MLP.from_sizes([2, 3, 1], ["tanh", "sigmoid"], random.Random(0)).parameters())
        13
        """
        if not isinstance(rng, random.Random):
            raise ValueError(  # noqa: TRY004 (every error of the border is a ValueError)
                f"rng must be a random.Random; got {type(rng).__name__}"
            )
        if not len(sizes) == len(activations) + 1 >= 2 or min(sizes) < 1:
            raise ValueError(
                "sizes must be n_in and the neurons of each layer, activations one for each "
                f"layer; got sizes {sizes!r} and activations {activations!r}"
            )
        layers = []
        for (n_in, n_out), activation in zip(pairwise(sizes), activations, strict=True):
            spread = math.sqrt(2.0 / (n_in + n_out))
            W = [[rng.gauss(0.0, spread) for _ in range(n_out)] for _ in range(n_in)]
            layers.append(Layer(W, [0.0] * n_out, activation))
        return cls(layers)

    def __call__(self, x: Sequence[Operand]) -> list[Value]:
        """Compute the n_out outputs for one sample x of n_in numbers."""
        values = [as_value(entry) for entry in x]  # one leaf for all neurons
        for layer in self.layers:
            values = layer(values)
        return values

    def parameters(self) -> list[Value]:
        """Return the parameters of each layer in turn."""
        return [value for layer in self.layers for value in layer.parameters()]


class SGD:
    """Gradient descent: each parameter goes lr times its gradient downhill.

    Parameters
    ----------
    parameters : iterable of Value
        What is learned.
    lr : float
        The learning rate, above 0.

    Raises
    ------
    ValueError
        If lr is not a finite number above 0.

    Examples
    --------
    >>> x = Value(5)
    >>> (x * x).backward()
    >>> SGD([x], lr=0.25).step()
    >>> x.data
    2.5
    """

    def __init__(self, parameters: Iterable[Value], lr: float) -> None:
        self.parameters = list(parameters)
        self.lr = _finite(lr, "lr")
        if self.lr <= 0.0:
            raise ValueError(f"lr must be above 0; got {self.lr:g}")

    def step(self) -> None:
        """Move each parameter once, by the gradients of the last :meth:`Value.backward`."""
        for value in self.parameters:
            value.data -= self.lr * value.grad


def _finite(number: object, symbol: str) -> float:
    if not isinstance(number, Real) or not math.isfinite(number):
        shown = f"{number:g}" if isinstance(number, float) else type(number).__name__
        raise ValueError(f"{symbol} must be a finite real number; got {shown}")
    return float(number)
