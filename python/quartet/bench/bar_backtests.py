"""B4: the same bars through every engine, as `mode: engine` of a backtest drives them; equal first, then timed."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from quartet.backtest.engine_driven.running import run
from quartet.backtest.outcome import Outcome
from quartet.backtest.plan import Plan as BacktestPlan
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.bench.bar_work import CAPITAL_CENTS, FAST, SLOW, BarWork, Fills
from quartet.bench.measuring import Tick, is_reference
from quartet.bench.plan import Plan
from quartet.bench.row import MS_PER_PASS, NS_PER_BAR, Row
from quartet.core.fixed import PPB
from quartet.engines.engine_run import ChosenEngine

NAME: Final = "B4"
KIND: Final = "bars"
_DAY_NS: Final = 86_400 * PPB
_CENT_MONEY: Final = PPB * PPB // 100
_SIGNAL: Final = {
    "score": "fast > slow",
    "let": {"fast": f"rolling_mean(close, {FAST})", "slow": f"rolling_mean(close, {SLOW})"},
}


def measure_bar_backtests(engines: Sequence[ChosenEngine], plan: Plan, tick: Tick) -> list[Row]:
    """A row for each engine and number of symbols: signals, events, the engine, fills and equity of every bar.

    The reference, which shows what is right, is timed once.
    """
    rows = []
    for work in BarWork.every(plan):
        panel, expected = panel_of(work), work.expected()
        answers = {engine.name: fills_of(backtest(work, panel, engine.name)) for engine in engines}
        runs: dict[str, list[int]] = {engine.name: [] for engine in engines}
        for repetition in range(plan.backtest_runs):
            for engine in engines:
                if answers[engine.name] == expected and not (repetition and is_reference(engine)):
                    runs[engine.name].append(_timed(work, panel, engine.name))
            tick()
        rows += [
            row_of(engine.name, work, answers[engine.name], expected, runs[engine.name], KIND) for engine in engines
        ]
    return rows


def panel_of(work: BarWork) -> PricePanel:
    """The bars as ours has them."""
    stamps = _DAY_NS * np.arange(1, len(work.close) + 1)
    names = [f"S{place:05d}" for place in range(work.close.shape[1])]
    return PricePanel.of_arrays(stamps, names, work.close / 100, open=work.opens / 100)


def backtest(work: BarWork, panel: PricePanel, engine: str) -> Outcome:
    """From bars to fills and equity, through an engine."""
    settings = BacktestSettings.of(
        initial_capital=CAPITAL_CENTS // 100,
        commission=0,
        slippage_bps=0,
        max_position_size=1 / work.parts,
        lot=1,
        tick="0.01",
        max_gross=None,
        max_participation=None,
        gap_safe=False,
        borrow_rate=0,
    )
    source = SignalSource.of(_SIGNAL)
    return run(BacktestPlan.of(settings, panel, source.panel(panel), source.graph), engine)


def fills_of(outcome: Outcome) -> tuple[Fills, int]:
    """Its fills in whole units, and its last equity in cents; a part of one is no fill of this work."""
    rows = sorted(outcome.fills[["stamp", "symbol", "quantity"]].tolist())
    low, high = outcome.equity[-1].tolist()
    return [(t, i, units // PPB) for t, i, units in rows], ((high << 64) + (low & (2**64 - 1))) // _CENT_MONEY


def row_of(
    engine: str,
    work: BarWork,
    answer: tuple[Fills, int],
    expected: tuple[Fills, int],
    runs: Sequence[int],
    kind: str,
) -> Row:
    """The row of an engine or a peer; without times where a fill or a cent differs."""
    equal = answer == expected
    said = f"{len(set(answer[0]) ^ set(expected[0])):,} fills differ, {answer[1] - expected[1]:+,} cents"
    return Row(
        NAME,
        engine,
        work.close.shape[1],
        events=work.close.size,
        orders=len(answer[0]),
        equal=equal,
        kind=kind,
        measures={MS_PER_PASS: [ns / 1e6 for ns in runs], NS_PER_BAR: [ns / work.close.size for ns in runs]}
        if equal
        else {},
        notes={"compared": "equal" if equal else said},
    )


def _timed(work: BarWork, panel: PricePanel, engine: str) -> int:
    gc.collect()
    started = time.perf_counter_ns()
    backtest(work, panel, engine)
    return time.perf_counter_ns() - started
