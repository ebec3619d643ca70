"""Rows 1 to 4: levels, lot and tick, market status (spec 9.3). These are tested even with check_risk false."""

from __future__ import annotations

from quartet.core.contract import Code, Level, OrderType, Side, Status
from quartet.engines.reference.risk_engine.collar import collar_price, collar_rates
from quartet.engines.reference.risk_engine.review import Failure, Review


def killed(r: Review) -> Failure | None:
    """Row 1; a flatten order is exempt (spec 8.6)."""
    if not r.flatten and Level.KILLED in (r.state.level, r.symbol.level):
        return Failure(Code.KILLED)
    return None


def reduce_only(r: Review) -> Failure | None:
    """Row 2; a flatten order is exempt, and a reducing one."""
    if not r.flatten and Level.REDUCE_ONLY in (r.state.level, r.symbol.level) and not r.reducing:
        return Failure(Code.REDUCE_ONLY)
    return None


def valid_numbers(r: Review) -> Failure | None:
    """Row 3: lot, price range, tick."""
    instrument = r.instrument
    if r.quantity <= 0 or r.quantity % instrument.lot:
        return Failure(Code.BAD_LOT)
    if r.market:
        return None
    if not instrument.price_min <= r.price <= instrument.price_max:
        return Failure(Code.BAD_LIMIT_PRICE)
    if r.price % instrument.tick:
        return Failure(Code.BAD_TICK)
    return None


def market_status(r: Review) -> Failure | None:
    """Row 4."""
    symbol = r.symbol
    status = symbol.status
    if symbol.halted or status & Status.HALTED:
        return Failure(Code.HALTED)
    if status & Status.CLOSED:
        return Failure(Code.CLOSED)
    if not _inside_band(r):
        return Failure(Code.LULD_BAND)
    if status & Status.SHORT_SALE and r.short_sale and not _above_bid(r):
        return Failure(Code.SHORT_SALE)
    if status & Status.NO_LOCATE and r.short_sale:
        return Failure(Code.NO_LOCATE)
    if status & Status.RESTRICTED:
        return Failure(Code.RESTRICTED)
    return None


def _inside_band(r: Review) -> bool:
    band = r.symbol.band
    if band is None:
        return True
    price = r.price
    if r.type == OrderType.MARKET:
        rate, _ = collar_rates(r)
        if r.symbol.mark is None or rate is None:
            return True
        price = collar_price(r, r.symbol.mark, rate)
    return price <= band.high if r.side == Side.BUY else price >= band.low


def _above_bid(r: Review) -> bool:
    bids = r.symbol.bids
    return not r.market and bool(bids) and r.price > bids[0].price
