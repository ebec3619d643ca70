"""What the rows of spec 9.3 measure, each as a limit and a value; readings show them where nothing failed, too."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any, Final, NamedTuple

from quartet.core.contract import AccountType, Level, PolicyKind, Side, Status
from quartet.core.elementary import float_bits
from quartet.core.fixed import cap
from quartet.engines.reference.risk_engine import value_at_risk
from quartet.engines.reference.risk_engine.collar import MARKET_COLLAR_PPB, collar_price, collar_rates
from quartet.engines.reference.risk_engine.review import Exposure, Review, own_or_engine

__all__ = ["MARKET_COLLAR_PPB", "OFF", "Measure"]

# A limit that nothing passes: the row fails, and so shows its value.
_IMPOSSIBLE_PPB: Final = -(10**18)


class Measure(NamedTuple):
    """One row's limit and value, and whether the order passes."""

    unit: str
    limit: int
    value: int
    passes: bool
    text: str


OFF: Final = Measure("", 0, 0, True, "off")
"""The limit is absent."""


def said(passes: bool, text: str) -> Measure:
    """A row without numbers."""
    return Measure("", 0, 0, passes, text)


def _at_most(unit: str, limit: int | None, value: int, text: str) -> Measure:
    return OFF if limit is None else Measure(unit, limit, value, value <= limit, text)


def _share(r: Review, ppb: int | None) -> int | None:
    """A share of equity."""
    return None if ppb is None else cap(ppb, r.state.equity)


def is_quoting(r: Review) -> bool:
    """Whether the policy quotes; row 10 is not for it."""
    return r.state.settings.policy.kind == PolicyKind.QUOTING


def _levels(r: Review, level: Level) -> Measure:
    engine, symbol = Level(r.state.level), Level(r.symbol.level)
    return said(level not in (engine, symbol), f"engine {engine.name}, symbol {symbol.name}")


def killed(r: Review) -> Measure:
    """Row 1."""
    return _levels(r, Level.KILLED)


def reduce_only(r: Review) -> Measure:
    """Row 2."""
    return _levels(r, Level.REDUCE_ONLY)


def lot(r: Review) -> Measure:
    """Row 3: a positive multiple of the lot."""
    step = r.instrument.lot
    return Measure("quantity", step, r.quantity, r.quantity > 0 and r.quantity % step == 0, "a multiple of the lot")


def limit_price(r: Review) -> Measure:
    """Row 3: within price_min and price_max."""
    low, high = r.instrument.price_min, r.instrument.price_max
    if r.market:
        return said(True, "a market order has no limit price yet")
    bound = low if r.price < low else high
    return Measure("price", bound, r.price, low <= r.price <= high, "between price_min and price_max")


def tick(r: Review) -> Measure:
    """Row 3: on a tick."""
    step = r.instrument.tick
    if r.market:
        return said(True, "a market order has no limit price yet")
    return Measure("price", step, r.price, r.price % step == 0, "a multiple of the tick")


def halted(r: Review) -> Measure:
    """Row 4: flag and status."""
    stopped = r.symbol.halted or bool(r.symbol.status & Status.HALTED)
    return said(not stopped, "halted" if stopped else "not halted")


def status(r: Review, bit: Status) -> Measure:
    """Row 4: a status bit."""
    on = bool(r.symbol.status & bit)
    return said(not on, f"status {bit.name} is {'set' if on else 'not set'}")


def luld_band(r: Review) -> Measure:
    """Row 4: the band."""
    band = r.symbol.band
    if band is None:
        return said(True, "there is no band")
    price = r.price
    if r.market:
        rate, _ = collar_rates(r)
        if r.symbol.mark is None or rate is None:
            return said(True, "a market order without a collar is not tested")
        price = collar_price(r, r.symbol.mark, rate)
    bound = band.high if r.buy else band.low
    return Measure("price", bound, price, price <= bound if r.buy else price >= bound, "inside the band")


