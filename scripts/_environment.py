"""The virtual environment in which every script runs, made from the lock at the first start.

Standard library only. A script imports this module and calls `enter`, which goes on inside
`.venv`: it makes the environment where there is none, makes it anew where the lock, the Python or
the place has changed or a set-up was interrupted, and otherwise touches nothing and no network.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
WITH = "BYHAND_WITH"
"""Set by test.py --with: "newest" or "oldest" NumPy and matplotlib, in an environment apart."""
VENV = ROOT / "-".join(filter(None, [".venv", os.environ.get(WITH)]))
LOCK = ROOT / "requirements.lock"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "byhand-stamp.json"
OLDEST = (3, 11)


def fail(message: str) -> NoReturn:
    """End the script with a message that says what to do, and exit code 1."""
    sys.stdout.flush()
    print(message, file=sys.stderr)
    sys.exit(1)


def under_ci() -> bool:
    """Tell whether this is a run of continuous integration (CI=true)."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def enter() -> None:
    """Go on inside the environment; return only there.

    Afterwards the scripts' folder stands at the end of `sys.path`, where `build.py` and `test.py`
    hide no installed module of the same name.
    """
    check_python()
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if inside and is_current():
        folder = str(Path(__file__).resolve().parent)
        sys.path[:] = [*(entry for entry in sys.path if entry != folder), folder]
        return
    if inside:  # a Python cannot remake the environment it runs from
        run_again(Path(getattr(sys, "_base_executable", sys.executable)))
    if not is_current():
        with one_at_a_time():
            if not is_current():
                set_up()
    run_again(PYTHON)


def check_python() -> None:
    """Stop a Python that is too old, and name one that would do."""
    if sys.version_info >= OLDEST:
        return
    newer = [f"python3.{minor}" for minor in range(14, 10, -1) if shutil.which(f"python3.{minor}")]
    script = Path(sys.argv[0]).name
    advice = (
        f"Run it with that: {newer[0]} scripts/{script}"
        if newer
        else "Install a newer Python, then start the script with it."
    )
    fail(
        f"byhand needs Python {OLDEST[0]}.{OLDEST[1]} or newer; "
        f"this is {sys.version.split()[0]} ({sys.executable}).\n{advice}"
    )


def expected_stamp() -> dict[str, str]:
    """Describe the environment that this checkout and this Python call for."""
    digest = hashlib.sha256(LOCK.read_bytes() if LOCK.exists() else b"")
    return {"lock": digest.hexdigest(), "python": sys.version, "place": str(VENV)}


def read_stamp() -> dict[str, str]:
    """Read what the last set-up left; empty if there was none, or it was interrupted."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def is_current() -> bool:
    """Tell whether the environment is whole and fits this checkout and this Python."""
    return PYTHON.exists() and read_stamp() == expected_stamp()


def set_up() -> None:
    """Make the environment; its stamp is written last."""
    wanted = expected_stamp()
    start = time.monotonic()
    make_venv()
    install_lock()
    link_sources()
    STAMP.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
    print(f"The environment is ready ({time.monotonic() - start:.0f} s).", flush=True)


def make_venv() -> None:
    """Put an empty environment in place of what is there."""
    if not LOCK.exists():
        fail(f"{LOCK} is missing. Restore it: git checkout -- requirements.lock")
    if VENV.exists() and not STAMP.exists() and any(VENV.iterdir()):
        fail(
            f"{VENV} was not made by these scripts. Move or delete it, "
            "then run this again: the scripts keep their own environment there."
        )
    VENV.mkdir(exist_ok=True)
    STAMP.write_text("{}\n", encoding="utf-8")  # ours, and not finished
    for entry in VENV.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != STAMP:
            entry.unlink()
    has_pip = importlib.util.find_spec("ensurepip") is not None
    if not has_pip and importlib.util.find_spec("pip") is None:
        fail(
            "This Python has neither ensurepip nor pip. Install one of them "
            "(Debian and Ubuntu: apt install python3-venv), then run this again."
        )
    try:
        venv.create(VENV, with_pip=has_pip, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        fail(
            f"Python's venv module could not make {VENV}: {error}\n"
            "Debian and Ubuntu: apt install python3-venv. Then run this again."
        )


def pip_command() -> list[str]:
    """Return the command that runs pip on the environment."""
    if any(VENV.glob("[Ll]ib/**/site-packages/pip")):
        command = [str(PYTHON), "-m", "pip"]
    else:
        command = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    return [*command, "--disable-pip-version-check", "--no-input"]


def install_lock() -> None:
    """Install what the lock lists, checking every file against its hash."""
    total = sum("==" in line for line in LOCK.read_text(encoding="utf-8").splitlines())
    print(f"Setting up {VENV.name} with {total} packages; this happens once.", flush=True)
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--progress-bar", "off"]
    process = subprocess.Popen(
        [*pip_command(), "install", *options, "-r", str(LOCK)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PIP_USER": "0", "PYTHONUTF8": "1"},
    )
    with process:
        log = [*follow(process, total)]
    if process.returncode != 0:
        fail(
            "".join(log[-15:])
            + "\nThe packages could not be installed (pip's last words are above). The first "
            "set-up needs a connection to a package index, and one of CPython 3.11 to 3.14.\n"
            "Put that right and run this again: it starts the set-up afresh."
        )


def follow(process: subprocess.Popen[str], total: int) -> Iterator[str]:
    """Yield pip's output line by line and show how far it is."""
    on_terminal = sys.stdout.isatty()
    done = 0
    for line in process.stdout or ():
        yield line
        if line.startswith(("Collecting ", "Ignoring ", "Processing ")):
            done += 1
            name = re.split(r"==|-\d|:", Path(line.split()[1]).name)[0]
            text = f"  fetching {done} of {total}: {name}"
            if on_terminal:
                print(f"\r{text:<60}", end="", flush=True)
            elif done % 20 == 0:
                print(text, flush=True)
        elif line.startswith("Installing "):
            print(f"\r{'  installing them ...':<60}" if on_terminal else "  installing them ...")
            sys.stdout.flush()


def link_sources() -> None:
    """Put src/ on the environment's path.

    By a relative address: Python reads this file in the encoding of the system, which need not
    have the letters of an absolute one.
    """
    (packages,) = VENV.glob("[Ll]ib/**/site-packages")
    address = os.path.relpath(ROOT / "src", packages)
    (packages / "byhand.pth").write_text(address + "\n", encoding="ascii")


def one_at_a_time() -> contextlib.AbstractContextManager[None]:
    """Keep a second script from setting up at the same time."""
    return locked(ROOT / f"{VENV.name}.lock", f"Another script is setting up {VENV.name}")


@contextlib.contextmanager
def locked(file: Path, waiting: str = "") -> Iterator[None]:
    """Hold a lock file, and wait for it if another process does; it ends with its process."""
    with file.open("w", encoding="utf-8") as handle:
        if not _try_to_lock(handle):
            if waiting:
                print(f"{waiting}: waiting for it.", flush=True)
            while not _try_to_lock(handle):
                time.sleep(0.5)
        yield


def _try_to_lock(handle: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def run_again(python: Path) -> NoReturn:
    """Run the calling script with another Python; its exit code becomes ours."""
    command = [str(python), str(Path(sys.argv[0]).resolve()), *sys.argv[1:]]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else each block compiles the library anew
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(python, command, environment)
    try:
        sys.exit(subprocess.call(command, env=environment))
    except KeyboardInterrupt:
        sys.exit(130)
