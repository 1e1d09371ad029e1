import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

import numpy as np
import pytest

from byhand.layers import Dense
from byhand.mlp import MLP, ForwardTrace
from byhand.show import Diagram, network
from byhand.show.palette import PALETTE
from byhand.worked import churn, session_one
from tests.show.networks import random_trace

SVG = "{http://www.w3.org/2000/svg}"
PHONE = 390 - 2 * 16  # pixels of a phone that are left for a figure
WIDE = 0.56  # of a character, in em: as wide as Helvetica's digits


@dataclass
class Box:
    left: float
    top: float
    right: float
    bottom: float
    what: str

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def f(element: ET.Element, name: str) -> float:
    return float(element.attrib[name])


def parse(drawn: Diagram) -> ET.Element:
    root = ET.fromstring(drawn.svg)
    assert root.tag == f"{SVG}svg"
    return root


def texts(drawn: Diagram) -> list[ET.Element]:
    return list(parse(drawn).iter(f"{SVG}text"))


def said(drawn: Diagram) -> list[str]:
    return ["".join(text.itertext()) for text in texts(drawn)]


def text_box(text: ET.Element) -> Box:
    content = "".join(text.itertext())
    width = 15 * WIDE * sum(0.5 if c in ".,il " else 1 for c in content)
    x, y = f(text, "x"), f(text, "y")
    left = {"middle": x - width / 2, "end": x - width}.get(text.get("text-anchor", ""), x)
    return Box(left, y - 15 * 0.72, left + width, y + 15 * 0.05, content)


def unit_boxes(drawn: Diagram) -> list[Box]:
    boxes = []
    for rect in parse(drawn).iter(f"{SVG}rect"):
        if rect.get("stroke"):
            x, y = f(rect, "x"), f(rect, "y")
            boxes.append(Box(x, y, x + f(rect, "width"), y + f(rect, "height"), "neuron"))
    for circle in parse(drawn).iter(f"{SVG}circle"):
        x, y, r = (f(circle, name) for name in ("cx", "cy", "r"))
        boxes.append(Box(x - r, y - r, x + r, y + r, "input"))
    return boxes


def weight_lines(drawn: Diagram) -> list[ET.Element]:
    return [line for line in parse(drawn).iter(f"{SVG}line") if "stroke-opacity" in line.attrib]


def minus(value: float) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


NETWORKS = {
    "churn": churn.trace(),
    "2-4-2": random_trace([2, 4, 2], ["tanh", "softmax"], 3),
    "2-1": random_trace([2, 1], ["sigmoid"], 1),
    "5-2-1": random_trace([5, 2, 1], ["relu", "sigmoid"], 2),
    "3-3-1": random_trace([3, 3, 1], ["leaky_relu", "identity"], 2),
}


@pytest.fixture(params=NETWORKS)
def trace(request: pytest.FixtureRequest) -> ForwardTrace:
    return NETWORKS[request.param]


@pytest.fixture
def drawn(trace: ForwardTrace) -> Diagram:
    return network(trace.mlp, trace)


def test_every_weight_bias_and_value_is_in_the_picture(trace: ForwardTrace, drawn: Diagram) -> None:
    shown = said(drawn)
    for dense, record in zip(trace.mlp.layers, trace.layers, strict=True):
        given = [*dense.W.ravel(), *dense.b]
        assert not {minus(v) for v in given} - set(shown)
        for value in [*record.z[0], *record.a[0]]:
            near = [s for s in shown if re.fullmatch(r"\N{MINUS SIGN}?\d+(\.\d+)?", s)]
            floats = np.array([float(s.replace("\N{MINUS SIGN}", "-")) for s in near])
            assert np.abs(floats - value).min() <= 0.0005 + 1e-12
    assert not {minus(x) for x in trace.X[0]} - set(shown)
    assert len(weight_lines(drawn)) == sum(dense.W.size for dense in trace.mlp.layers)
    assert len(unit_boxes(drawn)) == sum(trace.mlp.sizes)


def test_nothing_overlaps(drawn: Diagram) -> None:
    units = unit_boxes(drawn)
    labels = [text_box(text) for text in texts(drawn)]
    for one, other in itertools.combinations(labels, 2):
        assert not one.meets(other), f"{one.what} and {other.what}"
    for one, other in itertools.combinations(units, 2):
        assert not one.meets(other)
    for label in labels:
        for unit in units:
            inside = label.left >= unit.left and label.right <= unit.right
            assert inside or not label.meets(unit), f"{label.what} runs over a {unit.what}"


