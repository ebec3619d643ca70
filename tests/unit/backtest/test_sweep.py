"""Sweeps: every member as it is alone, every member a trial, one that fails stops nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.prices import PricePanel
from quartet.backtest.sweep import sweep
from quartet.core.errors import ConfigError
from quartet.engines.sweep import members
from tests.unit.backtest.frames import signals, walk

FRAME = walk(150, symbols="AB", seed=8)
KEYS = {"trading_year": "us_equities", "replications": 0, "lot": "0.001"}


def lagged(prices: PricePanel, lag: int) -> Any:
    score = np.full(prices.close.shape, np.nan)
    score[lag:] = np.sign(prices.closes[lag:] - prices.closes[:-lag])
    return score


GRID = {
    "lag": [1, 3, 10],
    "commission": [0, {"model": "per_share"}],
    "slippage_bps": ["0", "7.5"],
    "max_gross": [None, "0.15"],
    "slippage_model": ["fixed", "volume_based"],
    "price_for_fill": ["next_open", "next_close"],
}


def test_every_member_is_as_it_is_alone() -> None:
    found = sweep(KEYS, GRID, lagged, FRAME)
    panel = PricePanel.of(FRAME)
    assert found.table.height == 96 and found.table["error"].null_count() == 96
    rng = np.random.default_rng(0)
    every = members(GRID)
    for at in rng.choice(96, 24, replace=False).tolist():
        keys = {name: value for name, value in every[at].items() if name != "lag"}
        alone = Backtester({**KEYS, **keys}).run_backtest(lagged(panel, every[at]["lag"]), panel)
        assert np.array_equal(alone.record.equity, found.equity[:, at])
        row = found.table.row(at, named=True)
        assert row["sharpe_ratio"] == alone["sharpe_ratio"]
        assert (row["num_orders"], row["num_fills"]) == (len(alone.orders), len(alone.fills))
        assert row["fees"] == pytest.approx(float(alone.fills["fee"].sum() or 0), rel=1e-12)


def test_every_member_is_a_trial_and_counts() -> None:
    found = sweep({**KEYS, "study": "lags"}, {"lag": list(range(1, 51))}, lagged, FRAME)
    with TrialLedger.open() as ledger:
        trials = ledger.trials("lags")
    assert [each.trial_id for each in trials] == found.table["trial"].to_list() and len(trials) == 50
    assert [each.metrics["sharpe_ratio"] for each in trials] == found.table["sharpe_ratio"].to_list()
    assert len({each.config["member"]["lag"] for each in trials}) == 50


def test_a_failing_member_stops_nobody() -> None:
    found = sweep({**KEYS, "study": "s"}, {"lag": [5, 0, 7], "max_position_size": [0.1, -1]}, lagged, FRAME)
    errors = found.table["error"].to_list()
    assert [each is None for each in errors] == [True, False, False, False, True, False]
    assert "max_position_size = -1: must be above 0" in errors[1] and "Error" in errors[2]
    assert np.isnan(found.equity[:, 1]).all() and not np.isnan(found.equity[:, 4]).any()
    with TrialLedger.open() as ledger:
        assert sum(each.error is not None for each in ledger.trials("s")) == 4


def test_where_none_can_run_it_says_why() -> None:
    with pytest.raises(ConfigError, match="no member of the sweep could run; the first: ConfigError: sweep: lag is no"):
        sweep(KEYS, {"lag": [1]}, signals([1.0]), FRAME)


def test_settings_alone_over_given_signals_and_graphs() -> None:
    seen: list[tuple[int, int]] = []
    for given in (signals([1.0, 0.0, 1.0]), "sign(delta(close, 2))"):
        found = sweep(KEYS, {"slippage_bps": [0, 10, 20]}, given, FRAME, progress=lambda *step: seen.append(step))
        assert found.table["total_return"].is_sorted(descending=True)
    assert seen == [(3, 3), (3, 3)]
