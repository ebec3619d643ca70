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
    table[:, TermColumn.TICK] = nano(settings.tick)
    table[:, TermColumn.LOT] = nano(settings.lot)
    table[:, TermColumn.MULTIPLIER] = settings.multiplier
    for symbol, own in settings.instruments.items():
        row = table[prices.symbols.index(symbol)]
        row[TermColumn.TICK] = nano(own.tick or settings.tick)
        row[TermColumn.LOT] = nano(own.lot or settings.lot)
        row[TermColumn.MULTIPLIER] = own.multiplier or settings.multiplier
    ticks, lowest = table[:, TermColumn.TICK], prices.lowest
    coarse = (lowest > 0) & (lowest < ticks)
    if coarse.any():
        symbol = prices.symbols[int(np.flatnonzero(coarse)[0])]
        raise ConfigError(
            f"backtest: tick: {symbol} has prices below one tick; set instruments: {{{symbol}: {{tick: ...}}}}"
        )
    price_max = min(max(PRICE_MAX_DEFAULT, _ROOM * max(prices.highest, -int(lowest.min()))), _PRICE_END)
    table[:, TermColumn.PRICE_MAX] = price_max
    table[:, TermColumn.PRICE_MIN] = np.where(lowest > 0, ticks, -price_max)
    room = (_MONEY_MAX // 2 - abs(money(settings.initial_capital))) // (len(table) * price_max)
    multipliers, which = np.unique(table[:, TermColumn.MULTIPLIER], return_inverse=True)
    most = np.array([max(0, min(QUANTITY_MAX_DEFAULT, room // each)) for each in multipliers.tolist()], np.int64)
    table[:, TermColumn.QUANTITY_MAX] = most[which]
    if (table[:, TermColumn.QUANTITY_MAX] < table[:, TermColumn.LOT]).any():
        raise ConfigError("backtest: prices, capital and multipliers are too large for 128-bit money; use larger units")
    return table
