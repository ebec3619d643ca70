"""W3: a thousand crosses over the same quotes by `quartet.sweep`; equal to single runs first, then timed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from quartet.bench.measuring import Tick, is_reference
from quartet.bench.plan import Plan
from quartet.bench.quotes import locked_quotes, w1_symbols
from quartet.bench.row import MS_CONFIGURATIONS, MS_PER_PASS, NS_PER_MEMBER_EVENT, Row
from quartet.bench.settings import CROSS_GRID, cross_settings
from quartet.data.batch import EventBatch
from quartet.engines.engine_run import ChosenEngine
from quartet.engines.sweep import SweepResult, members, sweep
from quartet.engines.sweep_core import sweep_module
from quartet.engines.trading_engine import TradingEngine

NAME: Final = "W3"
KIND: Final = "sweep"
_SYMBOLS: Final = w1_symbols(1)
_COMPARED: Final = (*CROSS_GRID, "events", "orders", "fills", "risk_rejects", "cash", "equity", "fees", "realised")
Member = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """The quotes, and the members of one engine."""

    stream: EventBatch
    members: Sequence[Member]
    threads: int

    def run(self, engine: str) -> Pass:
        """Sweep once."""
        started = time.perf_counter_ns()
        result = sweep(cross_settings(self.threads), self.members, self.stream, symbols=_SYMBOLS, engine=engine)
        return Pass(result, time.perf_counter_ns() - started)


@dataclass(frozen=True, slots=True)
class Pass:
    """One sweep, and the time of the whole call."""

    result: SweepResult
    call_ns: int

    @property
    def measures(self) -> dict[str, float]:
        """Times by name."""
        pass_ns = self.result.elapsed_ns
        return {
            NS_PER_MEMBER_EVENT: pass_ns / len(self.result.table) / self.result.events,
            MS_PER_PASS: pass_ns / 1e6,
            MS_CONFIGURATIONS: (self.call_ns - pass_ns) / 1e6,
        }


def measure_sweep(engines: Sequence[ChosenEngine], plan: Plan, tick: Tick) -> list[Row]:
    """A row for each engine and number of threads: one that shares a pass runs every member, another one a few."""
    own = list({(engine.name, engine.options.threads): engine for engine in engines}.values())
    works = [work_of(engine, plan) for engine in own]
    answers = [work.run(engine.name).result.table for engine, work in zip(own, works, strict=True)]
    equal = _equal(own, works, answers, plan)
    runs: list[list[dict[str, float]]] = [[] for _ in own]
    for repetition in range(plan.sweep_runs):
        for engine, work, is_equal, times in zip(own, works, equal, runs, strict=True):
            if is_equal and repetition < plan.runs_of(is_reference(engine)):
                times.append(work.run(engine.name).measures)
            tick()
    return [
        Row(
            NAME,
            engine.name,
            1,
            work.threads,
            events=len(work.stream),
            orders=int(table["orders"].sum()),
            equal=is_equal,
            sha256=_digest(_few(table, plan)),
            kind=KIND,
            measures={name: [run[name] for run in times] for name in (times[0] if times else ())},
            notes={"members": len(table), "how": "one pass" if shares_pass(engine.name) else "one by one"},
        )
        for engine, work, table, is_equal, times in zip(own, works, answers, equal, runs, strict=True)
    ]


def shares_pass(engine: str) -> bool:
    """Whether the engine takes all members through the data in one pass; of others each member is an engine."""
    return sweep_module(engine) is not None


def work_of(engine: ChosenEngine, plan: Plan) -> Work:
    """What an engine runs: every member of the plan, or the few that all engines run."""
    every = members(CROSS_GRID)
    every = every[:: len(every) // plan.sweep_members]
    shares = shares_pass(engine.name)
    return Work(
        locked_quotes(plan.sweep_events),
        every if shares else every[:: plan.sweep_few_of],
        engine.options.threads if shares else 1,
    )


def _equal(
    own: Sequence[ChosenEngine], works: Sequence[Work], tables: Sequence[pl.DataFrame], plan: Plan
) -> list[bool]:
    """Whether the few are as in the reference, else in the first engine, and as alone; and all as in the first."""
    few = [_digest(_few(table, plan)) for table in tables]
    first = next((digest for engine, digest in zip(own, few, strict=True) if is_reference(engine)), few[0])
    wholes = [_digest(table) if len(table) == plan.sweep_members else None for table in tables]
    whole = next((digest for digest in wholes if digest is not None), None)
    return [
        digest == first and each in (None, whole) and (each is None or _as_single_runs(engine, work, table, plan))
        for engine, work, table, digest, each in zip(own, works, tables, few, wholes, strict=True)
    ]


def _as_single_runs(engine: ChosenEngine, work: Work, table: pl.DataFrame, plan: Plan) -> bool:
    """Whether each of the few is as an engine of its own."""
    for row in _few(table, plan).iter_rows(named=True):
        member = {key: row[key] for key in CROSS_GRID}
        settings = cross_settings(1, member)
        with TradingEngine(settings, symbols=_SYMBOLS, engine=engine.name) as single:
            single.process_market_data(work.stream)
            state = single.state()
            account = single.account()
        alone = {**state.engine.counters, "cash": account.cash, "equity": account.equity, "fees": account.fees}
        if any(row[name] != value for name, value in alone.items()):
            return False
    return True


def _few(table: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The members that every engine runs."""
    return table.gather_every(plan.sweep_few_of) if len(table) == plan.sweep_members else table


def _digest(table: pl.DataFrame) -> str:
    return hashlib.sha256(table.select(_COMPARED).write_csv().encode()).hexdigest()
