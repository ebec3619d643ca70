"""What the edges cost on W1: columns in and records out, Arrow in and out, and for Go a stream over gRPC.

Arrow has three rows: decimals in and tables out; floats in and tables out; columns of our units in and records out as
they are, for which nothing is copied.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quartet.bench.measuring import Tick, compare_engines, is_reference, row_of, stream_of
from quartet.bench.plan import Plan
from quartet.bench.row import NS_PER_QUOTE, NS_PER_QUOTE_INSIDE, Row
from quartet.bench.workloads import Workload, workloads_of
from quartet.data.batch import EventBatch
from quartet.data.fields import QUOTE_FIELDS
from quartet.data.intake import to_batch
from quartet.data.symbols import SymbolTable
from quartet.engines.engine_run import ChosenEngine
from quartet.engines.protocol import Closeable, CoreEngine
from quartet.engines.remote import RemoteEngine
from quartet.engines.results import Result

CALL: Final = "ns_per_quote_call"
ARROW_IN: Final = "ns_per_quote_arrow_in"
ARROW_OUT: Final = "ns_per_quote_arrow_out"
SHARE: Final = "percent_of_inside"
"""What Arrow in and out takes, by what the engine takes."""
_SYMBOLS: Final = 100
_UNIT: Final = 1_000_000_000

Times = dict[str, float]
"""Nanoseconds a quote of one run, by measure."""
Way = Callable[[CoreEngine, Workload, EventBatch], Times]


def measure_edges(engines: Sequence[ChosenEngine], plan: Plan, tick: Tick) -> list[Row]:
    """A row for each engine and each way in and out."""
    [workload] = workloads_of("W1", plan, (_SYMBOLS,))
    answers = compare_engines(engines, workload, plan, tick)
    ways = [(place, name) for place, engine in enumerate(engines) for name in _ways_of(engine)]
    runs: dict[tuple[int, str], list[Times]] = {way: [] for way in ways}
    for repetition in range(plan.runs):
        for place, name in ways:
            engine = engines[place]
            if answers.equal[place] and repetition < plan.runs_of(is_reference(engine)):
                runs[place, name].append(_run(engine, _WAYS[name], workload, stream_of(engine, workload, plan)))
        tick()
    rows = []
    for place, name in ways:
        own = runs[place, name]
        measures = {measure: [run[measure] for run in own] for measure in (own[0] if own else ())}
        row = row_of(engines[place], workload, answers, place, measures, {"way": name}, kind="edges")
        rows.append(replace(row, workload=f"edges-{name}"))
    return rows


def arrow_quotes(stream: EventBatch) -> Any:
    """Quotes as an Arrow table, as a provider of data would give them: prices with two places, whole sizes."""
    prices = {name: _decimals(stream[name]) for name in ("bid_price", "ask_price")}
    return _arrow_table(stream, prices | {name: stream[name] // _UNIT for name in ("bid_size", "ask_size")})


def float_quotes(stream: EventBatch) -> Any:
    """The same in floats."""
    return _arrow_table(stream, {name: stream[name] / _UNIT for name in QUOTE_FIELDS})


def unit_quotes(stream: EventBatch) -> Any:
    """The same in units of 1e-9."""
    return _arrow_table(stream, {name: stream[name] for name in QUOTE_FIELDS})


def _arrow_table(stream: EventBatch, numbers: dict[str, Any]) -> Any:
    return pa.table({"symbol_id": stream["symbol"], "timestamp": stream["ts_event"], **numbers})


def _decimals(prices: NDArray[np.int64]) -> Any:
    """Prices of 1e-9 as decimals with nine places, and from there with two."""
    low = prices.astype("<i8")
    words = np.stack([low, low >> 63], axis=1)
    exact = pa.Array.from_buffers(pa.decimal128(38, 9), len(prices), [None, pa.py_buffer(words.tobytes())])
    return exact.cast(pa.decimal128(31, 2))


def _columns(core: CoreEngine, workload: Workload, stream: EventBatch) -> Times:
    """Columns that lie ready, records as bytes."""
    call = inside = 0
    for block in stream.split(workload.batch_events):
        columns = block.to_columns()
        started = time.perf_counter_ns()
        core.process(columns, block.controls)
        call += time.perf_counter_ns() - started
        inside += core.processing_ns
    return _per_quote(stream, {NS_PER_QUOTE: call, CALL: call, NS_PER_QUOTE_INSIDE: inside})


class _Form(NamedTuple):
    """A way through Arrow."""

    table: Callable[[EventBatch], Any]
    map: dict[str, str]
    """Fields that are scaled."""
    out: Callable[[Result], object]


def _tables(result: Result) -> list[Any]:
    return [each.to_arrow() for each in (result.orders, result.fills, result.account)]


_FORMS: Final = {
    "arrow": _Form(arrow_quotes, {}, _tables),
    "arrow-floats": _Form(float_quotes, {}, _tables),
    "arrow-units": _Form(unit_quotes, {name: f"{name}/{_UNIT}" for name in QUOTE_FIELDS}, Result.to_arrow),
}


def _arrow(core: CoreEngine, workload: Workload, stream: EventBatch, form: _Form) -> Times:
    """An Arrow table in; orders, fills and account as Arrow tables out, or the records as one."""
    symbols = SymbolTable([f"S{number:05d}" for number in range(workload.symbols)])
    tables = [form.table(block) for block in stream.split(workload.batch_events)]
    names = tuple(symbols.names)
    taken = call = inside = given = 0
    clock = time.perf_counter_ns
    for table in tables:
        started = clock()
        columns = to_batch(table, symbols, map=form.map).batch.to_columns()
        read = clock()
        records = core.process(columns, ())
        answered = clock()
        form.out(Result(records, names))
        given += clock() - answered
        call += answered - read
        taken += read - started
        inside += core.processing_ns
    whole = {NS_PER_QUOTE: taken + call + given, ARROW_IN: taken, CALL: call, ARROW_OUT: given}
    times = _per_quote(stream, {**whole, NS_PER_QUOTE_INSIDE: inside})
    return times | {SHARE: 100 * (taken + given) / max(inside, 1)}


def _stream(core: CoreEngine, workload: Workload, stream: EventBatch) -> Times:
    """Batches over one gRPC stream, the next ones sent while the engine works."""
    assert isinstance(core, RemoteEngine)
    parts = [(block.to_columns(), block.controls) for block in stream.split(workload.batch_events)]
    inside = 0
    started = time.perf_counter_ns()
    for _ in core.process_many(parts):
        inside += core.processing_ns
    call = time.perf_counter_ns() - started
    return _per_quote(stream, {NS_PER_QUOTE: call, CALL: call, NS_PER_QUOTE_INSIDE: inside})


_WAYS: Final[dict[str, Way]] = {
    "columns": _columns,
    **{name: partial(_arrow, form=form) for name, form in _FORMS.items()},
    "stream": _stream,
}


def _ways_of(engine: ChosenEngine) -> tuple[str, ...]:
    """Only an engine in another process has a stream."""
    return tuple(name for name in _WAYS if name != "stream" or engine.name == "go")


def _per_quote(stream: EventBatch, nanoseconds: dict[str, int]) -> Times:
    return {name: value / len(stream) for name, value in nanoseconds.items()}


def _run(engine: ChosenEngine, way: Way, workload: Workload, stream: EventBatch) -> Times:
    core = engine.create(workload.config)
    try:
        return way(core, workload, stream)
    finally:
        if isinstance(core, Closeable):
            core.close()
