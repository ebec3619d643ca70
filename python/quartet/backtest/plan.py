"""A backtest made ready for either mode: prices, decisions, terms and costs in the engines' integers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.backtest.conversion import converted, in_account_money
from quartet.backtest.corporate_actions import WIDTH, payments_of
from quartet.backtest.costs.charging import CommissionPlan
from quartet.backtest.costs.slippage import Slippage
from quartet.backtest.instruments import terms_of
from quartet.backtest.market_rates import MarketRates
from quartet.backtest.prices import Floats, PricePanel
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signals import SignalPanel
from quartet.backtest.targets import Targets, targets_of
from quartet.core.errors import ConfigError
from quartet.core.fixed import PPB, cap
from quartet.engines.config.numbers import nano
from quartet.graph import Graph

Ints = NDArray[np.int64]

_NO_PAYMENTS: Final = np.zeros((0, WIDTH), np.int64)
YEAR_NS: Final = 365 * 86_400 * 10**9
"""Borrow and interest are of a year of 365 days."""


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that decides an outcome."""

    settings: BacktestSettings
    prices: PricePanel
    """In the account's money."""
    signals: SignalPanel
    targets: Targets
    terms: Ints
    """(N, TermColumn)."""
    commission: CommissionPlan
    slippage: Slippage
    payments: Ints
    """(K, corporate_actions.WIDTH) by stamp: cash that positions are paid or owe, and ends of positions."""
    funding: Ints
    """(K, FundingColumn) by stamp: what positions in perpetual futures pay or are paid."""
    quoted: PricePanel
    """The prices as they were given, each symbol's in its own money."""
    conversion: Ints | None = None
    """(T or 1, N) share of a fill's value that changing its money costs, ppb; None: nothing."""
    graph: Graph | None = None
    """What made the signals, where an engine can run it itself."""
    notes: tuple[str, ...] = field(default=())

    @classmethod
    def of(
        cls,
        settings: BacktestSettings,
        prices: PricePanel,
        signals: SignalPanel,
        graph: Graph | None = None,
        actions: pl.DataFrame | None = None,
    ) -> Plan:
        """ConfigError and DataError say what does not fit together."""
        targets = targets_of(prices, signals, settings)
        payments, told = (_NO_PAYMENTS, ()) if actions is None else payments_of(actions, prices)
        change = converted(settings, prices)
        account = prices if change is None else change.prices
        fixed_bps = settings.slippage_bps + settings.spread_bps / 2
        return cls(
            settings,
            account,
            signals,
            targets,
            terms_of(account, settings),
            CommissionPlan.of(settings.commission.entry("commission")(prices.stamps, **settings.commission.values)),
            settings.slippage_model.entry("slippage")(prices, fixed_bps, **settings.slippage_model.values),
            payments if change is None else in_account_money(payments, change.quotes),
            (prices.rates or MarketRates()).funding_of(
                prices.stamps, prices.symbols, settings.price_for_fill not in ("next_close", "next_vwap")
            ),
            prices,
            None if change is None else change.shares,
            graph,
            prices.notes + targets.notes + told + (() if change is None else change.notes),
        )

    @property
    def shares(self) -> Floats:
        """(T, N) decisions: shares of a full position."""
        return self.targets.share

    @cached_property
    def shares_are_scores(self) -> bool:
        """Whether the decisions are the signals as they came."""
        return self.targets.share is self.signals.product or bool(
            np.array_equal(self.shares, self.signals.product, equal_nan=True)
        )

    @cached_property
    def reference(self) -> Ints:
        """(T, N) what an order that was decided before meets at each stamp."""
        prices, rule = self.prices, self.settings.price_for_fill
        if rule in ("next_open", "engine"):
            return prices.open
        if rule == "next_close":
            return prices.close
        if rule == "next_vwap":
            if prices.vwap is None:
                raise ConfigError("price_for_fill: next_vwap needs a column vwap in the prices")
            return prices.vwap
        return _last_close(prices)

    @cached_property
    def volume(self) -> Ints | None:
        """(T, N) what may be shared in; None where no bar is too thin."""
        if self.settings.max_participation is None:
            return None
        if self.prices.volume is None:
            raise ConfigError("max_participation needs a column volume in the prices; set it to null without one")
        return self.prices.volume

    @property
    def participation_ppb(self) -> int:
        """The share of a bar's volume."""
        share = self.settings.max_participation
        return PPB if share is None else nano(share)

    @property
    def half_spread_ppb(self) -> int:
        """What a market order pays of the market's spread."""
        return nano(self.settings.spread_bps / 20_000)

    @property
    def gross_ppb(self) -> int | None:
        """The largest gross exposure to equity."""
        most = self.settings.max_gross
        return None if most is None else nano(most)

    def conversion_of(self, t: int, i: int, notional: int) -> int:
        """What changing the money of a fill costs, 1e-18."""
        if self.conversion is None:
            return 0
        return cap(int(self.conversion[t if len(self.conversion) > 1 else 0, i]), abs(notional))

    @cached_property
    def borrow(self) -> Ints | None:
        """(T,) what a short position of 1 costs from the stamp before to this one, in 1e-18; None: nothing."""
        rate = nano(self.settings.borrow_rate)
        shorts = self.settings.allow_short and bool((self.shares < 0.0).any())
        return self._over_time(rate) if rate and shorts else None

    @cached_property
    def interest(self) -> Ints | None:
        """(T,) what cash of 1 earns from the stamp before to this one, in 1e-18; None: nothing."""
        rate = round(self.settings.risk_free_rate * PPB)
        return self._over_time(rate) if self.settings.cash_interest and rate else None

    def _over_time(self, rate_ppb: int) -> Ints:
        steps = np.diff(self.prices.stamps, prepend=self.prices.stamps[:1])
        return np.array([rate_ppb * int(step) * PPB // YEAR_NS for step in steps], np.int64)


def _last_close(prices: PricePanel) -> Ints:
    """(T, N) the symbol's close before each stamp; its own open where there is none."""
    rows = np.arange(len(prices.stamps))[:, None]
    last = np.maximum.accumulate(np.where(prices.present, rows, -1), axis=0)
    before = np.vstack([np.full((1, last.shape[1]), -1), last[:-1]])
    columns = np.arange(last.shape[1])[None, :]
    return np.where(before >= 0, prices.close[np.maximum(before, 0), columns], prices.open)
