"""How cost grows: with symbols, events, orders that rest, nodes of the program, threads; beside the floor of memory."""

from __future__ import annotations

import hashlib
import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from quartet.bench.block_file import read_blocks, require_room, write_blocks
from quartet.bench.footprint import resident_bytes
from quartet.bench.measuring import Tick
from quartet.bench.memory_floor import touch_ns
from quartet.bench.quotes import resting_quotes, w1_symbols, walk_blocks
from quartet.bench.row import NS_PER_QUOTE, NS_PER_QUOTE_INSIDE, Row
from quartet.bench.settings import program_settings, quantity_settings, w1_settings
from quartet.data.batch import EventBatch
from quartet.engines.config import EngineSettings
from quartet.engines.engine_run import ChosenEngine, EngineRun

FLOOR: Final = "memory floor"
BLOCK_EVENTS: Final = 100_000
_RESIDENT_SYMBOLS: Final = 4096
_CHAIN_NODES: Final = 25
_LONG: Final = 5_000_000
"""Streams from this length on lie on disk, and run once: a single run says enough."""


@dataclass(frozen=True, slots=True)
class GrowthPlan:
    """What grows, and how far."""

    symbols: tuple[int, ...] = (1, 10, 100, 1_000, 10_000)
    events: tuple[int, ...] = (100_000, 1_000_000, 10_000_000)
    resting_orders: tuple[int, ...] = (0, 1, 16, 256, 4_096)
    nodes: tuple[int, ...] = (10, 30, 100, 300, 1_000)
    events_a_point: int = 1_000_000
    events_of_nodes: int = 100_000
    runs: int = 3


QUICK: Final = GrowthPlan((1, 100), (10_000, 50_000), (0, 256), (10, 100), 50_000, 10_000, 2)


@dataclass(frozen=True, slots=True)
class Point:
    """One place on one curve: a configuration, and how its stream is made anew, block by block."""

    axis: str
    x: int
    symbols: int
    config: bytes
    blocks: Callable[[], Iterable[EventBatch]]
    runs: int


AXES: Final = {
    "symbols": "symbols, W1",
    "events": "events, W1 of 100 symbols, streamed in blocks, long ones from disk",
    "resting orders": f"orders that rest, {_RESIDENT_SYMBOLS:,} symbols",
    "nodes": "nodes of the program, 100 symbols",
    "threads": "threads, the default program, 100 symbols",
}


def measure_growth(
    engines: Sequence[ChosenEngine], threaded: Sequence[ChosenEngine], plan: GrowthPlan, tick: Tick
) -> list[Row]:
    """Rows of every curve. threaded: the same engines with every number of threads."""
    rows: list[Row] = []
    for point in points_of(plan):
        with _at_hand(point) as ready:
            rows += _measure(engines, ready, tick)
    rows += _threads(threaded, plan, tick)
    return rows


def points_of(plan: GrowthPlan) -> Iterator[Point]:
    """Every point but those of threads."""
    walk = w1_settings()
    for count in plan.symbols:
        yield _walk("symbols", count, walk, count, plan.events_a_point, plan.runs)
    for events in plan.events:
        yield _walk("events", events, walk, 100, events, 1 if events >= _LONG else plan.runs)
    for orders in plan.resting_orders:
        config = _resting_settings().engine_config(w1_symbols(_RESIDENT_SYMBOLS))
        yield Point(
            "resting orders",
            orders,
            _RESIDENT_SYMBOLS,
            config,
            lambda orders=orders: resting_quotes(plan.events_a_point, _RESIDENT_SYMBOLS, orders).split(BLOCK_EVENTS),  # type: ignore[misc]
            plan.runs,
        )
    for nodes in plan.nodes:
        yield _walk("nodes", nodes, _idle_settings(nodes), 100, plan.events_of_nodes, plan.runs)


