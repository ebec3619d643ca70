"""Drawn paths and settings: both modes, every engine, every number the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from quartet.backtest.columnar import running as columnar
from quartet.backtest.costs.attribution import COMPONENTS
from quartet.backtest.engine_driven import running as engine_driven
from quartet.backtest.engine_driven.configuring import runs_graph
from quartet.backtest.outcome import Outcome, money_of
from quartet.backtest.plan import Plan
from quartet.backtest.recording import Record
from quartet.backtest.signal_sources import SignalSource
from quartet.core.contract import Code
from quartet.core.errors import ConfigError
from tests.conformance.engines import ENGINES
from tests.unit.backtest.parity.drawn import panels, plans, settings_values

EXAMPLES = {"python": 40, "rust": 120, "cpp": 120, "go": 25}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
AS_IT_IS = {
    "gap_safe": False,
    "sizer": "confidence",
    "price_for_fill": "next_open",
    "allow_short": True,
    "liquidate_at_end": False,
    "rebalance": "on_change",
    "max_participation": "0.1",
}
"""Settings under which nothing stands between a graph's score and the decision."""
GRAPHS = ["sign(delta(close, 1))", "ema(close, 2) - ema(close, 4)", "-zscore(close, 3) / 2", "volume / 100000 - 1"]


def drawn(data: st.DataObject, **fixed: object) -> Plan:
    try:
        return data.draw(plans(**fixed))
    except ConfigError:
        assume(False)
        raise


def assert_same(a: Outcome, b: Outcome) -> None:
    for name in ("orders", "fills", "borrowed", "earned", "paid", "funded", "ended", "cash", "equity", "positions"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    assert a.result_hash == b.result_hash


@pytest.mark.parametrize("engine", ENGINES)
def test_drawn_backtests(engine: str) -> None:
    @settings(max_examples=EXAMPLES[engine], deadline=None, suppress_health_check=SLOW)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        plan = drawn(data)
        assert_same(columnar.run(plan), engine_driven.run(plan, engine))

    run()


@pytest.mark.parametrize("engine", ENGINES)
def test_graphs_that_run_in_the_engine(engine: str) -> None:
    @settings(max_examples=EXAMPLES[engine] // 2, deadline=None, suppress_health_check=SLOW)
    @given(st.data(), st.sampled_from(GRAPHS))
    def run(data: st.DataObject, text: str) -> None:
        prices = data.draw(panels())
        source = SignalSource.of(text)
        values = data.draw(settings_values(**AS_IT_IS))
        try:
            plan = Plan.of(values, prices, source.panel(prices), source.graph)
        except ConfigError:
            assume(False)
        assert runs_graph(plan)
        assert_same(columnar.run(plan), engine_driven.run(plan, engine))

    run()


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_the_books_close(data: st.DataObject) -> None:
    """Cash and positions are explained by fills, fees and flows, to the last unit."""
    plan = drawn(data)
    outcome = columnar.run(plan)
    cash = money_of(outcome.cash)
    moved = [0] * len(cash)
    for t, i, price, quantity, low, high, _ in outcome.fills.tolist():
        moved[t] -= price * quantity * int(plan.terms[i, 2]) + (high << 64) + (low & (2**64 - 1))
    flows = (outcome.borrowed, outcome.funded, outcome.earned, outcome.paid)
    for t, (cost, funding, gain, got) in enumerate(zip(*(money_of(each) for each in flows), strict=True)):
        moved[t] += gain + got - cost - funding
    assert [b - a for a, b in pairwise(cash)] == moved[1:]
    assert moved[0] == 0 and cash[0] == int(plan.settings.initial_capital * 10**18)
    held = np.zeros(len(plan.prices.symbols), np.int64)
    for fill in outcome.fills:
        held[fill["symbol"]] += fill["quantity"]
    for _, i, quantity, _ in outcome.ended.tolist():
        held[i] -= quantity
    assert held.tolist() == outcome.positions.tolist()
    value = 0
    for i in np.flatnonzero(held).tolist():
        mark = plan.prices.close[plan.prices.present[:, i], i][-1]
        value += int(held[i]) * int(mark) * int(plan.terms[i, 2])
    assert money_of(outcome.equity)[-1] == cash[-1] + value
    record = Record(plan, outcome)
    assert len(record.costs) == len(COMPONENTS) and list(record.costs) == list(COMPONENTS)
    # What the fills earned at the reference prices, less every component, is the profit.
    multiplier = plan.terms[:, 2].tolist()
    reference = plan.reference
    free = -sum(int(reference[t, i]) * q * multiplier[i] for t, i, _, q, _, _, _ in outcome.fills.tolist())
    ends = sum(q * amount * multiplier[i] for _, i, q, amount in outcome.ended.tolist())
    profit = money_of(outcome.equity)[-1] - cash[0]
    assert profit == free + ends + value - sum(record.costs.values())


def test_every_way_to_end_an_order_was_drawn() -> None:
    codes: set[int] = set()

    @settings(max_examples=300, deadline=None, suppress_health_check=SLOW, derandomize=True)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        codes.update(columnar.run(drawn(data)).orders["code"].tolist())

    run()
    assert codes >= {0, Code.LEVERAGE, Code.HALTED, Code.MARKET_HALTED, Code.NOT_ENOUGH_VOLUME, Code.USER_CANCEL}


def test_what_a_mode_cannot_do_it_refuses() -> None:
    @settings(max_examples=5, deadline=None, suppress_health_check=SLOW)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        with pytest.raises(ConfigError, match="mode: engine: rebalance: band reads the position"):
            engine_driven.run(drawn(data, rebalance="band"), "python")
        with pytest.raises(ConfigError, match="mode: engine: slippage_model: volume_based depends on the order's size"):
            engine_driven.run(drawn(data, slippage_model="volume_based"), "python")
        with pytest.raises(ConfigError, match="mode: columnar: limits: live is the gate of an engine"):
            columnar.run(drawn(data, limits="live"))

    run()
