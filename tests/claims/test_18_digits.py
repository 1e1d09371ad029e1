"""What the sources promise of networks, on real pictures; and what is said of the digits."""

import re
import textwrap
import tomllib
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import comb
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from byhand import data, init
from byhand.losses import categorical_cross_entropy
from byhand.mlp import MLP
from byhand.optim import GradientDescent
from byhand.scaling import Standardiser
from byhand.train import Training
from byhand.worked import digits
from byhand.worked.digits import SIZES, Readers, by_luck, distances, forms, interval, parts

Array = NDArray[np.float64]
Answers = NDArray[np.bool_]

INK, LABELS = data.digits()
X = INK / 16
LINE = (64, 10)
TRAIN, CHOOSE, TEST = parts()
UNSEEN = np.concatenate([CHOOSE, TEST])


def learned(
    sizes: Sequence[int],
    seeds: Sequence[int] = range(5),
    rows: NDArray[np.intp] = TRAIN,
    epochs: int = 20,
    lr: float = 0.5,
    pictures: Array = X,
) -> Readers:
    readers = Readers(seeds, sizes)
    for _ in readers.train(pictures[rows], LABELS[rows], epochs, lr):
        pass
    return readers


@cache
def network() -> Readers:
    return learned(SIZES)


# The engines agree, and rounding can't move a count.


@pytest.mark.parametrize("sizes", [LINE, (64, 5, 10), (64, 6, 5, 10)])
def test_readers_learn_as_the_library_does(sizes: tuple[int, ...]) -> None:
    readers = learned(sizes, seeds=(3, 4), rows=TRAIN[:100], epochs=3, lr=0.2)
    names = ["relu"] * (len(sizes) - 2) + ["softmax"]
    for place, seed in enumerate((3, 4)):
        rng = np.random.default_rng(seed)
        start = MLP.from_sizes(sizes, names, rng, init.he)
        run = Training(start, categorical_cross_entropy, GradientDescent(0.2))
        few = TRAIN[:100]
        Y = data.one_hot(LABELS[few], 10)
        run.run(X[few], Y, epochs=3, batch_size=32, rng=rng)
        for ours, theirs in zip(readers.network(place).layers, run.network.layers, strict=True):
            np.testing.assert_allclose(ours.W, theirs.W, rtol=1e-10, atol=1e-14)
            np.testing.assert_allclose(ours.b, theirs.b, rtol=1e-10, atol=1e-14)
        measured = categorical_cross_entropy.value(
            data.one_hot(LABELS[CHOOSE], 10), run.network.predict(X[CHOOSE])
        )
        assert readers.loss(X[CHOOSE], LABELS[CHOOSE])[place] == pytest.approx(measured, rel=1e-12)


def _from_scratch() -> list[Array]:
    """The page's loop, gradient by gradient, for one picture after the other within a batch."""
    rng = np.random.default_rng(0)
    W1, b1 = rng.normal(0, np.sqrt(2 / 64), (64, 32)), np.zeros(32)
    W2, b2 = rng.normal(0, np.sqrt(2 / 32), (32, 10)), np.zeros(10)
    for _ in range(2):
        shuffled = TRAIN[rng.permutation(1200)]
        for first in range(0, 1200, 32):
            batch = shuffled[first : first + 32]
            total = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
            for x, label in zip(X[batch], LABELS[batch], strict=True):
                a1 = np.maximum(x @ W1 + b1, 0)
                e = np.exp(a1 @ W2 + b2)
                dz2 = e / e.sum() - np.eye(10)[label]
                dz1 = W2 @ dz2 * (a1 > 0)
                slopes = (np.outer(x, dz1), dz1, np.outer(a1, dz2), dz2)
                for sum_, slope in zip(total, slopes, strict=True):
                    sum_ += slope / len(batch)
            for parameter, slope in zip((W1, b1, W2, b2), total, strict=True):
                parameter -= 0.5 * slope
    return [W1, b1, W2, b2]


def test_from_scratch_and_package_end_at_the_same_parameters() -> None:
    rng = np.random.default_rng(0)
    start = MLP.from_sizes(SIZES, ["relu", "softmax"], rng, init.he)
    run = Training(start, categorical_cross_entropy, GradientDescent(0.5))
    Y = data.one_hot(LABELS, 10)
    run.run(X[TRAIN], Y[TRAIN], epochs=2, batch_size=32, rng=rng)
    package = [array for layer in run.network.layers for array in (layer.W, layer.b)]
    for ours, theirs in zip(_from_scratch(), package, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-13)


