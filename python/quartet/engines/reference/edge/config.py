"""A serialised EngineConfig to tested settings (spec 1.8)."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final, NamedTuple

from quartet.core.contract import (
    SOURCES_MAX,
    SYMBOLS_MAX,
    AccountType,
    FillModel,
    OrderType,
    PolicyKind,
    PriceReference,
    QueueModel,
    Rebalance,
    Sizing,
    VenueMode,
)
from quartet.core.fixed import NANOS_PER_DAY, PPB
from quartet.core.pb import config_pb2 as pb
from quartet.engines.reference.core import settings as s
from quartet.engines.reference.edge.bounds import TIME_MAX, member, money, refuse, share_if, within, within_if
from quartet.engines.reference.edge.limits import tested_limits, tested_risk_model
from quartet.engines.reference.edge.message_form import test_form
from quartet.engines.reference.edge.program import tested_program

_PRICE_MAX: Final = (1 << 62) - 1
_PRICE_MAX_DEFAULT: Final = (1 << 50) - 1
_QUANTITY_MAX: Final = 1 << 60
_QUANTITY_MAX_DEFAULT: Final = 1 << 54
_MONEY_MAX: Final = 1 << 118
_OFFSET_MAX: Final = 10**6


class Configuration(NamedTuple):
    """Everything that an EngineConfig says."""

    settings: s.Settings
    program: s.Program
    limits: s.Limits
    risk_model: s.RiskModel | None


def read_config(data: bytes) -> Configuration:
    """Decode and test a configuration."""
    test_form(data, pb.EngineConfig)
    message = pb.EngineConfig.FromString(data)
    settings = _settings(message)
    limits = tested_limits(message.risk, settings)
    risk_model = tested_risk_model(message.risk_model, settings) if message.HasField("risk_model") else None
    return Configuration(settings, tested_program(message.program, settings), limits, risk_model)


def _settings(message: pb.EngineConfig) -> s.Settings:
    instruments = _instruments(message)
    initial_cash = money("account.initial_cash", message.account.initial_cash)
    prices = (max(abs(i.price_min), abs(i.price_max)) for i in instruments)
    policy = _policy(message.policy)
    inventory = policy.quoting.max_inventory if policy.kind == PolicyKind.QUOTING else 0
    held = sum(p * max(i.quantity_max, inventory) * i.multiplier for p, i in zip(prices, instruments, strict=True))
    bound = held + abs(initial_cash)
    if bound > _MONEY_MAX:
        raise refuse("instruments: largest price * quantity_max * multiplier, summed, and cash exceed 2^118")
    reconciler = message.reconciler
    if reconciler.slice_quantity and reconciler.slice_quantity < max(i.lot for i in instruments):
        raise refuse("reconciler.slice_quantity is neither 0 nor at least the largest lot")
    for i in instruments:
        if i.tick * abs(policy.target.offset_ticks) >= 1 << 61:
            raise refuse(f"policy.target.offset_ticks times the tick of {i.name} is not below 2^61")
    return s.Settings(
        instruments=instruments,
        signals=_signals(message.signals),
        policy=policy,
        reconciler=s.Reconciler(
            reconciler.use_replace,
            within("reconciler.retry_after_ns", reconciler.retry_after_ns, 0, TIME_MAX),
            reconciler.slice_quantity,
            within("reconciler.order_ttl_ns", reconciler.order_ttl_ns, 0, TIME_MAX),
        ),
        venue=_venue(message.venue),
        initial_cash=initial_cash,
        account_type=member("account.account_type", message.account.account_type, AccountType),
        open_orders_max=within("capacity.open_orders", message.capacity.open_orders, 1, 65536),
        source_count=within("capacity.source_count", message.capacity.source_count, 1, SOURCES_MAX),
        session_roll_ns=within("session_roll_ns", message.session_roll_ns, 0, NANOS_PER_DAY - 1),
        check_risk=message.check_risk,
    )


def _instruments(message: pb.EngineConfig) -> tuple[s.Instrument, ...]:
    within("number of instruments", len(message.instruments), 1, SYMBOLS_MAX)
    names = [i.symbol.encode() for i in message.instruments]
    for before, name in pairwise(names):
        if before >= name:
            raise refuse(f"instruments are not strictly ascending by name at {name.decode()!r}")
    for i in message.instruments:
        if i.currency != message.account.currency:
            raise refuse(f"instruments {i.symbol}: currency {i.currency!r} is not the account's")
    return tuple(_instrument(place, i) for place, i in enumerate(message.instruments))


def _instrument(place: int, i: pb.Instrument) -> s.Instrument:
    key = f"instruments {i.symbol}: "
    tick = within(key + "tick", i.tick, 1, 1 << 40)
    price_max = i.price_max if i.HasField("price_max") else _PRICE_MAX_DEFAULT
    price_min = i.price_min if i.HasField("price_min") else tick
    within(key + "price_max", price_max, -_PRICE_MAX, _PRICE_MAX)
    within(key + "price_min", price_min, -_PRICE_MAX, price_max)
    quantity_max = i.quantity_max if i.HasField("quantity_max") else _QUANTITY_MAX_DEFAULT
    reference = i.reference_price if i.HasField("reference_price") else None
    adv = i.adv if i.HasField("adv") else None
    weight = i.max_position_weight_ppb if i.HasField("max_position_weight_ppb") else None
    margin = i.initial_margin_ppb if i.HasField("initial_margin_ppb") else None
    collar = i.price_collar_ppb if i.HasField("price_collar_ppb") else None
    far = i.price_collar_far_ppb if i.HasField("price_collar_far_ppb") else None
    return s.Instrument(
        id=place,
        name=i.symbol,
        tick=tick,
        lot=within(key + "lot", i.lot, 1, 1 << 50),
        multiplier=within(key + "multiplier", i.multiplier, 1, 10**6),
        price_min=price_min,
        price_max=price_max,
        quantity_max=within(key + "quantity_max", quantity_max, 1, _QUANTITY_MAX),
        reference_price=within_if(key + "reference_price", reference, price_min, price_max),
        adv=within_if(key + "adv", adv, 0, (1 << 63) - 1),
        fill_model=member(key + "fill_model", i.fill_model, FillModel),
        price_collar_ppb=share_if(key + "price_collar_ppb", collar),
        price_collar_far_ppb=share_if(key + "price_collar_far_ppb", far),
        max_order_quantity=i.max_order_quantity if i.HasField("max_order_quantity") else None,
        max_position_weight_ppb=share_if(key + "max_position_weight_ppb", weight),
        max_position_quantity=i.max_position_quantity if i.HasField("max_position_quantity") else None,
        initial_margin_ppb=share_if(key + "initial_margin_ppb", margin),
    )


def _signals(signals: pb.SignalLimits) -> s.SignalLimits:
    if not 0.0 <= signals.min_confidence <= 1.0:
        raise refuse(f"signals.min_confidence is {signals.min_confidence}, not within 0 to 1")
    return s.SignalLimits(
        within("signals.max_signals_per_symbol", signals.max_signals_per_symbol, 1, 1000),
        signals.min_confidence,
        within("signals.max_age_ns", signals.max_age_ns, 0, TIME_MAX),
    )


def _policy(policy: pb.PolicyConfig) -> s.Policy:
    kind = member("policy.kind", policy.kind, PolicyKind)
    threshold = policy.direction_threshold
    if not (math.isfinite(threshold) and threshold >= 0.0):
        raise refuse(f"policy.direction_threshold is {threshold}, not a finite number from 0")
    target, quoting = policy.target, policy.quoting
    within("policy.target.offset_ticks", target.offset_ticks, -_OFFSET_MAX, _OFFSET_MAX)
    within("policy.quoting.requote_ticks", quoting.requote_ticks, 0, _OFFSET_MAX)
    if kind == PolicyKind.TARGET:
        _test_target(target)
    else:
        _test_quoting(quoting)
    return s.Policy(
        kind,
        threshold,
        s.TargetPolicy(
            target.sizing,
            target.max_quantity,
            target.max_weight_ppb,
            target.rebalance,
            target.order_type,
            target.price_reference,
            target.offset_ticks,
        ),
        s.QuotingPolicy(
            quoting.half_spread,
            quoting.inventory_skew,
            quoting.quote_quantity,
            quoting.max_inventory,
            quoting.requote_ticks,
        ),
    )


def _test_target(target: pb.TargetPolicy) -> None:
    member("policy.target.sizing", target.sizing, Sizing)
    member("policy.target.rebalance", target.rebalance, Rebalance)
    member("policy.target.order_type", target.order_type, OrderType)
    member("policy.target.price_reference", target.price_reference, PriceReference)
    if target.sizing == Sizing.QUANTITY:
        within("policy.target.max_quantity", target.max_quantity, 1, _QUANTITY_MAX)
    else:
        within("policy.target.max_weight_ppb", target.max_weight_ppb, 1, 10**11)


def _test_quoting(quoting: pb.QuotingPolicy) -> None:
    within("policy.quoting.half_spread", quoting.half_spread, 0, 1 << 50)
    within("policy.quoting.inventory_skew", quoting.inventory_skew, -(1 << 50), 1 << 50)
    within("policy.quoting.max_inventory", quoting.max_inventory, 1, _QUANTITY_MAX)
    within("policy.quoting.quote_quantity", quoting.quote_quantity, 1, quoting.max_inventory)


def _venue(venue: pb.VenueConfig) -> s.Venue:
    return s.Venue(
        member("venue.mode", venue.mode, VenueMode),
        within("venue.order_latency_ns", venue.order_latency_ns, 0, TIME_MAX),
        within("venue.response_latency_ns", venue.response_latency_ns, 0, TIME_MAX),
        within("venue.maker_fee_ppb", venue.maker_fee_ppb, -PPB, PPB),
        within("venue.taker_fee_ppb", venue.taker_fee_ppb, -PPB, PPB),
        member("venue.queue_model", venue.queue_model, QueueModel),
        within("venue.bar_slippage_ppb", venue.bar_slippage_ppb, 0, 10**8),
        within("venue.max_participation_ppb", venue.max_participation_ppb, 0, PPB),
    )
