"""The data sets: what is in them, that a generator decides them, that damage is noticed."""

import hashlib
import io
from collections.abc import Callable
from importlib import resources
from typing import Any

import numpy as np
import pytest

from byhand import data
from byhand._validate import Array

PLANES = [data.moons, data.circles, data.spirals]
in_the_plane = pytest.mark.parametrize("make", PLANES, ids=lambda make: make.__name__)
Maker = Callable[..., tuple[Array, Array]]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("and", lambda p, q: p and q),
        ("or", lambda p, q: p or q),
        ("nand", lambda p, q: not (p and q)),
        ("nor", lambda p, q: not (p or q)),
        ("xor", lambda p, q: p != q),
        ("xnor", lambda p, q: p == q),
    ],
)
def test_gates(name: str, rule: Any) -> None:
    X, y = data.gate(name)
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == [[float(bool(rule(p, q)))] for p, q in X.tolist()]
    assert sorted(data.GATES) == ["and", "nand", "nor", "or", "xnor", "xor"]


def test_a_gate_by_its_truth_table() -> None:
    assert data.gate("0100")[1].ravel().tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("name", ["nope", "010", "01010", "0120", ""])
def test_refuses_a_gate(name: str) -> None:
    with pytest.raises(ValueError, match="name must be one of and, or, nand, nor, xor, xnor or"):
        data.gate(name)


def radius(X: Array) -> Array:
    return np.asarray(np.hypot(X[:, 0], X[:, 1]))


@in_the_plane
@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_shapes_and_balance(make: Maker, n: int) -> None:
    X, y = make(np.random.default_rng(0), n)
    assert (X.shape, y.shape) == ((n, 2), (n, 1))
    assert int((y == 0.0).sum()) == (n + 1) // 2
    assert int((y == 1.0).sum()) == n // 2


@pytest.mark.parametrize(
    "make",
    [*PLANES, data.noisy_curve, lambda rng, n: data.random_labels(rng, n, 3)],
)
def test_the_generator_decides(make: Maker) -> None:
    one, same, other = (make(np.random.default_rng(seed), 20) for seed in (1, 1, 2))
    for first, second, third in zip(one, same, other, strict=True):
        np.testing.assert_array_equal(first, second)
        if set(first.ravel().tolist()) - {0.0, 1.0}:
            assert (first != third).any()


def test_moons_without_noise_lie_on_two_half_circles() -> None:
    X, y = data.moons(np.random.default_rng(0), 50, noise=0.0)
    upper, lower = X[y[:, 0] == 0.0], X[y[:, 0] == 1.0]
    np.testing.assert_allclose(radius(upper), 1.0, rtol=1e-12)
    np.testing.assert_allclose(radius(lower - [1.0, 0.5]), 1.0, rtol=1e-12)
    assert upper[:, 1].min() >= 0.0
    assert lower[:, 1].max() <= 0.5


def test_circles_without_noise_have_two_radii() -> None:
    X, y = data.circles(np.random.default_rng(0), 50, noise=0.0, inner=0.25)
    np.testing.assert_allclose(radius(X), np.where(y[:, 0] == 0.0, 1.0, 0.25), rtol=1e-12)


