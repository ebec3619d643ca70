"""Row 12's second half and rows 13 to 17: open orders, buying power, positions, leverage (spec 9.3)."""

from __future__ import annotations

from quartet.core.contract import AccountType, Code, Side
from quartet.core.fixed import cap
from quartet.engines.reference.risk_engine.review import Exposure, Failure, Review, own_or_engine


def open_orders(r: Review) -> Failure | None:
    """Row 12; a replace opens none (spec 9.7). The capacity holds with check_risk false too (spec 9.3)."""
    if r.replaced is not None:
        return None
    settings, limits = r.state.settings, r.state.limits
    most, count = settings.open_orders_max, len(r.state.orders) + 1
    if settings.check_risk and limits.max_open_orders is not None:
        most = min(most, limits.max_open_orders)
    if count > most:
        return Failure(Code.OPEN_ORDERS, most, count)
    most_symbol, count = limits.max_open_orders_symbol, len(r.symbol.orders) + 1
    if settings.check_risk and most_symbol is not None and count > most_symbol:
        return Failure(Code.OPEN_ORDERS, most_symbol, count)
    return None


def _initial_margin(r: Review, exposure: Exposure) -> int | None:
    return own_or_engine(exposure.symbol.instrument.initial_margin_ppb, r.state.limits.initial_margin_ppb)


def buying_power(r: Review) -> Failure | None:
    """Row 13."""
    if r.state.settings.account_type == AccountType.CASH:
        return _cash(r)
    if _initial_margin(r, r.own) is None:
        return None
    margin = sum(cap(_initial_margin(r, e) or 0, abs(e.notional)) for e in r.all)
    equity = r.state.equity
    return Failure(Code.BUYING_POWER, equity, margin) if margin > equity else None


def _cash(r: Review) -> Failure | None:
    if r.buy:
        need, available = r.cost_of(r.symbol, r.quantity, r.price), r.state.cash - r.reserved
    else:
        need, available = r.quantity, r.symbol.position - r.open_leaves(Side.SELL)
    return Failure(Code.BUYING_POWER, available, need) if need > available else None


def max_position(r: Review) -> Failure | None:
    """Row 14: by weight, then by quantity."""
    instrument, limits, own = r.instrument, r.state.limits, r.own
    weight = own_or_engine(instrument.max_position_weight_ppb, limits.max_position_weight_ppb)
    if weight is not None:
        most = cap(weight, r.state.equity)
        if abs(own.notional) > most:
            return Failure(Code.MAX_POSITION, most, abs(own.notional))
    quantity = own_or_engine(instrument.max_position_quantity, limits.max_position_quantity)
    if quantity is not None and abs(own.worst) > quantity:
        return Failure(Code.MAX_POSITION, quantity, abs(own.worst))
    return None


def max_positions(r: Review) -> Failure | None:
    """Row 15."""
    most = r.state.limits.max_positions
    if most is None or r.without.worst:
        return None
    count = len(r.all)
    return Failure(Code.MAX_POSITIONS, most, count) if count > most else None


def concentration(r: Review) -> Failure | None:
    """Row 16."""
    rate = r.state.limits.max_concentration_ppb
    if rate is None:
        return None
    most, notional = cap(rate, r.state.equity), abs(r.own.notional)
    return Failure(Code.CONCENTRATION, most, notional) if notional > most else None


def leverage(r: Review) -> Failure | None:
    """Row 17: gross, then net."""
    limits, equity = r.state.limits, r.state.equity
    if limits.max_leverage_ppb is not None:
        most, gross = cap(limits.max_leverage_ppb, equity), sum(abs(e.notional) for e in r.all)
        if gross > most:
            return Failure(Code.LEVERAGE, most, gross)
    if limits.max_net_leverage_ppb is not None:
        most, net = cap(limits.max_net_leverage_ppb, equity), abs(sum(e.notional for e in r.all))
        if net > most:
            return Failure(Code.LEVERAGE, most, net)
    return None