def short_sale(r: Review) -> Measure:
    """Row 4: restricted short sales."""
    if not r.symbol.status & Status.SHORT_SALE:
        return said(True, "short sales are not restricted")
    above = not r.market and bool(r.symbol.bids) and r.price > r.symbol.bids[0].price
    return said(not r.short_sale or above, "a short sale must be priced above the bid")


def locate(r: Review) -> Measure:
    """Row 4: a locate for short sales."""
    if not r.symbol.status & Status.NO_LOCATE:
        return said(True, "locates are not needed")
    return said(not r.short_sale, "a short sale needs a locate")


def age(r: Review) -> Measure:
    """Row 5."""
    limit, symbol = r.state.limits.max_quote_age_ns, r.symbol
    if limit is None:
        return OFF
    if symbol.stale or symbol.last_ts is None:
        return Measure("ns", limit, 0, False, "marked stale" if symbol.stale else "no data yet")
    return _at_most("ns", limit, r.state.now - symbol.last_ts, "age of the symbol's data")


def collar_bounds(r: Review, mark: int, near: int, far: int) -> tuple[int, int]:
    """Lowest and highest price that row 6 lets pass (spec 9.4)."""
    band = max(cap(near, abs(mark)), 2 * r.instrument.tick)
    away = max(cap(far, abs(mark)), band)
    return (mark - away, mark + band) if r.buy else (mark - band, mark + away)


def order_size(r: Review) -> Measure:
    """Row 7."""
    limit = own_or_engine(r.instrument.max_order_quantity, r.state.limits.max_order_quantity)
    return _at_most("quantity", limit, r.quantity, "quantity")


def order_notional(r: Review) -> Measure:
    """Row 8, in money."""
    return _at_most("money", r.state.limits.max_order_notional, r.notional, "notional at the mark")


def order_weight(r: Review) -> Measure:
    """Row 8, as a share of equity."""
    limit = _share(r, r.state.limits.max_order_weight_ppb)
    return _at_most("money", limit, r.notional, "notional at the mark, to a share of equity")


def adv_share(r: Review) -> Measure:
    """Row 9."""
    rate, adv = r.state.limits.max_adv_share_ppb, r.instrument.adv
    if rate is None or adv is None:
        return OFF
    return _at_most("quantity", cap(rate, adv), r.quantity, "quantity, to a share of the daily volume")


def open_orders(r: Review) -> Measure:
    """Row 12: of the engine."""
    settings, own = r.state.settings, r.state.limits.max_open_orders
    most = settings.open_orders_max
    if settings.check_risk and own is not None:
        most = min(most, own)
    return _at_most("count", most, len(r.state.orders) + 1, "open orders")


def open_orders_symbol(r: Review) -> Measure:
    """Row 12: of the symbol."""
    return _at_most(
        "count", r.state.limits.max_open_orders_symbol, len(r.symbol.orders) + 1, "open orders of the symbol"
    )


def _margin_rate(r: Review, exposure: Exposure) -> int | None:
    return own_or_engine(exposure.symbol.instrument.initial_margin_ppb, r.state.limits.initial_margin_ppb)


def buying_power(r: Review) -> Measure:
    """Row 13."""
    state = r.state
    if state.settings.account_type == AccountType.CASH:
        if r.buy:
            need = r.cost_of(r.symbol, r.quantity, r.price)
            return _at_most("money", state.cash - r.reserved, need, "cost, to free cash")
        return _at_most(
            "quantity", r.symbol.position - r.open_leaves(Side.SELL), r.quantity, "quantity, to free shares"
        )
    if _margin_rate(r, r.own) is None:
        return OFF
    needed = sum(cap(_margin_rate(r, each) or 0, abs(each.notional)) for each in r.all)
    return _at_most("money", state.equity, needed, "margin of all positions and orders, to equity")


