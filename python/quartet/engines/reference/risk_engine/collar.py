"""The price collar (spec 9.4)."""

from __future__ import annotations

from typing import Final

from quartet.core.contract import Code
from quartet.core.fixed import cap, ceil_to, floor_to
from quartet.engines.reference.risk_engine.review import Failure, Review, own_or_engine

# A market order never leaves without a collar.
MARKET_COLLAR_PPB: Final = 50_000_000


def collar_rates(r: Review) -> tuple[int | None, int | None]:
    """c and c' in force; c' is c where it is absent."""
    instrument, limits = r.instrument, r.state.limits
    near = own_or_engine(instrument.price_collar_ppb, limits.price_collar_ppb)
    far = own_or_engine(instrument.price_collar_far_ppb, limits.price_collar_far_ppb)
    return near, near if far is None else far


def _band(r: Review, mark: int, rate: int) -> int:
    return max(cap(rate, abs(mark)), 2 * r.instrument.tick)


def collar_price(r: Review, mark: int, rate: int) -> int:
    """The limit that a MARKET order gets."""
    instrument, band = r.instrument, _band(r, mark, rate)
    tick = instrument.tick
    price = floor_to(mark + band, tick) if r.buy else ceil_to(mark - band, tick)
    if price < instrument.price_min:
        return ceil_to(instrument.price_min, tick)
    if price > instrument.price_max:
        return floor_to(instrument.price_max, tick)
    return price


def price_collar(r: Review) -> Failure | None:
    """Row 6. A MARKET order gets its price here, with check_risk false too."""
    near, far = collar_rates(r)
    if not r.market and near is None:
        return None
    mark = r.symbol.mark
    if mark is None:
        return Failure(Code.NO_REFERENCE)
    if r.market:
        r.price = collar_price(r, mark, MARKET_COLLAR_PPB if near is None else near)
        return None
    if near is None or far is None:
        return None
    band = _band(r, mark, near)
    away = max(cap(far, abs(mark)), band)
    low, high = (mark - away, mark + band) if r.buy else (mark - band, mark + away)
    if r.price < low:
        return Failure(Code.PRICE_COLLAR, low, r.price)
    if r.price > high:
        return Failure(Code.PRICE_COLLAR, high, r.price)
    return None
