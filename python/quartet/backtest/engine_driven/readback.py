"""From an engine's records to an outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.grid import time_text
from quartet.backtest.outcome import FILL_DTYPE, ORDER_DTYPE, Outcome
from quartet.backtest.prices import PricePanel
from quartet.core.contract import AccountCause, Code, RecordKind, Side
from quartet.core.errors import DataError
from quartet.engines.records import SplitRecords

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Flows:
    """Money that moved beside the engine's own, (T, 2) each."""

    borrowed: Ints
    earned: Ints
    paid: Ints
    funded: Ints
    ended: Ints
    """As in Outcome."""
    fees: Ints | None
    """(fills, 2); None: the engine charged them."""

    @classmethod
    def none(cls, stamps: int) -> Flows:
        """Nothing moved."""
        nothing = np.zeros((stamps, 2), np.int64)
        return cls(nothing, nothing, nothing, nothing, np.zeros((0, 4), np.int64), None)


@dataclass
class Readback:
    """Collects the records of a run, piece by piece."""

    prices: PricePanel
    _pieces: list[bytes] = field(default_factory=list)

    def take(self, records: bytes) -> SplitRecords:
        """Keep the records of a piece."""
        self._pieces.append(records)
        return SplitRecords(records)

    def outcome(self, engine: str, flows: Flows | None = None) -> Outcome:
        """The whole run; DataError where the engine refused one of its events."""
        records = SplitRecords(b"".join(self._pieces))
        self._check(records[RecordKind.INPUT_REJECT])
        moved = flows or Flows.none(len(self.prices.stamps))
        accounts = records[RecordKind.ACCOUNT]
        accounts = accounts[accounts["cause"] == AccountCause.CASH]
        if len(accounts) != len(self.prices.stamps):
            raise DataError(f"the engine gave {len(accounts)} accounts for {len(self.prices.stamps)} stamps")
        fills = self._fills(records[RecordKind.FILL], moved.fees)
        positions = np.zeros(len(self.prices.symbols), np.int64)
        np.add.at(positions, fills["symbol"], fills["quantity"])
        np.subtract.at(positions, moved.ended[:, 1], moved.ended[:, 2])
        return Outcome(
            "engine",
            engine,
            _words(accounts["equity"]),
            _words(accounts["cash"]),
            moved.borrowed,
            moved.earned,
            moved.paid,
            moved.funded,
            fills,
            self._orders(records[RecordKind.ORDER]),
            positions,
            moved.ended,
        )

    def _check(self, refused: NDArray[np.void]) -> None:
        if not len(refused):
            return
        one = refused[0]
        symbol = self.prices.symbols[one["symbol"]] if one["symbol"] < len(self.prices.symbols) else "a command"
        raise DataError(
            f"the engine refused {symbol} at {time_text(int(one['ts_init']))}: "
            f"{Code(int(one['code'])).name}; {len(refused):,} such events"
        )

    def _stamp(self, times: Ints) -> Ints:
        return np.searchsorted(self.prices.stamps, times)

    def _fills(self, records: NDArray[np.void], fees: Ints | None) -> NDArray[np.void]:
        rows = np.zeros(len(records), FILL_DTYPE)
        rows["stamp"] = self._stamp(records["ts_init"])
        for name in ("symbol", "price", "order_id"):
            rows[name] = records[name]
        rows["quantity"] = np.where(records["side"] == Side.BUY, records["quantity"], -records["quantity"])
        words = _words(records["fee"]) if fees is None else fees
        rows["fee_low"], rows["fee_high"] = words[:, 0], words[:, 1]
        return rows

    def _orders(self, records: NDArray[np.void]) -> NDArray[np.void]:
        ids, first = np.unique(records["order_id"], return_index=True)
        backwards = np.unique(records["order_id"][::-1], return_index=True)[1]
        begun, ended = records[first], records[len(records) - 1 - backwards]
        rows = np.zeros(len(ids), ORDER_DTYPE)
        rows["order_id"] = ids
        rows["decided"], rows["done"] = self._stamp(begun["ts_init"]), self._stamp(ended["ts_init"])
        rows["symbol"], rows["limit"] = begun["symbol"], begun["price"]
        rows["quantity"] = np.where(begun["side"] == Side.BUY, begun["quantity"], -begun["quantity"].astype(np.int64))
        rows["state"], rows["code"], rows["filled"] = ended["state_to"], ended["code"], ended["cum"]
        return rows


def _words(column: NDArray[np.void]) -> Ints:
    return np.ascontiguousarray(column).view("<i8").reshape(-1, 2).copy()
