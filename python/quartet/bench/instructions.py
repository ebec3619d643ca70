"""Instructions of a quote and of an order, counted by callgrind: a gate that noise cannot touch.

python -m quartet.bench.instructions [--renew] [benchmarks/instructions.yaml]

A bare interpreter feeds an engine's module with the same stream twice, once longer; the difference is the events'
alone. Go is left out: its runtime collects and schedules as it likes, and its own test counts allocations.
"""

from __future__ import annotations

import importlib.util
import marshal
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from quartet.bench.machine import machine_facts
from quartet.bench.plan import Plan
from quartet.bench.workloads import Workload, order_workloads, workloads_of
from quartet.core.errors import EngineUnavailable
from quartet.engines.selection import find

STORED: Final = Path("benchmarks/instructions.yaml")
RENEWAL: Final = "build_scripts/instructions.sh --renew"
_MODULES: Final = {"rust": "quartet_rust", "cpp": "quartet_cpp"}
_BLOCK_EVENTS: Final = 4_000
_FEW, _MANY = 2, 12
"""Blocks of the shorter and of the longer stream; the first fill windows, and buffers grow to their size."""
_SYMBOLS: Final = 100
_SECONDS: Final = 300
_HEAD: Final = f"""\
# Instructions of a quote (W1, and the program of config/replay.yaml, 100 symbols) and of an order, by callgrind.
# The gate fails where one grew beyond the tolerance. Made by {RENEWAL}; the commit says why.
"""
_FEED: Final = """
import marshal, sys
folder, name, file, blocks = sys.argv[1:]
sys.path.insert(0, folder)
module = __import__(name)
with open(file, "rb") as stream:
    config, batches = marshal.load(stream)
engine = module.Engine(config)
for batch in batches[:int(blocks)]:
    engine.process(batch, [])
print(engine.statistics(False)["counters"]["orders"])
"""
_COLLECTED: Final = re.compile(r"Collected : (\d+)")
Counts = Mapping[str, Any]
"""`build`, and instructions by what they are of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One count against the stored one; it fails the gate where `grew`."""

    text: str
    grew: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """One run under callgrind."""

    instructions: int
    events: int
    orders: int


def counted(engine: str) -> dict[str, Any]:
    """The counts of an engine's build; EngineUnavailable where it or valgrind is missing."""
    build = find(engine).build
    plan = Plan(events=_MANY * _BLOCK_EVENTS, order_events=_MANY * _BLOCK_EVENTS)
    trading, quiet = order_workloads(plan)
    with tempfile.TemporaryDirectory(prefix="quartet-instructions-") as folder:
        found: dict[str, Any] = {"build": build}
        for name in ("W1", "default"):
            [workload] = workloads_of(name, plan, (_SYMBOLS,))
            longer = _longer(engine, workload, Path(folder))
            found[f"{name} quote"] = round(longer.instructions / longer.events)
        with_orders, without = (_longer(engine, each, Path(folder)) for each in (trading, quiet))
    found["order"] = round((with_orders.instructions - without.instructions) / with_orders.orders)
    return found


def compared(engine: str, stored: Counts | None, found: Counts, tolerance_percent: float) -> list[Finding]:
    """What became of each count of an engine."""
    if stored is None:
        return [Finding(f"{engine}: nothing is stored; {RENEWAL}")]
    if stored["build"] != found["build"]:
        return [Finding(f"{engine}: stored for {stored['build']}, this is {found['build']}: not compared")]
    findings = []
    for name, after in found.items():
        if name == "build":
            continue
        before = stored.get(name)
        percent = 100 * (after - before) / before if before else 0.0
        text = f"{engine}, {name}: {after:,} instructions, stored {before or 0:,} ({percent:+.1f} %)"
        if percent > tolerance_percent:
            text += f"; it grew beyond {tolerance_percent:g} %. Find out why, or if it is worth that: {RENEWAL}"
        elif percent < -tolerance_percent:
            text += f"; it shrank: {RENEWAL} keeps the gain"
        findings.append(Finding(text, percent > tolerance_percent))
    return findings


def _longer(engine: str, workload: Workload, folder: Path) -> _Run:
    """What the blocks that only the longer run has cost and made."""
    file = folder / "stream"
    batches = [[column.tobytes() for column in block.to_columns()] for block in workload.stream.split(_BLOCK_EVENTS)]
    file.write_bytes(marshal.dumps((workload.config, batches)))
    few, many = (_run(engine, file, blocks) for blocks in (_FEW, _MANY))
    return _Run(many.instructions - few.instructions, many.events - few.events, many.orders - few.orders)


def _run(engine: str, file: Path, blocks: int) -> _Run:
    spec = importlib.util.find_spec(_MODULES[engine])
    assert spec is not None and spec.origin is not None
    folder = str(_importable(Path(spec.origin), _MODULES[engine]))
    feed = [sys.executable, "-S", "-s", "-c", _FEED, folder, _MODULES[engine], str(file), str(blocks)]
    tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={file}.out"]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [*tool, *feed], env=environment, capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except FileNotFoundError as error:
        raise EngineUnavailable("valgrind is not installed (Debian: apt-get install valgrind)") from error
    except subprocess.SubprocessError as error:
        raise EngineUnavailable(f"{engine} does not run under valgrind: {error}") from error
    collected = _COLLECTED.search(done.stderr)
    assert collected is not None, done.stderr[-1000:]
    return _Run(int(collected[1]), blocks * _BLOCK_EVENTS, int(done.stdout))


def _importable(origin: Path, module: str) -> Path:
    """The folder in which the module, or the package that it is in, lies."""
    return origin.parent.parent if origin.parent.name == module else origin.parent


def main(arguments: Sequence[str]) -> int:
    """Compare, or renew; the exit code."""
    paths = [Path(argument) for argument in arguments if not argument.startswith("-")]
    path = paths[0] if paths else STORED
    if "avx2" not in machine_facts().get("processor flags", ""):
        sys.stderr.write("instructions are not counted: the stored counts are of processors with avx2\n")
        return 0
    stored: dict[str, Any] = YAML(typ="safe").load(path) if path.is_file() else {}
    tolerance, counts = stored.get("tolerance_percent", 3), stored.get("counts", {})
    findings: list[Finding] = []
    for engine in _MODULES:
        try:
            found = counted(engine)
        except EngineUnavailable as error:
            sys.stderr.write(f"{engine} is not counted: {error}\n")
            continue
        findings += compared(engine, counts.get(engine), found, tolerance)
        counts[engine] = found
    for finding in findings:
        sys.stdout.write(f"{'! ' if finding.grew else '· '}{finding.text}\n")
    if "--renew" in arguments:
        yaml = YAML()
        yaml.width = 4096
        with path.open("w", encoding="utf-8") as file:
            file.write(_HEAD)
            yaml.dump({"tolerance_percent": tolerance, "counts": counts}, file)
        return 0
    return int(any(finding.grew for finding in findings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