def test_scikit_learn_makes_the_same_steps() -> None:
    start = Readers([0], SIZES)
    net = MLPClassifier(
        (32,), solver="sgd", learning_rate_init=0.5, momentum=0, alpha=0, batch_size=32,
        shuffle=False, random_state=0,
    )  # fmt: skip
    net.partial_fit(X[TRAIN], LABELS[TRAIN], classes=range(10))
    net.coefs_ = [W[0].copy() for W in start.W]
    net.intercepts_ = [b[0, 0].copy() for b in start.b]
    orders = np.random.default_rng(0)
    for n_in, n_out in pairwise(SIZES):
        init.he(orders, n_in, n_out)
    for _ in range(20):
        shuffled = TRAIN[orders.permutation(1200)]
        net.partial_fit(X[shuffled], LABELS[shuffled])
    chances = net.predict_proba(X)
    np.testing.assert_allclose(chances, network().chances(X)[0], rtol=1e-7)
    ours = network().right(X[TEST], LABELS[TEST])[0]
    assert (chances[TEST].argmax(axis=1) == LABELS[TEST]).sum() == ours


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_from_starts_of_its_own_scikit_learn_reads_about_as_well() -> None:
    plain = {"solver": "sgd", "learning_rate_init": 0.5, "momentum": 0, "alpha": 0}
    ours = np.median(network().right(X[TEST], LABELS[TEST]))
    own = [
        MLPClassifier((32,), **plain, batch_size=32, max_iter=20, random_state=seed)
        for seed in range(3)
    ]
    right = [297 * net.fit(X[TRAIN], LABELS[TRAIN]).score(X[TEST], LABELS[TEST]) for net in own]
    assert abs(np.median(right) - ours) <= 5
    default = MLPClassifier(random_state=0).fit(X[TRAIN], LABELS[TRAIN])
    assert 297 * default.score(X[TEST], LABELS[TEST]) >= ours - 5


def nudged(readers: Readers, size: float) -> Readers:
    rng = np.random.default_rng(99)
    for W in readers.W:
        W *= 1.0 + size * rng.normal(size=W.shape)
    return readers


@pytest.mark.parametrize(
    ("sizes", "epochs", "lr", "m"),
    [
        *[((64, width, 10), 20, 0.5, 5) for width in (8, 16, 64)],
        *[(SIZES, 20, lr, 10) for lr in (0.1, 0.2, 0.5, 1.0)],
        (LINE, 20, 0.5, 1),
        (LINE, 80, 2.0, 1),
    ],
)
def test_no_picture_is_as_close_to_a_tie_as_rounding_could_move_it(
    sizes: tuple[int, ...], epochs: int, lr: float, m: int
) -> None:
    plain, moved = (Readers(range(m), sizes), nudged(Readers(range(m), sizes), 1e-10))
    for readers in (plain, moved):
        for _ in readers.train(X[TRAIN], LABELS[TRAIN], epochs, lr):
            pass
    chances = plain.chances(X[UNSEEN])
    best = np.sort(chances, axis=-1)[..., -2:]
    margin = (best[..., 1] - best[..., 0]).min()
    shift = np.abs(moved.chances(X[UNSEEN]) - chances).max()
    assert shift < 1e-7
    assert margin > 100.0 * shift
    if sizes == SIZES and lr == 0.5:
        assert margin > 1e-3
        assert shift < 1e-8


PAGE = Path(__file__).parents[2] / "docs" / "18-digits" / "index.md"
STORED = PAGE.parents[1] / "_data" / "outputs" / "18-digits" / "index.toml"
BLOCK = re.compile(
    r'^ *```python exec="on" id="(?P<id>[\w-]+)".*?\n(?P<code>.*?)^ *```', re.MULTILINE | re.DOTALL
)
BLOCKS = {
    found["id"]: textwrap.dedent(found["code"])
    for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))
}
TRAINED = [name for name, code in BLOCKS.items() if "Readers(" in code and "sklearn" not in code]


