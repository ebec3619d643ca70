"""Drawdown: the path of the catalogue, laws, and the streaming form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.errors import DataError
from quartet.risk import DrawdownTracker, TrackRecord, drawdowns, episodes, measure_all
from quartet.risk.measures import drawdown as measures
from quartet.risk.measures.drawdown import DrawdownLevel

PATH = np.array([100.0, 120.0, 90.0, 110.0, 130.0])
paths = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=60).map(np.array)


def test_the_path_of_the_catalogue():
    (only,) = episodes(PATH)
    assert (only.peak, only.trough, only.recovery, only.depth) == (1, 2, 4, 0.25)
    assert measures.max_drawdown(PATH) == 0.25
    assert measures.recovery_time(PATH) == 2
    assert measures.time_to_trough(PATH) == 1
    assert measures.drawdown_duration(PATH) == 3
    assert measures.longest_drawdown(PATH) == 3
    assert measures.current_drawdown(PATH) == 0.0
    depth = np.array([0.0, 0.25, 1 - 110 / 120, 0.0])
    assert measures.avg_drawdown(PATH) == pytest.approx(depth.mean())
    assert measures.ulcer(PATH) == pytest.approx(math.sqrt((depth**2).mean()))
    assert measures.cdar(PATH, DrawdownLevel(level=0.5)) == pytest.approx((0.25 + 1 - 110 / 120) / 2)
    assert measures.cdar(PATH, DrawdownLevel(level=0.0)) == pytest.approx(depth.mean())


def test_days_of_recovery_are_those_of_the_stamps():
    day = 86_400 * 10**9
    assert measures.recovery_days(PATH, np.array([0, 1, 2, 5, 9]) * day) == 7.0


def test_an_open_drawdown_has_no_recovery():
    path = PATH[:4]
    assert episodes(path)[0].recovery is None
    assert measures.recovery_time(path) is None and measures.drawdown_duration(path) is None
    assert measures.longest_drawdown(path) == 2
    assert measures.current_drawdown(path) == pytest.approx(1 - 110 / 120)
    rising = np.array([1.0, 2.0, 3.0])
    assert measures.time_to_trough(rising) is None and measures.longest_drawdown(rising) == 0


def test_equity_at_zero_is_the_end():
    assert drawdowns(np.array([100.0, 50.0, 0.0, 80.0])).tolist() == [0.0, 0.5, 1.0, 1.0]
    assert drawdowns(np.array([100.0, -20.0])).tolist() == [0.0, 1.0]
    tracker = DrawdownTracker()
    assert [tracker.update(value) for value in (100.0, 50.0, -1.0, 80.0)] == [0.0, 0.5, 1.0, 1.0]
    assert tracker.ruined
    with pytest.raises(DataError, match="first above zero"):
        drawdowns(np.array([0.0, 1.0]))


@given(paths)
def test_laws_of_the_path(equity):
    depth = drawdowns(equity)
    assert np.all((depth >= 0) & (depth <= 1))
    assert np.all(depth[equity == np.maximum.accumulate(equity)] == 0)
    found = episodes(equity)
    assert max((each.depth for each in found), default=0.0) == depth.max()
    for each in found:
        assert each.peak < each.trough < (each.recovery or len(equity))
        assert each.depth == 1 - equity[each.trough] / equity[each.peak]
        assert each.recovery is None or equity[each.recovery] >= equity[each.peak]
    assert drawdowns(equity * 4.0).tolist() == depth.tolist()
    assert measures.avg_drawdown(equity) <= measures.ulcer(equity) + 1e-15 <= measures.max_drawdown(equity) + 2e-15


@given(paths)
def test_streaming_is_the_whole(equity):
    tracker = DrawdownTracker()
    depth = [tracker.update(value) for value in equity.tolist()]
    assert depth == drawdowns(equity).tolist()
    assert tracker.worst == max(depth)


@given(
    st.lists(st.tuples(st.floats(-0.3, 0.3), st.floats(-0.4, 0.4)), min_size=1, max_size=40),
)
def test_deposits_are_no_gains_and_withdrawals_no_losses(steps):
    plain, account, flows = [100.0], [100.0], [0.0]
    for change, moved in steps:
        plain.append(plain[-1] * (1 + change))
        before = account[-1] * (1 + change)
        flows.append(before * moved)
        account.append(before + flows[-1])
    expected = drawdowns(np.array(plain))
    tracker = DrawdownTracker()
    streamed = [tracker.update(value, flow) for value, flow in zip(account, flows, strict=True)]
    np.testing.assert_allclose(streamed, expected, atol=1e-9)
    record = TrackRecord.of_equity(account, flows=flows)
    np.testing.assert_allclose(record.equity, plain, rtol=1e-9)
    assert measure_all(record, ["max_drawdown"])["max_drawdown"] == pytest.approx(expected.max(), abs=1e-9)


def test_bad_values_change_nothing():
    tracker = DrawdownTracker()
    for value in (math.nan, math.inf, 0.0):
        with pytest.raises(DataError):
            tracker.update(value)
    tracker.update(100.0)
    tracker.update(90.0)
    with pytest.raises(DataError, match="finite"):
        tracker.update(math.nan)
    assert (tracker.depth, tracker.high, tracker.bars_under_water) == (pytest.approx(0.1), 100.0, 1)
