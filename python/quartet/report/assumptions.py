"""What a simulated result rests on, in words, read from the configuration that the engine was given."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from quartet.core.contract import (
    AccountType,
    FillModel,
    OrderType,
    PolicyKind,
    PriceReference,
    QueueModel,
    Sizing,
    VenueMode,
)
from quartet.core.fixed import money_from_bytes
from quartet.core.pb import config_pb2
from quartet.engines.views import money, units
from quartet.report.numbers import decimal_text, duration_text, money_text

_BASIS_POINT_PPB = 100_000


def assumptions_of(config: config_pb2.EngineConfig, rows_off: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Names and texts: fees, latencies, fills, sizing, account, and which limits are off."""
    off = sorted(name.rpartition(".")[2] for name in rows_off)
    gate = "all rows" if config.check_risk else "rows 5 to 21 are not tested"
    if off:
        gate += f"; off: {', '.join(off)}"
    return (
        ("Venue", _venue(config)),
        ("Fills", _fills(config)),
        ("Fees", _fees(config.venue)),
        ("Latency", _latency(config.venue)),
        ("Orders", _orders(config)),
        ("Account", _account(config.account)),
        ("Risk gate", gate),
    )


def _venue(config: config_pb2.EngineConfig) -> str:
    if config.venue.mode == VenueMode.EXTERNAL:
        return "live: fills are what execution reports say"
    return "simulated; our orders do not move the market, nor do others react to them"


def _fills(config: config_pb2.EngineConfig) -> str:
    models = {each.fill_model for each in config.instruments}
    parts = []
    if FillModel.BAR in models:
        share = _percent(config.venue.max_participation_ppb)
        slippage = _basis_points(config.venue.bar_slippage_ppb)
        parts.append(
            f"on bars: market orders at the next bar's open, {slippage} slippage; limits when traded through; at most "
            f"{share} of the bar's volume"
        )
    if FillModel.BOOK in models:
        queue = {
            QueueModel.RISK_AVERSE: "the queue ahead shrinks by trades alone",
            QueueModel.PROBABILITY: "the queue ahead shrinks by trades and, in proportion, by cancels",
        }.get(QueueModel(config.venue.queue_model), "")
        parts.append(f"on quotes: takes displayed size once until the next quote; {queue}")
    return "; ".join(parts)


def _fees(venue: config_pb2.VenueConfig) -> str:
    return f"maker {_basis_points(venue.maker_fee_ppb)}, taker {_basis_points(venue.taker_fee_ppb)} of notional"


def _latency(venue: config_pb2.VenueConfig) -> str:
    order, response = (duration_text(ns) for ns in (venue.order_latency_ns, venue.response_latency_ns))
    return f"order {order}, response {response}; feed as stamped in the data"


def _orders(config: config_pb2.EngineConfig) -> str:
    policy = config.policy
    if policy.kind == PolicyKind.QUOTING:
        quoting = policy.quoting
        return (
            f"two post-only quotes of {decimal_text(units(quoting.quote_quantity))} around fair value, half spread "
            f"{decimal_text(units(quoting.half_spread))}, at most {decimal_text(units(quoting.max_inventory))} "
            "either way"
        )
    target = policy.target
    order = OrderType(target.order_type).name.lower().replace("_", " ")
    if target.sizing == Sizing.WEIGHT:
        size = f"{_percent(target.max_weight_ppb)} of equity"
    else:
        size = f"{decimal_text(units(target.max_quantity))} units"
    where = ""
    if target.order_type != OrderType.MARKET:
        where = f" at the {PriceReference(target.price_reference).name.lower()} price"
    return f"{order} orders{where} to a target position; a full score is {size}"


def _account(account: config_pb2.AccountConfig) -> str:
    cash = money_text(money(money_from_bytes(account.initial_cash)))
    kind = AccountType(account.account_type).name.lower()
    return f"{kind}, starts with {cash} {account.currency}; no interest, no borrow cost"


def _basis_points(ppb: int) -> str:
    return f"{decimal_text(Decimal(ppb) / _BASIS_POINT_PPB)} bp"


def _percent(ppb: int) -> str:
    return f"{decimal_text(Decimal(ppb) / 10**7)} %"
