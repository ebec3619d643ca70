"""The workloads by name: a configuration, symbols and a stream of events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from quartet.bench.plan import BLOCK_EVENTS, Plan
from quartet.bench.quotes import level_quotes, turning_quotes, w1_quotes, w1_symbols
from quartet.bench.settings import default_settings, program_settings, turning_settings, w1_settings
from quartet.core.errors import ConfigError
from quartet.data.batch import EventBatch
from quartet.engines.config import EngineSettings


@dataclass(frozen=True, slots=True)
class Workload:
    """What an engine is fed with."""

    name: str
    symbols: int
    config: bytes
    """The serialised EngineConfig."""
    stream: EventBatch
    batch_events: int = BLOCK_EVENTS
    """Events of one call."""


DEFAULT: Final = ("W1", "default", "W1-orders", "W3", "latency", "edges", "cold", "memory")
STREAMS: Final = {
    "C1": "100 symbols, 1,000 ticks each, round robin, prices that stand still",
    "C2": "100 ticks of 10 symbols",
    "C3": "1,000 ticks in one call",
    "C4": "one tick again and again, one a call: a health check",
    "C5": "a recorded day: write C5=FILE",
    "C6": "the ticks of C1 in bursts of ten at one time",
}
NAMES: Final = {
    "W1": "quotes that walk at random, EMA 10/20 cross, market orders at the touch",
    "default": "the program of config/replay.yaml on the same quotes, all else as in W1",
    "W1-orders": "almost every quote makes an order: what an order costs, and whether that grows",
    "W3": "a sweep of 1,000 crosses of rolling means over 10,000 quotes of one symbol",
    "latency": "one event a call, arriving at a fixed rate",
    "edges": "W1 with Arrow in and out, and what that adds",
    "cold": "import, opening and the first event in a fresh process",
    "memory": "what an engine holds for each of 10,000 symbols",
    "B1": "columnar backtests of 1,000 columns over 10,000 bars, each an account, from signals",
    "B2": "the same signals in one account",
    "B3": "a sweep of 1,000 pairs of moving averages over 10,000 bars, by quartet.backtest.sweep",
    "B4": "10,000 bars of one symbol, and 1,000 of each of 100, through every engine: a cross of two means",
    "W7": "calls and streams over gRPC, beside a plain socket's echo",
    **STREAMS,
}
_SYMBOL_COUNTS: Final = (100, 1)
_VENUES: Final = 5


def workloads_of(name: str, plan: Plan, symbols: tuple[int, ...] = ()) -> list[Workload]:
    """The workloads of a name, one for each number of symbols where it is not fixed; ConfigError for others."""
    counts = symbols or _SYMBOL_COUNTS
    if name == "W1":
        return [_walk(name, w1_settings(), plan.events, count) for count in counts]
    if name == "default":
        return [_walk(name, program_settings(), plan.events, count) for count in counts]
    if name in _STREAM_MAKERS:
        return [_STREAM_MAKERS[name](name)]
    if name == "C5":
        raise ConfigError("--workload C5: a recorded day is a file; write C5=FILE, or FILE alone")
    raise ConfigError(f"--workload {name}: neither a file nor one of {', '.join(NAMES)}")


def latency_workload(plan: Plan) -> Workload:
    """Quotes of W1, one a call."""
    return _walk("latency", w1_settings(), plan.latency_events, 1, batch_events=1)


def order_workloads(plan: Plan) -> tuple[Workload, Workload]:
    """Quotes that turn every time: with orders, and with a policy that never trades."""
    stream = turning_quotes(plan.order_events)
    tenths = max(plan.order_events // 30, 1)
    trading, quiet = (turning_settings(trades).engine_config(w1_symbols(1)) for trades in (True, False))
    return (
        Workload("W1-orders", 1, trading, stream, tenths),
        Workload("W1-orders", 1, quiet, stream, tenths),
    )


def _walk(name: str, settings: EngineSettings, events: int, symbols: int, batch_events: int = BLOCK_EVENTS) -> Workload:
    config = settings.engine_config(w1_symbols(symbols))
    return Workload(name, symbols, config, w1_quotes(events, symbols), batch_events)


def _level(events: int, symbols: int, batch_events: int = BLOCK_EVENTS, burst: int = 1) -> Callable[[str], Workload]:
    def make(name: str) -> Workload:
        config = default_settings().engine_config(w1_symbols(symbols))
        return Workload(name, symbols, config, level_quotes(events, symbols, burst=burst), batch_events)

    return make


_STREAM_MAKERS: Final = {
    "C1": _level(100_000, 100),
    "C2": _level(100, 10),
    "C3": _level(1_000, 100, batch_events=1_000),
    "C4": _level(1_000, 1, batch_events=1),
    "C6": _level(100_000, 100, burst=10),
}
