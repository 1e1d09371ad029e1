"""The bench: its pairs, its table and its contenders. Nothing here is timed."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bench
from benchmarks import digits, growth, moons
from benchmarks.paired import Paired, measure
from benchmarks.table import comparison, rounded, text, toml

ROOT = Path(__file__).resolve().parents[1]
STORED = ROOT / "docs" / "_data" / "bench.toml"


class Clock:
    """A clock that stands still but for what the contenders say they take."""

    def __init__(self) -> None:
        self.now = 0.0
        self.order: list[str] = []

    def __call__(self) -> float:
        return self.now

    def contender(self, name: str, *seconds: float) -> Callable[[], str]:
        left = list(seconds)

        def run() -> str:
            self.order.append(name)
            self.now += left.pop(0)
            return f"{name} {len(left)}"

        return run


def test_every_repetition_runs_all_and_begins_with_another_one() -> None:
    clock = Clock()
    names = ("a", "b", "c")
    measure({name: clock.contender(name, *[1] * 5) for name in names}, 4, clock)
    assert "".join(clock.order) == "abc" + "abc" + "bca" + "cab" + "abc"


def test_the_warm_up_is_not_counted_and_times_stay_in_their_repetition() -> None:
    clock = Clock()
    contenders = {"a": clock.contender("a", 99, 1, 2, 3), "b": clock.contender("b", 99, 10, 5, 6)}
    times = measure(contenders, 3, clock)
    assert times.seconds == {"a": [1, 2, 3], "b": [10, 5, 6]}
    assert times.results == {"a": "a 0", "b": "b 0"}


def test_the_ratio_is_the_median_of_the_pairs_and_not_of_the_times() -> None:
    times = Paired({"a": [1.0, 10.0, 2.0], "b": [4.0, 30.0, 4.0]}, {})
    assert times.median("b") == 4.0
    assert times.ratio("b", "a") == 3.0  # of 4, 3 and 2; the medians alone would say 2
    assert times.ratio("a", "a") == 1.0


def test_no_repetition_is_an_error() -> None:
    with pytest.raises(ValueError, match="repetitions must be at least 1; got 0"):
        measure({"a": lambda: None}, 0)


def test_rows_compare_with_the_first() -> None:
    times = Paired({"ours": [1.0, 2.0, 3.0], "theirs": [4.0, 6.0, 6.00004]}, {})
    assert comparison(times, {"ours": 0.0, "theirs": 1.2345e-12}) == [
        {"name": "ours", "seconds": 2.0, "fastest": 1.0, "ratio": 1.0, "difference": 0.0},
        {"name": "theirs", "seconds": 6.0, "fastest": 4.0, "ratio": 3.0, "difference": 1.2e-12},
    ]


@pytest.mark.parametrize(
    ("number", "digits_", "expected"),
    [(123.456, 4, 123.5), (0.00123456, 4, 0.001235), (-98765.0, 2, -99000.0), (0.0, 4, 0.0)],
)
def test_rounding_keeps_significant_digits(number: float, digits_: int, expected: float) -> None:
    assert rounded(number, digits_) == expected


DOCUMENT: dict[str, Any] = {
    "run": {"date": "2026-01-02", "repetitions": 3, "note": 'a "quoted" ŷ\n', "fast": True},
    "digits": {
        "sizes": [64, 32, 10],
        "rows": [{"name": "x", "seconds": 0.0001}, {"name": "yy", "seconds": 1e-17}],
    },
    "memory": {"rows": [{"sizes": [2, 1], "samples": 5}]},
}


def test_the_table_reads_back_as_it_was_written() -> None:
    assert tomllib.loads(toml(DOCUMENT)) == DOCUMENT


def test_what_a_table_cannot_hold_is_an_error() -> None:
    with pytest.raises(ValueError, match="texts, numbers and lists; got NoneType"):
        toml({"run": {"date": None}})


def test_the_printed_table_is_aligned() -> None:
    lines = text(DOCUMENT).splitlines()
    start = lines.index("  name  seconds")
    assert lines[start + 1 : start + 3] == ["  x      0.0001", "  yy      1e-17"]
    assert "digits: sizes [64, 32, 10]" in lines
    assert "  2-1          5" in lines


def test_byhand_and_the_bare_loop_have_the_same_loss_curve() -> None:
    given = digits.problem(epochs=2)
    ours, bare = digits.by_byhand(given), digits.by_bare_numpy(given)
    assert len(ours) == 2
    np.testing.assert_allclose(ours, bare, rtol=0, atol=1e-9)
    assert ours[1] < ours[0] < 2.0  # it learns: ln 10 is 2.3


def test_the_digits_of_the_bench_are_those_of_the_course() -> None:
    given = digits.problem(epochs=1)
    assert given.X.shape == (1797, 64)
    assert (given.X.min(), given.X.max()) == (0.0, 1.0)
    assert [W.shape for W, _ in given.weights] == [(64, 32), (32, 10)]
    assert (given.Y.argmax(axis=1) == given.labels).all()


def test_the_orders_are_shuffles_of_shuffles() -> None:
    first, second = digits.orders(50, 2)
    for order in (first, second):
        assert sorted(order) == list(range(50))
    again = np.random.RandomState(digits.SEED)
    assert first.tolist() == again.permutation(50).tolist()
    assert second.tolist() == first[again.permutation(50)].tolist()


def test_both_ways_through_the_scalar_engine_have_the_same_gradients() -> None:
    given = moons.problem(points=8, steps=2, sizes=(2, 4, 3, 1))
    losses, gradients = moons.by_byhand(given)
    by_dot, gradients_by_dot = moons.by_byhand_dot(given)
    assert len(gradients) == 3 * 4 + 5 * 3 + 4
    np.testing.assert_allclose(losses, by_dot, rtol=1e-12)
    np.testing.assert_allclose(gradients, gradients_by_dot, rtol=1e-12, atol=1e-15)
    assert losses[0] != losses[1]


def test_micrograd_s_demo_has_the_size_of_micrograd_s_demo() -> None:
    given = moons.problem()
    assert sum(len(w) + 1 for layer in given.weights for w, _ in layer) == 337
    assert len(given.X) == len(given.y) == 100
    assert set(given.y) == {-1, 1}


@pytest.mark.parametrize(("sizes", "n"), [((3, 4, 2), 50), ((64, 32, 10), 100), ((5, 1), 1000)])
def test_the_stated_memory_of_a_trace_is_what_its_arrays_hold(
    sizes: tuple[int, ...], n: int
) -> None:
    mlp = growth.network(1, 1).from_sizes(
        sizes, ["relu"] * (len(sizes) - 2) + ["softmax"], np.random.default_rng(0)
    )
    trace = mlp.forward(np.ones((n, sizes[0])))
    dz = np.ones((n, sizes[-1]))
    back = mlp.backward(trace, dz=dz)
    arrays: dict[int, int] = {id(trace.X): trace.X.nbytes}
    for forward in trace.layers:
        arrays |= {id(array): array.nbytes for array in (forward.z, forward.a)}
    for layer in back.layers:
        kept = [layer.da, layer.dz, layer.dW, layer.db, layer.dX]
        arrays |= {id(array): array.nbytes for array in kept if array is not None}
    del arrays[id(back.layers[-1].dz)]  # the caller's
    assert growth.stated_bytes(sizes, n) == sum(arrays.values())


def test_growth_has_a_row_for_each_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "VALUES", {"width": (2, 4), "depth": (1, 2), "batch_size": (8,)})
    rows = growth.training_times(repetitions=1, samples=16)
    assert [(row["varied"], row["value"]) for row in rows] == [
        ("width", 2), ("width", 4), ("depth", 1), ("depth", 2), ("batch_size", 8),
    ]  # fmt: skip
    assert [row["parameters"] for row in rows[:2]] == [64 * 2 + 2 + 2 * 10 + 10, 64 * 4 + 4 + 50]
    assert all(row["seconds"] > 0 for row in rows)


def test_the_peers_are_pinned() -> None:
    lines = bench.REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in pins)
    assert {"numpy", "scikit-learn", "torch", "micrograd"} == {p.split("==")[0] for p in pins}


def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(SystemExit):
        bench.peers(tmp_path)
    assert "holds something else" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_environment_for_the_same_peers_is_used_again(tmp_path: Path) -> None:
    stamp = tmp_path / "byhand-bench.txt"
    stamp.write_text(bench.REQUIREMENTS.read_text(encoding="utf-8"), encoding="utf-8")
    assert bench.peers(tmp_path).is_relative_to(tmp_path)


def test_failed_measurements_leave_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.measured(Path(sys.executable), 0)  # no peers here, and no repetitions
    assert "The table is unchanged" in capsys.readouterr().err


def test_zero_repetitions_are_refused() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "bench.py"), "--repetitions", "0"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "must be at least 1; got 0" in done.stderr


def stored() -> dict[str, Any]:
    return tomllib.loads(STORED.read_text(encoding="utf-8"))


def test_the_stored_table_is_of_the_pinned_peers_and_of_every_contender() -> None:
    table = stored()
    pins = re.findall(
        r"^([\w-]+)==(.*)$", bench.REQUIREMENTS.read_text("utf-8"), flags=re.MULTILINE
    )
    assert {name: table["run"][name].split("+")[0] for name, _ in pins} == dict(pins)
    assert [row["name"] for row in table["digits"]["rows"]] == list(digits.CONTENDERS)
    assert [row["name"] for row in table["scalar"]["rows"]] == list(moons.CONTENDERS)
    grown = [(row["varied"], row["value"]) for row in table["growth"]["rows"]]
    assert grown == [(name, value) for name, values in growth.VALUES.items() for value in values]
    assert table["digits"]["epochs"] == digits.EPOCHS
    assert table["scalar"]["steps"] == moons.STEPS


def test_the_stored_contenders_did_the_same_work() -> None:
    table = stored()
    assert max(row["difference"] for row in table["digits"]["rows"]) <= 1e-9
    assert max(row["difference"] for row in table["scalar"]["rows"]) <= 1e-12


def test_the_stored_ratios_go_with_the_stored_times() -> None:
    for name in ("digits", "scalar"):
        first, *others = stored()[name]["rows"]
        assert first["ratio"] == 1.0
        for row in others:
            assert 0 < row["fastest"] <= row["seconds"]
            # the median of ratios is near the ratio of medians, and never its inverse
            assert row["ratio"] == pytest.approx(row["seconds"] / first["seconds"], rel=0.5)


def test_the_stored_memory_is_as_stated_but_for_the_records_themselves() -> None:
    rows = stored()["memory"]["rows"]
    assert [(tuple(row["sizes"]), row["samples"]) for row in rows] == list(growth.TRACES)
    for row in rows:
        assert row["stated_bytes"] == growth.stated_bytes(row["sizes"], row["samples"])
        assert 0 <= row["measured_bytes"] - row["stated_bytes"] < 8192
        assert row["measured_bytes"] <= row["peak_bytes"]


def test_the_stored_table_prints(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "argv", ["bench.py", "--show"])
    assert bench.main() == 0
    printed = capsys.readouterr().out
    for row in stored()["scalar"]["rows"]:
        assert row["name"] in printed
