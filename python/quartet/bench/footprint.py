"""Memory: what an engine holds for each symbol, as the difference of processes with one symbol and with many.

python -m quartet.bench.footprint ENGINE PROGRAM SYMBOLS MOST is such a process.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quartet.bench.measuring import Tick, is_reference
from quartet.bench.plan import Plan
from quartet.bench.quotes import w1_symbols, walk_blocks
from quartet.bench.row import BYTES_PER_SYMBOL, Row
from quartet.bench.settings import program_settings, w1_settings
from quartet.core.errors import ConfigError
from quartet.engines.config import EngineSettings
from quartet.engines.engine_run import ChosenEngine
from quartet.engines.selection import engine_factory

KIND: Final = "memory"
_ROUNDS: Final = 20
"""Quotes of each symbol, beside those that fill its window."""
_CALL_EVENTS: Final = 512
"""Quotes a call: what a call writes is not state, and in the round in which every symbol trades it is much."""
_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Program:
    """What runs, and the values that its windows hold of each symbol."""

    settings: Callable[[], EngineSettings]
    window_slots: int

    @property
    def rounds(self) -> int:
        """Quotes of each symbol."""
        return self.window_slots + _ROUNDS


PROGRAMS: Final = {"W1": Program(w1_settings, 0), "default": Program(program_settings, 200)}


def measure_footprint(engines: Sequence[ChosenEngine], plan: Plan, tick: Tick) -> list[Row]:
    """A row for each engine and program; the reference is left out, as its memory is Python's."""
    rows = []
    for engine in {engine.name: engine for engine in engines if not is_reference(engine)}.values():
        for name, program in PROGRAMS.items():
            held = []
            for _ in range(plan.memory_runs):
                one, many = (
                    _grown_bytes(engine.name, name, count, plan.memory_symbols) for count in (1, plan.memory_symbols)
                )
                held.append((many - one) / (plan.memory_symbols - 1))
                tick()
            rows.append(
                Row(
                    f"memory, {name}",
                    engine.name,
                    plan.memory_symbols,
                    events=plan.memory_symbols * program.rounds,
                    kind=KIND,
                    measures={BYTES_PER_SYMBOL: held},
                    notes={"window_slots": program.window_slots, "wanted": 512 + 16 * program.window_slots},
                )
            )
    return rows


def resident_bytes(pid: int | None = None) -> int:
    """Memory that a process holds, in bytes; 0 where the system does not tell. None: this process."""
    file = Path(f"/proc/{pid or 'self'}/status")
    if not file.is_file():
        return 0
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("VmRSS:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def _grown_bytes(engine: str, program: str, symbols: int, most: int) -> int:
    command = [sys.executable, "-m", "quartet.bench.footprint", engine, program, str(symbols), str(most)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ConfigError(f"--workload memory: a process with the {engine} engine fails: {last}")
    return int(json.loads(done.stdout)["grown_bytes"])


def _grown(engine: str, program: str, symbols: int, most: int) -> int:
    """What the engine's process holds more when all symbols have had their quotes than before the engine was made."""
    chosen = PROGRAMS[program]
    config = chosen.settings().engine_config(w1_symbols(symbols))
    create = engine_factory(engine)
    # Whatever is loaded or kept once is there before it counts.
    create(chosen.settings().engine_config(w1_symbols(1)))
    # As many events and as long blocks, however many symbols: only these differ.
    blocks = [
        block[at : at + _CALL_EVENTS]
        for block in walk_blocks(most * chosen.rounds, symbols, most)
        for at in range(0, len(block), _CALL_EVENTS)
    ]
    gc.collect()
    before = resident_bytes()
    core = create(config)
    pid = getattr(core, "pid", None)
    for block in blocks:
        core.process(block.to_columns(), block.controls)
    gc.collect()
    return resident_bytes(pid) - (0 if pid else before)


if __name__ == "__main__":
    name, program, *counts = sys.argv[1:]
    sys.stdout.write(json.dumps({"grown_bytes": _grown(name, program, *map(int, counts))}))
