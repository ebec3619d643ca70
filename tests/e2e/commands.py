"""Runs the command as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Done(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def last_json(self) -> dict[str, Any]:
        """The last line of stdout."""
        values: dict[str, Any] = json.loads(self.out.strip().splitlines()[-1])
        return values


def quartet(*arguments: object, cwd: Path = ROOT, **environment: str) -> Done:
    """Run `quartet` with these arguments."""
    done = subprocess.run(
        [sys.executable, "-c", "from quartet.cli import main; main()", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)
