"""Decodes a snapshot (spec 14.1) into the values of snapshot_model, checking every length on the way."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeVar

import numpy as np
from google.protobuf.message import DecodeError, Message
from numpy.typing import NDArray

from quartet.core.contract import (
    CONTRACT_HASH,
    COUNTERS,
    OPERATORS,
    ErrorCode,
    FillReason,
    Level,
    Liquidity,
    Op,
    OrderState,
    OrderType,
    Side,
    Status,
    Trigger,
)
from quartet.core.errors import EngineError
from quartet.core.pb import config_pb2, program_pb2
from quartet.engines import snapshot_model as model

MAGIC: Final = b"QRTSNAP1"
_MONEY_BYTES: Final = 16

_Built = TypeVar("_Built", bound=Message)


@cache
def _layout(letters: str) -> struct.Struct:
    """The struct of a run of fields: q, Q, d, B, b, I, H as in struct, m for i128, ? for a flag byte."""
    return struct.Struct("<" + letters.replace("m", f"{_MONEY_BYTES}s"))


class Cursor:
    """Reads forward through the bytes and refuses to run past their end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int, what: str) -> int:
        """Move on by size bytes and return where they start."""
        start = self._at
        if size > len(self._data) - start:
            left = len(self._data) - start
            raise bad(f"cut short in {what} at byte {start}: {size} bytes wanted, {left} left")
        self._at = start + size
        return start

    def raw(self, size: int, what: str) -> bytes:
        """The next bytes."""
        start = self.take(size, what)
        return self._data[start : self._at]

    def fields(self, letters: str, what: str) -> list[Any]:
        """The next fields; money becomes an integer."""
        layout = _layout(letters)
        values = layout.unpack_from(self._data, self.take(layout.size, what))
        return [int.from_bytes(v, "little", signed=True) if isinstance(v, bytes) else v for v in values]

    def named(self, layout: str, what: str) -> dict[str, Any]:
        """The next fields by name; the layout reads `name:letter name:letter ...`."""
        pairs = [part.split(":") for part in layout.split()]
        values = self.fields("".join(letter for _, letter in pairs), what)
        return dict(zip((name for name, _ in pairs), values, strict=True))

    def number(self, letter: str, what: str) -> int:
        """One integer."""
        return int(self.fields(letter, what)[0])

    def array(self, kind: str, count: int, what: str) -> NDArray[Any]:
        """A read-only view of count eight-byte values."""
        start = self.take(8 * count, what)
        return np.frombuffer(self._data, dtype=kind, count=count, offset=start)

    def counted(self, smallest: int, what: str, read: Callable[[], Any]) -> tuple[Any, ...]:
        """A u32 count and as many entries, each of at least that many bytes."""
        count = self.number("I", what)
        if count * smallest > len(self._data) - self._at:
            raise bad(f"impossible count {count} of {what}")
        return tuple(read() for _ in range(count))

    def end(self) -> None:
        """Nothing may follow."""
        if self._at != len(self._data):
            raise bad(f"{len(self._data) - self._at} bytes too many")


def bad(message: str) -> EngineError:
    """The error of a snapshot that cannot be read."""
    return EngineError(ErrorCode.BAD_SNAPSHOT, f"snapshot: {message}")


def read_snapshot(data: bytes) -> model.Snapshot:
    """Decode a snapshot; EngineError BAD_SNAPSHOT or CONTRACT_MISMATCH if it is not one of this contract."""
    try:
        return _read(Cursor(bytes(data)))
    except ValueError as error:  # an enum value that the contract does not have
        raise bad(str(error)) from error


def config_of(data: bytes) -> bytes:
    """The configuration that a snapshot carries, as its engine was given it."""
    return _head(Cursor(data))


