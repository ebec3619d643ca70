"""How each symbol of a backtest trades, in the engines' integers, within the bounds of spec 1.8."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import TermColumn
from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.core.errors import ConfigError
from quartet.engines.config.message import PRICE_MAX_DEFAULT, QUANTITY_MAX_DEFAULT
from quartet.engines.config.numbers import money, nano

Ints = NDArray[np.int64]

_MONEY_MAX: Final = 2**118
_PRICE_END: Final = 2**62 - 1
_ROOM: Final = 128
"""A price may rise to so many times the highest of the data, as that of an order does."""


def terms_of(prices: PricePanel, settings: BacktestSettings) -> Ints:
    """(N, TermColumn); ConfigError where a tick is no price step of the symbol, or money could leave its range."""
    unknown = sorted(settings.instruments.keys() - set(prices.symbols))
    if unknown:
        raise ConfigError(f"backtest: instruments: {unknown[0]!r} is no symbol of the prices")
    table = np.zeros((len(prices.symbols), len(TermColumn)), np.int64)
    for row, symbol in zip(table, prices.symbols, strict=True):
        own = settings.instruments.get(symbol)
        row[TermColumn.TICK] = nano((own.tick if own else None) or settings.tick)
        row[TermColumn.LOT] = nano((own.lot if own else None) or settings.lot)
        row[TermColumn.MULTIPLIER] = (own.multiplier if own else None) or settings.multiplier
    ticks = table[:, TermColumn.TICK]
    lows = prices.low if prices.present.all() else np.where(prices.present, prices.low, _PRICE_END)
    lowest = lows.min(axis=0)
    coarse = (lowest > 0) & (lowest < ticks)
    if coarse.any():
        symbol = prices.symbols[int(np.flatnonzero(coarse)[0])]
        raise ConfigError(
            f"backtest: tick: {symbol} has prices below one tick; set instruments: {{{symbol}: {{tick: ...}}}}"
        )
    highest = max(int(prices.high.max()), -int(prices.low.min()))
    table[:, TermColumn.PRICE_MAX] = min(max(PRICE_MAX_DEFAULT, _ROOM * highest), _PRICE_END)
    table[:, TermColumn.PRICE_MIN] = np.where(lowest > 0, ticks, -(table[:, TermColumn.PRICE_MAX]))
    room = _MONEY_MAX // 2 - abs(money(settings.initial_capital))
    for row in table:
        share = room // (len(table) * int(row[TermColumn.PRICE_MAX]) * int(row[TermColumn.MULTIPLIER]))
        row[TermColumn.QUANTITY_MAX] = min(QUANTITY_MAX_DEFAULT, share)
        if share < row[TermColumn.LOT]:
            raise ConfigError(
                "backtest: prices, capital and multipliers are too large for 128-bit money; use larger units"
            )
    return table
