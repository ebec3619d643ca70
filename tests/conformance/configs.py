"""Engine configurations of the cases: one base, changed by keyword, and small programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quartet.core.contract import (
    AccountType,
    Clock,
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
from quartet.core.pb import config_pb2, program_pb2, risk_pb2
from tests.conformance.stream import SECOND, money, units

QUOTE, TRADE, BOOK, BAR, EXTERNAL = Clock.QUOTE, Clock.TRADE, Clock.BOOK, Clock.BAR, Clock.EXTERNAL


class Nodes:
    """Builds a program node by node; every method returns the node's index."""

    def __init__(self) -> None:
        self.program = program_pb2.Program()

    def add(self, op: str, *inputs: int, clock: int = QUOTE, n: int = 0, params: tuple[float, ...] = ()) -> int:
        self.program.nodes.add(op=Op[op], inputs=inputs, clock=clock, n=n, params=params)
        return len(self.program.nodes) - 1

    def const(self, value: float) -> int:
        return self.add("CONST", clock=0, params=(value,))

    def score(self, index: int, confidence: int | None = None, fair_value: int | None = None) -> program_pb2.Program:
        self.program.score = index
        if confidence is not None:
            self.program.confidence = confidence
        if fair_value is not None:
            self.program.fair_value = fair_value
        return self.program


def external_program() -> program_pb2.Program:
    """Score and confidence come from outside: a case then says itself when to decide what."""
    nodes = Nodes()
    score = nodes.add("EXTERNAL_SCORE", clock=EXTERNAL)
    confidence = nodes.add("EXTERNAL_CONFIDENCE", clock=EXTERNAL)
    return nodes.score(score, confidence)


def fair_program() -> program_pb2.Program:
    """Fair value is the mid, the score is the imbalance; for quoting."""
    nodes = Nodes()
    fair = nodes.add("MID")
    score = nodes.add("IMBALANCE")
    return nodes.score(score, fair_value=fair)


def ema_cross(fast: int, slow: int) -> program_pb2.Program:
    """+1 while the fast average is at or above the slow one, else -1."""
    nodes = Nodes()
    mid = nodes.add("MID")
    quick = nodes.add("EMA", mid, n=slow, params=(2 / (fast + 1),))
    lazy = nodes.add("EMA", mid, n=slow, params=(2 / (slow + 1),))
    above = nodes.add("GE", quick, lazy)
    one, minus = nodes.const(1.0), nodes.const(-1.0)
    return nodes.score(nodes.add("SELECT", above, one, minus))


def bar_program() -> program_pb2.Program:
    """Score is the external score, sampled at bars."""
    nodes = Nodes()
    return nodes.score(nodes.add("EXTERNAL_SCORE", clock=BAR))


def instrument(symbol: str, **changes: Any) -> config_pb2.Instrument:
    values: dict[str, Any] = {
        "symbol": symbol,
        "tick": units("0.01"),
        "lot": units(1),
        "multiplier": 1,
        "currency": "USD",
        "venue": "SIM",
        "size_unit": 1,
        "default_size": units(100),
        "fill_model": FillModel.BOOK,
    }
    values.update(changes)
    return config_pb2.Instrument(**values)


def base(
    *changes: Callable[[config_pb2.EngineConfig], object], symbols: int = 1, **instrument_changes: Any
) -> config_pb2.EngineConfig:
    """One or more symbols AAA, BBB, ..., zero latency, no limits, market orders of ten units on external scores."""
    config = config_pb2.EngineConfig(
        instruments=[instrument(chr(65 + i) * 3, **instrument_changes) for i in range(symbols)],
        program=external_program(),
        signals=config_pb2.SignalLimits(max_signals_per_symbol=10, min_confidence=0.1, max_age_ns=SECOND),
        policy=config_pb2.PolicyConfig(
            kind=PolicyKind.TARGET,
            target=config_pb2.TargetPolicy(
                sizing=Sizing.QUANTITY,
                max_quantity=units(10),
                max_weight_ppb=100_000_000,
                rebalance=Rebalance.ON_CHANGE,
                order_type=OrderType.MARKET,
                price_reference=PriceReference.OPPOSITE,
            ),
            quoting=config_pb2.QuotingPolicy(
                half_spread=units("0.02"), quote_quantity=units(5), max_inventory=units(20)
            ),
        ),
        reconciler=config_pb2.ReconcilerConfig(retry_after_ns=SECOND),
        risk=risk_pb2.RiskLimits(
            self_trade=SelfTrade.CANCEL_NEWEST,
            risk_clock_ns=SECOND,
            var_default_daily_vol_ppb=20_000_000,
            var_multiplier_ppb=1_000_000_000,
        ),
        venue=config_pb2.VenueConfig(
            mode=VenueMode.SIMULATED,
            maker_fee_ppb=-10_000,
            taker_fee_ppb=50_000,
            queue_model=QueueModel.RISK_AVERSE,
            max_participation_ppb=1_000_000_000,
        ),
        account=config_pb2.AccountConfig(initial_cash=money(100_000), account_type=AccountType.MARGIN, currency="USD"),
        capacity=config_pb2.Capacity(open_orders=64, source_count=16),
        check_risk=True,
    )
    for change in changes:
        change(config)
    return config


def risk(**limits: Any) -> Callable[[config_pb2.EngineConfig], None]:
    """Limits of the gate; prices and quantities in 1e-9, money as bytes."""

    def change(config: config_pb2.EngineConfig) -> None:
        for key, value in limits.items():
            setattr(config.risk, key, value)

    return change


def target(**values: Any) -> Callable[[config_pb2.EngineConfig], None]:
    def change(config: config_pb2.EngineConfig) -> None:
        for key, value in values.items():
            setattr(config.policy.target, key, value)

    return change


def quoting(**values: Any) -> Callable[[config_pb2.EngineConfig], None]:
    def change(config: config_pb2.EngineConfig) -> None:
        config.policy.kind = PolicyKind.QUOTING
        config.program.CopyFrom(fair_program())
        for key, value in values.items():
            setattr(config.policy.quoting, key, value)

    return change


def venue(**values: Any) -> Callable[[config_pb2.EngineConfig], None]:
    def change(config: config_pb2.EngineConfig) -> None:
        for key, value in values.items():
            setattr(config.venue, key, value)

    return change


def reconciler(**values: Any) -> Callable[[config_pb2.EngineConfig], None]:
    def change(config: config_pb2.EngineConfig) -> None:
        for key, value in values.items():
            setattr(config.reconciler, key, value)

    return change


def account(**values: Any) -> Callable[[config_pb2.EngineConfig], None]:
    def change(config: config_pb2.EngineConfig) -> None:
        for key, value in values.items():
            setattr(config.account, key, value)

    return change


def program(built: program_pb2.Program) -> Callable[[config_pb2.EngineConfig], None]:
    return lambda config: config.program.CopyFrom(built)


def bars(config: config_pb2.EngineConfig) -> None:
    """Bar instruments, decisions at the closing clock."""
    config.program.CopyFrom(bar_program())
    for item in config.instruments:
        item.fill_model = FillModel.BAR


def external_venue(config: config_pb2.EngineConfig) -> None:
    config.venue.mode = VenueMode.EXTERNAL
    config.policy.target.order_type = OrderType.LIMIT
