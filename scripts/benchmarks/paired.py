"""Paired measurements: every contender runs once in every repetition, in turn.

What disturbs a machine for a second disturbs all contenders of that repetition, so the ratio within
a repetition is steadier than any time, and the median over the repetitions is steadier still.
"""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Paired:
    """Seconds of each contender, one entry a repetition, and what each returned last.

    Parameters
    ----------
    seconds : dict of str to list of float
        Contender -> its times, in the order of the repetitions.
    results : dict of str to Any
        Contender -> what it returned.
    """

    seconds: dict[str, list[float]]
    results: dict[str, Any]

    def median(self, name: str) -> float:
        """Return a contender's median time."""
        return median(self.seconds[name])

    def ratio(self, name: str, base: str) -> float:
        """Return how many times as long as `base` a contender takes: the median of the pairs."""
        pairs = zip(self.seconds[name], self.seconds[base], strict=True)
        return median(one / other for one, other in pairs)


def measure(
    contenders: Mapping[str, Callable[[], Any]],
    repetitions: int,
    clock: Callable[[], float] = time.perf_counter,
) -> Paired:
    """Run every contender once to warm up, then once a repetition, each time another one first.

    Parameters
    ----------
    contenders : mapping of str to callable
        What to time, by name.
    repetitions : int
        How often, at least 1.
    clock : callable
        Returns seconds.

    Returns
    -------
    Paired
    """
    if repetitions < 1:
        raise ValueError(f"repetitions must be at least 1; got {repetitions}")
    names = list(contenders)
    results = {name: contenders[name]() for name in names}
    seconds: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()  # the collector need not look through what the peers have loaded
    for repetition in range(repetitions):
        first = repetition % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()  # nobody pays for what another one left
            start = clock()
            results[name] = contenders[name]()
            seconds[name].append(clock() - start)
    gc.unfreeze()
    return Paired(seconds, results)
