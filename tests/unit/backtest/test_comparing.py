"""Where the difference of two backtests comes from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.comparing import Side, attribute, changes
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.result import BacktestResult
from quartet.core.errors import ConfigError, DataError
from tests.unit.backtest.frames import walk

PRICES = walk(120, seed=4, symbols="AB")
TREND = {"score": "sign(fast - slow)", "let": {"fast": "ema(close, 5)", "slow": "ema(close, 20)"}}


def run(signals: Any = TREND, prices: Any = PRICES, **keys: Any) -> BacktestResult:
    return Backtester(replications=0, trading_year="us_equities", **keys).run_backtest(signals, prices)


def side(result: BacktestResult, label: str = "it") -> Side:
    return Side.of_result(result, label)


def test_another_mode_gives_the_same() -> None:
    found = attribute(side(run()), side(run(mode="engine", engine="python")))
    assert found.same and found.groups == ("engine",) and found.profit == 0
    assert found.text == "the same to the last unit, with other engine"


def test_dearer_trading_is_split_into_what_each_cost_took() -> None:
    cheap, dear = run(slippage_bps=0), run(slippage_bps=20)
    found = attribute(side(cheap), side(dear))
    assert found.groups == ("costs",) and not found.same and found.costs["slippage"] < 0
    assert found.before_costs is not None
    assert found.before_costs + sum(found.costs.values()) == pytest.approx(
        Decimal(repr(found.profit)), abs=Decimal("1e-5")
    )
    ends = [each.equity["equity"][-1] for each in (cheap, dear)]
    assert found.profit == pytest.approx(float(ends[1] - ends[0]), abs=1e-6)


def test_groups_are_named() -> None:
    other = {**TREND, "let": {**TREND["let"], "slow": "ema(close, 30)"}}  # type: ignore[dict-item]
    assert attribute(side(run()), side(run(other))).groups == ("signals",)
    assert attribute(side(run()), side(run(max_position_size="0.2"))).groups == ("sizing",)
    prices = attribute(side(run()), side(run(prices=walk(120, seed=5, symbols="AB"))))
    assert set(prices.groups) == {"data", "signals"}


def test_what_no_order_depends_on_is_no_change() -> None:
    assert changes([side(run()), side(run(study="other", lookahead_check=False))]) == ()


def test_a_difference_without_a_cause_is_called_out() -> None:
    one, other = side(run()), side(run(max_position_size="0.2"))
    forged = replace(other, settings=one.settings)
    assert attribute(one, forged).text.startswith("DIFFERENT though nothing that went in differs")
    engine = replace(forged, engine="rust")
    assert attribute(one, engine).text.startswith("DIFFERENT by mode or engine alone")


def test_a_folder_and_a_trial_are_the_result(tmp_path: Path) -> None:
    result = run()
    result.to_parquet(tmp_path / "mine")
    with TrialLedger.open() as ledger:
        trial = Side.of_trial(ledger, result.trial_id or 0)
    folder = Side.of_folder(tmp_path / "mine")
    for each in (folder, trial):
        found = attribute(side(result), each)
        assert found.same and not found.groups, found
        np.testing.assert_allclose(each.equity, side(result).equity, rtol=1e-9)
        np.testing.assert_array_equal(each.stamps, result.stamps)
    assert trial.costs is None and folder.costs == side(result).costs
    assert attribute(trial, side(run(slippage_bps=9))).before_costs is None


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder of"):
        Side.of_folder(tmp_path)
    with pytest.raises(ConfigError):
        run(max_participation=None, price_for_fill="next_vwap")
    with TrialLedger.open() as ledger, pytest.raises(ConfigError, match="it failed"):
        Side.of_trial(ledger, 1)
