"""What a run did in figures and tables: the track record, trades, what was held, what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.backtest.columnar.layout import TermColumn
from quartet.backtest.costs.attribution import ALWAYS_SHOWN, cost_parts
from quartet.backtest.costs.conditions import Condition
from quartet.backtest.outcome import Outcome, floats_of, money_of, money_series, nano_series, words_of
from quartet.backtest.plan import Plan
from quartet.core.contract import Code, OrderState, Side
from quartet.risk import RoundTrips, TrackRecord, round_trips
from quartet.risk.trips import Fill

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Record:
    """A plan and its outcome, read together."""

    plan: Plan
    outcome: Outcome

    @cached_property
    def equity(self) -> Floats:
        """(T,) in units of currency."""
        return floats_of(self.outcome.equity)

    @cached_property
    def quantities(self) -> Ints:
        """(T, N) held after each stamp, 1e-9."""
        held = np.zeros(self.plan.prices.close.shape, np.int64)
        fills = self.outcome.fills
        np.add.at(held, (fills["stamp"], fills["symbol"]), fills["quantity"])
        ended = self.outcome.ended
        np.subtract.at(held, (ended[:, 0], ended[:, 1]), ended[:, 2])
        return np.cumsum(held, axis=0)

    @cached_property
    def weights(self) -> Floats:
        """(T, N) shares of equity at the marks."""
        marks = _last_known(self.plan.prices.close, self.plan.prices.present)
        value = self.quantities / 1e9 * (marks / 1e9) * self.plan.terms[:, TermColumn.MULTIPLIER]
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = value / self.equity[:, None]
        return np.where(self.equity[:, None] > 0.0, shares, 0.0)

    @cached_property
    def fees(self) -> list[int]:
        """Of each fill, 1e-18."""
        fills = self.outcome.fills
        return money_of(np.stack([fills["fee_low"], fills["fee_high"]], axis=1))

    @cached_property
    def slippage(self) -> list[int]:
        """What each fill paid beyond the reference price, 1e-18."""
        fills = self.outcome.fills
        reference = self.plan.reference[fills["stamp"], fills["symbol"]]
        multiplier = self.plan.terms[fills["symbol"], TermColumn.MULTIPLIER]
        rows = zip(
            fills["price"].tolist(), reference.tolist(), fills["quantity"].tolist(), multiplier.tolist(), strict=True
        )
        return [(price - ref) * quantity * each for price, ref, quantity, each in rows]

    @cached_property
    def notional(self) -> list[int]:
        """Traded value of each fill, 1e-18, positive."""
        fills = self.outcome.fills
        multiplier = self.plan.terms[fills["symbol"], TermColumn.MULTIPLIER].tolist()
        rows = zip(fills["price"].tolist(), fills["quantity"].tolist(), multiplier, strict=True)
        return [abs(price * quantity * each) for price, quantity, each in rows]

    @cached_property
    def costs(self) -> dict[str, int]:
        """What each component cost over the run, 1e-18; what was earned is negative."""
        parts = cost_parts(self)
        return {
            **{name: sum(amounts) for name, amounts in parts.items()},
            "borrow": sum(money_of(self.outcome.borrowed)),
            "funding": sum(money_of(self.outcome.funded)),
            "interest": -sum(money_of(self.outcome.earned)),
            "dividends": -self._dividends,
        }

    @property
    def _dividends(self) -> int:
        """What positions were paid but for their ends, 1e-18; negative: owed."""
        multiplier = self.plan.terms[:, TermColumn.MULTIPLIER].tolist()
        ends = sum(quantity * amount * multiplier[i] for _, i, quantity, amount in self.outcome.ended.tolist())
        return sum(money_of(self.outcome.paid)) - int(ends)

    @cached_property
    def trips(self) -> RoundTrips:
        """Closed round trips, first in, first out."""
        symbols, stamps = self.plan.prices.symbols, self.plan.prices.stamps
        multipliers = dict(zip(symbols, self.plan.terms[:, TermColumn.MULTIPLIER].tolist(), strict=True))
        rows = zip(self.outcome.fills.tolist(), self.fees, strict=True)
        fills = [
            Fill(int(stamps[t]), symbols[i], Side.BUY if q > 0 else Side.SELL, price, abs(q), fee, order)
            for (t, i, price, q, _, _, order), fee in rows
        ]
        # A position that ended without a fill was sold for what it was paid.
        fills += [
            Fill(int(stamps[t]), symbols[i], Side.SELL if q > 0 else Side.BUY, amount, abs(q), 0)
            for t, i, q, amount in self.outcome.ended.tolist()
        ]
        fills.sort(key=lambda fill: fill.ts)
        return round_trips(fills, multipliers)

    @cached_property
    def gap_bound(self) -> dict[int, bool]:
        """By order: whether the gap cap made it smaller."""
        orders, bound = self.outcome.orders, self.plan.targets.gap_bound
        if bound is None:
            return {}
        return dict(zip(orders["order_id"].tolist(), bound[orders["decided"], orders["symbol"]].tolist(), strict=True))

    def trades_frame(self) -> pl.DataFrame:
        """Closed round trips; gap_bound: whether the gap cap made the position that it opened smaller."""
        fills, symbols, stamps = self.outcome.fills, self.plan.prices.symbols, self.plan.prices.stamps
        opened = {
            (int(stamps[t]), symbols[i]): self.gap_bound.get(order, False)
            for t, i, order in fills[["stamp", "symbol", "order_id"]].tolist()
        }
        flags = [opened.get((trip.entry_ts, trip.symbol), False) for trip in self.trips.closed]
        return self.trips.to_polars().with_columns(pl.Series("gap_bound", flags, dtype=pl.Boolean))

    @cached_property
    def gross_returns(self) -> Floats:
        """(T - 1,) returns before everything that a fill costs, borrow and funding."""
        paid = np.zeros(len(self.equity))
        np.add.at(
            paid,
            self.outcome.fills["stamp"],
            np.array([float(a + b) for a, b in zip(self.fees, self.slippage, strict=True)]) / 1e18,
        )
        paid += floats_of(self.outcome.borrowed) + floats_of(self.outcome.funded)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((self.equity[1:] + paid[1:]) / self.equity[:-1] - 1.0, np.float64)

    def track_record(self, benchmark: Floats | None) -> TrackRecord:
        """The record that measures read."""
        settings = self.plan.settings
        record = TrackRecord.of_equity(
            self.equity,
            timestamps=self.plan.prices.stamps,
            periods_a_year=settings.periods_per_year,
            trading_year=settings.trading_year,
        )
        ruined = np.flatnonzero(self.equity <= 0.0)
        gross = self.gross_returns if not len(ruined) else np.nan_to_num(self.gross_returns, posinf=0.0, neginf=0.0)
        return record.beside(benchmark=benchmark, gross_returns=gross, positions=self.weights, trades=self.trips)

    def equity_frame(self) -> pl.DataFrame:
        """timestamp, equity, cash, net_return, gross_equity, drawdown, gross_exposure, net_exposure."""
        with np.errstate(divide="ignore", invalid="ignore"):
            returns = np.append(np.nan, self.equity[1:] / self.equity[:-1] - 1.0)
            gross = self.equity[0] * np.cumprod(np.append(1.0, 1.0 + self.gross_returns))
            peak = np.maximum.accumulate(self.equity)
            fall = 1.0 - self.equity / peak
        return pl.DataFrame(
            {
                "timestamp": _times(self.plan.prices.stamps),
                "equity": money_series("equity", self.outcome.equity),
                "cash": money_series("cash", self.outcome.cash),
                "net_return": pl.Series(returns).fill_nan(None),
                "gross_equity": gross,
                "drawdown": fall,
                "gross_exposure": np.abs(self.weights).sum(axis=1),
                "net_exposure": self.weights.sum(axis=1),
            }
        )

    @cached_property
    def conditions(self) -> list[str] | None:
        """The market's condition when the order of each fill was decided; None where nothing read it."""
        condition = self.plan.slippage.condition
        if condition is None:
            return None
        orders, fills = self.outcome.orders, self.outcome.fills
        decided = orders["decided"][np.searchsorted(orders["order_id"], fills["order_id"])]
        return [Condition(each).name for each in condition[decided, fills["symbol"]].tolist()]

    def fills_frame(self) -> pl.DataFrame:
        """timestamp, symbol, side, price, quantity, fee, slippage_cost, order_id, and condition where one was read."""
        fills = self.outcome.fills
        frame = self._fills_frame(fills)
        return (
            frame
            if self.conditions is None
            else frame.with_columns(condition=pl.Series(self.conditions, dtype=pl.String))
        )

    def _fills_frame(self, fills: NDArray[np.void]) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "timestamp": _times(self.plan.prices.stamps[fills["stamp"]]),
                "symbol": self._names(fills["symbol"]),
                "side": pl.Series(np.where(fills["quantity"] > 0, Side.BUY.name, Side.SELL.name), dtype=pl.String),
                "price": nano_series("price", fills["price"]),
                "quantity": nano_series("quantity", np.abs(fills["quantity"])),
                "fee": money_series("fee", np.stack([fills["fee_low"], fills["fee_high"]], axis=1)),
                "slippage_cost": money_series("slippage_cost", words_of(self.slippage)),
                "order_id": fills["order_id"],
            }
        )

    def orders_frame(self) -> pl.DataFrame:
        """order_id, timestamp, symbol, side, quantity, state, code, filled, done, gap_bound."""
        orders = self.outcome.orders
        states = {int(each): each.name for each in OrderState}
        codes = {int(each): each.name for each in Code}
        return pl.DataFrame(
            {
                "order_id": orders["order_id"],
                "timestamp": _times(self.plan.prices.stamps[orders["decided"]]),
                "symbol": self._names(orders["symbol"]),
                "side": pl.Series(np.where(orders["quantity"] > 0, Side.BUY.name, Side.SELL.name), dtype=pl.String),
                "quantity": nano_series("quantity", np.abs(orders["quantity"])),
                "state": pl.Series([states[each] for each in orders["state"].tolist()], dtype=pl.String),
                "code": pl.Series(
                    [codes.get(each, "") if each else "" for each in orders["code"].tolist()], dtype=pl.String
                ),
                "filled": nano_series("filled", orders["filled"]),
                "done": _times(self.plan.prices.stamps[orders["done"]]),
                "gap_bound": pl.Series(
                    [self.gap_bound.get(each, False) for each in orders["order_id"].tolist()], dtype=pl.Boolean
                ),
            }
        )

    def positions_frame(self) -> pl.DataFrame:
        """timestamp, symbol, quantity, weight of everything that was held."""
        rows, columns = np.nonzero(self.quantities)
        return pl.DataFrame(
            {
                "timestamp": _times(self.plan.prices.stamps[rows]),
                "symbol": self._names(columns),
                "quantity": nano_series("quantity", self.quantities[rows, columns]),
                "weight": self.weights[rows, columns],
            }
        )

    def signals_frame(self) -> pl.DataFrame:
        """timestamp, symbol, signal, confidence, target: the share of a full position that was decided."""
        signals = self.plan.signals
        rows, columns = np.nonzero(~np.isnan(signals.score))
        there = signals.confidence
        return pl.DataFrame(
            {
                "timestamp": _times(self.plan.prices.stamps[rows]),
                "symbol": self._names(columns),
                "signal": signals.score[rows, columns],
                "confidence": np.ones(len(rows)) if there is None else there[rows, columns],
                "target": pl.Series(self.plan.shares[rows, columns]).fill_nan(None),
            }
        )

    def costs_frame(self) -> pl.DataFrame:
        """component, amount, bp_of_turnover; what never was is left out, but for the usual components."""
        traded = sum(self.notional)
        shown = {name: amount for name, amount in self.costs.items() if amount or name in ALWAYS_SHOWN}
        return pl.DataFrame(
            {
                "component": list(shown),
                "amount": money_series("amount", words_of(list(shown.values()))),
                "bp_of_turnover": pl.Series(
                    [amount / traded * 1e4 if traded else None for amount in shown.values()], dtype=pl.Float64
                ),
            }
        )

    def _names(self, places: Any) -> pl.Series:
        return pl.Series(np.array(self.plan.prices.symbols, object)[places], dtype=pl.String)


def _times(stamps: Ints) -> pl.Series:
    return pl.Series(stamps, dtype=pl.Int64).cast(pl.Datetime("ns", "UTC"))


def _last_known(values: Ints, present: NDArray[np.bool_]) -> Ints:
    """Each symbol's last value at every stamp, 0 before the first."""
    if present.all():
        return values
    rows = np.arange(len(values))[:, None]
    last = np.maximum.accumulate(np.where(present, rows, -1), axis=0)
    return np.where(last >= 0, values[np.maximum(last, 0), np.arange(values.shape[1])[None, :]], 0)
