"""A small course of its own for tests of the build: four pages, real ledger, real theme."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEDGER = ROOT / "docs" / "_data" / "ledger" / "churn.toml"
BUILD = """
import pathlib, sys
from byhand_site import build
build.ROOT = pathlib.Path(sys.argv[1])
sys.exit(build.main(["--quiet", "--times", "--cold", "--site", sys.argv[2]]))
"""
UPDATE = """
import pathlib, sys
from byhand_site import cache, update
cache.FOLDER = pathlib.Path(sys.argv[1], "kept")
sys.exit(update.main([]))
"""

INDEX = """\
---
title: Home
description: A small course.
example: churn
---
# Home

See [the numbers](numbers.md#all) and [a block](lesson.md#blocks).
"""

LESSON = """\
---
title: Lesson
description: A lesson.
example: churn
---
# Lesson with {@churn.s1.z1_1}

The first value is {@churn.s1.z1_1} with a weight of {=0.5}; the source prints {!churn.s1.z1_1}.

$$z = {@churn.s1.z1_1}$$

## Blocks

```python exec="on" id="prints"
print("a < b & *c* {@churn.s1.z1_1} $x$ [d](e) <b>f</b>")
```

```python exec="on" id="draws" alt="A line up to {@churn.s1.z1_1}" caption="*{@churn.s1.z1_1}*"
import matplotlib.pyplot as plt

plt.plot([0, 1], [0, 2], label="line")
plt.show()
```

```show id="shows"
from byhand.worked import churn

"$z = {@churn.s1.z1_1}$"
```

!!! exercise "Compute"
    What is it? {?churn.s1.z1_2}

    ??? answer "Worked answer"
        It is {@churn.s1.z1_2}.

        ```python exec="on" id="answers"
        print(f"{0.5 * 0.3:.2f}")
        ```
"""

LEDGER_PAGE = """\
---
title: Ledger
description: All numbers.
---
# Ledger

```view id="all"
from byhand_site import views

views.numbers()
```
"""

NAVIGATION = "index.md, lesson.md, numbers.md, ledger.md"
LIGHT = "plugins: [search, offline, markdown-exec: {languages: [python]}]\n"


def configuration(*labs: str) -> str:
    """Write mkdocs.yml; without labs there is no plugin for them, and a build starts sooner."""
    navigation = ", ".join([NAVIGATION, *labs])
    inherit = f"INHERIT: {ROOT / 'mkdocs.yml'}\nnav: [{navigation}]\n"
    return inherit if labs else inherit + LIGHT


@dataclass(frozen=True, slots=True)
class Course:
    """A course in a folder, to be built and updated in processes of their own."""

    root: Path

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def site(self) -> Path:
        return self.root / "published" / "site"

    def write(self, name: str, text: str) -> None:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.docs / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} in {name}: {text.count(old)} times"
        self.write(name, text.replace(old, new))

    def line(self, name: str, part: str) -> int:
        text = (self.docs / name).read_text(encoding="utf-8")
        return text[: text.index(part)].count("\n") + 1

    def copy(self, to: Path) -> "Course":
        shutil.copytree(self.root, to, symlinks=True)
        return Course(to)

    def environment(self, **more: str) -> dict[str, str]:
        temporary = self.root / "tmp"
        temporary.mkdir(exist_ok=True)
        left = {"CI", "PYTHONDONTWRITEBYTECODE"}  # a copied library compiles once
        kept = {name: value for name, value in os.environ.items() if name not in left}
        return {**kept, "BYHAND_DOCS": str(self.docs), "TMPDIR": str(temporary), **more}

    def build_command(self) -> list[str]:
        return [sys.executable, "-c", BUILD, str(self.root), str(self.site)]

    def build(self, **more: str) -> "subprocess.CompletedProcess[str]":
        return self._run(self.build_command(), **more)

    def update(self, **more: str) -> "subprocess.CompletedProcess[str]":
        return self._run([sys.executable, "-c", UPDATE, str(self.root)], **more)

    def _run(self, command: list[str], **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment(**more),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def left_over(self) -> list[str]:
        """Names of what a build has left behind beside the site."""
        beside = {path.name for path in self.site.parent.iterdir()} - {self.site.name}
        return sorted([*beside, *(path.name for path in (self.root / "tmp").iterdir())])


def digest(folder: Path) -> dict[str, str]:
    """Hash each file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def make(root: Path) -> Course:
    """Write the course; nothing is stored yet, so it doesn't build before an update."""
    course = Course(root)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name in ("src", "overrides"):
        (root / name).symlink_to(ROOT / name)
    (root / "mkdocs.yml").write_text(configuration(), encoding="utf-8")
    keys = tomllib.loads(LEDGER.read_text(encoding="utf-8"))
    course.write("index.md", INDEX)
    course.write("lesson.md", LESSON)
    course.write("ledger.md", LEDGER_PAGE)
    rows = "".join(f"| `{key}` | {{@{key}}} |\n" for key in keys)
    heading = "---\ntitle: Numbers\ndescription: All of them.\n---\n# Numbers\n\n## All {#all}\n"
    course.write("numbers.md", f"{heading}\n| key | number |\n|---|--:|\n{rows}")
    course.write("_data/ledger/churn.toml", LEDGER.read_text(encoding="utf-8"))
    return course


def block(name: str, source: str, options: str = "") -> str:
    """Write an executed fence."""
    code = textwrap.dedent(source).strip("\n")
    return f'\n```python exec="on" id="{name}"{options}\n{code}\n```\n'


def entry_line(course: Course, key: str) -> int:
    """Line of a key in the course's ledger."""
    text = (course.docs / "_data/ledger/churn.toml").read_text(encoding="utf-8")
    match = re.search(rf'^\["{re.escape(key)}"\]', text, re.MULTILINE)
    assert match, key
    return text.count("\n", 0, match.start()) + 1
