"""A page in a real browser, without a screen."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=10000",
    "--enable-logging=stderr",
)


class Shown(NamedTuple):
    """What the browser made of a page."""

    dom: str
    complaints: list[str]
    """Lines of its console."""


def shown(page: Path, profile: Path) -> Shown:
    """Open the page and wait until it has drawn."""
    assert BROWSER is not None
    done = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Shown(done.stdout, [line for line in done.stderr.splitlines() if ":CONSOLE" in line])
