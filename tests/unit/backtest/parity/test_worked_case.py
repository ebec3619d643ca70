"""The worked case of four bars, by hand: both modes, every engine, to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quartet.backtest.backtester import Backtester, BacktestingEngine
from quartet.backtest.reconcile import reconcile
from tests.conformance.engines import ENGINES
from tests.unit.backtest.frames import bars, signals

# At t1 100 are bought at 101 * 1.0005 = 101.0505, fee 10.10505; at t3 sold at 102 * 0.9995 = 101.949, fee 10.1949.
PRICES = bars([100, 101, 103, 102], [100, 102, 104, 101])
SIGNALS = signals([1, 1, 0, None])
EQUITY = ["100000", "100084.84495", "100284.84495", "100069.55005"]
KEYS = {
    "initial_capital": 100_000,
    "commission_per_trade": 0.001,
    "slippage_bps": 5,
    "slippage_model": "fixed",
    "max_position_size": 0.1,
    "risk_free_rate": 0.02,
}


@pytest.mark.parametrize("engine", ["columnar", *ENGINES])
def test_equity_fills_and_fees(engine: str) -> None:
    mode = {"mode": "columnar"} if engine == "columnar" else {"mode": "engine", "engine": engine}
    result = BacktestingEngine(**KEYS, **mode).run_backtest(SIGNALS, PRICES)
    assert result.engine == engine
    assert result.equity["equity"].to_list() == [Decimal(each) for each in EQUITY]
    rows = result.fills.select("side", "price", "quantity", "fee", "slippage_cost").rows()
    assert rows == [
        ("BUY", Decimal("101.0505"), 100, Decimal("10.10505"), Decimal("5.05")),
        ("SELL", Decimal("101.949"), 100, Decimal("10.1949"), Decimal("5.1")),
    ]
    assert result["total_return"] == pytest.approx(0.0006955005, abs=1e-15)
    assert result.trips.net_pnl.tolist() == [69_550_050_000_000_000_000]
    assert result.outcome.positions.tolist() == [0]


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_differs_between_the_modes(engine: str) -> None:
    columnar = Backtester(KEYS).run_backtest(SIGNALS, PRICES)
    driven = Backtester(KEYS, mode="engine", engine=engine).run_backtest(SIGNALS, PRICES)
    assert reconcile(columnar, driven) is None
    assert columnar.hashes["result"] == driven.hashes["result"]


def test_the_first_difference_is_named() -> None:
    a = Backtester(KEYS).run_backtest(SIGNALS, PRICES)
    b = Backtester(KEYS, slippage_bps=6).run_backtest(SIGNALS, PRICES)
    found = reconcile(a, b)
    assert found is not None and found.what == "fill"
    assert found.where == "2024-01-02T00:00:00Z, A"
    assert (found.a, found.b) == ("A 100 at 101.0505", "A 100 at 101.0606")
