"""Commissions by volume against days and months worked by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.costs.charging import CommissionPlan, fee_of
from quartet.backtest.costs.tiers import TierVolume, periods_of
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.core.errors import ConfigError
from quartet.core.fixed import cap
from quartet.core.registry import entry
from tests.conformance.engines import ENGINES
from tests.unit.backtest.frames import BEGIN, bars, signals, walk

MONEY = 10**18
DAYS = np.arange("2024-01-01", "2024-03-31", dtype="datetime64[D]").astype("datetime64[ns]").astype(np.int64)
TIERS = [
    {"volume": 0, "maker": "0.001", "taker": "0.002"},
    {"volume": 9000, "maker": "-0.0001", "taker": "0.001"},
    {"volume": 20_000, "maker": "-0.0002", "taker": "0.0005"},
]
MAKER_TAKER = {"model": "maker_taker", "tiers": TIERS}


def plan(model: str, **keys: Any) -> CommissionPlan:
    return CommissionPlan.of(entry("commission", model)(DAYS, **keys))


def test_the_volume_of_thirty_days_chooses() -> None:
    volume = TierVolume(plan("maker_taker", tiers=TIERS), DAYS)
    volume.add(0, 9000 * MONEY, 1)
    # The fill's own day does not count; day 30 is the last that counts day 0.
    assert [volume.tier(t) for t in (0, 1, 30, 31)] == [0, 1, 1, 0]


def test_a_volume_below_a_tier_by_one_unit_is_of_the_tier_before() -> None:
    tiers = plan("maker_taker", tiers=TIERS)
    assert [tiers.tier_of(each) for each in (0, 9000 * MONEY - 1, 9000 * MONEY, 10**30)] == [0, 0, 1, 2]


def test_a_month_begins_anew() -> None:
    volume = TierVolume(plan("per_share_tiered"), DAYS)
    assert volume.tier(0) == 0
    volume.add(0, 1, 300_000 * 10**9)
    assert (volume.tier(0), volume.tier(30), volume.tier(31)) == (1, 1, 0)


def test_days_and_months_are_counted() -> None:
    first = periods_of(np.array([0, 86_400 * 10**9 - 1, DAYS[31]]))
    assert first.tolist() == [[0, 0, 19_754], [0, 0, 649]]


def test_an_order_that_rested_makes() -> None:
    row = plan("maker_taker", tiers=TIERS).row(1, 0)
    assert fee_of(row, 10_000 * MONEY, 1, False) == 10 * MONEY
    assert fee_of(row, 10_000 * MONEY, 1, False, rested=True) == -MONEY


@pytest.mark.parametrize("engine", ["columnar", *ENGINES])
def test_a_run_pays_less_after_it_has_traded(engine: str) -> None:
    """100 at 100 bought for 2 per mille; the next day all is turned, 9,000 are behind it: 1 per mille."""
    mode = {"mode": "columnar"} if engine == "columnar" else {"mode": "engine", "engine": engine}
    keys = {"commission": MAKER_TAKER, "slippage_bps": 0, "gap_safe": False, "borrow_rate": 0, "replications": 0}
    result = Backtester(keys, **mode).run_backtest(signals([1, -1, 0, None]), bars([100] * 4, [100] * 4))
    assert result.fills["quantity"].to_list() == [100, 199, 99]
    assert result.fills["fee"].to_list() == [Decimal(20), Decimal("19.9"), Decimal("4.95")]
    assert result.record.costs["commission"] == sum((20 * MONEY, 199 * MONEY // 10, 495 * MONEY // 100))


@pytest.mark.parametrize(
    ("tiers", "text"),
    [
        ([], "must begin with volume 0 and ascend"),
        ([{"volume": 5, "maker": 0, "taker": 0}], "must begin with volume 0"),
        ([{"volume": 0}, {"volume": 0}], "ascend by volume"),
        ([{"volume": 0, "taker": 0.2}], "must be at most 0.05"),
        ([{"volume": 0, "make": 0.2}], "make"),
    ],
)
def test_tiers_that_cannot_be_are_refused(tiers: Any, text: str) -> None:
    with pytest.raises(ConfigError, match=text):
        BacktestSettings.of(commission={"model": "maker_taker", "tiers": tiers})


def test_tiers_are_written_and_read_back() -> None:
    settings = BacktestSettings.of(commission={"model": "maker_taker", "tiers": [{"volume": 0, "taker": 0.0004}]})
    assert settings.to_config()["commission"]["tiers"] == [{"volume": 0, "taker": "0.0004"}]
    assert BacktestSettings.of(settings.to_config()) == settings


@pytest.mark.parametrize("days", [1, 3, 30])
@pytest.mark.parametrize("hours", [7, 24])
def test_every_fee_of_a_long_run_is_that_of_its_days(days: int, hours: int) -> None:
    """Against sums over all fills of the days before, with months without a trade between."""
    rng = np.random.default_rng(days * hours)
    frame = walk(200, symbols="AB", seed=days)
    frame = frame.with_columns(timestamp=pl.lit(BEGIN) + (pl.col("timestamp") - BEGIN) / 24 * hours)
    score = np.where(rng.random((200, 2)) < 0.6, rng.integers(-1, 2, (200, 2)).astype(float), np.nan)
    score[90:140] = np.nan
    starts = [round(share * 9000 * days * 24 / hours) for share in (0.4, 0.9, 1.1)]
    tiers = [{"volume": each, "taker": f"{0.002 / (place + 1):.9f}"} for place, each in enumerate((0, *starts))]
    keys = {"commission": {"model": "maker_taker", "tiers": tiers, "days": days}, "gap_safe": False, "replications": 0}
    result = Backtester(keys).run_backtest(SignalSource.of(score), PricePanel.of(frame))
    fills, fees = result.outcome.fills, result.record.fees
    dates = result.stamps[fills["stamp"]] // (86_400 * 10**9)
    notional = [abs(int(fill["price"]) * int(fill["quantity"])) for fill in fills]
    seen = set()
    for at, fee in enumerate(fees):
        before = (dates >= dates[at] - days) & (dates < dates[at])
        volume = sum(each for each, counts in zip(notional, before, strict=True) if counts)
        tier = sum(volume >= start * MONEY for start in starts)
        seen.add(tier)
        assert fee == cap(round(2_000_000 / (tier + 1)), notional[at])
    assert len(seen) >= 2 and 0 in seen
