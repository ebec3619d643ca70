"""What numbers were measured on: processor, its flags that matter, memory, system, versions, load."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from quartet.core.contract import CONTRACT_HASH, VERSION
from quartet.engines.config import machine as limits

_FLAGS: Final = ("sse4_2", "avx", "avx2", "fma", "bmi2", "avx512f", "avx512vl", "avx512dq", "neon", "asimd", "sve")
_PACKAGES: Final = ("numpy", "pyarrow", "polars", "grpcio", "protobuf")
_SECONDS: Final = 5


def machine_facts() -> dict[str, str]:
    """Names and values in the order in which they are shown."""
    info = _cpu_info()
    flags = set((info.get("flags") or info.get("Features") or "").split())
    known = [flag for flag in _FLAGS if flag in flags]
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": info.get("model name") or platform.processor() or "unknown",
        "processor flags": " ".join(known) or "unknown",
        "virtual": "yes" if "hypervisor" in flags else "not said",
        "cores": str(limits.processors()),
        "memory": f"{limits.memory_mb():,} MiB",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "governor": _governor(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES),
        "quartet": f"{VERSION} (contract {CONTRACT_HASH[:16]}){_commit()}",
        "load": f"{load_text()} (1, 5, 15 minutes, before the runs)",
    }


def load_text() -> str:
    """Load averages of 1, 5 and 15 minutes."""
    return ", ".join(f"{value:.2f}" for value in os.getloadavg())


def _cpu_info() -> dict[str, str]:
    """The first processor's lines of /proc/cpuinfo."""
    file = Path("/proc/cpuinfo")
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    lines = (line.partition(":") for line in text.partition("\n\n")[0].splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def _governor() -> str:
    file = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    return file.read_text(encoding="utf-8").strip() if file.is_file() else "not said"


def _commit() -> str:
    """The commit of the sources that run, where they are a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return f", commit {done.stdout.strip()}"
