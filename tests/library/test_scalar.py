"""The scalar engine: every slope right, every gradient gathered, any depth, and it learns."""

import ast
import gc
import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byhand import scalar
from byhand.gradcheck import check
from byhand.scalar import MLP, SGD, Layer, Neuron, Value, dot
from tests.library.strategies import seeds, steady

mp = mpmath.mp.clone()
mp.dps = 40

# name -> our expression, the same for mpmath's numbers, points away from kinks
EXPRESSIONS: dict[str, tuple[Callable[..., Value], Callable[..., Any], list[tuple[float, ...]]]] = {
    "a + b": (lambda a, b: a + b, lambda a, b: a + b, [(2.0, -3.0)]),
    "a - b": (lambda a, b: a - b, lambda a, b: a - b, [(2.0, -3.0)]),
    "a * b": (lambda a, b: a * b, lambda a, b: a * b, [(2.0, -3.0), (0.0, 5.0)]),
    "a / b": (lambda a, b: a / b, lambda a, b: a / b, [(2.0, -3.0), (0.0, 0.25)]),
    "-a": (lambda a: -a, lambda a: -a, [(2.0,), (-0.5,)]),
    "a + 2": (lambda a: a + 2, lambda a: a + 2, [(3.0,)]),
    "2 + a": (lambda a: 2 + a, lambda a: 2 + a, [(3.0,)]),
    "a - 2": (lambda a: a - 2, lambda a: a - 2, [(3.0,)]),
    "2 - a": (lambda a: 2 - a, lambda a: 2 - a, [(3.0,)]),
    "a * 4": (lambda a: a * 4, lambda a: a * 4, [(3.0,)]),
    "4 * a": (lambda a: 4 * a, lambda a: 4 * a, [(3.0,)]),
    "a / 4": (lambda a: a / 4, lambda a: a / 4, [(3.0,)]),
    "4 / a": (lambda a: 4 / a, lambda a: 4 / a, [(3.0,), (-0.5,)]),
    "a ** 3": (lambda a: a**3, lambda a: a**3, [(2.0,), (-2.0,), (0.0,)]),
    "a ** -2": (lambda a: a**-2, lambda a: a**-2, [(2.0,), (-0.5,)]),
    "a ** 0.5": (lambda a: a**0.5, mp.sqrt, [(2.0,), (1e-6,)]),
    "a ** 1": (lambda a: a**1, lambda a: a, [(0.0,), (-2.0,)]),
    "a ** 0": (lambda a: a**0, lambda a: a * 0 + 1, [(0.0,), (-2.0,)]),
    "exp": (Value.exp, mp.exp, [(0.0,), (2.5,), (-30.0,)]),
    "log": (Value.log, mp.log, [(1.0,), (0.01,), (1e6,)]),
    "tanh": (Value.tanh, mp.tanh, [(0.0,), (0.7,), (-3.0,), (15.0,), (-30.0,)]),
    "sigmoid": (
        Value.sigmoid,
        lambda a: 1 / (1 + mp.exp(-a)),
        [(0.0,), (0.7,), (-3.0,), (30.0,), (-60.0,)],
    ),
    "relu": (Value.relu, lambda a: (a + abs(a)) / 2, [(2.0,), (-3.0,)]),
    "dot": (
        lambda a, b, c, d: dot([a, b], [c, d]),
        lambda a, b, c, d: a * c + b * d,
        [(1.0, -2.0, 3.0, 0.5)],
    ),
    "dot with numbers": (
        lambda a, b: dot([a, 3], [2, b]),
        lambda a, b: a * 2 + 3 * b,
        [(1.0, -2.0)],
    ),
    "a used everywhere": (
        lambda a, b: (a * a + a / b - (a * b).tanh() ** 2) * dot([a, a], [a, b]),
        lambda a, b: (a * a + a / b - mp.tanh(a * b) ** 2) * (a * a + a * b),
        [(0.7, -1.3)],
    ),
}
CASES = [
    pytest.param(ours, theirs, point, id=f"{name} at {point}")
    for name, (ours, theirs, points) in EXPRESSIONS.items()
    for point in points
]


