"""What a run cost by component: by hand, in the ledger, in a sweep, under stress, and on the page."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from quartet.backtest.backtester import Backtester
from quartet.backtest.costs.attribution import COMPONENTS
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.stress.case import Case, chain
from quartet.backtest.sweep import sweep
from quartet.cli import app
from quartet.report.backtest.report import BacktestReport
from quartet.report.backtest.trading import costs_section
from tests.unit.backtest.frames import bars, signals, walk

MONEY = 10**18
FREE: dict[str, Any] = {"gap_safe": False, "borrow_rate": 0, "replications": 0}


def test_spread_and_slippage_by_hand() -> None:
    """100 bought at 100 for 100.07: half of 4 bp is 2.00, 5 bp are 5.00; on a tick of 0.1 the rest is slippage too."""
    keys = {**FREE, "commission": 0, "spread_bps": 4, "slippage_bps": 5}
    prices = bars([100] * 3, [100] * 3)
    for tick, slipped in (("0.01", 5), ("0.1", 8)):
        costs = Backtester(keys, tick=tick).run_backtest(signals([1, None, None]), prices).record.costs
        assert (costs["spread"], costs["slippage"], costs["impact"]) == (2 * MONEY, slipped * MONEY, 0)


def test_impact_is_what_a_growing_model_takes_beyond_the_fixed_part() -> None:
    keys = {**FREE, "commission": 0, "spread_bps": 4, "slippage_bps": 5, "slippage_model": "volume_based"}
    result = Backtester(keys).run_backtest(signals([None] * 40 + [1.0]), walk(60))
    costs, fill = result.record.costs, result.outcome.fills[0]
    value = int(result.plan.reference[41, 0]) * int(fill["quantity"])
    assert costs["spread"] == pytest.approx(value * 0.0002, rel=1e-12)
    assert costs["slippage"] == pytest.approx(value * 0.0005, rel=1e-12)
    beyond = (int(fill["price"]) - int(result.plan.reference[41, 0])) * int(fill["quantity"])
    assert costs["impact"] == beyond - costs["spread"] - costs["slippage"] > 0


def test_fees_of_the_authorities_are_told_apart() -> None:
    """100 sold at 150 on 2026-11-21: section 31 0.31 and 0.02 of activity fee, beside 1 per mille of both fills."""
    frame = bars([150] * 4, [150] * 4, begin=datetime(2026, 11, 19, tzinfo=UTC))
    decided = frame.select("timestamp", "symbol").with_columns(signal=pl.Series([1.0, 0.0, None, None]))
    keys = {**FREE, "initial_capital": 150_000, "slippage_bps": 0}
    commission = {"model": "rate", "rate": "0.001", "regulatory": "us_equities"}
    costs = Backtester(keys, commission=commission).run_backtest(decided, frame).record.costs
    assert (costs["commission"], costs["regulatory"]) == (30 * MONEY, 33 * MONEY // 100)


def test_the_page_and_the_terminal_show_them() -> None:
    times = walk(60)["timestamp"]
    funding = pl.DataFrame({"timestamp": times, "symbol": "A", "rate": -0.0005})
    result = Backtester(replications=0, spread_bps=3).run_backtest(
        {"score": "sign(delta(close, 3)) + 0.5"}, walk(60), funding=funding
    )
    section = costs_section(BacktestReport("x", result))
    assert section is not None
    chart, table = section.parts
    assert {"Commission", "Spread", "Slippage", "Funding"} <= set(chart.figure.data[0].x)  # type: ignore[union-attr]
    assert {"spread", "funding"} <= {row[0] for row in table.rows}  # type: ignore[union-attr]
    assert "funding" in result.to_dict()["costs"]


def lagged(panel: PricePanel, lag: int, short: bool) -> Any:
    score = np.full(panel.close.shape, np.nan)
    score[lag:] = np.sign(panel.closes[lag:] - panel.closes[:-lag])
    return score if short else np.maximum(score, 0.0)


@pytest.mark.parametrize("model", ["fixed", "volume_based"])
def test_a_member_of_a_sweep_costs_what_it_costs_alone(model: str) -> None:
    """The first sells nothing short: borrow is charged to the others all the same."""
    frame = walk(120, symbols="AB")
    rows = [(time, symbol, 0.0002) for time in frame["timestamp"].unique() for symbol in "AB"]
    funding = pl.DataFrame(rows, schema=["timestamp", "symbol", "rate"], orient="row")
    panel = PricePanel.of(frame).with_rates(funding=funding)
    keys = {"spread_bps": 4, "slippage_model": model, "borrow_rate": "0.05", "cash_interest": True, "replications": 0}
    tiers = [{"volume": 0, "taker": "0.002"}, {"volume": 9000, "taker": "0.001"}]
    grid = {"short": [False, True], "lag": [3], "commission": [0.001, {"model": "maker_taker", "tiers": tiers}]}
    found = sweep(keys, grid, lagged, panel)
    with TrialLedger.open() as ledger:
        for row in found.table.iter_rows(named=True):
            commission = grid["commission"][0 if row["commission"] == "0.001" or row["commission"] == 0.001 else 1]
            score = lagged(panel, row["lag"], row["short"])
            alone = Backtester(keys, commission=commission).run_backtest(SignalSource.of(score), panel)
            kept = ledger.trial(row["trial"]).costs
            assert kept == pytest.approx({name: each / 1e18 for name, each in alone.record.costs.items()}, abs=1e-8)
            assert kept == pytest.approx(ledger.trial(alone.trial_id or 0).costs, abs=1e-8)
            assert set(kept or {}) == set(COMPONENTS) and row["total_return"] == alone["total_return"]
            assert bool(alone.record.costs["borrow"]) == row["short"] and alone.record.costs["funding"]


def test_trials_show_and_compare_tell_the_costs() -> None:
    for bps in (0, 5):
        Backtester(replications=0, spread_bps=bps, study="s").run_backtest({"score": "sign(delta(close, 3))"}, walk(60))
    shown = CliRunner().invoke(app, ["trials", "show", "2"]).output
    assert "Costs" in shown and "spread" in shown
    compared = CliRunner().invoke(app, ["trials", "compare", "1", "2"]).output
    assert "costs.spread" in compared and "costs.funding" not in compared


def test_high_fees_raise_tiers_but_no_rebates_and_spreads_widen() -> None:
    tiers = [{"volume": 0, "maker": "-0.0001", "taker": "0.001"}, {"volume": 5, "maker": "0.0002", "taker": "0.0004"}]
    settings = BacktestSettings.of({**FREE, "commission": {"model": "maker_taker", "tiers": tiers}, "spread_bps": 2})
    base = Backtester(settings).run_backtest({"score": "sign(delta(close, 3))"}, walk(60))
    source = SignalSource.of({"score": "sign(delta(close, 3))"})
    case = Case(settings, base.plan.quoted, base.plan.signals, source, base.record.quantities)
    given = chain(case, "high_fees").settings.commission.configured("commission")
    rates = [(each.volume, each.maker, each.taker) for each in given.tiers]  # type: ignore[attr-defined]
    assert rates == [(0, Decimal("-0.0001"), Decimal("0.003")), (5, Decimal("0.0006"), Decimal("0.0012"))]
    assert chain(case, "high_slippage").settings.spread_bps == 6
