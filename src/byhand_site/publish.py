"""What the site publishes for machines: numbers, blocks, figures' data, versions, the wheel."""

import json
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from byhand_site import digits, outputs, svg
from byhand_site.paths import ROOT
from byhand_site.session import Session

LIBRARIES = ("numpy", "matplotlib", "mkdocs", "mkdocs-material", "markdown-exec", "mkdocs-jupyter")


def palette() -> str:
    """Stylesheet of the palette, made from the one place that defines it."""
    return str(svg.palette().css())


def data(session: Session, site: str | Path) -> None:
    """Write numbers.json, blocks.json, verified.json and the figures' data into a built site."""
    root = Path(site)
    _write(root / "numbers.json", numbers(session))
    _write(root / "blocks.json", blocks(session))
    _write(root / "verified.json", verified(session))
    drawn = {
        block.id: [described for _, described in session.outcome(block).figures]
        for block in session.blocks
    }
    for name, figures in {**drawn, **session.lab_figures}.items():
        for number, described in enumerate(figures, 1):
            _write(root / "figures" / name / f"{number}.json", described)


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")


def numbers(session: Session) -> dict[str, Any]:
    """Every number by key: text, value, kind, meaning, how computed and confirmed, where used."""
    return {
        key: {
            "text": entry.text,
            "value": float(digits.significant(session.values[entry.value_key])),
            "kind": entry.kind,
            "meaning": entry.meaning,
            "compute": entry.compute,
            "oracle": entry.oracle,
            "pages": sorted(session.keys.get(key, set())),
            "source": [
                {name: getattr(source, name) for name in ("doc", "place", "printed", "verdict")}
                for source in entry.source
            ],
        }
        for key, entry in sorted(session.entries.items())
    }


def blocks(session: Session) -> list[dict[str, Any]]:
    """Every block a reader can copy: id, page, source, expected output."""
    found = [
        {
            "id": block.id,
            "page": block.page,
            "source": block.source,
            "output": outputs.text_of(block, session.outcome(block)),
        }
        for block in session.blocks
        if block.language == "python"
    ]
    for name, cells in session.labs.items():
        path = f"{name}.ipynb"
        printed = "".join(session.lab_texts[path].values())
        found.append(
            {"id": name, "page": path, "source": "\n".join(cells.values()), "output": printed}
        )
    return found


def counts(session: Session) -> dict[str, int]:
    """Count what the sources hold and the build has proven."""
    figures = sum(len(session.outcome(block).figures) for block in session.blocks)
    figures += sum(len(drawn) for drawn in session.lab_figures.values())
    bodies = [page.body for page in session.pages.values()]
    return {
        "pages": len(session.pages) + len(session.labs),
        "blocks": sum(block.language == "python" for block in session.blocks) + len(session.labs),
        "show_blocks": sum(block.language != "python" for block in session.blocks),
        "numbers": len(session.entries),
        "figures": figures,
        "exercises": sum(body.count("!!! exercise") for body in bodies),
    }


def verified(session: Session) -> dict[str, Any]:
    """State what the site was verified with."""
    return {
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "counts": counts(session),
        "time": build_time(),
    }


def build_time() -> str | None:
    """Time of this build: SOURCE_DATE_EPOCH, else the commit's, else none; never the clock."""
    seconds = build_seconds()
    return datetime.fromtimestamp(int(seconds), UTC).isoformat() if seconds else None


def build_seconds() -> str:
    """Seconds since 1970 of `build_time`; an empty text for none."""
    return os.environ.get("SOURCE_DATE_EPOCH") or _commit_time()


def _commit_time() -> str:
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def wheel_name() -> str:
    """File name of the package's wheel, as the site carries it below ``dist``."""
    text = (ROOT / "src" / "byhand" / "__init__.py").read_text(encoding="utf-8")
    (version_,) = re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    return f"byhand-{version_}-py3-none-any.whl"


def start_wheel(folder: Path) -> "subprocess.Popen[bytes]":
    """Begin to build the package's wheel into `folder`, from what is installed, without network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    seconds = build_seconds() or "315619200"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": seconds}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