def test_everything_is_inside_and_large_enough_for_a_phone(drawn: Diagram) -> None:
    root = parse(drawn)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    for box in [*unit_boxes(drawn), *map(text_box, texts(drawn))]:
        assert box.left >= 0, box.what
        assert box.right <= width, box.what
        assert box.top >= 0, box.what
        assert box.bottom <= height, box.what
    assert f(root, "font-size") * PHONE / width >= 11


def test_each_weight_stands_on_its_own_edge(trace: ForwardTrace, drawn: Diagram) -> None:
    weights = [float(w) for dense in trace.mlp.layers for w in dense.W.ravel()]
    lines = weight_lines(drawn)
    labels = [text for text in texts(drawn) if "paint-order" in text.attrib]
    assert len(labels) == len(lines) == len(weights)
    for line, label, weight in zip(lines, labels, weights, strict=True):
        assert label.text == minus(weight)
        x1, y1, x2, y2 = (f(line, name) for name in ("x1", "y1", "x2", "y2"))
        x, y = f(label, "x"), f(label, "y") - 15 * 0.35
        assert x1 < x < x2
        assert y == pytest.approx(y1 + (x - x1) / (x2 - x1) * (y2 - y1), abs=0.05)


def test_edges_show_sign_by_colour_and_size_by_width(trace: ForwardTrace, drawn: Diagram) -> None:
    weights = [float(w) for dense in trace.mlp.layers for w in dense.W.ravel()]
    lines = weight_lines(drawn)
    for line, weight in zip(lines, weights, strict=True):
        assert f"--bh-{'positive' if weight > 0 else 'negative'}," in line.attrib["stroke"]
    by_size = sorted(zip(map(abs, weights), lines, strict=True), key=lambda pair: pair[0])
    widths = [f(line, "stroke-width") for _, line in by_size]
    assert widths == sorted(widths)
    assert widths[-1] == 4.5
    assert widths[0] >= 1.2


def test_a_weight_of_zero_is_neither_colour() -> None:
    drawn = network(MLP([Dense([[0.0], [1.0]], [0.0], "sigmoid")]))
    zero, _ = weight_lines(drawn)
    assert "--bh-muted," in zero.attrib["stroke"]
    assert "stroke-dasharray" in zero.attrib


def test_the_markup_follows_the_scheme_and_cannot_clash(drawn: Diagram) -> None:
    assert drawn.svg.count("<svg") == 1
    assert drawn.svg.startswith("<svg ")
    assert drawn.svg.endswith("</svg>")
    root = parse(drawn)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == drawn.alt
    assert root.attrib["width"] == "100%"
    for element in root.iter():
        assert not {"id", "style"} & set(element.attrib)
        assert element.tag != f"{SVG}style"
        for name in ("fill", "stroke"):
            colour = element.get(name, "none")
            if colour != "none":
                match = re.fullmatch(r"var\(--bh-(\w+), (#[0-9a-f]{6})\)", colour)
                assert match
                assert match[2] == PALETTE[match[1]][0]
    for text in root.iter(f"{SVG}text"):
        assert "fill" in text.attrib
    assert drawn._repr_html_() == drawn.svg


def test_with_a_key_computed_values_are_tokens_with_their_key() -> None:
    trace, values = churn.trace(), churn.numbers()
    drawn = network(trace.mlp, trace, 3, key="churn.s3")
    keyed = [text for text in texts(drawn) if "data-key" in text.attrib]
    keys = [text.attrib["data-key"] for text in keyed]
    assert keys == [f"churn.s3.{n}" for n in ("z1_1", "a1_1", "z1_2", "a1_2", "z2", "y_hat")]
    assert [text.text for text in keyed] == [f"{{@{key}}}" for key in keys]
    assert set(keys) <= set(values)
    assert re.findall(r"\{@([^}]+)\}", drawn.alt) == keys


def test_weights_may_have_fewer_digits_than_the_values_in_the_boxes() -> None:
    mlp, trace = session_one.network(), session_one.trace()
    drawn = set(said(network(mlp, trace, decimals=4, weight_decimals=2)))
    assert {"−0.6091", "0.3731", "0.12", "−0.96"} <= drawn
    assert not {"0.1210", "−0.9566"} & drawn  # weights with four
    assert "0.25" not in drawn  # twelve weights in one place are more than can be read