def gradients(f: Callable[..., Value], point: Sequence[float]) -> tuple[float, list[float]]:
    leaves = [Value(number) for number in point]
    result = f(*leaves)
    result.backward()
    return result.data, [leaf.grad for leaf in leaves]


@pytest.mark.parametrize(("ours", "theirs", "point"), CASES)
def test_values_and_slopes_are_those_of_forty_digits(
    ours: Callable[..., Value], theirs: Callable[..., Any], point: tuple[float, ...]
) -> None:
    data, grads = gradients(ours, point)
    exact = [mp.mpf(number) for number in point]
    assert data == pytest.approx(float(theirs(*exact)), rel=1e-14, abs=0)
    for place, grad in enumerate(grads):
        order = tuple(int(i == place) for i in range(len(point)))
        derivative = (
            mp.diff(theirs, tuple(exact), order) if len(exact) > 1 else mp.diff(theirs, exact[0])
        )
        assert grad == pytest.approx(float(derivative), rel=1e-12, abs=1e-18)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_every_operation_passes_the_gradient_check(name: str) -> None:
    ours, _, points = EXPRESSIONS[name]
    for point in points:
        if point != (1e-6,):  # differences need room
            _, grads = gradients(ours, point)
            assert check(lambda x: ours(*map(Value, x)).data, list(point), grads) < 2e-7


STEPS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a.tanh() * b,
    lambda a, b: a / (b * b + 1),
    lambda a, b: (a.sigmoid() + 1).log() * b,
    lambda a, b: dot([a, b, a], [b, b, 2]).tanh(),
]


@given(seeds)
@steady
def test_random_expressions_pass_the_gradient_check(seed: int) -> None:
    def expression(*leaves: Value) -> Value:
        rng = random.Random(seed)
        pool = list(leaves)
        for _ in range(12):
            a, b = rng.choice(pool), rng.choice(pool)
            pool.append(rng.choice(STEPS)(a, b))
        return sum(pool[1:], pool[0])

    rng = random.Random(seed + 1)
    point = [rng.uniform(-2, 2) for _ in range(3)]
    _, grads = gradients(expression, point)
    assert check(lambda x: expression(*map(Value, x)).data, point, grads) < 1e-6


def test_relu_has_slope_zero_at_its_kink() -> None:
    assert gradients(Value.relu, [0.0]) == (0.0, [0.0])


@pytest.mark.parametrize("z", [-1e308, -800.0, 800.0, 1e308])
def test_saturated_neurons_neither_overflow_nor_warn(z: float) -> None:
    assert gradients(Value.sigmoid, [z]) == (float(z > 0), [0.0])
    assert gradients(Value.tanh, [z]) == (math.copysign(1.0, z), [0.0])


# The walk


def test_an_input_used_twice_counts_twice() -> None:
    assert gradients(lambda x: x + x, [3.0]) == (6.0, [2.0])
    assert gradients(lambda x: x * x, [3.0]) == (9.0, [6.0])
    assert gradients(lambda x: x - x, [3.0]) == (0.0, [0.0])
    assert gradients(lambda x: dot([x, x], [x, x]), [3.0]) == (18.0, [12.0])


def test_shares_are_gathered_before_they_are_passed_on() -> None:
    def diamond(x: Value) -> Value:
        middle = x * 2
        near, far = middle + 1, (middle * 3).relu() * 5
        return near * far * middle

    # y = (2x + 1) · 30x · 2x = 120x³ + 60x²
    assert gradients(diamond, [2.0]) == (1200.0, [360.0 * 4 + 240.0])


def test_calling_backward_twice_gives_the_same() -> None:
    a, b = Value(0.7), Value(-1.3)
    y = (a * b).tanh() + a * a
    y.backward()
    first = [node.grad for node in y.graph()]
    y.backward()
    assert [node.grad for node in y.graph()] == first
    assert first[-1] == 1.0
    assert any(first[:-1])


def test_backward_starts_anew_where_graphs_share_values() -> None:
    x, other = Value(3), Value(4)
    (x * other).backward()
    (x * 5).backward()
    assert x.grad == 5.0
    assert other.grad == 3.0  # outside the second graph: left as it was


