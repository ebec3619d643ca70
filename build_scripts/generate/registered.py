"""Asks the Python package for the pages of what is registered; it runs on its own, for it holds tables made just before."""

import json
import os
import subprocess
import sys
from pathlib import Path


def pages(root: Path) -> dict[str, str]:
    """Return the texts by file name; the generator stops where the package cannot be imported."""
    command = [sys.executable, "-m", "quartet.core.reference_pages"]
    environment = {**os.environ, "PYTHONPATH": str(root / "python")}
    done = subprocess.run(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit("the pages of what is registered cannot be made: python -m quartet.core.reference_pages")
    found: dict[str, str] = json.loads(done.stdout)
    return found
