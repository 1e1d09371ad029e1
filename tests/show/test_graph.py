"""The computation graph: all of it is there, legible, and nothing runs over a number."""

import itertools
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from byhand.scalar import MLP, Value, dot
from byhand.show import Diagram, graph
from byhand.show.palette import PALETTE
from tests.show.test_network import PHONE, SVG, Box, f, parse, text_box, texts

Drawn = tuple[Value, dict[str, Value]]
MINUS = "\N{MINUS SIGN}"


def power() -> Drawn:
    x, w = Value(3), Value(-2)
    y = (w * x + 7) ** 2
    return y, {"x": x, "w": w, "y": y}


def neuron() -> Drawn:
    x1, x2, w1, w2, b = map(Value, [0.5, 0.1, 0.5, -0.2, 0.1])
    z = w1 * x1 + w2 * x2 + b
    return z.tanh(), {"x1": x1, "x2": x2, "w1": w1, "w2": w2, "b": b, "z": z}


def shared() -> Drawn:
    x = Value(3)
    return x * x + x, {"x": x}


def long_wires() -> Drawn:
    a, b = Value(2), Value(0.25)
    m = a * b
    return (m + 1).relu() * m.exp() - a / b, {"a": a, "b": b}


def network() -> Drawn:
    mlp = MLP.from_sizes([2, 3, 1], ["tanh", "sigmoid"], random.Random(3))
    x1, x2 = Value(0.3), Value(-0.7)
    (y_hat,) = mlp([x1, x2])
    return -y_hat.log(), {"x1": x1, "x2": x2, "y_hat": y_hat}


def leaf() -> Drawn:
    return Value(0.5), {}


GRAPHS = {made.__name__: made for made in (power, neuron, shared, long_wires, network, leaf)}
SMALL = ("power", "neuron", "shared", "long_wires", "leaf")


@pytest.fixture(params=GRAPHS)
def made(request: pytest.FixtureRequest) -> Drawn:
    result, names = GRAPHS[request.param]()
    result.backward()
    return result, names


@pytest.fixture
def drawn(made: Drawn) -> Diagram:
    return graph(*made)


def node_boxes(drawn: Diagram) -> list[Box]:
    found = []
    for rect in parse(drawn).iter(f"{SVG}rect"):
        x, y = f(rect, "x"), f(rect, "y")
        found.append(Box(x, y, x + f(rect, "width"), y + f(rect, "height"), "node"))
    return found


def paths(drawn: Diagram) -> list[list[tuple[float, float]]]:
    """Follow each wire: its level parts by their ends, its bends by twenty points."""
    return [list(follow(path.attrib["d"])) for path in parse(drawn).iter(f"{SVG}path")]


def follow(d: str) -> Iterator[tuple[float, float]]:
    x = y = 0.0
    for letter, rest in re.findall(r"([MHC])([^MHC]+)", d):
        numbers = [float(number) for number in rest.split()]
        if letter == "M":
            x, y = numbers
        elif letter == "H":
            steps = [x + (numbers[0] - x) * t / 20 for t in range(20)]
            yield from ((step, y) for step in steps)
            x = numbers[0]
        else:
            xs, ys = [x, *numbers[::2]], [y, *numbers[1::2]]
            for i in range(21):
                t = i / 20
                share = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3]
                yield (
                    sum(s * at for s, at in zip(share, xs, strict=True)),
                    sum(s * at for s, at in zip(share, ys, strict=True)),
                )
            x, y = xs[-1], ys[-1]
    yield x, y


def numbers_of(drawn: Diagram, colour: str) -> list[float]:
    found = [text for text in texts(drawn) if f"--bh-{colour}," in text.attrib["fill"]]
    return [float("".join(text.itertext()).replace(MINUS, "-")) for text in found]


def test_every_value_has_its_number_and_its_gradient(made: Drawn, drawn: Diagram) -> None:
    order = made[0].graph()
    assert len(node_boxes(drawn)) == len(order)
    for colour, wanted in (
        ("forward", [node.data for node in order]),
        ("backward", [node.grad for node in order]),
    ):
        assert numbers_of(drawn, colour) == pytest.approx(wanted, abs=0.0005 + 1e-12)


def arrives(at: tuple[float, float], middle: tuple[float, float]) -> bool:
    """Tell whether a wire that ends there ends behind the node with that middle."""
    return abs(at[0] - middle[0]) < 0.1 and abs(at[1] - middle[1]) <= 12.1


def test_every_use_has_a_wire_from_node_to_node(made: Drawn, drawn: Diagram) -> None:
    order = made[0].graph()
    middle = {
        node: ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        for node, box in zip(order, node_boxes(drawn), strict=True)
    }
    uses = sorted((middle[source], middle[node]) for node in order for source in node.inputs)
    ends = []
    for path in paths(drawn):
        (start,) = [m for m in middle.values() if m == pytest.approx(path[0], abs=0.1)]
        (end,) = [m for m in middle.values() if arrives(path[-1], m)]
        ends.append((start, end))
    assert sorted(ends) == uses


def test_wires_into_a_node_arrive_apart(made: Drawn, drawn: Diagram) -> None:
    arrivals = [path[-1] for path in paths(drawn)]
    assert len(set(arrivals)) == len(arrivals) == sum(len(v.inputs) for v in made[0].graph())


def test_nothing_overlaps_and_no_wire_runs_over_a_number(drawn: Diagram) -> None:
    nodes, labels = node_boxes(drawn), [text_box(text) for text in texts(drawn)]
    for one, other in itertools.combinations(labels, 2):
        assert not one.meets(other), f"{one.what} and {other.what}"
    for one, other in itertools.combinations(nodes, 2):
        assert not one.meets(other)
    for label in labels:
        holders = [n for n in nodes if n.meets(label)]
        assert all(n.left <= label.left and label.right <= n.right for n in holders), label.what
        for x, y in itertools.chain.from_iterable(paths(drawn)):
            over = label.left < x < label.right and label.top < y < label.bottom
            assert holders or not over, f"a wire runs over {label.what}"