def test_a_leaf_is_a_graph_too() -> None:
    assert gradients(lambda x: x, [3.0]) == (3.0, [1.0])


def test_the_graph_lists_each_value_once_after_its_inputs() -> None:
    x = Value(0.3)
    y = x * x
    z = dot([y, x, y], [x, 2, y.tanh()]) + x
    order = z.graph()
    assert len(order) == len(set(order)) == 6  # x, y, 2, tanh, dot, +, each once
    assert order[-1] is z
    for place, node in enumerate(order):
        assert all(order.index(value) < place for value in node.inputs)
        assert len(node.inputs) == len(node.slopes)


def test_the_operations_are_named() -> None:
    a, b = Value(2), Value(3)
    made = [a + b, a - b, a * b, a / b, a**2, a**0.5, -a, a.exp(), a.log(), a.tanh(), a.sigmoid()]
    assert [value.op for value in [*made, a.relu(), dot([a], [b])]] == [
        "+", "-", "*", "/", "**2", "**0.5", "neg", "exp", "log", "tanh", "sigmoid", "relu", "dot",
    ]  # fmt: skip
    assert a.op == ""


LONG = 1_000_000


@pytest.fixture
def _no_collector() -> Iterator[None]:
    """Keep the garbage collector from walking over a large graph again and again."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collector")
def test_a_chain_of_a_million_values_goes_back_and_is_freed() -> None:
    assert 100 * sys.getrecursionlimit() < LONG
    x = Value(1)
    y = x
    for _ in range(LONG):
        y = y + x
    y.backward()
    assert y.data == x.grad == LONG + 1
    del y  # a million values, each the last holder of the next: no recursion may fail here
    gc.collect()
    assert x.grad == LONG + 1


@pytest.mark.usefixtures("_no_collector")
def test_values_have_no_dictionary_and_no_cycle() -> None:
    gc.collect()
    x = Value(2)
    y = (x * x).tanh()
    y.backward()
    del y
    assert gc.collect() == 0  # freed at once, nothing left for the collector
    assert not hasattr(x, "__dict__")


# Numbers at the border


@pytest.mark.parametrize("number", [3, 3.0, True, np.float64(3), np.float32(3), np.int64(3)])
def test_real_numbers_of_any_kind_become_floats(number: Any) -> None:
    assert type(Value(number).data) is float
    assert type((number * Value(2)).data) is float
    assert (number * Value(2)).data == 2 * float(number) == (Value(2) * number).data


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Value("3"), "data must be a finite real number; got str"),  # type: ignore[arg-type]
        (lambda: Value(None), "data must be a finite real number; got NoneType"),  # type: ignore[arg-type]
        (lambda: Value(1j), "data must be a finite real number; got complex"),  # type: ignore[arg-type]
        (lambda: Value(math.nan), "data must be a finite real number; got nan"),
        (lambda: Value(-math.inf), "data must be a finite real number; got -inf"),
        (lambda: Value(1) + "x", "data must be a finite real number; got str"),  # type: ignore[operator]
        (lambda: [1] * Value(1), "data must be a finite real number; got list"),  # type: ignore[operator]
        (lambda: Value(1) - None, "data must be a finite real number; got NoneType"),  # type: ignore[operator]
        (lambda: Value(0).log(), "log needs a number above 0; got 0"),
        (lambda: Value(-2.5).log(), "log needs a number above 0; got -2.5"),
        (lambda: Value(3) / Value(0), "a divisor must not be 0; got 3 / 0"),
        (lambda: Value(3) / 0, "a divisor must not be 0; got 3 / 0"),
        (lambda: 3 / Value(0), "a divisor must not be 0; got 3 / 0"),
        (lambda: Value(2) ** Value(3), "exponent must be a finite real number; got Value"),  # type: ignore[operator]
        (lambda: Value(0) ** -1, r"real value and slope; got 0 \*\* -1"),
        (lambda: Value(0) ** 0.5, r"real value and slope; got 0 \*\* 0.5"),
        (lambda: Value(-8) ** 0.5, r"real value and slope; got -8 \*\* 0.5"),
        (lambda: Value(1e200) ** 2, r"real value and slope; got 1e\+200 \*\* 2"),
        (lambda: Value(1000).exp(), "exp of 1000 is beyond the largest float"),
        (lambda: dot([Value(1)], [1, 2]), "two equal lengths above 0; got 1 and 2"),
        (lambda: dot([], []), "two equal lengths above 0; got 0 and 0"),
        (lambda: dot([1], ["1"]), "data must be a finite real number; got str"),  # type: ignore[list-item]
    ],
)
def test_what_has_no_value_is_named(wrong: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrong()


def test_a_value_as_exponent_is_python_s_own_error() -> None:
    with pytest.raises(TypeError, match=r"unsupported operand type.*'int' and 'Value'"):
        2 ** Value(3)  # type: ignore[operator]


def test_the_way_out_for_a_value_as_exponent() -> None:
    a, b = Value(2), Value(3)
    y = (b * a.log()).exp()
    y.backward()
    assert [y.data, a.grad, b.grad] == pytest.approx([8.0, 12.0, 8 * math.log(2)], rel=1e-14)


def test_equal_numbers_are_still_two_values() -> None:
    assert len({Value(1), Value(1)}) == 2
    assert repr(Value(1) / 3) == "Value(0.333333, grad=0)"


# Networks


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Neuron([1], 0, "step"), "one of identity, sigmoid, tanh, relu; got 'step'"),
        (lambda: Neuron([1, "2"], 0), "data must be a finite real number; got str"),  # type: ignore[list-item]
        (lambda: Neuron([1, 2], 0)([1]), "two equal lengths above 0; got 2 and 1"),
        (lambda: Layer([[1, 2], [3]], [0, 0]), "as long as b, 2; got rows of 2, 1"),
        (lambda: Layer([[1, 2]], [0]), "as long as b, 1; got rows of 2"),
        (lambda: Layer([], [0]), "as long as b, 1; got rows of $"),
        (lambda: Layer([[]], []), "as long as b, 0; got rows of 0"),
        (lambda: MLP([]), "at least one Layer; got none"),
        (
            lambda: MLP([Layer([[1, 2]], [0, 0]), Layer([[1]], [0])]),
            "layer 1 has 2 neurons, so W of layer 2 must have 2 rows; got 1",
        ),
        (
            lambda: MLP([Layer([[1]], [0]), Layer([[1]], [0]), Layer([[1], [2]], [0])]),
            "layer 2 has 1 neurons, so W of layer 3 must have 1 rows; got 2",
        ),
        (
            lambda: MLP.from_sizes([2], [], random.Random(0)),
            r"got sizes \[2\] and activations \[\]",
        ),
        (lambda: MLP.from_sizes([2, 0], ["relu"], random.Random(0)), r"got sizes \[2, 0\]"),
        (lambda: MLP.from_sizes([2, 1, 1], ["relu"], random.Random(0)), "one for each layer"),
        (lambda: MLP.from_sizes([2, 1], ["step"], random.Random(0)), "got 'step'"),
        (
            lambda: MLP.from_sizes([2, 1], ["relu"], np.random.default_rng(0)),  # type: ignore[arg-type]
            "rng must be a random.Random; got Generator",
        ),
        (lambda: SGD([], 0), "lr must be above 0; got 0"),
        (lambda: SGD([], math.inf), "lr must be a finite real number; got inf"),
    ],
)
def test_networks_say_what_does_not_fit(wrong: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrong()


def test_weights_go_by_columns_and_parameters_by_neurons() -> None:
    layer = Layer([[1, 2, 3], [4, 5, 6]], [7, 8, 9], "relu")
    assert [p.data for p in layer.parameters()] == [1, 4, 7, 2, 5, 8, 3, 6, 9]
    assert [a.data for a in layer([10, -1])] == [13, 23, 33]
    assert [a.data for a in Layer([[1], [1]], [0], "identity")([2, -5])] == [-3]


def test_random_weights_are_the_generator_s_and_have_the_spread_of_xavier() -> None:
    one, same, other = (MLP.from_sizes([30, 40], ["tanh"], random.Random(s)) for s in (1, 1, 2))
    weights = [p.data for p in one.parameters() if p.data]
    assert weights == [p.data for p in same.parameters() if p.data]
    assert weights != [p.data for p in other.parameters() if p.data]
    assert len(weights) == 1200
    assert np.var(weights) == pytest.approx(2 / 70, rel=0.1)


def test_a_step_goes_lr_times_the_gradient_downhill() -> None:
    w, b = Value(3), Value(-1)
    (w * w + b * 5).backward()
    SGD(iter([w, b]), lr=0.1).step()
    assert [w.data, b.data] == pytest.approx([3 - 0.6, -1 - 0.5], rel=1e-15)


def accuracy(mlp: MLP, X: Sequence[Sequence[float]], y: Sequence[int]) -> float:
    return sum((mlp(x)[0].data > 0) == (label > 0) for x, label in zip(X, y, strict=True)) / len(y)


def train(mlp: MLP, X: Sequence[Sequence[float]], y: Sequence[int], lr: float, steps: int) -> float:
    """Minimise the mean of ln(1 + exp(-y z)), labels -1 and 1; return the last loss."""
    optimiser = SGD(mlp.parameters(), lr)
    loss = Value(0)
    for _ in range(steps):
        terms = [-(mlp(x)[0] * label).sigmoid().log() for x, label in zip(X, y, strict=True)]
        loss = sum(terms, Value(0)) / len(terms)
        loss.backward()
        optimiser.step()
    return loss.data


@pytest.mark.parametrize("seed", range(3))
def test_it_learns_xor(seed: int) -> None:
    X = [list(pair) for pair in product([0, 1], repeat=2)]
    y = [1 if a != b else -1 for a, b in X]
    mlp = MLP.from_sizes([2, 4, 1], ["tanh", "identity"], random.Random(seed))
    loss = train(mlp, X, y, lr=0.5, steps=400)
    assert accuracy(mlp, X, y) == 1
    assert loss < 0.1


def moons(n: int, rng: random.Random) -> tuple[list[list[float]], list[int]]:
    """Two interleaving half circles, half the points each, a little noise."""
    X, y = [], []
    for i in range(n):
        angle = math.pi * rng.random()
        upper = i % 2 == 0
        centre = (0.0, 0.0) if upper else (1.0, 0.5)
        side = 1 if upper else -1
        X.append(
            [
                centre[0] + side * math.cos(angle) + rng.gauss(0, 0.08),
                centre[1] + side * math.sin(angle) + rng.gauss(0, 0.08),
            ]
        )
        y.append(side)
    return X, y


def test_it_learns_moons() -> None:
    rng = random.Random(7)
    X, y = moons(60, rng)
    mlp = MLP.from_sizes([2, 10, 1], ["tanh", "identity"], rng)
    assert train(mlp, X, y, lr=1.0, steps=300) < 0.1
    assert accuracy(mlp, X, y) == 1
    assert accuracy(mlp, *moons(200, rng)) > 0.95  # points it has not seen


# Nothing underneath


def test_only_the_standard_library_is_imported() -> None:
    tree = ast.parse(Path(str(scalar.__file__)).read_text(encoding="utf-8"))
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules.add(str(node.module).split(".")[0])
        elif isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in ("__import__", "importlib.import_module", "exec")
    assert modules >= {"math", "random"}
    assert modules - sys.stdlib_module_names == set()
    assert "byhand" not in modules


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=2))
@steady
def test_dot_is_the_sum_of_the_products(x: list[float]) -> None:
    w = [Value(0.5), Value(-2)]
    one, many = dot(w, x), w[0] * x[0] + w[1] * x[1]
    assert one.data == many.data
    one.backward()
    by_dot = [value.grad for value in w]
    many.backward()
    assert by_dot == [value.grad for value in w]


def test_initial_weights_have_mean_zero() -> None:
    network = MLP.from_sizes([40, 40, 40], ["tanh", "tanh"], random.Random(0))
    weights = [value.data for value in network.parameters() if value.data != 0.0]
    assert len(weights) == 3200
    assert abs(sum(weights) / len(weights)) < 0.02


def test_what_is_computed_may_be_infinite_and_what_is_given_may_not() -> None:
    assert (Value(1e308) * 10.0).data == math.inf
    with pytest.raises(ValueError, match="data must be a finite real number; got inf"):
        Value(math.inf)
