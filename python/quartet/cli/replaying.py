"""The work of `quartet replay`: a stream through an engine in batches of any size, on which no hash may depend."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from quartet.cli.inputs import BLOCK_EVENTS, Inputs, blocks_of, require_events
from quartet.cli.progress import progress_bar
from quartet.core.contract import Op
from quartet.core.errors import ConfigError
from quartet.core.pb import program_pb2
from quartet.data.batch import EventBatch, concat
from quartet.engines.coverage import Coverage
from quartet.engines.engine_run import ChosenEngine, EngineRun
from quartet.engines.snapshot_reader import read_snapshot


@dataclass(frozen=True, slots=True)
class Swap:
    """Before the event of this index another engine takes over."""

    at: int
    to: ChosenEngine


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay gave."""

    engine: str
    mode: str
    events: int
    records: bytes
    snapshot: bytes
    coverage: Coverage
    processing_ns: int
    call_ns: int

    def summary(self) -> dict[str, Any]:
        """The last line of `quartet replay`."""
        counters = read_snapshot(self.snapshot).engine.counters
        return {
            "engine": self.engine,
            "mode": self.mode,
            "events": self.events,
            "signals": counters["signals"],
            "orders": counters["orders"],
            "fills": counters["fills"],
            "rejects": counters["rejected"],
            "sha256": hashlib.sha256(self.records).hexdigest(),
            "state_sha256": hashlib.sha256(self.snapshot).hexdigest(),
            "events_per_second": round(self.events * 1e9 / self.call_ns) if self.call_ns else 0,
            "coverage": json.loads(self.coverage.to_json()),
        }


def replay_inputs(inputs: Inputs, engine: ChosenEngine, mode: str, batch: int | None, swap: Swap | None) -> Replay:
    """Replay in batches of so many events; None: all in one."""
    coverage = Coverage()
    records = bytearray()
    running = EngineRun(engine, inputs.config_bytes)
    try:
        with progress_bar(f"{engine.name}: rows", inputs.rows) as bar:
            for block in _blocks(inputs, batch):
                first, start = running.events, len(records)
                for part in _parts(block, batch, first, swap):
                    if swap is not None and running.events == swap.at:
                        running.swap(swap.to)
                    records += running.process(part)
                coverage.add(bytes(records[start:]), inputs.config.program, [block], first)
                bar.at(inputs.rows_read)
        require_events(running.events, inputs)
        _finish_swap(running, swap)
        snapshot = running.snapshot()
    finally:
        running.close()
    _count_constants(coverage, inputs.config.program)
    return Replay(
        running.name, mode, running.events, bytes(records), snapshot, coverage, running.processing_ns, running.call_ns
    )


def _blocks(inputs: Inputs, batch: int | None) -> Iterator[EventBatch]:
    """Blocks that hold whole batches."""
    if batch is None:
        yield concat(inputs.blocks())
    else:
        # Small batches are cut out of a block, large ones are blocks.
        size = max(BLOCK_EVENTS // batch, 1) * batch
        yield from blocks_of(inputs.blocks(), size)


def _parts(block: EventBatch, batch: int | None, first: int, swap: Swap | None) -> Iterator[EventBatch]:
    """The block's batches, cut where the engines change."""
    cut = swap.at - first if swap is not None else 0
    for part in block.split(batch or max(len(block), 1)):
        if 0 < cut < len(part):
            yield part[:cut]
            yield part[cut:]
        else:
            yield part
        cut -= len(part)


def _finish_swap(running: EngineRun, swap: Swap | None) -> None:
    """A change after the last event is a change too; one after that cannot be."""
    if swap is None or len(running.engines) > 1:
        return
    if swap.at > running.events:
        raise ConfigError(f"--swap-at {swap.at}: the data has {running.events:,} events; name one of them")
    running.swap(swap.to)


def _count_constants(coverage: Coverage, program: program_pb2.Program) -> None:
    """A constant is evaluated once a run, however the run is cut into blocks."""
    operators = coverage.counts["operators"]
    if operators[Op.CONST.name]:
        operators[Op.CONST.name] = sum(node.op == Op.CONST for node in program.nodes)
