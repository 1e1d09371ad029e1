"""Where the course uses the library: names are followed to where they are defined."""

import json
from pathlib import Path

import pytest

from byhand_site import pages, usage
from byhand_site.fences import Block
from byhand_site.pages import Page
from byhand_site.paths import DOCS


@pytest.mark.parametrize(
    ("name", "defined"),
    [
        ("byhand.MLP", "byhand.mlp.MLP"),
        ("byhand.MLP.from_sizes", "byhand.mlp.MLP"),
        ("byhand.losses.mse.value", "byhand.losses.mse"),
        ("byhand.losses", "byhand.losses"),
        ("byhand.show.network", "byhand.show.network_diagram.network"),
        ("byhand.show.PALETTE", "byhand.show.palette.PALETTE"),
        ("byhand.worked.churn.trace", "byhand.worked.churn._data.trace"),
        ("byhand.mlp.np.zeros", ""),
        ("byhand.nothing", ""),
        ("numpy.array", ""),
    ],
)
def test_a_name_is_followed_to_where_it_is_defined(name: str, defined: str) -> None:
    assert usage.resolve(name) == defined


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import byhand\nbyhand.MLP([])", {"byhand.mlp.MLP"}),
        ("import byhand.losses as l\nl.mse.value(1, 2)", {"byhand.losses.mse"}),
        ("from byhand import optim\ng = optim.path(optim.Adam())", {"optim.path", "optim.Adam"}),
        ("from byhand.init import he as start\n", {"byhand.init.he"}),
        ("import numpy as np\nnp.array([1]); losses = 1; losses.mse", set()),
        ("def f():\n    from byhand import scalar\n    return scalar.Value(1)", {"scalar.Value"}),
    ],
)
def test_names_are_found_in_code(source: str, names: set[str]) -> None:
    whole = {name if name.startswith("byhand.") else f"byhand.{name}" for name in names}
    assert usage.names_in(source) == whole


def test_a_module_offers_its_list_or_its_own_names() -> None:
    assert usage.public("byhand.init") == ["normal", "xavier", "he"]
    assert {"PALETTE", "network"} <= set(usage.public("byhand.show"))
    assert "GATES" in usage.public("byhand.data")
    assert "np" not in usage.public("byhand.data")


@pytest.mark.parametrize(
    ("module", "name", "alias"),
    [
        ("byhand.activations", "Rule", True),
        ("byhand.scalar", "Operand", True),
        ("byhand.train", "Network", True),
        ("byhand.train", "Batch", True),
        ("byhand.activations", "relu", False),
        ("byhand.data", "GATES", False),
        ("byhand.worked.gates", "TABLES", False),
        ("byhand.worked.quadratic", "OPTIMISERS", False),
        ("byhand.optim", "Optimiser", False),
    ],
)
def test_only_a_type_by_another_name_is_an_alias(module: str, name: str, alias: bool) -> None:
    assert usage.is_alias(module, name) is alias


def test_a_worked_number_needs_what_it_is_computed_from() -> None:
    needed = usage.needs("byhand.worked.xor.numbers")
    assert {"byhand.worked.xor.trained", "byhand.worked.xor.W1", "byhand.worked.xor.X"} <= needed


def test_a_page_uses_what_its_blocks_name_and_where_its_numbers_come_from() -> None:
    source = "from byhand.losses import mse\nmse.value([[1]], [[2]])"
    block = Block("p.md", "one", "python", 1, source, {})
    view = Block("p.md", "two", "view", 1, "from byhand.losses import half_squared_error", {})
    text = "---\nexample: gates\n---\nA number {@xor.e2000.loss}."
    found = usage.of_page(Page("p.md", text, ("gates",), [block, view]), "{@margins.and.bound}")
    assert {"byhand.losses.mse", "byhand.worked.gates.declared"} <= found
    assert {"byhand.worked.xor.trained", "byhand.worked.margins.bound"} <= found
    assert "byhand.losses.half_squared_error" not in found
    assert "byhand.worked.gates.numbers" not in found


def test_a_lab_uses_what_its_cells_name(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["import byhand.init"]},
        {"cell_type": "code", "source": ["from byhand import scaling\n", "scaling.Standardiser"]},
    ]
    (tmp_path / "lab.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert usage.of_lab(tmp_path / "lab.ipynb") == {"byhand.scaling.Standardiser"}
    assert usage.places({}, tmp_path) == {"byhand.scaling.Standardiser": ["lab.ipynb"]}


def test_pages_are_named_shortly() -> None:
    names = map(usage.label, ("03-activations/index.md", "05-forward-pass/lab.ipynb", "bench.md"))
    assert [*names] == ["chapter 3", "lab of chapter 5", "bench"]


def test_every_chapter_uses_the_library() -> None:
    used = usage.places(pages.load()[0], DOCS)
    chapters = {path for paths in used.values() for path in paths if path[:2].isdigit()}
    assert len(chapters) > 10
    assert used["byhand.perceptron.learn"][0] == "02-perceptron/index.md"
