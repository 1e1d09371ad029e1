"""Labs: light, complete and never stale; their checks can say both *not yet* and *right*."""

import ast
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from byhand_site import outputs
from byhand_site.cache import Cache
from tests import labs, pages
from tests.labs import DOCS, NAMES, Ran
from tests.site.conftest import Built
from tests.site.course import Course, configuration
from tests.site.test_cache import Desk, desk_at

HEAVIEST = 150 * 1024
TASKS = [(name, task) for name in NAMES for task in labs.tasks(name)]


@pytest.fixture(scope="module")
def built(site: Path) -> pages.Pages:
    return {name: pages.read(site / Path(name).with_suffix(".html")) for name in NAMES}


def test_the_course_has_its_labs() -> None:
    assert len(NAMES) >= 5
    assert len(TASKS) >= 13


@pytest.mark.parametrize("name", NAMES)
def test_a_lab_and_its_figures_weigh_little(name: str, site: Path, built: pages.Pages) -> None:
    (lab,) = built[name].css('[data-kind="lab"]')
    assert lab.css("img, image, object, iframe, video, canvas") == []  # all it shows is in it
    assert len(lab.css("svg.figure")) >= 1
    assert (site / Path(name).with_suffix(".html")).stat().st_size <= HEAVIEST


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_a_lab_says_what_there_is_to_see(name: str, built: pages.Pages) -> None:
    written = [text for cell in labs.cells(name) for text in cell.metadata.get("alt", [])]
    captions = [text for cell in labs.cells(name) for text in cell.metadata.get("caption", [])]
    figures = built[name].css("figure")
    assert [pages.get(figure.css("svg")[0], "aria-label") for figure in figures] == written
    assert len(captions) == len(figures)
    assert all(len(text.split()) >= 12 for text in written)


