"""How much a benchmark runs: events, repetitions, rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BLOCK_EVENTS: Final = 65_536
"""Events of one call where a workload does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is run."""

    events: int = 1_000_000
    reference_events: int = 50_000
    """The Python reference runs, and is compared, over so many of the first events."""
    runs: int = 9
    reference_runs: int = 3
    order_events: int = 300_000
    """Events of W1-orders, of which almost every one makes an order."""
    latency_events: int = 40_000
    """Events of one run of latency, at most; a slow rate gets fewer."""
    latency_seconds: float = 3.0
    """One run of latency takes no longer."""
    latency_runs: int = 5
    rate_per_second: int | None = None
    """Events a second that arrive, for every engine; None: as the kind of engine can take."""
    sweep_events: int = 10_000
    sweep_members: int = 1_000
    """Members of W3 in an engine that takes all through one pass."""
    sweep_few_of: int = 125
    """One of so many members runs in every engine, and alone."""
    sweep_runs: int = 5
    backtest_bars: int = 10_000
    backtest_columns: int = 1_000
    """Symbols of B1 and B2."""
    backtest_members: int = 1_000
    """Pairs of windows of B3."""
    backtest_runs: int = 5
    memory_symbols: int = 10_000
    memory_runs: int = 1
    rpc_calls: int = 2_000
    rpc_batches: int = 200

    def runs_of(self, is_reference: bool) -> int:
        """Repetitions of one engine."""
        return self.reference_runs if is_reference else self.runs


FULL: Final = Plan()
QUICK: Final = Plan(
    events=50_000,
    reference_events=5_000,
    runs=3,
    reference_runs=1,
    order_events=20_000,
    latency_events=2_000,
    latency_seconds=0.2,
    latency_runs=2,
    sweep_events=1_000,
    sweep_members=40,
    sweep_few_of=10,
    sweep_runs=3,
    backtest_bars=1_000,
    backtest_columns=100,
    backtest_members=40,
    backtest_runs=3,
    memory_symbols=1_000,
    rpc_calls=200,
    rpc_batches=20,
)
