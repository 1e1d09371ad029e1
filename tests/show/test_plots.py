import re
from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.contour import ContourSet

from byhand.show.plots import classes, decision_surface
from byhand.worked import churn


@pytest.fixture
def axes() -> Iterator[Any]:
    figure, made = plt.subplots()
    yield made
    plt.close(figure)


def bands(axes: Any) -> list[tuple[Any, Any]]:
    """Vertices and colour, with its alpha, of each band that has an area."""
    sets = [c for c in axes.collections if isinstance(c, ContourSet) and c.filled]
    pairs = [pair for c in sets for pair in zip(c.get_paths(), c.get_facecolor(), strict=True)]
    found = [(np.asarray(path.vertices), colour) for path, colour in pairs]
    return [(vertices, colour) for vertices, colour in found if vertices.size]


def test_the_surface_is_what_the_network_answers(axes: Any) -> None:
    mlp = churn.network()
    surface = decision_surface(axes, mlp.predict, churn.X, churn.y, steps=21)
    assert surface.shape == (21, 21)
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert surface[0, 0] == mlp.predict([[left, bottom]])[0, 0]
    assert surface[0, -1] == pytest.approx(mlp.predict([[right, bottom]])[0, 0], rel=1e-12)
    assert surface[-1, 0] == pytest.approx(mlp.predict([[left, top]])[0, 0], rel=1e-12)
    assert (left, right) == pytest.approx((0.2 - 0.105, 0.9 + 0.105))
    assert (bottom, top) == pytest.approx((0.1 - 0.105, 0.8 + 0.105))


def test_each_side_has_the_colour_of_its_class(axes: Any) -> None:
    decision_surface(axes, lambda grid: grid[:, :1], [[0.0, 0.0], [1.0, 1.0]], [0, 1])
    for vertices, colour in bands(axes):
        assert to_hex(colour) == to_hex("C1" if vertices[:, 0].mean() > 0.5 else "C0")
    assert len(bands(axes)) == 8
    lines = [c for c in axes.collections if isinstance(c, ContourSet) and not c.filled]
    assert len(lines) == 1
    assert np.concatenate([p.vertices for p in lines[0].get_paths()])[:, 0] == pytest.approx(0.5)


def test_the_shade_is_stronger_further_from_the_border(axes: Any) -> None:
    decision_surface(axes, lambda grid: grid[:, :1], [[0.0, 0.0], [1.0, 1.0]], [0, 1])
    for colour in ("C0", "C1"):
        shades = [pair for pair in bands(axes) if to_hex(pair[1]) == to_hex(colour)]
        centre = [vertices[:, 0].mean() for vertices, _ in shades]
        alphas = [shade[3] for _, shade in shades]
        assert len(set(alphas)) == 4
        assert np.argsort(np.abs(np.array(centre) - 0.5)).tolist() == np.argsort(alphas).tolist()


def test_one_answer_everywhere_has_no_border(axes: Any) -> None:
    decision_surface(axes, lambda grid: np.full(len(grid), 0.5), churn.X, churn.y)
    assert not bands(axes)
    decision_surface(axes, lambda grid: np.full(len(grid), 0.75), churn.X, churn.y)
    assert {to_hex(colour) for _, colour in bands(axes)} <= {to_hex("C1")}


def test_samples_are_told_apart_by_colour_and_by_shape(axes: Any) -> None:
    classes(axes, churn.X, churn.y, names=("stayed", "left"))
    stayed, left = axes.collections
    assert stayed.get_offsets().tolist() == churn.X[churn.y[:, 0] == 0].tolist()
    assert left.get_offsets().tolist() == churn.X[churn.y[:, 0] == 1].tolist()
    assert [c.get_label() for c in axes.collections] == ["stayed", "left"]
    assert to_hex(left.get_facecolor()[0]) == to_hex("C1")
    shapes = [collection.get_paths()[0].vertices.shape for collection in axes.collections]
    assert shapes[0] != shapes[1]


def test_what_cannot_be_drawn_is_an_error(axes: Any) -> None:
    with pytest.raises(ValueError, match=re.escape("X must be (n, 2)")):
        classes(axes, [[1.0, 2.0, 3.0]], [0])
    with pytest.raises(ValueError, match=re.escape("y must be (5,), the shape of X's rows")):
        classes(axes, churn.X, churn.y[:2])
    with pytest.raises(ValueError, match="y must be 0 or 1; got 2"):
        classes(axes, churn.X, [0, 1, 2, 1, 0])
    with pytest.raises(ValueError, match=r"predict must answer 25 points; got shape \(1,\)"):
        decision_surface(axes, lambda _: np.zeros(1), churn.X, churn.y, steps=5)