def chained_graph(nodes: int) -> dict[str, Any]:
    """A program of so many nodes, ten at least: chains of averages of averages, whose sum is compared with the mid.

    Chains are short, as a name under `let` that stands on hundreds of others is refused.
    """
    chains = max(nodes // _CHAIN_NODES, 2)
    # Not averages: the mid, its multiple with a factor, the comparison, the choice with two values, and the sums.
    averages = nodes - 7 - (chains - 1)
    let: dict[str, str] = {}
    ends = []
    for chain in range(chains):
        before = "mid"
        for place in range(averages // chains + (chain < averages % chains)):
            name = f"x{chain}_{place}"
            let[name] = f"ema({before}, {chain + 3})"
            before = name
        ends.append(before)
    return {"let": let, "score": f"1 if {chains} * mid >= {' + '.join(ends)} else -1"}


def _idle_settings(nodes: int) -> EngineSettings:
    """Such a program whose full score is below one lot: no order hides what the nodes cost."""
    return quantity_settings(chained_graph(nodes), max_quantity="0.5")


def _walk(axis: str, x: int, settings: EngineSettings, symbols: int, events: int, runs: int) -> Point:
    config = settings.engine_config(w1_symbols(symbols))
    return Point(axis, x, symbols, config, lambda: walk_blocks(events, symbols, BLOCK_EVENTS), runs)


def _resting_settings() -> EngineSettings:
    """Symbols that cost much get an order a hundred ticks below the market, where it rests for ever."""
    resting = {"order_type": "limit", "price_reference": "own", "offset_ticks": -100}
    return quantity_settings({"score": "1 if mid > 500 else 0"}, **resting)


@contextmanager
def _at_hand(point: Point) -> Iterator[Point]:
    """The point, whose stream is written to disk first if it is long."""
    if point.axis != "events" or point.x < _LONG:
        yield point
        return
    with tempfile.TemporaryDirectory(prefix="quartet-growth-") as folder:
        require_room(Path(folder), point.x)
        file = Path(folder, "stream")
        write_blocks(file, point.blocks())
        yield replace(point, blocks=lambda: read_blocks(file))


def _measure(engines: Sequence[ChosenEngine], point: Point, tick: Tick) -> list[Row]:
    runs: list[list[_Run]] = [[] for _ in engines]
    floors: list[float] = []
    for _ in range(point.runs):
        for engine, own in zip(engines, runs, strict=True):
            own.append(_run(engine, point, floors))
            tick()
    first = runs[0][0]
    rows = [
        Row(
            f"growth, {point.axis} {point.x:,}",
            engine.name,
            point.symbols,
            engine.options.threads,
            engine.options.mode,
            engine.options.simd,
            events=own[0].events,
            orders=own[0].orders,
            equal=own[0].sha256 == first.sha256,
            sha256=own[0].sha256,
            kind="growth",
            measures={
                NS_PER_QUOTE: [run.call_ns / run.events for run in own],
                NS_PER_QUOTE_INSIDE: [run.inside_ns / run.events for run in own],
            }
            if own[0].sha256 == first.sha256
            else {},
            notes={"axis": point.axis, "x": point.x, "resident_mib": own[-1].resident_mib},
        )
        for engine, own in zip(engines, runs, strict=True)
    ]
    floor = Row(
        f"growth, {point.axis} {point.x:,}",
        FLOOR,
        point.symbols,
        events=first.events,
        orders=first.orders,
        kind="growth",
        measures={NS_PER_QUOTE: [statistics.median(floors)]},
        notes={"axis": point.axis, "x": point.x},
    )
    return [*rows, floor]


def _threads(engines: Sequence[ChosenEngine], plan: GrowthPlan, tick: Tick) -> list[Row]:
    rows: list[Row] = []
    settings = program_settings()
    by_count: dict[int, list[ChosenEngine]] = {}
    for engine in engines:
        by_count.setdefault(engine.options.threads, []).append(engine)
    for count, own in by_count.items():
        rows += _measure(own, _walk("threads", count, settings, 100, plan.events_a_point, plan.runs), tick)
    return rows


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over a stream of which no more than a block is held."""

    events: int
    orders: int
    call_ns: int
    inside_ns: int
    sha256: str
    resident_mib: int


def _run(engine: ChosenEngine, point: Point, floors: list[float]) -> _Run:
    running = EngineRun(engine, point.config)
    digest = hashlib.sha256()
    floor_ns = 0
    try:
        for block in point.blocks():
            records = running.process(block)
            digest.update(records)
            floor_ns += touch_ns(block, len(records))
        orders = running.core.statistics()["counters"]["orders"]
        resident = resident_bytes(getattr(running.core, "pid", None)) // 2**20
    finally:
        running.close()
    floors.append(floor_ns / running.events)
    return _Run(running.events, orders, running.call_ns, running.processing_ns, digest.hexdigest(), resident)
