"""The laws of S-005 that apply to scenarios: functions of their case that leave a case which can be run."""

from __future__ import annotations

import numpy as np
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.stress.case import Case
from quartet.core.errors import DataError
from quartet.core.registry import entries, entry
from tests.battery.panels import panel

SETTINGS = BacktestSettings.of({"replications": 0, "lookahead_check": False, "max_position_size": 0.3})
TREND = {"score": "sign(fast - slow)", "let": {"fast": "ema(close, 5)", "slow": "ema(close, 40)"}}

ANYWHERE = sorted(name for name, each in entries("scenario").items() if "days" not in each.facts)
OF_DAYS = sorted(entries("scenario").keys() - set(ANYWHERE))


@pytest.fixture(scope="module", params=[False, True], ids=["whole", "gaps"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    prices, source = panel(gaps=request.param), SignalSource.of(TREND)
    base = Backtester(SETTINGS).run_backtest(source, prices, ledger=tmp_path_factory.mktemp("battery") / "t.sqlite")
    return Case(SETTINGS, base.plan.prices, base.plan.signals, source, base.record.quantities)


@pytest.mark.parametrize("name", ANYWHERE)
def test_a_scenario_is_a_function_of_its_case(name: str, case: Case) -> None:
    before = case.prices.content_hash, case.signals.content_hash, case.settings.to_config(), case.held.copy()
    one, other = (entry("scenario", name)(case) for _ in range(2))
    assert one.prices.content_hash == other.prices.content_hash
    assert one.signals.content_hash == other.signals.content_hash
    fresh = type(case.prices)(**{each: getattr(case.prices, each) for each in case.prices.__dataclass_fields__})
    assert (fresh.content_hash, case.signals.content_hash, case.settings.to_config()) == before[:3]
    np.testing.assert_array_equal(case.held, before[3])


@pytest.mark.parametrize("name", ANYWHERE)
def test_what_a_scenario_makes_can_be_run(name: str, case: Case) -> None:
    made = entry("scenario", name)(case)
    prices, product = made.prices, made.signals.product
    assert set(prices.stamps.tolist()) <= set(case.prices.stamps.tolist()) and (np.diff(prices.stamps) > 0).all()
    assert set(prices.symbols) <= set(case.prices.symbols)
    assert (prices.low <= np.minimum(prices.open, prices.close)).all()
    assert (prices.high >= np.maximum(prices.open, prices.close)).all()
    assert product.shape == prices.close.shape and np.nanmax(np.abs(product)) <= 1.0
    # What has no bar is not decided on, whatever was done to the signals.
    assert np.isnan(product[~prices.present]).all()


@pytest.mark.parametrize("name", OF_DAYS)
def test_days_that_the_prices_do_not_have_are_refused(name: str, case: Case) -> None:
    with pytest.raises(DataError, match="the prices do not have"):
        entry("scenario", name)(case)
