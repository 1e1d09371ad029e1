"""The labs as tests run them: their cells in one namespace, and what each cell prints."""

import contextlib
import io
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib as mpl
import numpy as np

from byhand_site import pages

DOCS = Path(__file__).resolve().parents[1] / "docs"
NAMES = pages.labs(DOCS)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of code."""

    id: str
    source: str
    metadata: dict[str, Any]


def cells(name: str) -> list[Cell]:
    """Read the cells of code of a lab, in order."""
    notebook = json.loads((DOCS / name).read_text(encoding="utf-8"))
    return [
        Cell(cell["id"], "".join(cell["source"]), cell["metadata"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


def tasks(name: str) -> list[str]:
    """Names of a lab's tasks: each has a stub, a check and an answer."""
    return [cell.id.removeprefix("my-") for cell in cells(name) if cell.id.startswith("my-")]


@dataclass(slots=True)
class Ran:
    """A lab after its last cell."""

    names: dict[str, Any] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)

    def says(self, source: str) -> str:
        """Run a line more, as a reader would below the last cell; give what it prints."""
        said = io.StringIO()
        with _quiet(), contextlib.redirect_stdout(said):
            exec(source, self.names)
        return said.getvalue()


class Blurred(np.random.Generator):
    """A generator whose normal numbers are off in the eleventh digit, each in its own way."""

    def normal(self, *given: Any, **more: Any) -> Any:
        drawn = np.asarray(super().normal(*given, **more))
        return drawn * (1 + 1e-11 * np.cos(np.arange(drawn.size))).reshape(drawn.shape)


def run(name: str, *, blurred: bool = False) -> Ran:
    """Run all cells of a lab in this process.

    Parameters
    ----------
    name : str
        The notebook.
    blurred : bool
        Whether its random numbers are off by far more than another machine's rounding.
    """
    ran = Ran()

    def rng(seed: int) -> np.random.Generator:
        bits = np.random.PCG64(seed)
        return Blurred(bits) if blurred else np.random.Generator(bits)

    with mock.patch("numpy.random.default_rng", rng):
        for cell in cells(name):
            ran.printed[cell.id] = ran.says(cell.source)
    return ran


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Draw into nothing."""
    with mpl.rc_context({"backend": "agg"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
        yield