def test_the_name_of_the_picture_tells_its_numbers() -> None:
    trace = churn.trace()
    alt = network(trace.mlp, trace, input_names=["tenure", "charges"]).alt
    assert alt == (
        "Network 2-2-1: 2 inputs, hidden layer of 2 ReLU units, output layer of 1 sigmoid unit. "
        "tenure: x1 = 0.5. charges: x2 = 0.1. "
        "Hidden neuron 1: weights 0.5, −0.2, b1 = 0.1, z1 = 0.33, a1 = 0.33. "
        "Hidden neuron 2: weights 0.3, 0.8, b2 = −0.1, z2 = 0.13, a2 = 0.13. "
        "Output: weights 0.6, −0.4, b = 0, z = 0.146, ŷ = 0.536."
    )


def test_the_data_is_all_of_it_and_unrounded(trace: ForwardTrace, drawn: Diagram) -> None:
    data = drawn.data
    assert data["sizes"] == list(trace.mlp.sizes)
    assert len(data["activations"]) == len(trace.mlp.layers)
    for weight in data["weights"]:
        dense = trace.mlp.layers[weight["layer"] - 1]
        assert weight["w"] == dense.W[weight["from"] - 1, weight["to"] - 1]
    assert len(data["weights"]) == sum(dense.W.size for dense in trace.mlp.layers)
    for unit in data["units"]:
        at, u = unit["layer"] - 1, unit["unit"] - 1
        if at < 0:
            assert unit["x"] == trace.X[0, u]
        else:
            assert unit["z"] == trace.layers[at].z[0, u]
            assert unit["a"] == trace.layers[at].a[0, u]
            assert unit["b"] == trace.mlp.layers[at].b[u]
    assert len(data["units"]) == sum(trace.mlp.sizes)


def test_without_a_trace_the_units_show_symbols() -> None:
    drawn = network(churn.network())
    shown = said(drawn)
    assert {"x1", "x2", "a1", "a2", "ŷ", "b1", "b2", "b", "0.5", "−0.4"} <= set(shown)
    assert not {"z1", "0.33", "0.146"} & set(shown)
    assert len(parse(drawn).findall(f".//{SVG}circle")) == 5
    assert "z1" not in drawn.alt
    assert all("z" not in unit for unit in drawn.data["units"])


def test_a_large_network_says_what_it_leaves_out() -> None:
    trace = random_trace([12, 9, 3], ["relu", "softmax"])
    drawn = network(trace.mlp, trace)
    shown = said(drawn)
    assert {"x1", "x5", "x12", "z9", "6 more", "3 more"} <= set(shown)
    assert not {"x6", "x11", "z6"} & set(shown)
    assert len(weight_lines(drawn)) == 6 * 6 + 6 * 3
    assert not [text for text in texts(drawn) if "paint-order" in text.attrib]
    assert drawn.alt.endswith(
        "6 of the 12 inputs are not drawn. 3 of the 9 neurons of the hidden layer are not drawn."
    )
    assert len(drawn.data["weights"]) == 12 * 9 + 9 * 3


def test_several_hidden_layers_are_counted() -> None:
    trace = random_trace([2, 3, 3, 1], ["relu", "relu", "sigmoid"])
    drawn = network(trace.mlp, trace)
    assert {"hidden 1", "hidden 2", "output layer"} <= set(said(drawn))
    assert "Hidden layer 2, neuron 3: weights" in drawn.alt
    units = unit_boxes(drawn)
    assert not any(a.meets(b) for a, b in itertools.combinations(units, 2))


def test_what_does_not_fit_is_an_error() -> None:
    trace = churn.trace()
    with pytest.raises(ValueError, match=r"trace must be of sizes \(2, 1\); got \(2, 2, 1\)"):
        network(random_trace([2, 1], ["relu"]).mlp, trace)
    with pytest.raises(ValueError, match="sample must lie in 1 to 5; got 6"):
        network(trace.mlp, trace, 6)
    with pytest.raises(ValueError, match="input_names must be 2 names; got 1"):
        network(trace.mlp, input_names=["tenure"])
