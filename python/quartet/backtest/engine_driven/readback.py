"""From an engine's records to an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.outcome import FILL_DTYPE, ORDER_DTYPE, Outcome
from quartet.backtest.prices import PricePanel
from quartet.core.contract import AccountCause, Code, RecordKind, Side
from quartet.core.errors import DataError
from quartet.engines.records import split_records

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Flows:
    """Money that moved beside the engine's own, (T, 2) each."""

    borrowed: Ints
    earned: Ints
    paid: Ints
    ended: Ints
    """As in Outcome."""
    fees: Ints | None
    """(fills, 2); None: the engine charged them."""

    @classmethod
    def none(cls, stamps: int) -> Flows:
        """Nothing moved."""
        nothing = np.zeros((stamps, 2), np.int64)
        return cls(nothing, nothing, nothing, np.zeros((0, 4), np.int64), None)


@dataclass
class Readback:
    """Collects the records of a run, piece by piece."""

    prices: PricePanel
    _kept: dict[RecordKind, list[NDArray[np.void]]] = field(default_factory=dict)

    def take(self, records: bytes) -> Mapping[RecordKind, NDArray[np.void]]:
        """Keep the records of a piece; DataError where the engine refused one of its events."""
        split = split_records(records)
        refused = split[RecordKind.INPUT_REJECT]
        if len(refused):
            one = refused[0]
            symbol = self.prices.symbols[one["symbol"]] if one["symbol"] < len(self.prices.symbols) else "a command"
            raise DataError(
                f"the engine refused {symbol} at {np.datetime64(int(one['ts_init']), 'ns')}Z: "
                f"{Code(int(one['code'])).name}; {len(refused):,} such events"
            )
        for kind in (RecordKind.FILL, RecordKind.ORDER, RecordKind.ACCOUNT):
            self._kept.setdefault(kind, []).append(split[kind])
        return split

    def outcome(self, engine: str, flows: Flows | None = None) -> Outcome:
        """The whole run."""
        moved = flows or Flows.none(len(self.prices.stamps))
        accounts = self._all(RecordKind.ACCOUNT)
        accounts = accounts[accounts["cause"] == AccountCause.CASH]
        if len(accounts) != len(self.prices.stamps):
            raise DataError(f"the engine gave {len(accounts)} accounts for {len(self.prices.stamps)} stamps")
        fills = self._fills(moved.fees)
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
            fills,
            self._orders(),
            positions,
            moved.ended,
        )

    def _all(self, kind: RecordKind) -> NDArray[np.void]:
        return np.concatenate(self._kept[kind])

    def _stamp(self, times: Ints) -> Ints:
        return np.searchsorted(self.prices.stamps, times)

    def _fills(self, fees: Ints | None) -> NDArray[np.void]:
        records = self._all(RecordKind.FILL)
        rows = np.zeros(len(records), FILL_DTYPE)
        rows["stamp"] = self._stamp(records["ts_init"])
        for name in ("symbol", "price", "order_id"):
            rows[name] = records[name]
        rows["quantity"] = np.where(records["side"] == Side.BUY, records["quantity"], -records["quantity"])
        words = _words(records["fee"]) if fees is None else fees
        rows["fee_low"], rows["fee_high"] = words[:, 0], words[:, 1]
        return rows

    def _orders(self) -> NDArray[np.void]:
        records = self._all(RecordKind.ORDER)
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