def _head(cursor: Cursor) -> bytes:
    """The mark, the contract and the configuration."""
    if cursor.raw(len(MAGIC), "the mark") != MAGIC:
        raise bad("it does not start with QRTSNAP1")
    contract_hash = cursor.raw(32, "the contract hash").hex()
    if contract_hash != CONTRACT_HASH:
        text = f"snapshot: made under contract {contract_hash[:12]}, this is {CONTRACT_HASH[:12]}"
        raise EngineError(ErrorCode.CONTRACT_MISMATCH, text)
    return _blob(cursor, "config")


def _blob(cursor: Cursor, what: str) -> bytes:
    return cursor.raw(cursor.number("Q", what), what)


def _read(cursor: Cursor) -> model.Snapshot:
    config_bytes = _head(cursor)
    limits, risk_model, program_bytes = (_blob(cursor, what) for what in ("limits", "risk_model", "program"))
    config = _parse(config_pb2.EngineConfig(), config_bytes, "config")
    program = _parse(program_pb2.Program(), program_bytes, "program") if program_bytes else config.program
    names = [instrument.symbol for instrument in config.instruments]
    engine = _engine(cursor)
    last_sequence = cursor.array("<u8", config.capacity.source_count, "last_sequence")
    words = [_node_words(node) for node in program.nodes]
    first = [_phase_one(cursor, words, name) for name in names]
    second = [_phase_two(cursor, name) for name in names]
    orders = cursor.counted(131, "open orders", lambda: _order(cursor, names))
    messages = cursor.counted(33, "inbound messages", lambda: _message(cursor))
    reports = cursor.counted(61, "reports", lambda: _report(cursor))
    cursor.end()
    return model.Snapshot(
        contract_hash=CONTRACT_HASH,
        config_bytes=config_bytes,
        limits_bytes=limits,
        risk_model_bytes=risk_model,
        program_bytes=program_bytes,
        config=config,
        program=program,
        engine=engine,
        last_sequence=last_sequence,
        symbols=tuple(map(model.SymbolState, names, first, second)),
        orders=orders,
        messages=messages,
        reports=reports,
    )


def _parse(message: _Built, data: bytes, what: str) -> _Built:
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise bad(f"the {what} blob cannot be read") from error
    return message


def _node_words(node: program_pb2.Node) -> tuple[int, int]:
    row = OPERATORS[Op(node.op)]
    inputs = len(node.inputs)
    return row.u_words.count(node.n, inputs), row.f_words.count(node.n, inputs)


def _engine(cursor: Cursor) -> model.EngineState:
    counters = cursor.array("<u8", len(COUNTERS), "counters").tolist()
    what = "the engine's state"
    values = cursor.named(
        "last_ts_init:q session:q risk_number:q started:? level:B flatten:? drawdown_latched:?"
        " daily_loss_latched:? cash:m fees:m realised:m equity_high:m equity_open:m"
        " last_order_id:Q last_exec_id:Q last_signal_id:Q",
        what,
    )
    values["level"] = Level(values["level"])
    return model.EngineState(counters=dict(zip(COUNTERS, counters, strict=True)), bucket=_bucket(cursor), **values)


def _bucket(cursor: Cursor) -> model.Bucket:
    return model.Bucket(*cursor.fields("mq", "a token bucket"))


def _phase_one(cursor: Cursor, words: list[tuple[int, int]], name: str) -> model.PhaseOneState:
    what = f"phase one of {name}"
    values = cursor.named(
        "bid:q ask:q bid_size:q ask_size:q last_trade_price:q has_trade:? last_sign:b"
        " vwap_session:q vwap_price_quantity:d vwap_quantity:d",
        what,
    )
    if not values.pop("has_trade"):
        values["last_trade_price"] = None
    signals = cursor.counted(36, what, lambda: model.ExternalSignal(*cursor.fields("IddqQ", what)))
    node_values = cursor.array("<f8", len(words), what)
    states = tuple(
        model.NodeState(cursor.array("<u8", u_words, what), cursor.array("<f8", f_words, what))
        for u_words, f_words in words
    )
    return model.PhaseOneState(external_signals=signals, node_values=node_values, node_states=states, **values)


