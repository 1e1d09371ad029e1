"""Lay out a derivation step by step, with = where it holds and ≈ elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Line", "aligned", "chained"]


@dataclass(frozen=True, slots=True)
class Line:
    """One right-hand side.

    Parameters
    ----------
    content : str
        LaTeX or text.
    exact : bool
        Whether every number in it is shown in full.
    """

    content: str
    exact: bool = True


def _relations(lines: Iterable[Line]) -> list[bool]:
    """Tell for each line whether = is true: a rounding stays in all that is read after it."""
    exact = True
    return [exact := exact and line.exact for line in lines]


def aligned(left: str, lines: Sequence[Line]) -> str:
    r"""Write a derivation as display maths.

    Parameters
    ----------
    left : str
        LaTeX of the left-hand side.
    lines : sequence of Line
        The steps.

    Returns
    -------
    str
        ``$$\begin{aligned} … \end{aligned}$$``, each step on a line of its own.
    """
    signs = ("=" if exact else r"\approx" for exact in _relations(lines))
    rows = [f"&{sign} {line.content}" for sign, line in zip(signs, lines, strict=True)]
    body = " \\\\\n".join([f"{left} {rows[0]}", *rows[1:]])
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def chained(first: Line, *rest: Line) -> str:
    """Write a derivation on one line of text, as in ``0.5 × 0.5 + 0.1 = 0.35``.

    Parameters
    ----------
    first : Line
        Where it starts.
    *rest : Line
        The steps.

    Returns
    -------
    str
    """
    exact = _relations([first, *rest])[1:]
    steps = (f" {'=' if e else '≈'} {line.content}" for e, line in zip(exact, rest, strict=True))
    return first.content + "".join(steps)
