"""The output buffer: records of 128 bytes, packed by the layouts of the contract (spec 13.1)."""

from __future__ import annotations

import struct
from typing import Final

from quartet.core.contract import NO_SYMBOL, RECORD_SIZE, RECORDS, RecordKind
from quartet.core.elementary import NAN

_FORMATS: Final = {
    "u8": "B",
    "i8": "b",
    "u16": "H",
    "u32": "I",
    "u64": "Q",
    "i64": "q",
    "f64": "d",
    "i128": "16s",
}


def _layout(kind: RecordKind) -> struct.Struct:
    """The packer of a kind: its fields in ascending offset, zero bytes between them."""
    text, at = "<", 0
    for field in RECORDS[kind]:
        code = _FORMATS[field.type]
        text += f"{field.offset - at}x{code}"
        at = field.offset + struct.calcsize("<" + code)
    return struct.Struct(f"{text}{RECORD_SIZE - at}x")


_SIGNAL: Final = _layout(RecordKind.SIGNAL)
_ORDER: Final = _layout(RecordKind.ORDER)
_FILL: Final = _layout(RecordKind.FILL)
_ACCOUNT: Final = _layout(RecordKind.ACCOUNT)
_INPUT_REJECT: Final = _layout(RecordKind.INPUT_REJECT)
_HALT: Final = _layout(RecordKind.HALT)


def _i128(value: int) -> bytes:
    return value.to_bytes(16, "little", signed=True)


def canonical(x: float) -> float:
    """x, every NaN as the one that is written (spec 1.4)."""
    return x if x == x else NAN


class Records:
    """Records of one call; every one is stamped with the event that is being stepped."""

    __slots__ = ("buffer", "event_index", "ts_init")

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.event_index = 0
        self.ts_init = 0

    def take(self) -> bytes:
        """The records since the last take."""
        data = bytes(self.buffer)
        self.buffer.clear()
        return data

    def signal(
        self,
        symbol: int,
        direction: int,
        signal_id: int,
        score: float,
        confidence: float,
        fair_value: float,
        ts_signal: int,
    ) -> None:
        """A symbol's direction changed."""
        self.buffer += _SIGNAL.pack(
            self.event_index,
            self.ts_init,
            symbol,
            RecordKind.SIGNAL,
            direction,
            signal_id,
            canonical(score),
            canonical(confidence),
            canonical(fair_value),
            ts_signal,
        )

    def order(
        self,
        symbol: int,
        side: int,
        order_type: int,
        state_from: int,
        code: int,
        state_to: int,
        trigger: int,
        order_id: int,
        price: int,
        quantity: int,
        leaves: int,
        cum: int,
        signal_id: int,
        limit: int,
        value: int,
        ts_venue: int,
    ) -> None:
        """An order went from one state to the next."""
        self.buffer += _ORDER.pack(
            self.event_index,
            self.ts_init,
            symbol,
            RecordKind.ORDER,
            side,
            order_type,
            state_from,
            code,
            state_to,
            trigger,
            order_id,
            price,
            quantity,
            leaves,
            cum,
            signal_id,
            _i128(limit),
            _i128(value),
            ts_venue,
        )

    def fill(
        self,
        symbol: int,
        side: int,
        liquidity: int,
        reason: int,
        order_id: int,
        exec_id: int,
        price: int,
        quantity: int,
        fee: int,
        cause_event: int,
        ts_venue: int,
        position: int,
    ) -> None:
        """An order was filled, wholly or in part."""
        self.buffer += _FILL.pack(
            self.event_index,
            self.ts_init,
            symbol,
            RecordKind.FILL,
            side,
            liquidity,
            reason,
            order_id,
            exec_id,
            price,
            quantity,
            _i128(fee),
            cause_event,
            ts_venue,
            position,
        )

    def account(
        self,
        symbol: int,
        cause: int,
        position: int,
        cash: int,
        equity: int,
        fees: int,
        realised: int,
        cost: int,
        mark: int,
    ) -> None:
        """The account after a fill or a control."""
        self.buffer += _ACCOUNT.pack(
            self.event_index,
            self.ts_init,
            symbol,
            RecordKind.ACCOUNT,
            cause,
            position,
            _i128(cash),
            _i128(equity),
            _i128(fees),
            _i128(realised),
            _i128(cost),
            mark,
        )

    def input_reject(self, symbol: int, input_kind: int, code: int, source: int, sequence: int, ts_event: int) -> None:
        """An input event was refused."""
        self.buffer += _INPUT_REJECT.pack(
            self.event_index,
            self.ts_init,
            symbol,
            RecordKind.INPUT_REJECT,
            input_kind,
            code,
            source,
            sequence,
            ts_event,
        )

    def halt(self, action: int, code: int, limit: int = 0, value: int = 0, symbol: int = NO_SYMBOL) -> None:
        """A halt was latched or cleared."""
        self.buffer += _HALT.pack(
            self.event_index,
            self.ts_init,
            symbol,
            RecordKind.HALT,
            action,
            code,
            _i128(limit),
            _i128(value),
        )
