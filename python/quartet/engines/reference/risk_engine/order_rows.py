"""Rows 5 and 7 to 9: fresh data, the order's own size (spec 9.3)."""

from __future__ import annotations

from quartet.core.contract import Code
from quartet.core.fixed import cap
from quartet.engines.reference.risk_engine.review import Failure, Review, own_or_engine


def fresh_data(r: Review) -> Failure | None:
    """Row 5."""
    limit, symbol = r.state.limits.max_quote_age_ns, r.symbol
    if limit is None:
        return None
    if symbol.stale or symbol.last_ts is None:
        return Failure(Code.STALE_DATA, limit, 0)
    age = r.state.now - symbol.last_ts
    return Failure(Code.STALE_DATA, limit, age) if age > limit else None


def order_size(r: Review) -> Failure | None:
    """Row 7."""
    limit = own_or_engine(r.instrument.max_order_quantity, r.state.limits.max_order_quantity)
    if limit is not None and r.quantity > limit:
        return Failure(Code.ORDER_SIZE, limit, r.quantity)
    return None


def order_notional(r: Review) -> Failure | None:
    """Row 8: against money, then against a share of the equity unless the order reduces."""
    limits, notional = r.state.limits, r.notional
    if limits.max_order_notional is not None and notional > limits.max_order_notional:
        return Failure(Code.ORDER_NOTIONAL, limits.max_order_notional, notional)
    if limits.max_order_weight_ppb is not None and not r.reducing:
        most = cap(limits.max_order_weight_ppb, r.state.equity)
        if notional > most:
            return Failure(Code.ORDER_NOTIONAL, most, notional)
    return None


def adv_share(r: Review) -> Failure | None:
    """Row 9."""
    rate, adv = r.state.limits.max_adv_share_ppb, r.instrument.adv
    if rate is None or adv is None or r.reducing:
        return None
    most = cap(rate, adv)
    return Failure(Code.ADV_SHARE, most, r.quantity) if r.quantity > most else None