def position_weight(r: Review) -> Measure:
    """Row 14, as a share of equity."""
    rate = own_or_engine(r.instrument.max_position_weight_ppb, r.state.limits.max_position_weight_ppb)
    return _at_most("money", _share(r, rate), abs(r.own.notional), "the symbol's worst exposure")


def position_quantity(r: Review) -> Measure:
    """Row 14, in units."""
    limit = own_or_engine(r.instrument.max_position_quantity, r.state.limits.max_position_quantity)
    return _at_most("quantity", limit, abs(r.own.worst), "the symbol's worst position")


def positions(r: Review) -> Measure:
    """Row 15."""
    limit = r.state.limits.max_positions
    if limit is not None and r.without.worst:
        return said(True, "the symbol is held already")
    return _at_most("count", limit, len(r.all), "symbols held")


def concentration(r: Review) -> Measure:
    """Row 16."""
    limit = _share(r, r.state.limits.max_concentration_ppb)
    return _at_most("money", limit, abs(r.own.notional), "the symbol's worst exposure")


def gross(r: Review) -> Measure:
    """Row 17, gross."""
    limit = _share(r, r.state.limits.max_leverage_ppb)
    return _at_most("money", limit, sum(abs(each.notional) for each in r.all), "gross exposure")


def net(r: Review) -> Measure:
    """Row 17, net."""
    limit = _share(r, r.state.limits.max_net_leverage_ppb)
    return _at_most("money", limit, abs(sum(each.notional for each in r.all)), "net exposure")


def model_age(r: Review, limit_ppb: int | None) -> Measure:
    """Rows 18 and 19: the risk model still holds."""
    if limit_ppb is None:
        return OFF
    model = r.state.risk_model
    if model is None:
        return said(True, "there is no risk model; default volatilities stand in")
    return Measure(
        "ns", model.valid_until_ns, r.state.now, r.state.now <= model.valid_until_ns, "end of the risk model"
    )


def position_var(r: Review) -> Measure:
    """Row 18."""
    return _value_at_risk(r, "max_position_var_ppb", value_at_risk.position_var)


def portfolio_var(r: Review) -> Measure:
    """Row 19."""
    return _value_at_risk(r, "max_portfolio_var_ppb", value_at_risk.portfolio_var)


def _value_at_risk(r: Review, name: str, row: Any) -> Measure:
    """The row's own left side, found by a limit that nothing passes."""
    ppb = getattr(r.state.limits, name)
    if ppb is None:
        return OFF
    state = copy.copy(r.state)
    impossible = _IMPOSSIBLE_PPB if state.equity >= 0 else -_IMPOSSIBLE_PPB
    state.limits = replace(r.state.limits, **{name: impossible})
    state.risk_model = None if r.state.risk_model is None else replace(r.state.risk_model, valid_until_ns=r.state.now)
    failure = row(Review(state, r.symbol, r.side, r.type, r.price, r.quantity, r.flatten, r.replaced))
    right = float(ppb) / 1e9 * (float(r.state.equity) / 1e18)
    passes = row(r) is None
    return Measure("float", float_bits(right), failure.value if failure else 0, passes, "99 % one-day value at risk")


def drawdown(r: Review) -> Measure:
    """Row 20."""
    state = r.state
    limit = cap(state.limits.max_drawdown_ppb or 0, state.equity_high)
    lost, latched = state.equity_high - state.equity, state.drawdown_latched
    if state.limits.max_drawdown_ppb is None and not latched:
        return OFF
    return Measure("money", limit, lost, not latched, "latched" if latched else "fall from the highest equity")


def daily_loss(r: Review) -> Measure:
    """Row 21."""
    state = r.state
    limit = cap(state.limits.max_daily_loss_ppb or 0, state.equity_open)
    lost, latched = state.equity_open - state.equity, state.daily_loss_latched
    if state.limits.max_daily_loss_ppb is None and not latched:
        return OFF
    return Measure("money", limit, lost, not latched, "latched" if latched else "loss since the session began")