def test_spirals_without_noise_turn_with_their_radius() -> None:
    X, y = data.spirals(np.random.default_rng(0), 60, noise=0.0, turns=2.0)
    r = radius(X)
    angle = 4.0 * np.pi * r + np.pi * y[:, 0]
    np.testing.assert_allclose(X, r[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
    assert r.max() <= 1.0


@in_the_plane
def test_noise_is_a_standard_deviation(make: Maker) -> None:
    clean, _ = make(np.random.default_rng(0), 4000, noise=0.0)
    noisy, _ = make(np.random.default_rng(0), 4000, noise=0.25)
    assert abs((noisy - clean).std() - 0.25) < 0.01


def test_the_curve_is_a_sine_with_noise() -> None:
    X, y = data.noisy_curve(np.random.default_rng(0), 2000, noise=0.5)
    assert X.shape == y.shape == (2000, 1)
    assert (np.diff(X[:, 0]) >= 0.0).all()
    assert -1.0 <= X.min() < X.max() <= 1.0
    assert abs((y - np.sin(np.pi * X)).std() - 0.5) < 0.03


def test_random_labels_have_nothing_to_do_with_their_inputs() -> None:
    X, y = data.random_labels(np.random.default_rng(0), 4000, 3)
    assert (X.shape, y.shape) == ((4000, 3), (4000, 1))
    assert set(y.ravel().tolist()) == {0.0, 1.0}
    assert np.abs(np.corrcoef(X.T, y.T)[-1, :-1]).max() < 0.05


def test_digits() -> None:
    X, labels = data.digits()
    assert X.shape == (1797, 64)
    assert X.dtype == np.float64
    assert labels.dtype == np.int64
    assert set(np.unique(X).tolist()) == set(range(17))
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert X.sum() == 561718
    assert X[0].reshape(8, 8)[0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]  # the first is a zero
    assert labels[:10].tolist() == list(range(10))


def test_the_digits_come_with_their_credits_and_without_pickle() -> None:
    folder = resources.files("byhand") / "_digits"
    credit = (folder / "digits-credits.txt").read_text(encoding="utf-8")
    assert "Alpaydin" in credit
    assert "Creative Commons Attribution 4.0" in credit
    with np.load(io.BytesIO((folder / "digits.npz").read_bytes()), allow_pickle=False) as arrays:
        assert {name: arrays[name].dtype.name for name in arrays} == {
            "X": "uint8",
            "labels": "uint8",
        }


def test_damaged_digits_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (resources.files("byhand") / "_digits" / "digits.npz").read_bytes()
    with pytest.raises(ValueError, match="their checksum is not the stored one"):
        data._digits_of(content[:-1])
    buffer = io.BytesIO()
    np.savez(buffer, X=np.zeros((3, 64)), labels=np.zeros(3))
    monkeypatch.setattr(data, "_DIGITS_SHA256", hashlib.sha256(buffer.getvalue()).hexdigest())
    with pytest.raises(ValueError, match=r"X must be \(1797, 64\) and labels \(1797,\); got \(3,"):
        data._digits_of(buffer.getvalue())


def test_one_hot() -> None:
    assert data.one_hot([1, 0, 2], 3).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert data.one_hot(np.array([], dtype=int), 2).shape == (0, 2)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 3], "labels must lie in 0 to 2; got 0 to 3"),
        ([-1, 0], "labels must lie in 0 to 2; got -1 to 0"),  # an index from the end, to NumPy
        ([0.0, 1.0], r"labels must be \(n,\) whole numbers; got \(2,\) of float64"),
        ([[0], [1]], r"labels must be \(n,\) whole numbers; got \(2, 1\)"),
    ],
)
def test_one_hot_refuses(labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        data.one_hot(labels, 3)


@pytest.mark.parametrize(("n", "share", "aside"), [(10, 0.3, 3), (10, 0.01, 1), (2, 0.99, 1)])
def test_split_keeps_every_sample_once_and_with_its_answer(
    n: int, share: float, aside: int
) -> None:
    X = np.arange(n, dtype=float)[:, None]
    train, validation = data.split(np.random.default_rng(0), X, 2 * X, share)
    assert len(validation[0]) == len(validation[1]) == aside
    assert sorted(np.vstack([train[0], validation[0]]).ravel().tolist()) == X.ravel().tolist()
    for inputs, answers in (train, validation):
        assert (2 * inputs).tolist() == answers.tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: data.moons(rng, 0), "n must be a whole number of at least 1; got 0"),
        (lambda rng: data.spirals(rng, 5, noise=-1), "noise must be one number of at least 0"),
        (lambda rng: data.spirals(rng, 5, turns=0), "turns must be one number above 0; got 0"),
        (lambda rng: data.circles(rng, 5, inner=1), r"inner must be one number in \(0, 1\)"),
        (lambda rng: data.circles(rng, 5, inner=0), r"inner must be one number in \(0, 1\)"),
        (lambda _: data.moons(42, 5), "rng must be a Generator; got int"),  # type: ignore[arg-type]
        (lambda _: data.noisy_curve(None, 5), "rng must be a Generator"),  # type: ignore[arg-type]
        (lambda rng: data.random_labels(rng, 5, 0), "n_in must be a whole number"),
        (lambda rng: data.split(rng, [[1], [2]], [[1]], 0.5), "the same two samples .* 2, 1"),
        (lambda rng: data.split(rng, [[1]], [[1]], 0.5), "two samples or more; got 1, 1"),
        (lambda rng: data.split(rng, [[1], [2]], [[1], [2]], 1), r"share must be one number in"),
    ],
)
def test_refuses(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))


def test_the_stated_noise_is_the_default() -> None:
    for make, noise in ((data.moons, 0.1), (data.circles, 0.1), (data.noisy_curve, 0.2)):
        plain, given = make(np.random.default_rng(0), 9), make(np.random.default_rng(0), 9, noise)
        np.testing.assert_array_equal(plain[0], given[0])
        np.testing.assert_array_equal(plain[1], given[1])
    plain = data.spirals(np.random.default_rng(0), 9)
    given = data.spirals(np.random.default_rng(0), 9, noise=0.05, turns=1.5)
    np.testing.assert_array_equal(plain[0], given[0])


def shares(angle: Array, width: float, parts: int) -> Array:
    """Count, in shares, how many angles lie in each part of a width."""
    return np.histogram(angle, bins=parts, range=(0.0, width))[0] / len(angle)


def test_points_are_spread_evenly_along_their_curve() -> None:
    rng = np.random.default_rng(0)
    X, y = data.moons(rng, 8000, noise=0.0)
    upper = X[y[:, 0] == 0.0]
    np.testing.assert_allclose(shares(np.arccos(upper[:, 0]), np.pi, 4), 0.25, atol=0.03)
    X, y = data.circles(rng, 8000, noise=0.0)
    angle = np.arctan2(X[:, 1], X[:, 0]) % (2 * np.pi)
    np.testing.assert_allclose(shares(angle, 2 * np.pi, 8), 0.125, atol=0.02)
    X, _ = data.noisy_curve(rng, 8000)
    np.testing.assert_allclose(shares(X[:, 0] + 1.0, 2.0, 4), 0.25, atol=0.03)


def test_one_hot_takes_unsigned_classes_and_a_single_one() -> None:
    assert data.one_hot(np.array([1, 0], dtype=np.uint8), 2).tolist() == [[0, 1], [1, 0]]
    assert data.one_hot([1, 1], 2).tolist() == [[0, 1], [0, 1]]


def test_spirals_have_points_of_every_radius() -> None:
    X, _ = data.spirals(np.random.default_rng(0), 8000, noise=0.0)
    np.testing.assert_allclose(shares(radius(X) ** 2, 1.0, 4), 0.25, atol=0.03)
