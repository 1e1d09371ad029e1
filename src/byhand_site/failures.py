"""What went wrong, where, and what to do: collected over a whole build."""

from dataclasses import dataclass, replace
from difflib import ndiff


@dataclass(frozen=True, slots=True)
class Failure:
    """One reason why a build is not good.

    Parameters
    ----------
    place : str
        File, relative to the docs folder where it lies in it.
    line : int
        Line in that file, counted from 1; 0 where no line applies.
    what : str
        What is wrong, in one sentence.
    expected, got : str
        Both sides of a comparison; empty where nothing was compared.
    todo : str
        What the author can do about it.
    """

    place: str
    line: int
    what: str
    expected: str = ""
    got: str = ""
    todo: str = ""

    def __str__(self) -> str:
        where = f"{self.place}:{self.line}" if self.line else self.place
        lines = [f"{where}: {self.what}"]
        for name, text in (("expected", self.expected), ("got", self.got), ("to do", self.todo)):
            if text:
                lines.append(_field(name, text))
        return "\n".join(lines)

    def diff(self) -> str:
        """Say the same with the two sides as a diff, line by line, where there are two."""
        if not self.expected or not self.got:
            return str(self)
        lines = ndiff(self.expected.splitlines(), self.got.splitlines())
        body = "\n".join(f"    {line.rstrip()}" for line in lines if line[0] != "?")
        first = str(replace(self, expected="", got="", todo=""))
        return "\n".join([first, body, *([_field("to do", self.todo)] if self.todo else [])])


def _field(name: str, text: str) -> str:
    if "\n" not in text:
        return f"    {name}: {text}"
    body = "\n".join(f"        {line}" for line in text.splitlines())
    return f"    {name}:\n{body}"


class BuildFailed(Exception):
    """A build that must not replace the last good site."""

    def __init__(self, failures: list[Failure]) -> None:
        self.failures = failures
        super().__init__("\n".join(str(failure) for failure in failures))
