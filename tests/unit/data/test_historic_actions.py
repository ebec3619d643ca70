"""Eleven corporate actions that happened: what a holder had afterwards, whatever the price on the screen did."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from quartet.data.contracts.schema import TIME
from quartet.data.corporate import adjust, apply_to_position, total_return
from quartet.data.universe import with_delistings
from tests.unit.data.frames import day_end
from tests.unit.data.historic_actions import CASES, ENDED, PRICED, Case, table, two_days

SHARES = 100.0


@pytest.mark.parametrize("case", PRICED, ids=lambda case: case.symbol)
def test_a_holder_of_the_share_had_the_return_of_the_market_that_day(case: Case) -> None:
    """None of these days moved a holder by more than an eighth, though prices moved by up to nine times."""
    assert case.after is not None
    held = total_return(two_days(case), table(case), as_of=case.day)["total_return"][1]
    assert abs(held) < 0.125 and abs(case.after / case.before - 1) > abs(held)
    close = adjust(two_days(case), table(case), as_of=case.day, mode="back")["close"]
    # CRSP's factor takes a dividend off the close before it.
    ratio, amount = case.action.get("ratio", 1.0), case.action.get("amount", 0.0)
    assert close[1] / close[0] == pytest.approx(case.after * ratio / (case.before - amount), rel=1e-12)
    change = apply_to_position(case.row, case.symbol, SHARES, case.before)
    worth = change.quantity * case.after + change.cash
    assert worth == pytest.approx(SHARES * case.before * (1 + held), rel=1e-9)


@pytest.mark.parametrize("case", ENDED, ids=lambda case: case.symbol)
def test_what_replaced_the_share_was_worth_what_it_was(case: Case) -> None:
    change = apply_to_position(case.row, case.symbol, SHARES, case.before)
    worth = change.quantity * case.other.get(change.symbol, 0.0) + change.cash
    assert worth == pytest.approx(SHARES * case.before, rel=0.03 if case.action["kind"] == "merger" else 0.07)
    if change.quantity:
        assert change.symbol == case.action["other"]
        assert change.quantity * change.cost_per_share == pytest.approx(SHARES * case.before)


def test_a_bankruptcy_takes_what_was_left() -> None:
    (case,) = (each for each in CASES if each.action["kind"] == "delisting")
    assert apply_to_position(case.row, case.symbol, SHARES, case.before).quantity == SHARES
    gone = pl.DataFrame({"symbol": ["LEH"], "timestamp": [day_end(date(2008, 9, 18))], "delisting_return": [-1.0]})
    ended = with_delistings(two_days(case), gone.with_columns(pl.col("timestamp").cast(TIME)))
    assert ended["close"].to_list() == [3.65, 0.21, 0.0]