@pytest.mark.site
@pytest.mark.parametrize("name", TRAINED)
def test_a_nudge_of_the_start_changes_no_printed_digit(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rng, start = np.random.default_rng(98), init.he

    def nudged_start(*args: Any) -> Array:
        W = start(*args)
        return W * (1.0 + 1e-10 * rng.normal(size=W.shape))

    monkeypatch.setattr(digits, "he", nudged_start)
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    exec(compile(BLOCKS[name], name, "exec"), {"__name__": "block"})
    stored = tomllib.loads(STORED.read_text(encoding="utf-8"))[name]["output"]
    assert capsys.readouterr().out == stored


# The file


def test_the_labels_are_one_list_fourteen_times() -> None:
    listed, ends = LABELS[:130].tolist(), (*digits.FORMS[1:], 1797)
    for begin, end in zip(digits.FORMS, ends, strict=True):
        rest = iter(listed)
        kept = sum(label in rest for label in LABELS[begin:end].tolist())  # in the list's order
        assert kept >= 115
        assert 122 <= end - begin <= 130
    assert len(digits.FORMS) == 14
    whole = [i for i in range(1768) if LABELS[i : i + 30].tolist() == listed[:30]]
    assert set(digits.FORMS) - set(whole) == {906, 1545}


# Scale


def test_dividing_by_sixteen_does_as_well_as_standardising_each_pixel() -> None:
    standardised = Standardiser.fit(INK[TRAIN]).transform(INK)
    right = {
        name: learned(SIZES, range(10), lr=lr, pictures=pictures).right(
            pictures[CHOOSE], LABELS[CHOOSE]
        )
        for name, pictures, lr in (
            ("by 16", X, 0.5),
            ("each", standardised, 0.2),
            ("raw", INK, 0.02),
            ("raw, fast", INK, 0.5),
        )
    }
    middle = {name: np.median(counts) for name, counts in right.items()}
    assert abs(middle["by 16"] - middle["each"]) <= 3  # one standard deviation of such a count
    early = {
        name: np.median(learned(SIZES, epochs=5, pictures=p).right(p[CHOOSE], LABELS[CHOOSE]))
        for name, p in (("by 16", X), ("each", standardised))
    }
    assert early["by 16"] < early["each"]
    assert middle["raw"] > 280
    assert middle["raw, fast"] < 40


# What a count is worth


def test_wilsons_interval_holds_what_it_promises_and_the_short_one_does_not() -> None:
    """Add up the chances of all counts whose interval holds the true accuracy."""
    n, covered, short = 297, [], []
    for p in np.linspace(0.95, 0.995, 46):
        chances = np.array([comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])
        bounds = np.array([interval(k, n) for k in range(n + 1)])
        share = np.arange(n + 1) / n
        reach = 1.96 * np.sqrt(share * (1 - share) / n)
        covered.append(chances[(bounds[:, 0] <= p) & (p <= bounds[:, 1])].sum())
        short.append(chances[np.abs(share - p) <= reach].sum())
    assert 0.94 < np.mean(covered) < 0.97
    assert min(covered) > 0.9
    assert np.mean(short) < 0.93
    assert min(short) < 0.8


def test_the_start_moves_a_count_less_than_the_pictures_do() -> None:
    starts = learned(SIZES, range(10)).right(X[CHOOSE], LABELS[CHOOSE])
    rng = np.random.default_rng(7)
    both = np.concatenate([TRAIN, CHOOSE])
    mixed = np.stack([rng.permutation(both) for _ in range(20)])
    drawn = learned(SIZES, [0] * 20, rows=mixed[:, :1200])
    other = drawn.right(X[mixed[:, 1200:]], LABELS[mixed[:, 1200:]])
    assert starts.std(ddof=1) < other.std(ddof=1)


# Known people and new ones


def test_on_known_people_it_makes_about_the_mistakes_that_it_expects() -> None:
    sure = network().chances(X[UNSEEN]).max(axis=2)
    wrong = network().says(X[UNSEEN]) != LABELS[UNSEEN]
    expected, made = (1 - sure).sum(axis=1).mean(), wrong.sum(axis=1).mean()
    scatter = np.sqrt((sure * (1 - sure)).sum(axis=1)).mean()
    assert abs(expected - made) < 2 * scatter
    unsure = sure < 0.9
    assert unsure.mean() < 0.15
    assert wrong[unsure].sum() > 0.6 * wrong.sum()


@cache
def strangers() -> dict[str, Array]:
    """Every picture, read by two networks, by two lines and by its nearest stranger."""
    form = forms()
    found: dict[str, list[Array]] = {"network": [], "line": []}
    for draw in range(2):
        rng = np.random.default_rng(draw)
        rows = np.stack([rng.permutation(np.flatnonzero(form != f))[:1200] for f in range(14)])
        seeds = range(14 * draw, 14 * draw + 14)
        for name, sizes, epochs, lr in (("network", SIZES, 20, 0.5), ("line", LINE, 80, 2.0)):
            readers = learned(sizes, seeds, rows, epochs, lr)
            found[name].append(readers.chances(X)[form, np.arange(1797)])
    return {name: np.stack(chances) for name, chances in found.items()}


def nearest_stranger() -> Answers:
    form, apart = forms(), distances(INK, INK)
    apart[form[:, None] == form] = np.inf
    return np.asarray(LABELS[apart.argmin(axis=1)] == LABELS)


def test_on_new_people_the_network_is_worse_and_bolder_and_has_no_lead() -> None:
    wrong = {name: (c.argmax(axis=2) != LABELS).mean(axis=1) for name, c in strangers().items()}
    known = 1.0 - network().right(X[UNSEEN], LABELS[UNSEEN]) / len(UNSEEN)
    assert wrong["network"].min() > 2 * known.mean()
    assert abs(wrong["network"].mean() - wrong["line"].mean()) < 0.01
    expected = (1 - strangers()["network"].max(axis=2)).sum(axis=1)
    assert (1797 * wrong["network"] > 1.3 * expected).all()
    by_form = np.array([wrong_of(form) for form in range(14)])
    assert by_form.max() > 0.1
    assert by_form.min() < 0.05


def wrong_of(form: int) -> float:
    own = forms() == form
    return float((strangers()["network"].argmax(axis=2)[:, own] != LABELS[own]).mean())


def test_the_nearest_neighbour_is_level_on_known_people_and_better_on_new_ones() -> None:
    near = LABELS[TRAIN[distances(INK[UNSEEN], INK[TRAIN]).argmin(axis=1)]] == LABELS[UNSEEN]
    net = network().says(X[UNSEEN]) == LABELS[UNSEEN]
    assert 0 <= near.mean() - np.median(net.mean(axis=1)) < 0.05
    new = nearest_stranger()
    form = forms()
    for chances in strangers()["network"]:
        right = chances.argmax(axis=1) == LABELS
        lead = np.array(
            [int(new[form == f].sum()) - int(right[form == f].sum()) for f in range(14)]
        )
        assert by_luck(int((lead > 0).sum()), int((lead < 0).sum())) < 0.05
        assert lead.sum() > 40


# Data


def test_with_four_times_the_pictures_all_gain_and_the_nearest_neighbour_most() -> None:
    rng, m = np.random.default_rng(6), 16
    both = np.concatenate([TRAIN, CHOOSE])
    mixed = np.stack([rng.permutation(both) for _ in range(m)])
    judge, left = mixed[:, 1200:], {}
    for n in (300, 1200):
        known = mixed[:, :n]
        for name, sizes, lr in (("network", SIZES, 0.5), ("line", LINE, 2.0)):
            readers = learned(sizes, range(m), known, 20 * 1200 // n, lr)
            left[name, n] = np.median((readers.says(X[judge]) != LABELS[judge]).mean(axis=1))
        near = [
            (LABELS[k[distances(INK[j], INK[k]).argmin(axis=1)]] != LABELS[j]).mean()
            for k, j in zip(known, judge, strict=True)
        ]
        left["near", n] = np.median(near)
    kept = {name: left[name, 1200] / left[name, 300] for name in ("network", "line", "near")}
    assert kept["near"] < 0.5
    assert kept["near"] < min(kept["network"], kept["line"])
    assert 0.4 < kept["network"] < 0.65
    assert 0.6 < kept["line"] < 0.85  # nobody has reached a plateau
    assert left["near", 1200] < left["network", 1200]


def test_shuffled_pixels_are_learned_as_well() -> None:
    pixels = np.random.default_rng(0).permutation(64)
    start = Readers([0], SIZES)
    mixed = Readers([0], SIZES)
    mixed.W[0][:] = mixed.W[0][:, pixels]  # the same weight for the same pixel, wherever it stands
    for readers, pictures in ((start, X), (mixed, X[:, pixels])):
        for _ in readers.train(pictures[TRAIN], LABELS[TRAIN], 5):
            pass
    same = np.abs(mixed.chances(X[:, pixels]) - start.chances(X)).max()
    assert same < 1e-9
    own = learned(SIZES, range(5), pictures=X[:, pixels])
    right = own.right(X[CHOOSE][:, pixels], LABELS[CHOOSE])
    assert abs(np.median(right) - np.median(network().right(X[CHOOSE], LABELS[CHOOSE]))) <= 3


def test_at_a_rate_of_two_every_network_dies() -> None:
    right = learned(SIZES, range(5), lr=2.0).right(X[CHOOSE], LABELS[CHOOSE])
    assert (right < 40).all()
