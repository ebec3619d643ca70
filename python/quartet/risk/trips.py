"""Round trips from fills: lots are opened and closed first in, first out, in the exact integers of the engines."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final, NamedTuple, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.core.contract import Side
from quartet.core.errors import DataError
from quartet.core.fixed import mul_div
from quartet.engines.result_table import ResultTable
from quartet.risk.measuring import Ints

_DIGITS: Final = Context(prec=40)


class Fill(NamedTuple):
    """One execution. price and quantity in 1e-9, the fee in 1e-18, positive where it was paid."""

    ts: int
    symbol: str
    side: int
    price: int
    quantity: int
    fee: int
    order_id: int = 0
    """Fills of one order that follow each other in their symbol open one lot; 0: each its own."""


class Trip(NamedTuple):
    """One lot from its first fill to the fill that closed its last unit."""

    symbol: str
    side: int
    entry_ts: int
    exit_ts: int
    quantity: int
    entry_value: int
    """price x quantity x multiplier, 1e-18."""
    exit_value: int
    fees: int

    @property
    def net_pnl(self) -> int:
        """Profit after fees, 1e-18."""
        gain = self.exit_value - self.entry_value
        return (gain if self.side == Side.BUY else -gain) - self.fees


@dataclass(slots=True)
class _Lot:
    side: int
    entry_ts: int
    order_id: int
    open: int
    """What is left of it, 1e-9; entry_value and entry_fee are of what is left."""
    entry_value: int
    entry_fee: int
    closed: int = 0
    closed_entry: int = 0
    closed_exit: int = 0
    closed_fees: int = 0

    def close(self, quantity: int, exit_value: int, exit_fee: int) -> None:
        """Take so much out; shares of entry value and fee are rounded as the engines do, the last takes the rest."""
        value, fee = (mul_div(whole, quantity, self.open) for whole in (self.entry_value, self.entry_fee))
        self.open -= quantity
        self.entry_value -= value
        self.entry_fee -= fee
        self.closed += quantity
        self.closed_entry += value
        self.closed_exit += exit_value
        self.closed_fees += fee + exit_fee

    def trip(self, symbol: str, exit_ts: int) -> Trip:
        return Trip(
            symbol,
            self.side,
            self.entry_ts,
            exit_ts,
            self.closed,
            self.closed_entry,
            self.closed_exit,
            self.closed_fees,
        )


@dataclass(frozen=True)
class RoundTrips:
    """Closed trips by the time of their exit, and what is still open."""

    closed: tuple[Trip, ...]
    realised_of_open: int = 0
    """Net profit of the closed parts of lots that are open still, 1e-18."""
    open_lots: int = 0

    def __len__(self) -> int:
        return len(self.closed)

    @cached_property
    def net_pnl(self) -> NDArray[np.object_]:
        """Profit of each closed trip after fees, exact integers of 1e-18."""
        return np.array([trip.net_pnl for trip in self.closed], object)

    @cached_property
    def hold_ns(self) -> Ints:
        """Time from entry to exit of each closed trip."""
        return np.array([trip.exit_ts - trip.entry_ts for trip in self.closed], np.int64)

    def closed_until(self, ts: int) -> Self:
        """The trips whose exit is not later."""
        kept = tuple(trip for trip in self.closed if trip.exit_ts <= ts)
        return type(self)(kept, self.realised_of_open, self.open_lots)

    def to_polars(self) -> pl.DataFrame:
        """One row a closed trip: times UTC, decimals of quantity (9 places) and money (18 places)."""
        return pl.DataFrame(
            {
                "symbol": [trip.symbol for trip in self.closed],
                "side": [Side(trip.side).name for trip in self.closed],
                "entry_time": pl.Series([trip.entry_ts for trip in self.closed], dtype=pl.Int64),
                "exit_time": pl.Series([trip.exit_ts for trip in self.closed], dtype=pl.Int64),
                "quantity": _decimals([trip.quantity for trip in self.closed], 9),
                "entry_value": _decimals([trip.entry_value for trip in self.closed], 18),
                "exit_value": _decimals([trip.exit_value for trip in self.closed], 18),
                "fees": _decimals([trip.fees for trip in self.closed], 18),
                "net_pnl": _decimals([trip.net_pnl for trip in self.closed], 18),
            }
        ).with_columns(pl.col("entry_time", "exit_time").cast(pl.Datetime("ns", "UTC")))


def round_trips(fills: Iterable[Fill], multipliers: Mapping[str, int] | int = 1) -> RoundTrips:
    """Match fills, in the order of time, first in, first out; every account starts flat.

    A trip is one lot: the fills of an order that follow each other in their symbol open one, its last unit ends it. A
    fill beyond what is held closes everything and opens a lot of the other side; its fee is shared by quantity.
    multipliers: of the instruments, by symbol or one for all. DataError for fills that go back in time, are of no side
    or of no positive quantity, and for symbols without multiplier.
    """
    lots: dict[str, deque[_Lot]] = {}
    closed: list[Trip] = []
    before = None
    for row, fill in enumerate(fills):
        if fill.side not in (Side.BUY, Side.SELL) or fill.quantity <= 0 or (before is not None and fill.ts < before):
            raise DataError(
                f"fill {row:,} of {fill.symbol} {tuple(fill)}: wants a side, a positive quantity, time order"
            )
        before = fill.ts
        multiplier = multipliers if isinstance(multipliers, int) else multipliers.get(fill.symbol)
        if multiplier is None:
            raise DataError(f"fill {row:,}: symbol {fill.symbol!r} has no multiplier; give one for each symbol")
        _match(lots.setdefault(fill.symbol, deque()), fill, multiplier, closed)
    left = [lot for book in lots.values() for lot in book]
    realised = sum(lot.trip("", 0).net_pnl for lot in left)
    return RoundTrips(tuple(closed), realised, len(left))


def _match(book: deque[_Lot], fill: Fill, multiplier: int, closed: list[Trip]) -> None:
    left, fee = fill.quantity, fill.fee
    while left and book and book[0].side != fill.side:
        lot = book[0]
        quantity = min(left, lot.open)
        share = mul_div(fee, quantity, left)
        lot.close(quantity, fill.price * quantity * multiplier, share)
        left, fee = left - quantity, fee - share
        if not lot.open:
            closed.append(book.popleft().trip(fill.symbol, fill.ts))
    if not left:
        return
    value = fill.price * left * multiplier
    if book and fill.order_id and book[-1].order_id == fill.order_id:
        last = book[-1]
        last.open, last.entry_value, last.entry_fee = last.open + left, last.entry_value + value, last.entry_fee + fee
    else:
        book.append(_Lot(fill.side, fill.ts, fill.order_id, left, value, fee))


def fills_of(table: ResultTable | pl.DataFrame) -> list[Fill]:
    """The fills of a result, or of a frame with the columns timestamp, symbol, side, price, quantity, fee, order_id.

    A frame's timestamp is a datetime with a zone, its side BUY or SELL, its numbers decimals or texts of at most 9
    places (the fee 18); fee and order_id may be absent. DataError names what is missing or cannot be exact.
    """
    frame = table if isinstance(table, pl.DataFrame) else table.to_polars().rename({"ts_init": "timestamp"})
    absent = [name for name in ("timestamp", "symbol", "side", "price", "quantity") if name not in frame.columns]
    if absent:
        raise DataError(f"fills: columns {', '.join(absent)} are missing; there are: {', '.join(frame.columns)}")
    nothing = pl.zeros(len(frame), pl.Int64, eager=True)
    sides = {member.name: member.value for member in Side}
    wrong = frame.filter(~pl.col("side").is_in(list(sides)))
    if len(wrong):
        raise DataError(f"fills: side {wrong['side'][0]!r}: write BUY or SELL")
    columns = (
        _times(frame["timestamp"]),
        frame["symbol"].to_list(),
        [sides[side] for side in frame["side"].to_list()],
        _integers(frame["price"], 9),
        _integers(frame["quantity"], 9),
        _integers(frame["fee"] if "fee" in frame.columns else nothing, 18),
        (frame["order_id"] if "order_id" in frame.columns else nothing).to_list(),
    )
    return [Fill(*row) for row in zip(*columns, strict=True)]


def _times(values: pl.Series) -> list[int]:
    if not isinstance(values.dtype, pl.Datetime) or values.dtype.time_zone is None:
        raise DataError(f"fills: timestamp is of {values.dtype}; give datetimes with a time zone")
    ns: list[int] = values.dt.cast_time_unit("ns").to_physical().to_list()
    return ns


def _integers(values: pl.Series, places: int) -> list[int]:
    """Each number in units of 10^-places, exactly."""
    if values.dtype.is_float():
        raise DataError(f"fills: {values.name} is of floats, which are not exact; give decimals or texts")
    out = []
    for row, value in enumerate(values.to_list()):
        try:
            scaled = Fraction(value) * 10**places
        except (TypeError, ValueError) as error:
            raise DataError(f"fills, row {row:,}: {values.name} {value!r} is not a number") from error
        if scaled.denominator != 1:
            raise DataError(f"fills, row {row:,}: {values.name} {value} has more than {places} places")
        out.append(scaled.numerator)
    return out


def _decimals(values: list[int], places: int) -> pl.Series:
    exact = [Decimal(value).scaleb(-places, _DIGITS) for value in values]
    return pl.Series(exact, dtype=pl.Decimal(38, places))
