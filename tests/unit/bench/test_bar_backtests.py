"""B4: engines and peers make the fills of a few lines of Python before any of them is timed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quartet.bench.bar_backtests import measure_bar_backtests, row_of
from quartet.bench.bar_peers import measure_bar_peers, peer_row
from quartet.bench.bar_work import FAST, SLOW, BarWork
from quartet.bench.plan import Plan
from quartet.bench.tables import cells_of
from quartet.engines.engine_run import chosen_engine
from tests.unit.bench.test_measuring import nothing

PLAN = Plan(backtest_bars=400, backtest_runs=2)
SCRIPTS = Path(__file__).parents[3] / "benchmarks" / "peers"
RISING, FALLING = 10_000 + 100 * np.arange(SLOW), 12_900 - 1_000 * np.arange(1, 8)


def test_a_cross_by_hand() -> None:
    fills, equity = BarWork(np.concatenate([RISING, FALLING])[:, None]).expected()
    # Both means stand at bar 29, close 129.00: half of 100,000 buys 387; the fast one is below from bar 36 on at most.
    assert fills[0] == (SLOW, 0, 10_000_000 // (2 * 12_900)) == (30, 0, 387)
    means = [np.concatenate([RISING, FALLING])[: bar + 1] for bar in range(SLOW, SLOW + len(FALLING) - 1)]
    below = [len(rows) for rows in means if rows[-FAST:].mean() < rows[-SLOW:].mean()]
    sold = 12_900 - 1_000 * (below[0] - SLOW)
    assert fills[1:] == [(below[0], 0, -387)] and equity == 10_000_000 + 387 * (sold - 12_900)


def test_no_two_means_are_equal() -> None:
    for work in BarWork.every(PLAN):
        sums = [np.lib.stride_tricks.sliding_window_view(work.close, each, axis=0).sum(axis=2) for each in (FAST, SLOW)]
        assert (sums[0][SLOW - FAST :] * SLOW != sums[1] * FAST).all()


def test_the_rows_of_an_engine() -> None:
    one, many = measure_bar_backtests([chosen_engine("python")], PLAN, nothing)
    assert [(row.workload, row.kind, row.symbols, row.events) for row in (one, many)] == [
        ("B4", "bars", 1, 400),
        ("B4", "bars", 100, 4_000),
    ]
    for row, work in zip((one, many), BarWork.every(PLAN), strict=True):
        assert row.equal and row.orders == len(work.expected()[0]) > 1
        [ms], [ns] = row.measures["ms_per_pass"], row.measures["ns_per_bar"]
        assert ns == pytest.approx(ms * 1e6 / row.events)
        assert "not timed" not in map(str, cells_of(row.kind, row))


def test_what_differs_gets_no_time() -> None:
    work = BarWork.of(200, 1)
    fills, equity = work.expected()
    assert row_of("x", work, (fills, equity), (fills, equity), [5], "bars").measures
    for answer, said in (((fills, equity + 1), "+1 cents"), ((fills[1:], equity), "1 fills differ")):
        row = row_of("x", work, answer, (fills, equity), [5], "bars")
        assert not row.equal and not row.measures and said in str(row.notes["compared"])


def test_a_peer_may_say_its_fills_in_any_order() -> None:
    work = BarWork.of(200, 1)
    fills, equity = work.expected()
    values = {"peer": "p", "version": "1", "fills": [list(each) for each in fills[::-1]], "equity_cents": equity}
    row = peer_row(values | {"ns_runs": [200_000]}, work)
    assert row.equal and row.engine == "p 1" and row.kind == "bars peer" and row.measures["ns_per_bar"] == [1_000]


@pytest.mark.skipif(not Path(".build/peers/backtesting/bin/python").exists(), reason="no peer is set up")
def test_peers_make_the_same_fills() -> None:
    rows = measure_bar_peers(PLAN, SCRIPTS, nothing)
    assert {row.symbols for row in rows} >= {1}
    for row in rows:
        assert row.equal and row.measures, (row.engine, row.notes["compared"])