def _phase_two(cursor: Cursor, name: str) -> model.PhaseTwoState:
    what = f"phase two of {name}"
    bid_levels, ask_levels = cursor.fields("BB", what)
    bids, asks = _levels(cursor, bid_levels, what), _levels(cursor, ask_levels, what)
    values = cursor.named("taken_bid:q taken_ask:q has_quote:?", what)
    for key in ("mark", "risk_price", "last_ts"):
        value, has = cursor.fields("q?", what)
        values[key] = value if has else None
    values |= cursor.named("stale:? halted:? status:B level:B flatten:?", what)
    values |= {"status": Status(values["status"]), "level": Level(values["level"])}
    band_low, band_high, has_band = cursor.fields("qq?", what)
    values |= cursor.named("position:q cost:m direction:b signal_id:Q", what)
    target, target_x, has_target = cursor.fields("qd?", what)
    has_pending, *verdict = cursor.fields("?dddq", what)
    return model.PhaseTwoState(
        bids=bids,
        asks=asks,
        band=(band_low, band_high) if has_band else None,
        target=model.Target(target, target_x) if has_target else None,
        pending=model.PendingVerdict(*verdict) if has_pending else None,
        rejected_buy=_rejected(cursor, what),
        rejected_sell=_rejected(cursor, what),
        bucket=_bucket(cursor),
        accepted=cursor.counted(26, what, lambda: _accepted(cursor, what)),
        **values,
    )


def _levels(cursor: Cursor, count: int, what: str) -> tuple[model.BookLevel, ...]:
    return tuple(model.BookLevel(*cursor.fields("qq", what)) for _ in range(count))


def _rejected(cursor: Cursor, what: str) -> model.RejectedDesire | None:
    has, price, quantity, order_type, ts = cursor.fields("?qqBq", what)
    return model.RejectedDesire(price, quantity, OrderType(order_type), ts) if has else None


def _accepted(cursor: Cursor, what: str) -> model.AcceptedOrder:
    side, order_type, quantity, price, ts = cursor.fields("BBqqq", what)
    return model.AcceptedOrder(Side(side), OrderType(order_type), quantity, price, ts)


def _order(cursor: Cursor, names: list[str]) -> model.OpenOrder:
    what = "an open order"
    values = cursor.named(
        "order_id:Q symbol:I side:B order_type:B state:B flatten:?"
        " price:q quantity:q cum:q created:q signal_id:Q last_exec_id:Q",
        what,
    )
    if values["symbol"] >= len(names):
        raise bad(f"order {values['order_id']} names symbol {values['symbol']} of {len(names)}")
    values |= {
        "symbol": names[values["symbol"]],
        "side": Side(values["side"]),
        "order_type": OrderType(values["order_type"]),
        "state": OrderState(values["state"]),
    }
    has_replace, *replace = cursor.fields("?qq", what)
    values |= cursor.named(
        "at_venue:? venue_price:q venue_quantity:q venue_cum:q resting:? ahead:q level:q traded:q", what
    )
    return model.OpenOrder(pending_replace=(replace[0], replace[1]) if has_replace else None, **values)


def _message(cursor: Cursor) -> model.VenueMessage:
    return model.VenueMessage(**cursor.named("arrival:q kind:B order_id:Q price:q quantity:q", "a message"))


def _report(cursor: Cursor) -> model.VenueReport:
    values = cursor.named(
        "due:q ts:q trigger:B order_id:Q exec_id:Q price:q quantity:q liquidity:B reason:B code:H cause_event:Q",
        "a report",
    )
    values |= {
        "trigger": Trigger(values["trigger"]),
        "liquidity": Liquidity(values["liquidity"]) if values["liquidity"] else None,
        "reason": FillReason(values["reason"]) if values["reason"] else None,
    }
    return model.VenueReport(**values)
