"""Policies: pure functions from a verdict to at most one desired bid and one desired ask (spec 10.3, 10.4)."""

from __future__ import annotations

from typing import Final, NamedTuple

from quartet.core.contract import OrderType, PriceReference, Rebalance, Side, Sizing
from quartet.core.elementary import rint
from quartet.core.fixed import PPB, cap, ceil_to, floor_to, mul_div
from quartet.engines.reference.core.state import State, Symbol, Target

_FAIR_VALUE_END: Final = 4e9
_I64_MAX: Final = (1 << 63) - 1


class Desire(NamedTuple):
    """One desired order; the price is 0 for MARKET."""

    type: int
    price: int
    quantity: int


# Desires by side; a side that is not there has none.
Desires = dict[int, Desire]


def target_desires(state: State, symbol: Symbol, direction: int, score: float, confidence: float) -> Desires | None:
    """The target policy (spec 10.3); None decides nothing."""
    policy = state.settings.policy.target
    x = score * confidence
    x = -1.0 if x < -1.0 else (1.0 if x > 1.0 else x)
    if direction == 0 or x == 0.0:
        x = 0.0
    old = symbol.target
    if policy.rebalance == Rebalance.ALWAYS or old is None or x != old.x:
        quantity = _target_quantity(state, symbol, x)
        if quantity is None:
            return None
        old = symbol.target = Target(quantity, x)
    missing = old.quantity - symbol.position
    quantity = floor_to(abs(missing), symbol.instrument.lot)
    if quantity == 0:
        return {}
    side = Side.BUY if missing > 0 else Side.SELL
    price = _target_price(state, symbol, side)
    if price is None:
        return None
    slice_quantity = floor_to(state.settings.reconciler.slice_quantity, symbol.instrument.lot)
    if slice_quantity:
        quantity = min(quantity, slice_quantity)
    return {side: Desire(policy.order_type, price, quantity)}


def _target_quantity(state: State, symbol: Symbol, x: float) -> int | None:
    """The signed target; None where its sizing needs a mark and there is none above 0."""
    policy, instrument = state.settings.policy.target, symbol.instrument
    lot = instrument.lot
    share = rint(abs(x) * 1e9)
    if policy.sizing == Sizing.QUANTITY:
        quantity = floor_to(mul_div(policy.max_quantity, share, PPB), lot)
    else:
        if symbol.mark is None or symbol.mark <= 0:
            return None
        equity = state.equity
        money = cap(share, cap(policy.max_weight_ppb, equity)) if equity > 0 else 0
        quantity = floor_to(money // (symbol.mark * instrument.multiplier), lot)
    quantity = min(quantity, floor_to(instrument.quantity_max, lot))
    return -quantity if x < 0.0 else quantity


def _target_price(state: State, symbol: Symbol, side: int) -> int | None:
    """The price of a target order; None where the reference is absent."""
    policy, tick = state.settings.policy.target, symbol.instrument.tick
    if policy.order_type == OrderType.MARKET:
        return 0
    buy = side == Side.BUY
    if policy.price_reference == PriceReference.MARK:
        if symbol.mark is None:
            return None
        price = floor_to(symbol.mark, tick) if buy else ceil_to(symbol.mark, tick)
    else:
        levels = symbol.asks if buy == (policy.price_reference == PriceReference.OPPOSITE) else symbol.bids
        if not levels:
            return None
        price = levels[0].price
    offset = policy.offset_ticks * tick
    return price + offset if buy else price - offset


def _hold(price: int) -> int:
    """A price that a record can carry; beyond the range it fails BAD_LIMIT_PRICE anyway."""
    return max(-_I64_MAX, min(_I64_MAX, price))


def quoting_desires(state: State, symbol: Symbol, fair_value: float) -> Desires:
    """The quoting policy (spec 10.4)."""
    policy, tick, position = state.settings.policy.quoting, symbol.instrument.tick, symbol.position
    # Not true for NaN and infinities either.
    if not abs(fair_value) < _FAIR_VALUE_END:
        return {}
    fair = rint(fair_value * 1e9)
    skew = mul_div(policy.inventory_skew, position, policy.max_inventory)
    bid = floor_to(fair - policy.half_spread - skew, tick)
    if symbol.asks:
        bid = min(bid, floor_to(symbol.asks[0].price - 1, tick))
    ask = ceil_to(fair + policy.half_spread - skew, tick)
    if symbol.bids:
        ask = max(ask, ceil_to(symbol.bids[0].price + 1, tick))
    desires: Desires = {}
    if position + policy.quote_quantity <= policy.max_inventory:
        desires[Side.BUY] = Desire(OrderType.POST_ONLY, _hold(bid), policy.quote_quantity)
    if position - policy.quote_quantity >= -policy.max_inventory:
        desires[Side.SELL] = Desire(OrderType.POST_ONLY, _hold(ask), policy.quote_quantity)
    return desires
