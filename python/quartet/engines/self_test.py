"""Ten events with a known answer: an engine that gives another answer is not selected."""

from __future__ import annotations

import hashlib
import struct
from typing import Final

from quartet.core.contract import (
    AccountType,
    Clock,
    ControlKind,
    EventKind,
    FillModel,
    Op,
    OrderType,
    PolicyKind,
    PriceReference,
    QueueModel,
    Rebalance,
    SelfTrade,
    Sizing,
    VenueMode,
)
from quartet.core.fixed import money_to_bytes
from quartet.core.pb import config_pb2, market_data_pb2, program_pb2, risk_pb2
from quartet.engines.frame import from_message
from quartet.engines.protocol import Buffer, Closeable, LoadedEngine

EXPECTED_SHA256: Final = "8b6b2af37c70b7c9394b3927af7233f6e674d1b026a6b8cffe2da62cc840aeb6"
"""Of `answer` as the Python reference gives it; a test compares."""

_UNIT: Final = 1_000_000_000
_TICK: Final = _UNIT // 100
_START: Final = 1_700_000_000 * _UNIT
_QUOTES: Final = ((10000, 10002), (10003, 10004), (10010, 10012), (9990, 9993), (9970, 9975), (9988, 9990))


def failure(engine: LoadedEngine) -> str | None:
    """Why the engine fails the test; None where it passes."""
    try:
        found = hashlib.sha256(answer(engine)).hexdigest()
    except Exception as error:  # noqa: BLE001 - a broken build may raise anything
        return f"it fails its self-test: {type(error).__name__}: {error}"
    if found != EXPECTED_SHA256:
        return f"it fails its self-test: its answer {found[:12]} is not {EXPECTED_SHA256[:12]}"
    return None


def answer(engine: LoadedEngine) -> bytes:
    """Records in one batch and in two with a restore between them, then phase one: all that must be equal."""
    core = engine.create(config().SerializeToString(deterministic=True))
    try:
        start = core.snapshot()
        first, second = batch(0, 6), batch(6, 10)
        whole = core.process(*batch(0, 10))
        core.restore(start)
        parts = core.process(*first)
        core.restore(core.snapshot())
        parts += core.process(*second)
        core.restore(start)
        return b"".join([whole, parts, *core.evaluate(*batch(0, 10))])
    finally:
        if isinstance(core, Closeable):
            core.close()


def config() -> config_pb2.EngineConfig:
    """One instrument, a program that uses the spec's own functions, and limits that pass and fail."""
    return config_pb2.EngineConfig(
        instruments=[
            config_pb2.Instrument(
                symbol="TEST",
                tick=_TICK,
                lot=_UNIT,
                multiplier=1,
                currency="USD",
                size_unit=1,
                default_size=_UNIT,
                fill_model=FillModel.BOOK,
            )
        ],
        program=_program(),
        signals=config_pb2.SignalLimits(max_signals_per_symbol=2, min_confidence=0.1, max_age_ns=_UNIT),
        policy=config_pb2.PolicyConfig(
            kind=PolicyKind.TARGET,
            direction_threshold=0.05,
            target=config_pb2.TargetPolicy(
                sizing=Sizing.QUANTITY,
                max_quantity=20 * _UNIT,
                max_weight_ppb=_UNIT // 10,
                rebalance=Rebalance.ON_CHANGE,
                order_type=OrderType.LIMIT,
                price_reference=PriceReference.OPPOSITE,
            ),
        ),
        reconciler=config_pb2.ReconcilerConfig(retry_after_ns=_UNIT),
        risk=risk_pb2.RiskLimits(
            price_collar_ppb=_UNIT // 50,
            max_order_quantity=15 * _UNIT,
            initial_margin_ppb=_UNIT // 2,
            max_drawdown_ppb=_UNIT // 10,
            self_trade=SelfTrade.CANCEL_NEWEST,
            risk_clock_ns=_UNIT,
            var_default_daily_vol_ppb=_UNIT // 50,
            var_multiplier_ppb=_UNIT,
        ),
        venue=config_pb2.VenueConfig(
            mode=VenueMode.SIMULATED,
            order_latency_ns=1_000_000,
            response_latency_ns=1_000_000,
            maker_fee_ppb=-10_000,
            taker_fee_ppb=50_000,
            queue_model=QueueModel.PROBABILITY,
            max_participation_ppb=_UNIT,
        ),
        account=config_pb2.AccountConfig(
            initial_cash=money_to_bytes(100_000 * _UNIT * _UNIT),
            account_type=AccountType.MARGIN,
            currency="USD",
        ),
        capacity=config_pb2.Capacity(open_orders=16, source_count=1),
        check_risk=True,
    )


def _program() -> program_pb2.Program:
    """tanh(40 * log(mid / ema(mid))), confidence logistic of the z-score."""
    rows: list[tuple[Op, tuple[int, ...], int, tuple[float, ...]]] = [
        (Op.MID, (), 0, ()),
        (Op.EMA, (0,), 1, (0.5,)),
        (Op.DIV, (0, 1), 0, ()),
        (Op.LOG, (2,), 0, ()),
        (Op.LINEAR, (3,), 0, (0.0, 400.0)),
        (Op.TANH, (4,), 0, ()),
        (Op.ZSCORE, (0,), 2, (0.0,)),
        (Op.LOGISTIC, (6,), 0, (1.0, 0.5)),
        (Op.IS_NAN, (7,), 0, ()),
        (Op.COALESCE, (7, 8), 0, ()),
    ]
    nodes = [
        program_pb2.Node(op=op, inputs=inputs, clock=Clock.QUOTE, n=n, params=params) for op, inputs, n, params in rows
    ]
    return program_pb2.Program(nodes=nodes, score=5, confidence=9)


def batch(first: int, end: int) -> tuple[list[Buffer], list[bytes]]:
    """The events from first to end: quotes, trades, a clock, cash, and a quote that is crossed."""
    cash = market_data_pb2.Control(kind=ControlKind.CASH_FLOW, cash=money_to_bytes(-_UNIT * _UNIT))
    events: list[tuple[EventKind, tuple[int, ...]]] = [
        (EventKind.QUOTE, _QUOTES[0]),
        (EventKind.QUOTE, _QUOTES[1]),
        (EventKind.TRADE, (10004, 3)),
        (EventKind.QUOTE, _QUOTES[2]),
        (EventKind.CONTROL, ()),
        (EventKind.QUOTE, _QUOTES[3]),
        (EventKind.QUOTE, _QUOTES[4]),
        (EventKind.QUOTE, (10010, 10000)),
        (EventKind.QUOTE, _QUOTES[5]),
        (EventKind.CLOCK, ()),
    ]
    message = market_data_pb2.EventBatch()
    for index in range(first, end):
        kind, values = events[index]
        ts = struct.pack("<q", _START + index * 10_000_000)
        message.kind += bytes([kind])
        message.symbol += bytes(4)
        message.ts_event += ts
        message.ts_init += ts
        if kind == EventKind.QUOTE:
            message.bid_price += struct.pack("<q", values[0] * _TICK)
            message.ask_price += struct.pack("<q", values[1] * _TICK)
            message.bid_size += struct.pack("<q", 5 * _UNIT)
            message.ask_size += struct.pack("<q", 7 * _UNIT)
        elif kind == EventKind.TRADE:
            message.trade_price += struct.pack("<q", values[0] * _TICK)
            message.trade_size += struct.pack("<q", values[1] * _UNIT)
            message.aggressor += b"\x00"
        elif kind == EventKind.CONTROL:
            message.controls.append(cash.SerializeToString(deterministic=True))
    return from_message(message)
