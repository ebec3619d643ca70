"""The gate as in production: the engine's defaults refuse what they refuse, and the result says so."""

from __future__ import annotations

import pytest

from quartet.backtest.backtester import Backtester
from quartet.core.errors import ConfigError
from tests.conformance.engines import ENGINES
from tests.unit.backtest.frames import bars, signals

FRAME = bars([100] * 4, [100] * 4)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_order_beyond_the_default_weight_is_refused(engine: str) -> None:
    """2 % of equity an order, 5 % a position."""
    keys = {"mode": "engine", "engine": engine, "limits": "live", "borrow_rate": 0}
    refused = Backtester(keys, max_position_size=0.1).run_backtest(signals([1.0]), FRAME)
    assert refused.orders["state"].to_list() == ["RISK_REJECTED"]
    assert refused.orders["code"].to_list() == ["ORDER_NOTIONAL"]
    assert refused.assumptions["limits"] == "live"
    taken = Backtester(keys, max_position_size=0.02).run_backtest(signals([1.0]), FRAME)
    assert taken.orders["state"].to_list() == ["FILLED"]


def test_the_columnar_mode_has_no_such_gate() -> None:
    with pytest.raises(ConfigError, match="limits: live is the gate of an engine; use mode: engine"):
        Backtester(limits="live").run_backtest(signals([1.0]), FRAME)
