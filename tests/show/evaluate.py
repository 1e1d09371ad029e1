"""Read rendered maths back and evaluate it with 50 digits, independently of what rendered it."""

import re
from collections.abc import Mapping

import mpmath

mpmath.mp.dps = 50

_NAMES = {"exp": mpmath.exp, "log": mpmath.log, "tanh": mpmath.tanh, "maximum": max}
_TOKEN = re.compile(r"\{@([^{}]+)\}")


def lines(latex: str) -> list[tuple[str, str]]:
    """Split display maths into (relation, content); a line that runs on is joined."""
    assert latex.startswith("$$\n\\begin{aligned}\n")
    assert latex.endswith("\n\\end{aligned}\n$$")
    body = latex.removeprefix("$$\n\\begin{aligned}\n").removesuffix("\n\\end{aligned}\n$$")
    body = body.replace("\\\\\n&\\qquad{} ", "")
    rows = [row.partition("&")[2] for row in body.split(" \\\\\n")]
    found = [re.fullmatch(r"(=|\\approx) (.*)", row) for row in rows]
    return [(match[1], match[2]) for match in found if match]


def left(latex: str) -> str:
    """What stands before the first relation."""
    return latex.split("\n")[2].partition(" &")[0]


def with_values(text: str, values: Mapping[str, float]) -> str:
    """Put the value of each token where the token is; an unknown key is a KeyError."""
    return _TOKEN.sub(lambda match: f"{values[match[1]]:.15f}".rstrip("0").rstrip("."), text)


def value(content: str) -> mpmath.mpf:
    """Evaluate the last member of a line such as ``\\sigma(1) = \\frac{1}{1 + e^{-1}}``."""
    text = content.rpartition(" = ")[2].replace("\N{MINUS SIGN}", "-").replace("×", "*")
    text = text.replace(r"\left", "").replace(r"\right", "").replace(r"\,", "")
    for command, plain in ((r"\times", "*"), (r"\cdot", "*"), (r"\ln", "log"), (r"\tanh", "tanh")):
        text = text.replace(command, plain)
    text = text.replace(r"\max", "maximum").replace("^2", "**2")
    text = re.sub(r"(?<=10)\^\{(-?\d+)\}", r"**(\1)", text)  # of a very small number
    while r"\frac" in text:
        text = _fraction(text)
    while "e^{" in text:
        start = text.index("e^{")
        inside, rest = _group(text[start + 2 :])
        text = f"{text[:start]}exp({inside}){rest}"
    text = re.sub(r"\d+(?:\.\d+)?", lambda match: f"mpf('{match[0]}')", text.replace("**2", "**T"))
    text = text.replace("**T", "**2").replace("[", "(").replace("]", ")")
    text = re.sub(r"\)\s*\(", ")*(", text)
    return mpmath.mpf(eval(text, {"__builtins__": {}, "mpf": mpmath.mpf, **_NAMES}))


def _fraction(text: str) -> str:
    start = text.rindex(r"\frac")
    above, rest = _group(text[start + 5 :])
    below, rest = _group(rest)
    return f"{text[:start]}(({above})/({below})){rest}"


def _group(text: str) -> tuple[str, str]:
    """Split ``{…}rest`` where the brace closes."""
    assert text.startswith("{")
    depth = 0
    for position, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if not depth:
            return text[1:position], text[position + 1 :]
    raise ValueError(f"unbalanced: {text}")