def test_wires_run_from_left_to_right(drawn: Diagram) -> None:
    for path in paths(drawn):
        xs = [x for x, _ in path]
        assert xs == sorted(xs)
        assert xs[0] < xs[-1]


def test_everything_is_inside(drawn: Diagram) -> None:
    left, top, width, height = map(float, parse(drawn).attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    for box in [*node_boxes(drawn), *map(text_box, texts(drawn))]:
        assert box.left >= 0, box.what
        assert box.right <= width, box.what
        assert box.top >= 0, box.what
        assert box.bottom <= height, box.what
    for x, y in itertools.chain.from_iterable(paths(drawn)):
        assert 0 <= x <= width
        assert 0 <= y <= height


@pytest.mark.parametrize("name", SMALL)
def test_a_small_graph_is_large_enough_for_a_phone(name: str) -> None:
    root = parse(graph(*GRAPHS[name]()))
    assert f(root, "font-size") * PHONE / float(root.attrib["viewBox"].split()[2]) >= 11


def test_the_markup_follows_the_scheme_and_cannot_clash(drawn: Diagram) -> None:
    root = parse(drawn)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == drawn.alt
    for element in root.iter():
        assert not {"id", "style"} & set(element.attrib)
        for name in ("fill", "stroke"):
            if (colour := element.get(name, "none")) != "none":
                match = re.fullmatch(r"var\(--bh-(\w+), (#[0-9a-f]{6})\)", colour)
                assert match
                assert match[2] == PALETTE[match[1]][0]


def test_without_backward_no_gradient_is_shown() -> None:
    result, names = power()
    drawn = graph(result, names)
    assert numbers_of(drawn, "forward") == [-2, 3, -6, 7, 1, 1]
    assert numbers_of(drawn, "backward") == []
    assert "gradient" not in drawn.alt


def test_the_name_of_the_picture_tells_its_numbers() -> None:
    result, names = power()
    result.backward()
    assert graph(result, names).alt == (
        f"Computation graph of 6 values. w = {MINUS}2, gradient 6. x = 3, gradient {MINUS}4. "
        f"product of w and x = {MINUS}6, gradient 2. number 7, gradient 2. "
        "sum of product and 7 = 1, gradient 2. y: power 2 of sum = 1, gradient 1."
    )
    assert graph(Value(2)).alt == "Computation graph of 1 value. number 2."


def test_a_large_graph_tells_its_result_alone() -> None:
    result, names = network()
    assert graph(result, names | {"L": result}).alt == (
        f"Computation graph of {len(result.graph())} values. L: negative of ln = "
        f"{graph(result).alt.split()[-1][:-1]}."
    )


def test_names_operations_and_indices_are_written_as_in_the_text() -> None:
    y_hat, w, v = Value(2), Value(3), Value(4)
    made = dot([y_hat, w], [v, 1]) ** -2 - y_hat.log().relu() / w.sigmoid() ** 0.5 + -v
    shown = ["".join(t.itertext()) for t in texts(graph(made, {"y_hat": y_hat, "w1_2": w, "v": v}))]
    assert {"ŷ", "w1,2", "v", "dot", "x⁻²", MINUS, "ln", "ReLU", "÷", "x⁰·⁵", "sigmoid", "+"} <= {
        *shown
    }


def test_with_keys_numbers_are_tokens_with_their_key() -> None:
    result, names = neuron()
    result.backward()
    drawn = graph(result, names, keys={"z": "n.z"}, gradient_keys={"w1": "n.dw1", "z": "n.dz"})
    keyed = {
        text.attrib["data-key"]: text.text for text in texts(drawn) if "data-key" in text.attrib
    }
    assert keyed == {"n.z": "{@n.z}", "n.dw1": "{@n.dw1}", "n.dz": "{@n.dz}"}
    assert set(re.findall(r"\{@([^}]+)\}", drawn.alt)) == set(keyed)
    plain, tokens = parse(graph(result, names)), parse(drawn)
    assert plain.attrib["viewBox"] == tokens.attrib["viewBox"]  # the text decides, not the token


def test_the_data_is_all_of_it_and_unrounded(made: Drawn, drawn: Diagram) -> None:
    order = made[0].graph()
    called = {value: name for name, value in made[1].items()}
    assert drawn.data["values"] == [
        {
            "name": called.get(node, ""),
            "op": node.op,
            "data": node.data,
            "grad": node.grad,
            "inputs": [order.index(source) + 1 for source in node.inputs],
            "slopes": list(node.slopes),
        }
        for node in order
    ]


def test_the_drawing_is_the_same_each_time() -> None:
    first, second = (graph(*network()).svg for _ in range(2))
    assert first == second


def test_what_cannot_be_drawn_is_an_error() -> None:
    result, names = power()
    with pytest.raises(ValueError, match="names must be of values of the graph; 'q' is of another"):
        graph(result, {"q": Value(1)})
    with pytest.raises(ValueError, match="keys must be of names; got 'z', names are x, w, y"):
        graph(result, names, gradient_keys={"z": "n.dz"})
    chain = Value(1)
    for _ in range(60):
        chain = -chain
    with pytest.raises(ValueError, match="a graph must have at most 60 values; got 61"):
        graph(chain)


def test_the_drawing_is_well_formed(drawn: Diagram) -> None:
    assert ET.fromstring(drawn.svg).tag == f"{SVG}svg"
    assert drawn._repr_html_() == drawn.svg
