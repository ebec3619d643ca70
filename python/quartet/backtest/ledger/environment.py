"""Which code ran: Quartet itself, the packages beside it, the machine's kind, and what the user adds."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import quartet
from quartet.core.contract import CONTRACT_HASH, VERSION


@cache
def code_hash() -> str:
    """SHA-256 over the names and contents of Quartet's Python files as they are now on the disk."""
    root = Path(quartet.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*.py"), key=lambda each: each.relative_to(root).as_posix()):
        whole.update(f"{path.relative_to(root).as_posix()}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


@cache
def _packages() -> dict[str, str]:
    """Every installed distribution with its version."""
    found = {(each.metadata["Name"] or "").lower(): each.version for each in metadata.distributions()}
    return {name: found[name] for name in sorted(found) if name}


def current_environment(own_code: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Everything beyond configuration, data and seed that could change a result.

    own_code: names of the user's own modules or files, each with a hash of what it holds.
    """
    return {
        "quartet": VERSION,
        "contract_hash": CONTRACT_HASH,
        "code_hash": code_hash(),
        "own_code": dict(own_code or {}),
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "packages": dict(_packages()),
    }