@pytest.mark.parametrize("name", NAMES)
def test_a_lab_needs_only_what_its_text_names(name: str) -> None:
    trees = [ast.parse(cell.source) for cell in labs.cells(name)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    used = {module.split(".")[0] for module in modules} - sys.stdlib_module_names
    assert used == {"byhand", "matplotlib", "numpy"}
    first = json.loads((DOCS / name).read_text(encoding="utf-8"))["cells"][0]
    assert "You need Python, NumPy, matplotlib and the package `byhand`" in "".join(first["source"])


def test_the_section_of_the_labs_lists_them_in_the_course_s_order() -> None:
    text = (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8")
    (section,) = re.findall(r"^  - Labs:\n((?:      - .*\n)+)", text, re.MULTILINE)
    assert re.findall(r": (\S+)$", section, re.MULTILINE) == NAMES


# --- the tasks


@pytest.mark.parametrize(("name", "task"), TASKS)
def test_a_task_has_a_stub_that_is_refused_and_an_answer_that_is_accepted(
    name: str, task: str
) -> None:
    ids = [cell.id for cell in labs.cells(name)]
    at = ids.index(f"my-{task}")
    assert ids[at + 1 : at + 3] == [f"check-{task}", f"answer-{task}"]
    stored = outputs.load(DOCS, name)
    assert stored[f"check-{task}"].splitlines()[-1].startswith("not yet: ")
    assert "not yet" not in stored[f"answer-{task}"]
    assert "right: " in stored[f"answer-{task}"]


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_folded_and_nothing_else_is(name: str, built: pages.Pages) -> None:
    (lab,) = built[name].css('[data-kind="lab"]')
    folds = lab.css("details")
    assert ["open" in fold.attrs for fold in folds] == [False] * len(folds)
    folded = [cell for fold in folds for cell in pages.every(fold, "data-cell")]
    assert folded == [f"answer-{task}" for task in labs.tasks(name)]
    assert all(fold.css("summary")[0].text() == "One answer" for fold in folds)
    closed = {"source_hidden": True, "outputs_hidden": True}  # so in the downloaded notebook
    hidden = [cell.id for cell in labs.cells(name) if cell.metadata.get("jupyter") == closed]
    assert hidden == folded


@pytest.fixture(scope="module")
def ran() -> dict[str, Ran]:
    return {name: labs.run(name) for name in NAMES}


@pytest.mark.site
@pytest.mark.parametrize("name", NAMES)
def test_no_digit_that_a_lab_prints_hangs_on_the_last_bits(name: str) -> None:
    """Random weights that are off in the eleventh digit change nothing in what is printed."""
    blurred = labs.run(name, blurred=True)
    stored = outputs.load(DOCS, name)
    assert {cell: text for cell, text in blurred.printed.items() if text} == stored


BATCH = "05-forward-pass/lab.ipynb"
FORWARD, BACKWARD = "06-matrix-algebra/lab.ipynb", "09-backpropagation/lab.ipynb"
RACE, DIGITS = "12-optimisers/lab.ipynb", "18-digits/lab.ipynb"
WRONG = {
    "the lowest in a corner": (BATCH, "print(check_extremes(highest, [0, 1]))"),
    "the highest outside": (BATCH, "print(check_extremes([1.5, 0], lowest))"),
    "hidden biases forgotten": (
        FORWARD,
        "print(check_matrices(lambda: (W_h, 0 * b_h, W_o, b_o)))",
    ),
    "output neurons swapped": (
        FORWARD,
        "print(check_matrices(lambda: (W_h, b_h, W_o[:, ::-1], b_o)))",
    ),
    "softmax over the samples": (
        FORWARD,
        "print(check_softmax(lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0)))",
    ),
    "shares instead of softmax": (
        FORWARD,
        "print(check_softmax(lambda Z: np.ones_like(Z) / Z.shape[1]))",
    ),
    "biases only added": (
        FORWARD,
        "print(check_collapse(lambda Ws, bs: (collapse(Ws, bs)[0], bs[-1] + bs[0].sum())))",
    ),
    "matrices in the wrong order": (
        FORWARD,
        "print(check_collapse(lambda Ws, bs: (Ws[0], collapse(Ws, bs)[1])))",
    ),
    "derivatives of biases averaged": (
        BACKWARD,
        "print(check_layer(lambda dZ, A, W: (A.T @ dZ, dZ.mean(axis=0), dZ @ W.T)))",
    ),
    "derivatives of weights turned": (
        BACKWARD,
        "print(check_layer(lambda dZ, A, W: (dZ.T @ A, dZ.sum(axis=0), dZ @ W.T)))",
    ),
    "every derivative too large by the number of samples": (
        BACKWARD,
        """
def sums(kept, y, layers):
    return [(len(y) * dW, len(y) * db) for dW, db in backward(kept, y, layers)]
print(check_backward(sums))
""",
    ),
    "derivatives of the layers in the wrong order": (
        BACKWARD,
        "print(check_backward(lambda kept, y, layers: backward(kept, y, layers)[::-1]))",
    ),
    "one of the two errors mended": (
        BACKWARD,
        """
def half(kept, y, layers):
    right, wrong = mended(kept, y, layers), my_mended(kept, y, layers)
    return [(dW, db) for (dW, _), (_, db) in zip(right, wrong)]
print(check_mended(half))
""",
    ),
    "no derivative at all": (BACKWARD, "print(check_backward(lambda kept, y, layers: []))"),
    "no derivative at all, mended": (BACKWARD, "print(check_mended(lambda kept, y, layers: []))"),
    "the derivative of the weights alone": (
        BACKWARD,
        "print(check_layer(lambda dZ, A, W: (A.T @ dZ,)))",
    ),
    "a winner alone": (RACE, 'print(check_rates({"Adam": 0.1}))'),
    "mistakes in any column": (
        DIGITS,
        """
def anywhere(true, said):
    return confusion(true, np.where(true == said, said, np.where(true == 9, 0, 9 - true)))
print(check_confusion(anywhere))
""",
    ),
    "momentum without its share": (
        RACE,
        "print(check(Momentum(0.1, mu=1), optim.Momentum(0.1)))",
    ),
    "momentum at another rate": (
        RACE,
        "print(check(Momentum(0.11), optim.Momentum(0.1)))",
    ),
    "Adam with another memory": (
        RACE,
        "print(check(Adam(0.1, beta2=0.99), optim.Adam(0.1)))",
    ),
    "the first two winners exchanged": (
        RACE,
        'print(check_rates({"Descent": 1, "Momentum": 5, "Adam": 0.1}))',
    ),
    "a table of confusions that is turned": (
        DIGITS,
        "print(check_confusion(lambda true, said: confusion(said, true)))",
    ),
    "a table that counts each pair once": (
        DIGITS,
        "print(check_confusion(lambda true, said: np.minimum(confusion(true, said), 1)))",
    ),
    "pictures moved and labels in another order": (
        DIGITS,
        "print(check_more(lambda X, y: (more(X, y)[0], np.repeat(y, 5))))",
    ),
    "a picture that is one of the digits": (
        DIGITS,
        """
sure, pixels = lambda picture: (1, 1.0), lambda picture: X[train][:1]
print(check_nonsense(". " * 64))
""",
    ),
}


@pytest.mark.parametrize(("name", "source"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_refused(ran: dict[str, Ran], name: str, source: str) -> None:
    kept = dict(ran[name].names)
    said = ran[name].says(source)
    ran[name].names.clear()
    ran[name].names.update(kept)
    assert said.splitlines()[-1].startswith("not yet: ")


def test_adam_may_be_written_in_another_form(ran: dict[str, Ran]) -> None:
    source = """
class Rearranged(MyAdam):
    def quotient(self, m, v):
        share = np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        return share * m / (np.sqrt(v) + self.epsilon)
print(check(Rearranged(0.1), optim.Adam(0.1)))
"""
    assert ran[RACE].says(source).startswith("right: ")


# --- what the texts of the labs say


def test_in_the_race_the_best_of_the_rows_are_closer_together_than_a_row(
    ran: dict[str, Ran],
) -> None:
    race = ran[RACE].names
    makes = [race[name] for name in ("Descent", "Momentum", "Adam")]
    rows = [
        [sorted(race["solved_at"](make(rate)))[race["STARTS"] // 2 - 1] for rate in race["rates"]]
        for make in makes
    ]
    best = [min(row) for row in rows]
    assert max(best) - min(best) < min(max(row) - min(row) for row in rows)
    winners = {min(range(3), key=lambda row: rows[row][column]) for column in range(4)}
    assert len(winners) > 1


def test_a_network_learns_as_well_from_pictures_whose_pixels_are_shuffled(
    ran: dict[str, Ran],
) -> None:
    lab = ran[DIGITS].names
    np, X, labels, train, choose = (lab[n] for n in ("np", "X", "labels", "train", "choose"))
    shuffled = X[:, np.random.default_rng(5).permutation(64)]
    shares = [
        np.mean(
            [
                lab["share_right"](
                    lab["learn"](inputs[train], labels[train], seed=seed),
                    inputs[choose],
                    labels[choose],
                )
                for seed in range(3)
            ]
        )
        for inputs in (X, shuffled)
    ]
    assert abs(shares[0] - shares[1]) < 0.02


def test_the_answer_for_moved_digits_does_not_hang_on_its_seed(ran: dict[str, Ran]) -> None:
    lab = ran[DIGITS].names
    X, labels, train, choose = (lab[n] for n in ("X", "labels", "train", "choose"))
    for seed in (1, 2, 3):
        network = lab["learn"](*lab["more"](X[train], labels[train]), epochs=10, seed=seed)
        for move in lab["MOVES"].values():
            share = lab["share_right"](network, lab["moved"](X[choose], *move), labels[choose])
            assert share > 0.8


# --- the build


def notebook(*sources: tuple[str, str]) -> str:
    """Write a notebook of cells with names."""
    written: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Lab: a lab"}
    ]
    for name, source in sources:
        cell = {"cell_type": "code", "id": name, "metadata": {}, "source": source}
        written.append(cell | {"execution_count": None, "outputs": []})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps({"cells": written} | about)


def add(course: Course, **written: str) -> None:
    """Put notebooks into a course."""
    for name, text in written.items():
        course.write(f"{name}.ipynb", text)
    text = configuration(*(f"{name}.ipynb" for name in written))
    (course.root / "mkdocs.yml").write_text(text, encoding="utf-8")


def test_what_is_wrong_with_a_lab_fails_the_build_by_its_cell(small: Built, tmp_path: Path) -> None:
    course = small.course.copy(tmp_path / "course")
    before = (course.site / "index.html").read_bytes()
    plot = "import matplotlib.pyplot as plt\n\nplt.plot([0, 1])\nplt.show()"
    add(
        course,
        raises=notebook(("divides", "1 / 0")),
        shows=notebook(("plots", plot), ("value", "2 + 2"), ("prints", "print(5)")),
    )
    course.write("_data/outputs/shows.toml", '[prints]\noutput = "4\\n"\n[gone]\noutput = "1"\n')
    done = course.build()
    assert done.returncode == 1
    assert "raises.ipynb: a cell raised" in done.stdout
    assert "ZeroDivisionError" in done.stdout
    for cell, what in {
        "plots": "a figure has no accessible name",
        "value": "an output of kind text/plain is not allowed",
        "prints": "the output changed",
        "gone": "stored output of a cell that is gone",
    }.items():
        assert f"shows.ipynb (cell {cell}): {what}" in done.stdout
    assert "there is no stored data for figure 1" in done.stdout
    assert (course.site / "index.html").read_bytes() == before


def test_a_lab_is_kept_until_the_library_changes(
    small: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    desk: Desk = desk_at(small, tmp_path / "repository")
    log = tmp_path / "log"
    source = (
        "from byhand.worked import churn\n\nprint(churn.declared()['W1'][0])\n"
        f"with open({str(log)!r}, 'a') as file:\n    print('ran', file=file)"
    )
    add(desk.course, lab=notebook(("weight", source)))
    desk.course.write("_data/outputs/lab.toml", '[weight]\noutput = "0.5\\n"\n')
    for _ in range(2):
        _, done = desk.build()
        assert done.returncode == 0, done.stdout + done.stderr
        assert log.read_text() == "ran\n"  # the second time it was known
    with desk.edited(
        "src/byhand/worked/churn/_data.py", "[[0.5, 0.3], [-0.2", "[[0.51, 0.3], [-0.2"
    ):
        _, done = desk.build()
    assert log.read_text() == "ran\nran\n"
    assert done.returncode == 1
    assert "lab.ipynb (cell weight): the output changed" in done.stdout


def test_a_lab_runs_again_where_anything_differs_that_it_can_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lab.ipynb"
    path.write_text(notebook(("a", "1")), encoding="utf-8")
    kept = Cache(tmp_path)
    options = {"execute": True, "kernel_name": "python3"}
    keys = [kept.lab_key(str(path), options)]
    assert kept.lab_key(str(path), options) == keys[0]
    keys.append(kept.lab_key(str(path), options | {"kernel_name": "other"}))
    monkeypatch.setenv("OMP_NUM_THREADS", os.environ.get("OMP_NUM_THREADS", "") + "1")
    keys.append(kept.lab_key(str(path), options))
    path.write_text(notebook(("a", "2")), encoding="utf-8")
    keys.append(kept.lab_key(str(path), options))
    path.with_name("other.ipynb").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    keys.append(kept.lab_key(str(path.with_name("other.ipynb")), options))
    assert len({*keys}) == len(keys)
