"""What each scenario does to a backtest, on cases that can be worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.result import BacktestResult
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.stress.case import Case, chain
from quartet.core.errors import ConfigError, DataError
from quartet.core.registry import entries, entry
from tests.unit.backtest.frames import signals, walk
from tests.unit.backtest.stress.markets import KEYS, in_and_out, rising


def case_of(given: Any = None, prices: Any = None, **keys: Any) -> tuple[BacktestResult, Case]:
    settings = BacktestSettings.of(KEYS, **keys)
    given = in_and_out() if given is None else given
    base = Backtester(settings).run_backtest(given, rising() if prices is None else prices)
    source = SignalSource.of(given)
    return base, Case(settings, base.plan.prices, base.plan.signals, source, base.record.quantities)


def run(case: Case) -> BacktestResult:
    return Backtester(case.settings).run_backtest(case.signals, case.prices)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("high_slippage", {"factor": "1"}),
        ("high_fees", {"factor": "1"}),
        ("gap_risk", {"probability": 0.0}),
        ("late_orders", {"bars": 0}),
        ("liquidity_drought", {"spread": "1", "volume": 1.0}),
    ],
)
def test_a_scenario_that_changes_nothing_gives_the_base(name: str, values: dict[str, Any]) -> None:
    base, case = case_of()
    assert run(entry("scenario", name)(case, **values)).hashes["result"] == base.hashes["result"]


@pytest.mark.parametrize("name", ["high_slippage", "high_fees"])
def test_more_cost_is_less_profit(name: str) -> None:
    _, case = case_of()
    ends = [run(entry("scenario", name)(case, factor=Decimal(each)))["total_return"] or 0.0 for each in (1, 2, 3, 5)]
    assert ends == sorted(ends, reverse=True) and len(set(ends)) == 4


def test_fees_of_every_model_are_scaled() -> None:
    for choice in ("rate", "per_share", "per_order", "per_contract"):
        _, case = case_of(commission=choice)
        base, dearer = (sum(run(each).record.fees) for each in (case, chain(case, "high_fees")))
        assert base > 0 and dearer > 2.5 * base, choice


def test_what_grows_with_size_is_scaled_too() -> None:
    _, case = case_of(slippage_model={"model": "adaptive", "temporary": 0.2})
    dearer = chain(case, "high_slippage").settings.slippage_model.configured("slippage")
    assert (dearer.temporary, dearer.permanent) == pytest.approx((0.6, 0.942))  # type: ignore[attr-defined]


def test_gaps_go_against_what_is_held() -> None:
    _, case = case_of()
    struck = entry("scenario", "gap_risk")(case, probability=1.0, least=0.02, most=0.02)
    held = np.sign(case.held[:-1, 0])
    before, after = (
        case.prices.open[1:, 0] / case.prices.close[:-1, 0],
        struck.prices.open[1:, 0] / struck.prices.close[:-1, 0],
    )
    np.testing.assert_allclose(after / before, np.where(held > 0, 0.98, 1.0), rtol=1e-7)
    assert run(struck)["total_return"] < -0.3  # type: ignore[operator]
    assert "gaps" in struck.notes[0]


def test_gaps_are_those_of_the_seed() -> None:
    hashes = {run(chain(case_of(seed=seed)[1], "gap_risk")).hashes["result"] for seed in (1, 1, 2)}
    assert len(hashes) == 2


def test_late_orders_decide_a_bar_later() -> None:
    _, case = case_of(signals([1.0, 0.0, None, 1.0]), rising(4))
    late = chain(case, "late_orders").signals.product[:, 0]
    np.testing.assert_array_equal(late, [np.nan, 1.0, 0.0, np.nan])


def test_a_drought_is_thinner() -> None:
    _, case = case_of()
    dry = chain(case, "liquidity_drought")
    assert dry.settings.slippage_bps == 25 and dry.prices.volume is not None and case.prices.volume is not None
    np.testing.assert_array_equal(dry.prices.volume, case.prices.volume * 0.3)


def test_days_that_the_prices_have_are_replayed() -> None:
    begin = datetime(2008, 8, 1, tzinfo=UTC)
    _, case = case_of(in_and_out(260, begin), rising(260, begin))
    crisis = chain(case, "crisis_2008")
    first, last = (np.datetime64(int(each), "ns").astype("datetime64[D]") for each in crisis.prices.stamps[[0, -1]])
    assert (str(first), str(last)) == ("2008-09-14", "2009-03-09") and "replayed" in crisis.notes[0]
    # What was decided before the first day still stands there.
    assert crisis.signals.product[0, 0] == case.signals.product[44, 0]
    assert run(crisis)["total_return"] is not None


def test_days_that_the_prices_have_not_fall_as_the_index_did() -> None:
    _, case = case_of()
    fallen = chain(case, "pandemic_2020")
    assert "hypothetical" in fallen.notes[0]
    last = fallen.prices.close[-1, 0] / case.prices.close[-1, 0]
    assert last == pytest.approx(1 - 0.3361, abs=1e-6)
    assert fallen.prices.close[0, 0] == case.prices.close[-len(fallen.prices.stamps), 0]


def test_a_strategy_that_can_sees_the_fall() -> None:
    trend = {"score": "sign(fast - slow)", "let": {"fast": "ema(close, 3)", "slow": "ema(close, 12)"}}
    _, case = case_of(trend, walk(300, seed=4, symbols="AB"))
    fallen = chain(case, "pandemic_2020")
    assert (fallen.signals.product[-1] == -1).all() and not (case.signals.product[-1] == -1).all()


def test_rates_rise_in_the_rate_shock() -> None:
    _, case = case_of(in_and_out(300), rising(300))
    shocked = chain(case, "rate_shock").settings
    assert (shocked.borrow_rate, shocked.risk_free_rate) == (Decimal("0.023"), pytest.approx(0.04))


def test_scenarios_can_be_chained() -> None:
    _, case = case_of()
    both = chain(case, "high_fees + high_slippage").settings
    assert both.slippage_bps == 15 and both.commission.values == {"rate": "0.003"}


def test_what_cannot_be_is_refused() -> None:
    _, case = case_of()
    with pytest.raises(ConfigError, match="did you mean"):
        chain(case, "high_fee")
    with pytest.raises(ConfigError, match="is no day"):
        entry("scenario", "crisis_2008")(case, first="then")
    with pytest.raises(ConfigError, match="no span of days"):
        entry("scenario", "crisis_2008")(case, first="2009-03-10")
    with pytest.raises(DataError, match="fewer than two bars"):
        case.between(5, 6)


def test_every_scenario_says_whether_it_is_scored() -> None:
    assert {
        name for name, each in entries("scenario").items() if not isinstance(each.facts.get("scored"), bool)
    } == set()
