"""Splits, dividends and ends of symbols in a backtest, by hand and in both modes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.prices import PricePanel
from quartet.backtest.rerun import rerun
from quartet.backtest.result import BacktestResult
from quartet.core.errors import DataError
from tests.unit.backtest import frames
from tests.unit.backtest.frames import signals

KEYS = {"commission": 0, "slippage_bps": 0, "gap_safe": False, "borrow_rate": 0, "replications": 0}
MODES = [{"mode": "columnar"}, {"mode": "engine", "engine": "python"}]


def bars(opens: list[float], closes: list[float], symbol: str = "A", **more: Any) -> pl.DataFrame:
    """Bars that end at 21:00 of their day."""
    return frames.bars(opens, closes, symbol, **more).with_columns(pl.col("timestamp") + timedelta(hours=21))


def action(day: int, kind: str, symbol: str = "A", **values: Any) -> dict[str, Any]:
    return {"symbol": symbol, "ex_date": date(2024, 1, day), "kind": kind, **values}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), infer_schema_length=None)


def run(told: pl.DataFrame, frame: pl.DataFrame, actions: pl.DataFrame, **keys: Any) -> list[BacktestResult]:
    found = [Backtester({**KEYS, **keys}, **mode).run_backtest(told, frame, actions=actions) for mode in MODES]
    assert found[0].hashes["result"] == found[1].hashes["result"]
    return found


@pytest.mark.parametrize(("side", "paid"), [(1.0, 50), (-1.0, -50)])
def test_a_dividend_is_paid_to_longs_and_by_shorts(side: float, paid: int) -> None:
    """100 shares, 0.50 a share on the third day."""
    result = run(signals([side]), bars([100] * 4, [100] * 4), table(action(3, "dividend", amount=0.5)))[0]
    assert result.equity["equity"].to_list() == [100_000, 100_000, 100_000 + paid, 100_000 + paid]
    costs = dict(result.costs.select("component", "amount").iter_rows())
    assert costs["dividends"] == -paid


def test_a_dividend_on_a_day_without_a_bar_comes_with_the_next_one() -> None:
    frame = bars([100] * 5, [100] * 5)
    gap = frame.filter(pl.col("timestamp").dt.day() != 3)
    both = pl.concat([gap, bars([5] * 5, [5] * 5, "B")]).sort("timestamp", "symbol")
    result = run(signals([1.0]), both, table(action(3, "dividend", amount=0.5)))[0]
    assert [float(each) for each in result.equity["equity"]] == [100_000, 100_000, 100_000, 100_050, 100_050]


def test_a_split_changes_prices_and_no_money() -> None:
    """Two for one on the third day: 100 shares at 100 are 200 at 50."""
    frame = bars([100, 100, 50, 50], [100, 100, 50, 55], volume=1e6)
    result = run(signals([1.0]), frame, table(action(3, "split", ratio=2.0)))[0]
    assert [float(each) for each in result.equity["equity"]] == [100_000, 100_000, 100_000, 101_000]
    assert result.fills["price"].to_list() == [Decimal(50)] and result.fills["quantity"].to_list() == [200]
    assert any("brought over 1 splits" in each for each in result.warnings)


def test_a_dividend_before_a_split_is_of_the_old_shares() -> None:
    """0.50 for each of 100 old shares is 0.25 for each of 200."""
    frame = bars([100, 100, 100, 50], [100, 100, 100, 50])
    told = table(action(3, "dividend", amount=0.5, ratio=None), action(4, "split", ratio=2.0, amount=None))
    result = run(signals([1.0]), frame, told)[0]
    assert float(result.equity["equity"][-1]) == 100_050


@pytest.mark.parametrize("kind", ["delisting", "merger"])
def test_an_end_pays_and_closes(kind: str) -> None:
    """100 shares end at 40 each after three bars; the trip loses 6,000."""
    frame = pl.concat([bars([100] * 3, [100] * 3), bars([5] * 5, [5] * 5, "B")]).sort("timestamp", "symbol")
    result = run(signals([1.0]), frame, table(action(4, kind, amount=40.0)))[0]
    assert [float(each) for each in result.equity["equity"]] == [100_000] * 3 + [94_000] * 2
    assert result.outcome.positions.tolist() == [0, 0] and result.positions["timestamp"].n_unique() == 2
    assert result.trips.net_pnl.tolist() == [-6_000 * 10**18]


def test_an_end_for_an_unknown_amount_is_said() -> None:
    frame = pl.concat([bars([100] * 3, [100] * 3), bars([5] * 5, [5] * 5, "B")]).sort("timestamp", "symbol")
    result = run(signals([1.0]), frame, table(action(4, "delisting", amount=None)))[0]
    assert result.outcome.positions.tolist() == [100 * 10**9, 0]
    assert any("A ended on 2024-01-04 for an unknown amount" in each for each in result.warnings)


@pytest.mark.parametrize(
    "row", [action(3, "symbol_change", other="Z"), action(3, "merger", ratio=0.5), action(3, "dividend", amount=None)]
)
def test_what_cannot_be_followed_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="a backtest follows splits, cash dividends"):
        Backtester(KEYS).run_backtest(signals([1.0]), bars([10] * 4, [10] * 4), actions=table(row))


def test_splits_need_a_frame() -> None:
    with pytest.raises(DataError, match="give these as a frame"):
        Backtester(KEYS).run_backtest(
            signals([1.0]), PricePanel.of(bars([10] * 4, [10] * 4)), actions=table(action(3, "split", ratio=2.0))
        )


def test_actions_are_part_of_the_data_of_a_trial() -> None:
    frame, told = bars([100] * 4, [100] * 4), signals([1.0])
    actions = table(action(3, "dividend", amount=0.5))
    first = Backtester(KEYS).run_backtest(told, frame, actions=actions)
    with TrialLedger.open() as ledger:
        assert rerun(ledger, first.trial_id or 0, prices=frame, signals=told, actions=actions).same
        with pytest.raises(DataError, match="was run on other data"):
            rerun(ledger, first.trial_id or 0, prices=frame, signals=told)
