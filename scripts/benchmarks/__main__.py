"""Measure everything, inside the environment of the peers; write the document to standard output.

Started by scripts/bench.py, which sets the threads and the path.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from typing import Any

import numpy as np

from benchmarks import digits, growth, moons
from benchmarks.paired import measure
from benchmarks.table import comparison, rounded
from byhand import __version__

PEERS = ("numpy", "scikit-learn", "torch", "micrograd")


def say(what: str) -> None:
    """Tell how far the measuring is."""
    print(what, file=sys.stderr, flush=True)


def run_description(repetitions: int) -> dict[str, Any]:
    """Say when, on what kind of machine and with which versions; no names."""
    versions = {name: metadata.version(name) for name in PEERS}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "processors": os.cpu_count() or 1,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "byhand": __version__,
        **versions,
        "blas_threads": 1,
        "repetitions": repetitions,
    }


def measure_digits(repetitions: int) -> dict[str, Any]:
    """Compare the trainings on digits; the difference is that of the loss curves."""
    given = digits.problem()
    names = list(digits.CONTENDERS)
    times = measure({n: partial(digits.CONTENDERS[n], given) for n in names}, repetitions)
    curves = {name: np.array(times.results[name]) for name in names}
    away = {n: float(np.abs(curves[n] - curves["byhand"]).max()) for n in names}
    return {
        "sizes": list(digits.SIZES),
        "samples": len(given.X),
        "batch_size": digits.BATCH,
        "epochs": digits.EPOCHS,
        "lr": digits.LR,
        "optimiser": "plain SGD",
        "dtype": "float64",
        "last_loss": rounded(curves["byhand"][-1], 6),
        "rows": comparison(times, away),
    }


def measure_scalar(repetitions: int) -> dict[str, Any]:
    """Compare the scalar engines; the difference is that of the last gradients."""
    given = moons.problem()
    names = list(moons.CONTENDERS)
    times = measure({n: partial(moons.CONTENDERS[n], given) for n in names}, repetitions)
    first = np.array(times.results[names[0]][1])
    away = {n: float(np.abs(np.array(times.results[n][1]) - first).max()) for n in names}
    rows = comparison(times, away)
    for row in rows:
        row["times_as_fast_as_micrograd"] = rounded(times.ratio("micrograd", row["name"]))
    return {
        "sizes": list(moons.SIZES),
        "points": moons.POINTS,
        "steps": moons.STEPS,
        "loss": "hinge with L2 penalty",
        "last_loss": rounded(times.results[names[0]][0][-1], 6),
        "rows": rows,
    }


def measure_growth(repetitions: int) -> dict[str, Any]:
    """Measure how the time of an epoch grows."""
    rows = growth.training_times(repetitions)
    for row in rows:
        row["seconds"] = rounded(row["seconds"])
    sizes = {"samples": growth.SAMPLES, "n_in": growth.N_IN, "n_out": growth.N_OUT}
    return {**sizes, **growth.BASE, "rows": rows}


def main() -> int:
    """Measure, with progress on standard error."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--repetitions", type=int, required=True)
    repetitions = parser.parse_args().repetitions
    document = {"run": run_description(repetitions)}
    say("digits ...")
    document["digits"] = measure_digits(repetitions)
    say("scalar engine ...")
    document["scalar"] = measure_scalar(repetitions)
    say("growth ...")
    document["growth"] = measure_growth(repetitions)
    document["memory"] = {"rows": growth.trace_memory()}
    json.dump(document, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
