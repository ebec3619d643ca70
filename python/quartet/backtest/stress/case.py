"""What a scenario changes: settings, prices and signals of a backtest, as plain values that can be chained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np

from quartet.backtest.prices import STORED, Floats, Ints, PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.signals import SignalPanel
from quartet.core.errors import DataError
from quartet.core.registry import entry

JOINED: Final = "+"
_PANELS: Final = (*STORED, "present", "halted")


@dataclass(frozen=True, eq=False)
class Case:
    """A backtest before it is run. Prices and signals lie on the same stamps and symbols."""

    settings: BacktestSettings
    prices: PricePanel
    signals: SignalPanel
    source: SignalSource
    held: Ints
    """(T, N) what the base held after each stamp, 1e-9: adverse is what hurts these positions."""
    notes: tuple[str, ...] = ()
    """What a reader should know of the scenario."""

    def with_settings(self, **changes: Any) -> Self:
        """Other settings."""
        return replace(self, settings=BacktestSettings.of(self.settings, **changes))

    def with_note(self, text: str) -> Self:
        """One thing more to know."""
        return replace(self, notes=(*self.notes, text))

    def moved(self, factor: Floats) -> Self:
        """Prices times a factor (T, N), known to the strategy where its signals can be made again."""
        fields = {
            name: np.rint(values * factor).astype(np.int64)
            for name in STORED
            if name != "volume" and (values := getattr(self.prices, name)) is not None
        }
        prices = replace(self.prices, **fields)
        signals = self.source.panel(prices) if self.source.remakes else self.signals
        return replace(self, prices=prices, signals=signals)

    def between(self, begin: int, end: int) -> Self:
        """The stamps begin to end alone: signals keep what they knew before, the account starts flat.

        Symbols without a bar there are left out. DataError for fewer than two stamps.
        """
        if end - begin < 2:
            raise DataError("there are fewer than two bars to trade on")
        rows = slice(begin, end)
        there = np.flatnonzero(self.prices.present[rows].any(axis=0))
        if not len(there):
            raise DataError("no symbol has a bar there")
        cut: dict[str, Any] = {
            name: np.ascontiguousarray(values[rows][:, there])
            for name in _PANELS
            if (values := getattr(self.prices, name)) is not None
        }
        prices = replace(
            self.prices, stamps=self.prices.stamps[rows], symbols=tuple(self.prices.symbols[i] for i in there), **cut
        )
        score = np.array(_standing(self.signals.product, begin)[rows][:, there])
        score[~prices.present] = np.nan
        signals = SignalPanel(score, notes=self.signals.notes, within=True)
        return replace(self, prices=prices, signals=signals, held=self.held[rows][:, there])


def chain(case: Case, names: str) -> Case:
    """The case after each scenario of `a+b`, from left to right, with their defaults."""
    for name in parts_of(names):
        case = entry("scenario", name)(case)
    return case


def parts_of(names: str) -> Sequence[str]:
    """The scenarios of `a+b`."""
    return [each.strip() for each in names.split(JOINED)]


def _standing(product: Floats, begin: int) -> Floats:
    """The decisions, with those that still stood at `begin` taken there."""
    decided = ~np.isnan(product[: begin + 1])
    rows = np.arange(begin + 1)[:, None]
    last = np.where(decided, rows, -1).max(axis=0)
    standing = product.copy()
    columns = np.flatnonzero(last >= 0)
    standing[begin, columns] = product[last[columns], columns]
    return standing
