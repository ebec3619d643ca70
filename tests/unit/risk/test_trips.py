"""Round trips: lots first in, first out, in exact money."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import quartet
from quartet.core.contract import Side
from quartet.core.errors import DataError
from quartet.engines.results import Result
from quartet.risk import Fill, TrackRecord, fills_of, measure_all, round_trips
from quartet.risk.measures import trades as measures
from quartet.risk.measures.trades import TripKelly, kelly_of_odds
from tests.unit.engines.streams import CONFIG, quotes, reversion

UNIT, MONEY = 10**9, 10**18


def fill(ts: int, side: str, price: int, quantity: int, fee: int = 0, order: int = 0, symbol: str = "A") -> Fill:
    """Whole units and whole money."""
    return Fill(ts, symbol, Side[side], price * UNIT, quantity * UNIT, fee * MONEY, order)


def test_the_oldest_lot_is_closed_first():
    found = round_trips(
        [fill(1, "BUY", 10, 100, 5), fill(2, "BUY", 12, 50, 5), fill(3, "SELL", 13, 120, 6), fill(9, "SELL", 11, 30, 3)]
    )
    first, second = found.closed
    assert (first.entry_ts, first.exit_ts, first.quantity) == (1, 3, 100 * UNIT)
    assert first.fees == 10 * MONEY  # its own 5, and 100 of 120 of the 6
    assert first.net_pnl == (300 - 10) * MONEY
    assert (second.entry_ts, second.exit_ts, second.quantity) == (2, 9, 50 * UNIT)
    assert second.net_pnl == (20 * 1 + 30 * -1 - 5 - 1 - 3) * MONEY
    assert (found.open_lots, found.realised_of_open) == (0, 0)


def test_a_fill_beyond_what_is_held_turns_the_side():
    found = round_trips([fill(1, "SELL", 20, 10, 1), fill(2, "BUY", 18, 15, 3), fill(3, "SELL", 21, 5, 1)])
    short, long = found.closed
    assert (Side(short.side).name, short.net_pnl) == ("SELL", (20 - 1 - 2) * MONEY)
    assert (Side(long.side).name, long.net_pnl) == ("BUY", (15 - 1 - 1) * MONEY)


def test_what_is_open_is_no_trip_and_its_closed_part_is_told():
    found = round_trips([fill(1, "BUY", 10, 100, 10), fill(2, "SELL", 11, 40, 1)])
    assert found.closed == () and found.open_lots == 1
    assert found.realised_of_open == (40 - 4 - 1) * MONEY


def test_fills_of_one_order_are_one_lot():
    parts = [fill(1, "BUY", 10, 30, 1, 7), fill(2, "BUY", 11, 70, 1, 7), fill(3, "BUY", 12, 10, 0, 8)]
    found = round_trips([*parts, fill(4, "SELL", 12, 110)])
    assert [trip.quantity // UNIT for trip in found.closed] == [100, 10]
    assert found.closed[0].net_pnl == (60 + 70 - 2) * MONEY
    assert len(round_trips([each._replace(order_id=0) for each in parts] + [fill(4, "SELL", 12, 110)])) == 3


def test_multipliers_are_those_of_the_symbols():
    fills = [
        fill(1, "BUY", 10, 1),
        fill(2, "SELL", 11, 1),
        fill(3, "BUY", 5, 1, symbol="B"),
        fill(4, "SELL", 4, 1, symbol="B"),
    ]
    assert [pnl // MONEY for pnl in round_trips(fills, {"A": 50, "B": 10}).net_pnl] == [50, -10]
    with pytest.raises(DataError, match="symbol 'B' has no multiplier"):
        round_trips(fills, {"A": 50})


@pytest.mark.parametrize(
    "wrong", [Fill(1, "A", 3, 1, 1, 0), Fill(1, "A", 1, 1, 0, 0), Fill(1, "A", 1, 1, -5, 0), Fill(-1, "A", 1, 1, 1, 0)]
)
def test_bad_fills_are_named(wrong):
    with pytest.raises(DataError, match=r"fill 1 of A.*wants a side, a positive quantity, time order"):
        round_trips([fill(0, "BUY", 1, 1), wrong])


steps = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]),
        st.sampled_from([Side.BUY, Side.SELL]),
        st.integers(-(10**12), 10**15),
        st.integers(1, 10**14),
        st.integers(-(10**18), 10**20),
        st.integers(0, 3),
    ),
    max_size=40,
)


@given(steps, st.integers(1, 1000))
def test_the_books_balance_to_the_last_unit(drawn, multiplier):
    fills = [Fill(ts, *each) for ts, each in enumerate(drawn)]
    cash = sum((1 if f.side == Side.SELL else -1) * f.price * f.quantity * multiplier - f.fee for f in fills)
    held = {s: sum((1 if f.side == Side.BUY else -1) * f.quantity for f in fills if f.symbol == s) for s in "AB"}
    # Close everything at a price of 7 a unit, without a fee: all cash is then the profit of closed trips.
    end = [
        Fill(len(fills), symbol, Side.SELL if quantity > 0 else Side.BUY, 7, abs(quantity), 0)
        for symbol, quantity in held.items()
        if quantity
    ]
    found = round_trips([*fills, *end], multiplier)
    assert found.open_lots == 0
    assert sum(found.net_pnl) == cash + 7 * sum(held.values()) * multiplier
    assert all(trip.entry_ts <= trip.exit_ts and trip.quantity > 0 for trip in found.closed)
    assert [trip.exit_ts for trip in found.closed] == sorted(trip.exit_ts for trip in found.closed)


def outcomes(*profits: int, hold: int = 2):
    """Trips with these profits, one after the other."""
    fills = []
    for at, profit in enumerate(profits):
        fills += [fill(10 * at, "BUY", 100, 1), fill(10 * at + hold, "SELL", 100 + profit, 1)]
    return round_trips(fills)


def test_figures_of_trips():
    found = outcomes(4, -1, -2, 0, 6, -3, -1, -2)
    assert measures.num_trades(found) == 8
    assert measures.win_rate(found) == 2 / 8
    assert measures.profit_factor(found).value == 10 / 9
    assert measures.expectancy(found) == 1 / 8
    assert measures.payoff_ratio(found).value == pytest.approx(5 / (9 / 5))
    assert measures.avg_hold(found) == pytest.approx(2e-9)
    assert measures.max_consecutive_losses(found) == 3


def test_no_losses_is_no_factor():
    found = outcomes(4, 1)
    assert (measures.profit_factor(found).value, measures.profit_factor(found).why) == (
        None,
        "no losses in 2 closed trips",
    )
    assert measures.payoff_ratio(found).why == "2 won and 0 lost; one of each is needed"
    assert measures.max_consecutive_losses(found) == 0
    nothing = round_trips([])
    assert [measures.win_rate(nothing), measures.expectancy(nothing), measures.avg_hold(nothing)] == [None] * 3
    assert measures.profit_factor(nothing).value is None


@pytest.mark.parametrize(
    ("p", "b", "full"), [(0.52, 1.2, 0.12), (0.58, 0.9, 0.1133), (0.48, 1.5, 0.1333), (0.55, 1.1, 0.1409)]
)
def test_kelly_of_the_catalogue(p, b, full):
    assert kelly_of_odds(p, b) == pytest.approx(full, abs=5e-5)
    assert 0.25 * kelly_of_odds(p, b) == pytest.approx(full / 4, abs=5e-5)


def test_money_grows_fastest_at_kellys_share():
    """A million bets: any other share of a grid around it grows more slowly."""
    p, b = 0.55, 1.1
    won = np.random.default_rng(2).random(1_000_000) < p
    shares = kelly_of_odds(p, b) * np.array([0.25, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0])
    growth = won.mean() * np.log1p(shares * b) + (1 - won.mean()) * np.log1p(-shares)
    assert int(np.argmax(growth)) == 3


def test_sizing_believes_a_quantile_of_the_win_rate():
    """20 of 40 won: the lower quartile of Beta(21, 21), is 0.4478."""
    many = outcomes(*[3, -2] * 20)
    believed = measures.kelly_of_trades(many, TripKelly(quantile=0.25)).value
    assert believed == pytest.approx(0.4478 - 0.5522 / 1.5, abs=2e-4)
    draws = np.random.default_rng(5).beta(21, 21, 1_000_000)
    assert measures.believed_rate(20, 20, 0.25) == pytest.approx(np.quantile(draws, 0.25), abs=3e-4)
    assert measures.kelly_of_trades(outcomes(*[3, -2] * 200), TripKelly(quantile=0.25)).value > believed


def test_kelly_needs_trips_of_both_kinds_and_never_bets_against():
    assert measures.kelly_of_trades(outcomes(1, -1)).why == "INSUFFICIENT_DATA: 2 closed trips, 30 needed"
    assert measures.kelly_of_trades(outcomes(*[1] * 30)).value is None
    many = outcomes(*[3, -2] * 20)
    assert measures.kelly_of_trades(many).value == pytest.approx(0.5 - 0.5 / 1.5)
    assert measures.kelly_of_trades(many, TripKelly(fraction=0.25)).value == pytest.approx(0.25 * (0.5 - 0.5 / 1.5))
    assert measures.kelly_of_trades(outcomes(*[1, -2] * 20)).value == 0.0


def frame(**changed: object) -> pl.DataFrame:
    columns = {
        "timestamp": pl.Series([1, 2]).cast(pl.Datetime("ns", "UTC")),
        "symbol": ["A", "A"],
        "side": ["BUY", "SELL"],
        "price": ["100.000000001", "101"],
        "quantity": pl.Series(["2", "2"]).cast(pl.Decimal(28, 9)),
        "fee": [0, 1],
    }
    return pl.DataFrame({**columns, **changed})


def test_frames_are_read_exactly():
    found = fills_of(frame())
    assert found[0] == Fill(1, "A", Side.BUY, 100_000_000_001, 2 * UNIT, 0, 0)
    assert found[1].fee == MONEY
    out = round_trips(found).to_polars()
    assert out["net_pnl"][0] == Decimal("0.999999998")
    assert out["quantity"][0] == 2 and out["side"][0] == "BUY"
    assert out.schema["exit_time"] == pl.Datetime("ns", "UTC")
    assert len(round_trips([]).to_polars()) == 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"price": [1.5, 2.5]}, "price is of floats, which are not exact"),
        ({"price": ["1.0000000001", "2"]}, r"row 0: price 1\.0000000001 has more than 9 places"),
        ({"price": ["x", "2"]}, "row 0: price 'x' is not a number"),
        ({"price": pl.Series(["1", None])}, "row 1: price None is not a number"),
        ({"side": ["BUY", "LONG"]}, "side 'LONG': write BUY or SELL"),
        ({"timestamp": [1, 2]}, "timestamp is of Int64; give datetimes with a time zone"),
    ],
)
def test_what_cannot_be_exact_is_refused(changed, message):
    with pytest.raises(DataError, match=message):
        fills_of(frame(**changed))


def test_missing_columns_are_named():
    with pytest.raises(DataError, match="columns side, price are missing; there are: timestamp, symbol, quantity, fee"):
        fills_of(frame().drop("side", "price"))


def test_the_fills_of_a_result_are_read():
    assert fills_of(Result(b"").fills) == []


def test_trips_after_ruin_do_not_count():
    found = outcomes(4, -1, 6)
    record = TrackRecord.of_returns([0.1, -1.0, 0.5], timestamps=np.array([0, 5, 13, 40])).beside(trades=found)
    assert measure_all(record, ["num_trades"])["num_trades"] == 2


def test_trips_of_an_engine_explain_its_cash_to_the_last_unit():
    config = CONFIG | {"engine": {"type": "python"}, "account": {"initial_cash": "100000"}}
    with quartet.open_engine(config, graph=reversion()) as engine:
        result = engine.process_market_data(quotes(300))
    fills = fills_of(result.fills)
    held = dict.fromkeys(result.symbols, 0)
    for each in fills:
        held[each.symbol] += each.quantity if each.side == Side.BUY else -each.quantity
    price = 100 * UNIT
    closing = [
        Fill(fills[-1].ts, symbol, Side.SELL if quantity > 0 else Side.BUY, price, abs(quantity), 0)
        for symbol, quantity in held.items()
        if quantity
    ]
    found = round_trips([*fills, *closing])
    gained = result.account.to_polars()["cash"][-1] - 100_000
    assert len(found) > 10 and found.open_lots == 0
    assert sum(found.net_pnl) == int(gained.scaleb(18)) + sum(held.values()) * price
