"""W7: what a call to an engine in another process costs, by sizes, beside a plain socket's echo of the same bytes.

Sleeping and waking dominate here, so the echo is measured in the same run and with the same sizes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from quartet.bench.echo import echo_process, exchange
from quartet.bench.measuring import Tick, is_reference
from quartet.bench.noise import percentile
from quartet.bench.plan import Plan
from quartet.bench.quotes import w1_quotes, w1_symbols
from quartet.bench.row import NS_PER_QUOTE, Row
from quartet.bench.settings import w1_settings
from quartet.data.batch import EventBatch
from quartet.engines.child_process import EngineProcess
from quartet.engines.engine_run import ChosenEngine
from quartet.engines.frame import request_of
from quartet.engines.protocol import CoreEngine
from quartet.engines.remote import RemoteEngine

BATCH_EVENTS: Final = 4096
_SYMBOLS: Final = 100
_ROUNDS: Final = 5
_WARM: Final = 20
_ECHO: Final = "plain socket"


@dataclass(frozen=True, slots=True)
class _Size:
    """One kind of call."""

    how: str
    batches: list[EventBatch]
    streamed: bool = False

    @property
    def events(self) -> int:
        return len(self.batches[0])

    @property
    def request_bytes(self) -> int:
        return len(request_of(self.batches[0].to_columns(), ()))


def measure_rpc(engines: Sequence[ChosenEngine], plan: Plan, tick: Tick) -> list[Row]:
    """Rows of W7: the echo of every size, then each engine as a server of its own."""
    config = w1_settings().engine_config(w1_symbols(_SYMBOLS))
    quotes = w1_quotes(max(plan.rpc_calls, plan.rpc_batches * BATCH_EVENTS), _SYMBOLS)
    singles = list(quotes[: plan.rpc_calls].split(1))
    batches = list(quotes[: plan.rpc_batches * BATCH_EVENTS].split(BATCH_EVENTS))
    sizes = [_Size("unary, 1 quote", singles), _Size(f"unary, {BATCH_EVENTS:,} quotes", batches)]
    sizes.append(_Size(f"stream, {BATCH_EVENTS:,} quotes", batches, streamed=True))
    served: dict[str, list[tuple[_Size, int, list[dict[str, float]]]]] = {}
    for engine in _servable(engines):
        served[engine.name] = []
        for size in sizes:
            rounds, answer_bytes = [], 0
            for _ in range(_ROUNDS):
                # A fresh engine each time: a stream starts where no stream has been.
                with _server(engine, config) as core:
                    times, answer_bytes = _streamed(core, size) if size.streamed else _unary(core, size)
                rounds.append(times)
            served[engine.name].append((size, answer_bytes, rounds))
        tick()
    first = next(iter(served.values()))
    rows = [_row(_ECHO, size, answer, [_echo(size, answer) for _ in range(_ROUNDS)]) for size, answer, _ in first[:2]]
    for name, own in served.items():
        # The records are compared by the other workloads; here their length must do.
        pairs = zip(own, first, strict=True)
        rows += [replace(_row(name, *each), equal=each[1] == expected[1]) for each, expected in pairs]
    return rows


def _servable(engines: Sequence[ChosenEngine]) -> list[ChosenEngine]:
    """Each engine once, as it usually works; not the reference, whose own time would hide the way to it."""
    named: dict[str, ChosenEngine] = {}
    for engine in engines:
        named.setdefault(engine.name, engine)
    return [engine for engine in named.values() if not is_reference(engine)] or list(named.values())


def _row(who: str, size: _Size, answer_bytes: int, rounds: list[dict[str, float]]) -> Row:
    measures = {name: [each[name] for each in rounds] for name in rounds[0]}
    notes: dict[str, str | int | float] = {
        "how": size.how,
        "request_bytes": size.request_bytes,
        "answer_bytes": answer_bytes,
    }
    return Row(
        workload=f"W7, {size.how}",
        engine=who,
        symbols=_SYMBOLS,
        events=len(size.batches) * size.events,
        kind="rpc",
        measures=measures,
        notes=notes,
    )


def _echo(size: _Size, answer_bytes: int) -> dict[str, float]:
    request, answer = bytes(size.request_bytes), memoryview(bytearray(max(answer_bytes, 1)))
    with echo_process(len(request), len(answer)) as connection:
        return _times([lambda: exchange(connection, request, answer)] * len(size.batches), size, with_quotes=False)


def _unary(core: RemoteEngine, size: _Size) -> tuple[dict[str, float], int]:
    columns = [batch.to_columns() for batch in size.batches]
    answers: list[int] = []
    calls: list[Callable[[], None]] = [lambda own=own: answers.append(len(core.process(own, ()))) for own in columns]  # type: ignore[misc]
    times = _times(calls, size)
    return times, round(sum(answers) / len(answers))


def _streamed(core: RemoteEngine, size: _Size) -> tuple[dict[str, float], int]:
    """Time a batch is that of the whole stream by its batches: they overlap."""
    parts = [(batch.to_columns(), ()) for batch in size.batches]
    started = time.perf_counter_ns()
    answer_bytes = sum(len(records) for records in core.process_many(parts))
    elapsed = time.perf_counter_ns() - started
    per_batch = elapsed / len(parts)
    times = {
        "us_per_call_p50": per_batch / 1e3,
        "mb_per_second": size.request_bytes * 1e3 / per_batch,
        NS_PER_QUOTE: per_batch / size.events,
    }
    return times, answer_bytes // len(parts)


def _times(calls: Sequence[Callable[[], None]], size: _Size, with_quotes: bool = True) -> dict[str, float]:
    clock = time.perf_counter_ns
    taken = np.empty(len(calls), np.int64)
    for place, call in enumerate(calls):
        started = clock()
        call()
        taken[place] = clock() - started
    ordered = np.sort(taken[min(_WARM, len(taken) // 2) :])
    mean = float(ordered.mean())
    times = {
        "us_per_call_p50": percentile(ordered, 0.5) / 1e3,
        "us_per_call_p99": percentile(ordered, 0.99) / 1e3,
        "mb_per_second": size.request_bytes * 1e3 / mean,
    }
    return {**times, NS_PER_QUOTE: mean / size.events} if with_quotes else times


class _Served(RemoteEngine):
    """An engine of this machine behind `quartet serve`, in a process that ends with it."""

    def __init__(self, name: str, config: bytes) -> None:
        command = [sys.executable, "-c", "from quartet.cli import main; main()", "serve", "--engine", name]
        self._child = EngineProcess(name, command, "run quartet doctor")
        super().__init__(self._child.address, config)

    def close(self) -> None:
        super().close()
        self._child.close()


def _server(engine: ChosenEngine, config: bytes) -> AbstractContextManager[RemoteEngine]:
    """The engine over gRPC: Go as its binary, the others served by Python."""
    core: CoreEngine = engine.create(config) if engine.name == "go" else _Served(engine.name, config)
    assert isinstance(core, RemoteEngine)
    return closing(core)
