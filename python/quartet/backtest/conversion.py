"""Prices in the account's money: symbols that are quoted in another one, by a series of quotes.

Every price becomes price x quote, rounded to 1e-9, half to even, and from there on everything is exact. Marks are at
the last quote that is not after the stamp. A fill is at the first quote after the stamp before, so that none is of a
moment at which the order was not decided yet; where there is none in between, at the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.corporate_actions import AMOUNT, STAMP, SYMBOL
from quartet.backtest.grid import time_text
from quartet.backtest.market_rates import QUOTE_UNIT
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.core.errors import ConfigError, DataError
from quartet.engines.config.numbers import nano

Ints = NDArray[np.int64]

_STALE_NS: Final = 5 * 86_400 * 10**9
_AT_CLOSE: Final = ("close", "given_high", "given_low")
_AT_FILL: Final = ("open", "vwap")
_LARGEST: Final = 2**62


@dataclass(frozen=True, eq=False)
class Conversion:
    """A panel in the account's money."""

    prices: PricePanel
    shares: Ints | None
    """(T or 1, N) what changing money costs on a fill, ppb of its value; None: nothing."""
    quotes: Ints
    """(T, N) the account's money for a unit of the symbol's at each stamp, 1e-12."""
    notes: tuple[str, ...] = ()


def currencies_of(settings: BacktestSettings, symbols: tuple[str, ...]) -> Mapping[int, str]:
    """The money of each symbol that is quoted in another one than the account's, by place."""
    own = {
        place: terms.currency
        for place, symbol in enumerate(symbols)
        if (terms := settings.instruments.get(symbol)) is not None and terms.currency is not None
    }
    return {place: money for place, money in own.items() if money != settings.currency}


def converted(settings: BacktestSettings, prices: PricePanel) -> Conversion | None:
    """The panel in the account's money; None where it is in it.

    ConfigError where quotes are missing, DataError where they begin too late.
    """
    foreign = currencies_of(settings, prices.symbols)
    if not foreign:
        return None
    shape = prices.close.shape
    at_close, at_fill = (np.full(shape, QUOTE_UNIT, np.int64) for _ in range(2))
    shares = np.zeros(shape, np.int64)
    notes: list[str] = []
    fixed = nano(settings.conversion_bps / 10_000)
    for place, money in foreign.items():
        times, values = _quotes(prices, money, prices.symbols[place])
        last = np.searchsorted(times, prices.stamps, side="right") - 1
        if last[0] < 0:
            raise DataError(f"fx: the first quote of {money} is at {time_text(int(times[0]))}, after the first bar")
        met = np.minimum(np.append(last[:1], last[:-1] + 1), last)
        traded = last if settings.price_for_fill == "next_close" else met
        at_close[:, place], at_fill[:, place] = values[last, 0], values[met, 0]
        shares[:, place] = fixed + values[traded, 1]
        old = int(np.count_nonzero(prices.stamps - times[last] > _STALE_NS))
        if old:
            notes.append(f"fx: {money} was last quoted more than five days before {old:,} bars")
    changed = {name: _times(getattr(prices, name), at_close, foreign) for name in _AT_CLOSE}
    changed |= {name: _times(getattr(prices, name), at_fill, foreign) for name in _AT_FILL}
    # The open is of another moment than the rest: the bar is as wide as what is in it.
    for name, widest in (("given_high", np.maximum), ("given_low", np.minimum)):
        if changed[name] is not None:
            changed[name] = widest(changed[name], widest(changed["open"], changed["close"]))
    alike = (shares == shares[0]).all()
    kept = np.ascontiguousarray(shares[:1] if alike else shares)
    return Conversion(replace(prices, **changed), kept if kept.any() else None, at_close, tuple(dict.fromkeys(notes)))


def in_account_money(payments: Ints, quotes: Ints) -> Ints:
    """Payments a unit (stamp, symbol, amount, ...) at the quotes of their stamps."""
    made = payments.copy()
    made[:, AMOUNT] = times_quote(payments[:, AMOUNT], quotes[payments[:, STAMP], payments[:, SYMBOL]])
    return made


def times_quote(values: Ints, quotes: Ints) -> Ints:
    """values x quotes / 1e12, exact, rounded half to even; DataError where that is above 4.6e9 in 1e-9."""
    near = values.astype(np.float64) * (quotes / QUOTE_UNIT)
    if np.abs(near).max(initial=0.0) >= _LARGEST:
        raise DataError("fx: a price in the account's money is above 4.6e9: use larger units")
    whole: Ints = np.rint(near).astype(np.int64)
    # The estimate is off by a few thousand at most, so that the rest fits 64 bits though the products wrap around.
    rest = values * quotes - whole * QUOTE_UNIT
    whole += rest // QUOTE_UNIT
    twice = 2 * (rest % QUOTE_UNIT)
    whole += (twice > QUOTE_UNIT) | ((twice == QUOTE_UNIT) & (whole % 2 == 1))
    return whole


def _quotes(prices: PricePanel, money: str, symbol: str) -> tuple[Ints, Ints]:
    series = None if prices.rates is None else prices.rates.quotes
    times, values = (np.zeros(0, np.int64), np.zeros((0, 2), np.int64)) if series is None else series.of(money)
    if not len(times):
        raise ConfigError(f"backtest: instruments: {symbol} is in {money}: give quotes of {money} as fx")
    return times, values


def _times(values: Ints | None, quotes: Ints, foreign: Mapping[int, str]) -> Any:
    if values is None:
        return None
    made = values.copy()
    own = list(foreign)
    made[:, own] = times_quote(values[:, own], quotes[:, own])
    return made
