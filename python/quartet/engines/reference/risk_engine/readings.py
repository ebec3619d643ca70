"""What every row of the gate reads for an order: its limit, its value and how it answers, failed or not.

The gate itself stops at the first failure; this goes through all rows of spec 9.3 and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from quartet.core.contract import Code, Status
from quartet.core.fixed import PPB
from quartet.engines.reference.core.state import burst
from quartet.engines.reference.risk_engine import measures as m
from quartet.engines.reference.risk_engine.collar import collar_price, collar_rates
from quartet.engines.reference.risk_engine.review import Review
from quartet.engines.reference.risk_engine.self_trade import self_trade


class RowReading(NamedTuple):
    """One row for one order. Limit and value are integers of the unit as in an ORDER record."""

    row: int
    code: Code
    outcome: str
    """passed, failed, off (no limit is set) or skipped."""
    unit: str
    """ns, price, quantity, money, tokens, count, float (the bits), or empty where the text says it."""
    limit: int
    value: int
    text: str


class _Skip(NamedTuple):
    """Orders that a row does not test."""

    unchecked: bool = True
    flatten: bool = False
    shrinking: bool = False
    reducing: bool = False
    replacing: bool = False


class _Line(NamedTuple):
    """One line of the table of spec 9.3."""

    row: int
    code: Code
    read: Callable[[Review], m.Measure]
    skip: _Skip


_STATIC: Final = _Skip(unchecked=False)
_LEVEL: Final = _Skip(unchecked=False, flatten=True)
_SIZE: Final = _Skip(flatten=True, shrinking=True)
_PORTFOLIO: Final = _Skip(shrinking=True, reducing=True)


def _duplicate(r: Review) -> m.Measure:
    window = r.state.limits.duplicate_window_ns
    if window is None or m.is_quoting(r):
        return m.OFF
    wanted = (r.side, r.type, r.quantity, 0 if r.market else r.price)
    recent = (entry for entry in r.symbol.duplicates if r.state.now - entry.ts < window)
    ages = [r.state.now - entry.ts for entry in recent if entry[:4] == wanted]
    if ages:
        return m.Measure("ns", window, min(ages), False, "the same order was accepted so long ago")
    return m.said(True, "the same order was not accepted within the window")


def _rate(r: Review) -> m.Measure:
    pairs = (
        (r.state.bucket, r.state.limits.max_orders_per_second),
        (r.symbol.bucket, r.state.limits.max_orders_per_second_symbol),
    )
    held = [
        min(burst(rate), bucket.tokens + rate * max(r.state.now - bucket.ts, 0))
        for bucket, rate in pairs
        if rate is not None
    ]
    if not held:
        return m.OFF
    # The record shows the first bucket that fails; where none does, the emptier one.
    tokens = next((each for each in held if each < PPB), min(held))
    return m.Measure("tokens", PPB, tokens, tokens >= PPB, "at least one token")


def _self_trade(r: Review) -> m.Measure:
    outcome = self_trade(r)
    conflicts = [o.id for o in r.symbol.orders.values() if o.side != r.side]
    text = "no own order on the other side" if not conflicts else f"own orders on the other side: {conflicts}"
    return m.said(outcome.failure is None, text)


def _collar(r: Review) -> m.Measure:
    mark, (near, far) = r.symbol.mark, collar_rates(r)
    if r.market:
        return m.said(True, "a market order is priced at the collar")
    if mark is None or near is None or far is None:
        return m.OFF
    low, high = m.collar_bounds(r, mark, near, far)
    bound = (low if r.price < low else high) if r.buy else (high if r.price > high else low)
    return m.Measure("price", bound, r.price, low <= r.price <= high, "the bound nearest to the market")


def _reference(r: Review) -> m.Measure:
    if not r.market and collar_rates(r)[0] is None:
        return m.OFF
    return m.said(r.symbol.mark is not None, "a mark" if r.symbol.mark is not None else "no mark")


_LINES: Final[tuple[_Line, ...]] = (
    _Line(1, Code.KILLED, m.killed, _LEVEL),
    _Line(2, Code.REDUCE_ONLY, m.reduce_only, _LEVEL._replace(reducing=True)),
    _Line(3, Code.BAD_LOT, m.lot, _STATIC),
    _Line(3, Code.BAD_LIMIT_PRICE, m.limit_price, _STATIC),
    _Line(3, Code.BAD_TICK, m.tick, _STATIC),
    _Line(4, Code.HALTED, m.halted, _STATIC),
    _Line(4, Code.CLOSED, lambda r: m.status(r, Status.CLOSED), _STATIC),
    _Line(4, Code.LULD_BAND, m.luld_band, _STATIC),
    _Line(4, Code.SHORT_SALE, m.short_sale, _STATIC),
    _Line(4, Code.NO_LOCATE, m.locate, _STATIC),
    _Line(4, Code.RESTRICTED, lambda r: m.status(r, Status.RESTRICTED), _STATIC),
    _Line(5, Code.STALE_DATA, m.age, _Skip(flatten=True)),
    _Line(6, Code.NO_REFERENCE, _reference, _Skip(unchecked=False, shrinking=True)),
    _Line(6, Code.PRICE_COLLAR, _collar, _Skip(shrinking=True)),
    _Line(7, Code.ORDER_SIZE, m.order_size, _SIZE),
    _Line(8, Code.ORDER_NOTIONAL, m.order_notional, _SIZE),
    _Line(8, Code.ORDER_NOTIONAL, m.order_weight, _SIZE._replace(reducing=True)),
    _Line(9, Code.ADV_SHARE, m.adv_share, _SIZE._replace(reducing=True)),
    _Line(10, Code.DUPLICATE_ORDER, _duplicate, _Skip(flatten=True, replacing=True)),
    _Line(11, Code.MESSAGE_RATE, _rate, _Skip(flatten=True)),
    _Line(12, Code.SELF_TRADE, _self_trade, _Skip()),
    _Line(12, Code.OPEN_ORDERS, m.open_orders, _Skip(unchecked=False, replacing=True)),
    _Line(12, Code.OPEN_ORDERS, m.open_orders_symbol, _Skip(replacing=True)),
    _Line(13, Code.BUYING_POWER, m.buying_power, _PORTFOLIO),
    _Line(14, Code.MAX_POSITION, m.position_weight, _PORTFOLIO),
    _Line(14, Code.MAX_POSITION, m.position_quantity, _PORTFOLIO),
    _Line(15, Code.MAX_POSITIONS, m.positions, _PORTFOLIO),
    _Line(16, Code.CONCENTRATION, m.concentration, _PORTFOLIO),
    _Line(17, Code.LEVERAGE, m.gross, _PORTFOLIO),
    _Line(17, Code.LEVERAGE, m.net, _PORTFOLIO),
    _Line(18, Code.VAR_STALE, lambda r: m.model_age(r, r.state.limits.max_position_var_ppb), _PORTFOLIO),
    _Line(18, Code.POSITION_VAR, m.position_var, _PORTFOLIO),
    _Line(19, Code.VAR_STALE, lambda r: m.model_age(r, r.state.limits.max_portfolio_var_ppb), _PORTFOLIO),
    _Line(19, Code.PORTFOLIO_VAR, m.portfolio_var, _PORTFOLIO),
    _Line(20, Code.DRAWDOWN, m.drawdown, _PORTFOLIO),
    _Line(21, Code.DAILY_LOSS, m.daily_loss, _PORTFOLIO),
)


def read_gate(review: Review) -> tuple[RowReading, ...]:
    """Every row for the order, in their order; `review` and the state behind it stay as they are."""
    r = Review(
        review.state,
        review.symbol,
        review.side,
        review.type,
        review.price,
        review.quantity,
        review.flatten,
        review.replaced,
    )
    return tuple(_read(line, r) for line in _LINES)


def _read(line: _Line, r: Review) -> RowReading:
    why = _skipped(line, r)
    if why:
        return RowReading(line.row, line.code, "skipped", "", 0, 0, why)
    measure = line.read(r)
    if line.code is Code.PRICE_COLLAR and r.market and r.symbol.mark is not None:
        near, _ = collar_rates(r)
        r.price = collar_price(r, r.symbol.mark, m.MARKET_COLLAR_PPB if near is None else near)
        measure = measure._replace(unit="price", limit=r.price, value=r.price)
    if measure is m.OFF:
        return RowReading(line.row, line.code, "off", "", 0, 0, "no limit is set")
    outcome = "passed" if measure.passes else "failed"
    return RowReading(line.row, line.code, outcome, measure.unit, measure.limit, measure.value, measure.text)


def _skipped(line: _Line, r: Review) -> str:
    """Why the row does not test the order; empty where it does."""
    skip = line.skip
    if not r.state.settings.check_risk and skip.unchecked:
        return "check_risk is false"
    if not r.state.settings.check_risk and line.row == 6 and not r.market:
        return "check_risk is false"
    if r.flatten and skip.flatten:
        return "flatten orders are exempt"
    if r.shrinks and skip.shrinking:
        return "the replace asks for no more at the same price"
    if r.replaced is not None and skip.replacing:
        return "a replace is not tested"
    if r.reducing and skip.reducing:
        return "the order reduces"
    return ""
