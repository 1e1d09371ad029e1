"""Find a Chromium or Chrome for the browser tests. Standard library only."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

VARIABLE = "BYHAND_CHROMIUM"
COMMANDS = (
    "chromium-headless-shell",  # without windows, it opens a page much sooner
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
MAC_PLACES: tuple[str, ...] = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS_PLACES: tuple[str, ...] = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
LINUX_PLACES: tuple[str, ...] = ("chromium",)
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


def find_chromium() -> Path | None:
    """Return the program named by BYHAND_CHROMIUM, else an installed one, else None.

    Raises
    ------
    FileNotFoundError
        If BYHAND_CHROMIUM names no file.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_file():
            raise FileNotFoundError(f"{VARIABLE} is {named}, and there is no such file")
        return Path(named)
    in_path = (shutil.which(command) for command in COMMANDS)
    candidates = [*(Path(found) for found in in_path if found), *_usual_places()]
    return next((path for path in candidates if path.is_file()), None)


def flags() -> list[str]:
    """Return the flags that keep a browser quiet; root can only start it without its sandbox."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*QUIET, *(["--no-sandbox"] if as_root else [])]


def playwright_chromium(*, install: bool = False) -> Path | None:
    """Return Playwright's own Chromium, after trying to install it if asked to."""
    if install:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        try:
            subprocess.run(command, check=False, timeout=600)
        except subprocess.TimeoutExpired:
            return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def _usual_places() -> list[Path]:
    if platform.system() == "Darwin":
        folders, places = [Path("/Applications"), Path.home() / "Applications"], MAC_PLACES
    elif platform.system() == "Windows":
        names = ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")
        folders, places = [Path(os.environ[n]) for n in names if n in os.environ], WINDOWS_PLACES
    else:
        folders, places = [Path("/snap/bin"), Path("/usr/lib/chromium")], LINUX_PLACES
    return [folder / place for place in places for folder in folders]
