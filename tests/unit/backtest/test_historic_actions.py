"""Corporate actions that happened, held over in a backtest: equity does what a holder's money did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.data.corporate import total_return
from tests.unit.data.historic_actions import CASES, ENDED, Case, table, two_days

HELD = [each for each in CASES if each.action["kind"] in ("split", "dividend", "spin_off")]
PAID = [each for each in ENDED if set(each.action) == {"kind", "amount"}]


@pytest.mark.parametrize("case", HELD, ids=lambda case: case.symbol)
def test_a_backtest_earns_the_return_of_a_holder(case: Case) -> None:
    """Bought at the close before and held over the day, without costs."""
    days = [case.eve - timedelta(days=1), case.eve, case.day]
    stamps = [datetime(day.year, day.month, day.day, 21, tzinfo=UTC) for day in days]
    closes = [case.before, case.before, case.after]
    frame = pl.DataFrame({"timestamp": stamps, "symbol": case.symbol, "volume": 1e9})
    frame = frame.with_columns(**dict.fromkeys(("open", "high", "low", "close"), pl.Series(closes, dtype=pl.Float64)))
    told = pl.DataFrame({"timestamp": stamps[:1], "symbol": [case.symbol], "signal": [1.0]})
    keys = dict(commission=0, slippage_bps=0, gap_safe=False, max_position_size=0.5, lot="0.000001", replications=0)
    result = Backtester(keys).run_backtest(told, frame, actions=pl.DataFrame([case.row]))
    held = total_return(two_days(case), table(case), as_of=case.day)["total_return"][1]
    assert float(result.equity["equity"][-1]) / 100_000 - 1 == pytest.approx(0.5 * held, abs=1e-6)


@pytest.mark.parametrize(
    "case", [each for each in ENDED if set(each.action) == {"kind", "amount"}], ids=lambda c: c.symbol
)
def test_a_backtest_is_paid_out_at_the_end(case: Case) -> None:
    days = [case.eve - timedelta(days=1), case.eve, case.day]
    stamps = [datetime(day.year, day.month, day.day, 21, tzinfo=UTC) for day in days]
    rows = [(stamp, case.symbol, case.before) for stamp in stamps[:2]] + [(stamp, "OTHER", 10.0) for stamp in stamps]
    frame = pl.DataFrame(rows, schema=["timestamp", "symbol", "close"], orient="row").sort("timestamp", "symbol")
    frame = frame.with_columns(**dict.fromkeys(("open", "high", "low"), pl.col("close")), volume=pl.lit(1e9))
    told = pl.DataFrame({"timestamp": stamps[:1], "symbol": [case.symbol], "signal": [1.0]})
    keys = dict(commission=0, slippage_bps=0, gap_safe=False, max_position_size=0.5, lot="0.000001", replications=0)
    result = Backtester(keys).run_backtest(told, frame, actions=pl.DataFrame([case.row]))
    gained = case.action["amount"] / case.before - 1
    assert float(result.equity["equity"][-1]) / 100_000 - 1 == pytest.approx(0.5 * gained, abs=1e-6)
    assert result.outcome.positions.tolist() == [0, 0]
