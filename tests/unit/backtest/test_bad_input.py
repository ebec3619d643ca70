"""Frames that cannot be: each is refused with what, where and what to do, or its behaviour is stated."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.prices import PricePanel
from quartet.backtest.signals import SignalPanel
from quartet.core.errors import ConfigError, DataError
from tests.unit.backtest.frames import bars, days, signals, walk

GOOD = bars([10, 11, 12], [11, 12, 11])


def changed(row: int, **values: object) -> pl.DataFrame:
    at = pl.int_range(pl.len()) == row
    return GOOD.with_columns(
        pl.when(at).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in values.items()
    )


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (GOOD.head(0), "there is no row"),
        (GOOD.head(1), "there is one stamp; a backtest needs at least two"),
        (GOOD.drop("open"), "columns open are missing"),
        (GOOD.reverse(), "row 1: A at 2024-01-02T00:00:00Z is before the row above it; sort by timestamp"),
        (pl.concat([GOOD, GOOD.tail(1)]), "row 3: A at 2024-01-03T00:00:00Z is there twice; keep one"),
        (GOOD.with_columns(pl.col("timestamp").dt.replace_time_zone(None)), "give datetimes with a time zone"),
        (GOOD.with_columns(pl.col("timestamp").dt.date()), "timestamp is Date: give datetimes with a time zone"),
        (changed(1, close=float("nan")), "row 1 (A at 2024-01-02T00:00:00Z): close"),
        (changed(1, close=None), "row 1 (A at 2024-01-02T00:00:00Z): close is missing"),
        (changed(2, low=11.5), "A at 2024-01-03T00:00:00Z: low is above open or close"),
        (changed(2, high=10.0), "A at 2024-01-03T00:00:00Z: high is below open or close"),
        (changed(0, volume=-1.0), "A at 2024-01-01T00:00:00Z: volume is below zero"),
        (changed(0, close=1e10, high=1e10), "row 0 (A at 2024-01-01T00:00:00Z): high is not a number within 9.2e9"),
        (changed(0, symbol=None), "row 0: no symbol"),
        (changed(0, timestamp=None), "row 0: no timestamp"),
        ([1, 2, 3], "a frame of Polars, pandas or Arrow is wanted, not list"),
    ],
)
def test_prices(frame: object, text: str) -> None:
    with pytest.raises(DataError) as raised:
        PricePanel.of(frame)
    assert text in str(raised.value)


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (signals([1.0]).head(0), "there is no row"),
        (signals([2.0]), "A at 2024-01-01T00:00:00Z: 2 is not from -1 to 1"),
        (signals([1.0], "B"), "symbol 'B' has no prices"),
        (signals([1.0]).with_columns(pl.col("timestamp") + timedelta(hours=1)), "01:00:00Z is no stamp of the prices"),
        (signals([1.0]).with_columns(confidence=pl.lit(1.5)), "confidence 1.5 is not from 0 to 1"),
        (signals([1.0]).drop("signal"), "columns signal are missing"),
    ],
)
def test_signals(frame: pl.DataFrame, text: str) -> None:
    with pytest.raises(DataError) as raised:
        SignalPanel.of(frame, PricePanel.of(GOOD))
    assert text in str(raised.value)


def test_a_failed_run_is_a_trial_and_the_ledger_stays_whole() -> None:
    backtester = Backtester(study="s")
    backtester.run_backtest(signals([1.0]), GOOD)
    for wrong, kind in ((GOOD.reverse(), DataError), (GOOD.drop("volume"), ConfigError)):
        with pytest.raises(kind):
            backtester.run_backtest(signals([1.0]), wrong)
    with TrialLedger.open() as ledger:
        trials = ledger.trials("s")
        assert [each.status for each in trials] == ["completed", "failed", "failed"]
        assert "DataError: prices, row 1" in (trials[1].error or "")
        assert ledger.problems() == []
    assert backtester.run_backtest(signals([1.0]), GOOD)["trials"] == 4.0


def test_prices_below_zero_are_traded_and_said() -> None:
    """They happened: a position is marked there, and a target by weight waits."""
    frame = bars([10, 10, -5, -5, 10], [10, 10, -5, 10, 10])
    result = Backtester(tick=0.01, gap_safe=False).run_backtest(signals([1.0, 1.0, 0.5, None, None]), frame)
    assert [fill["stamp"] for fill in result.outcome.fills] == [1]
    assert float(result.equity["equity"][2]) < float(result.equity["equity"][1])
    assert any("prices are below zero, first A at 2024-01-03" in each for each in result.warnings)


def test_a_bar_without_volume_fills_nothing_until_the_signal_asks_again() -> None:
    frame = bars([10, 10, 10, 10], [10] * 4).with_columns(volume=pl.Series([1e6, 0.0, 1e6, 1e6]))
    result = Backtester().run_backtest(signals([1.0, 1.0]), frame)
    assert result.orders["code"].to_list() == ["NOT_ENOUGH_VOLUME", ""]
    assert result.fills["timestamp"].to_list() == days(4)[2:3]


@pytest.mark.parametrize(("max_wait", "filled"), [(1, 0), (2, 1)])
def test_an_order_waits_so_many_missing_bars(max_wait: int, filled: int) -> None:
    """A has no bar at t2 and t3."""
    a = bars([10.0] * 6, [10.0] * 6).filter(~pl.col("timestamp").is_in(days(6)[2:4]))
    frame = pl.concat([a, bars([5.0] * 6, [5.0] * 6, "B")]).sort("timestamp", "symbol")
    for mode in ({"mode": "columnar"}, {"mode": "engine", "engine": "python"}):
        result = Backtester(max_wait=max_wait, **mode).run_backtest(signals([None, 1.0]), frame)
        assert len(result.fills) == filled
        assert result.orders["code"].to_list() == ([""] if filled else ["USER_CANCEL"])


def test_symbols_come_and_go() -> None:
    early, late = bars([10.0] * 4, [10.0] * 4, "A"), bars([20.0] * 4, [20.0] * 4, "B", begin=days(5)[2])
    frame = pl.concat([early, late]).sort("timestamp", "symbol")
    told = pl.concat([signals([1.0] * 4, "A"), signals([1.0] * 6, "B")])
    result = Backtester().run_backtest(told, frame)
    assert any("2 signals have no bar, first B at 2024-01-01" in each for each in result.warnings)
    assert result.fills["symbol"].to_list() == ["A", "B"]
    # A's last mark stays.
    assert float(result.equity["equity"][-1]) == pytest.approx(100_000, rel=1e-3)


def test_ruin_ends_the_figures_and_is_said() -> None:
    frame = bars([100, 100, 10, 10], [100, 100, 10, 10])
    result = Backtester(max_position_size=5, max_gross=None, gap_safe=False, max_participation=None).run_backtest(
        signals([1.0, 1.0, 1.0]), frame
    )
    assert "ruin" in result.measures.flags
    assert any("the account was ruined" in each for each in result.warnings)
    assert result.equity["equity"][2] < 0


def test_debt_is_never_unnoticed() -> None:
    result = Backtester(max_position_size=2, max_gross=2, gap_safe=False).run_backtest(signals([1.0]), walk(30))
    assert any("cash was below zero" in each for each in result.warnings)


def test_strict_refuses_what_is_only_a_warning() -> None:
    with pytest.raises(DataError, match="strict: 1 bars have no volume"):
        Backtester(strict=True).run_backtest(signals([1.0]), GOOD.with_columns(volume=pl.Series([1.0, 0.0, 1.0])))


def test_signals_by_the_day_lie_on_the_bars_of_their_days() -> None:
    """Bars end at 21:00 of their day."""
    frame = GOOD.with_columns(pl.col("timestamp") + timedelta(hours=21))
    result = Backtester(replications=0).run_backtest(signals([1.0]), frame)
    assert result.outcome.fills["stamp"].tolist() == [1]
    assert any("signals are stamped by days" in each for each in result.warnings)


def test_an_interrupted_run_is_a_trial_too() -> None:
    def interrupted(prices: pl.DataFrame) -> pl.DataFrame:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Backtester(study="s").run_backtest(interrupted, GOOD)
    with TrialLedger.open() as ledger:
        assert [each.error for each in ledger.trials("s")] == ["KeyboardInterrupt: "]
        assert ledger.problems() == []
