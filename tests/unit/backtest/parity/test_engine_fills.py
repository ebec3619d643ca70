"""price_for_fill: engine: limit orders at the mark, by the venue of the engine, worked by hand on every engine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from quartet.backtest.backtester import Backtester
from quartet.backtest.engine_driven import running as engine_driven
from quartet.backtest.result import BacktestResult
from quartet.core.errors import ConfigError
from tests.conformance.engines import ENGINES
from tests.unit.backtest.frames import days, signals
from tests.unit.backtest.parity.drawn import plans

TIERS = [{"volume": 0, "maker": "-0.0001", "taker": "0.0005"}]
KEYS: dict[str, Any] = {
    "mode": "engine", "price_for_fill": "engine", "commission": {"model": "maker_taker", "tiers": TIERS},
    "slippage_bps": 5, "gap_safe": False, "borrow_rate": 0, "replications": 0,
}  # fmt: skip


def run(engine: str, bars: list[tuple[float, float, float, float]], side: float = 1.0, **keys: Any) -> BacktestResult:
    """Open, high, low, close by day; decided once, at the first."""
    opened, high, low, close = zip(*bars, strict=True)
    frame = pl.DataFrame(
        {"timestamp": days(len(bars)), "symbol": ["A"] * len(bars), "open": opened, "high": high, "low": low,
         "close": close, "volume": [1e6] * len(bars)}
    )  # fmt: skip
    decided = signals([side, *[None] * (len(bars) - 1)])
    return Backtester({**KEYS, **keys}, engine=engine).run_backtest(decided, frame)


FLAT = (100.0, 100.0, 100.0, 100.0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("side", "bar", "price", "fee"),
    [
        (1, (101.0, 102.0, 99.0, 101.0), 100, "-1"),  # traded through: it rested
        (1, (99.5, 102.0, 99.0, 101.0), Decimal("99.5"), "4.975"),  # a better open: it took
        (-1, (99.0, 101.0, 98.0, 99.0), 100, "-1"),
        (-1, (100.5, 101.0, 98.0, 99.0), Decimal("100.5"), "5.025"),
    ],
)
def test_a_fill(engine: str, side: int, bar: tuple[float, ...], price: Any, fee: str) -> None:
    result = run(engine, [FLAT, bar, FLAT], side)
    assert result.fills.select("price", "quantity", "fee").rows() == [(Decimal(price), Decimal(100), Decimal(fee))]
    costs = result.record.costs
    # Against the open: what the limit was better by, and no spread.
    assert costs["slippage"] == round((price - Decimal(bar[0])) * 100 * side * 10**18)
    assert costs["spread"] == costs["impact"] == 0
    assert result.assumptions["fill_rule"].startswith("limit orders at the mark")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_touch_does_not_fill_and_the_order_waits(engine: str) -> None:
    touched = (101.0, 102.0, 100.0, 101.0)
    result = run(engine, [FLAT, touched, touched, (101.0, 101.0, 99.9999, 100.0)])
    assert result.fills["timestamp"].to_list() == [days(4)[3]]
    never = run(engine, [FLAT, touched, touched])
    assert len(never.fills) == 0 and never.orders["state"].to_list() == ["CANCELED"]


def test_the_columnar_mode_says_which_mode_can() -> None:
    with pytest.raises(ConfigError, match="price_for_fill: engine is decided by an engine's venue; use mode: engine"):
        run("python", [FLAT, FLAT], mode="columnar")


@pytest.mark.parametrize("engine", [each for each in ENGINES if each != "python"])
def test_every_engine_gives_the_same(engine: str) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def drawn(data: st.DataObject) -> None:
        try:
            plan = data.draw(plans(price_for_fill="engine"))
        except ConfigError:
            assume(False)
        one, other = (engine_driven.run(plan, each) for each in (engine, "python"))
        assert np.array_equal(one.fills, other.fills) and one.result_hash == other.result_hash

    drawn()


def test_what_neither_mode_can_names_both_ways_out() -> None:
    with pytest.raises(ConfigError, match=r"rebalance: band .*; use mode: columnar and price_for_fill: next_open"):
        run("python", [FLAT, FLAT], rebalance="band")
