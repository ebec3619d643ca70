"""A book of positions under every scenario, in one table: what it loses, through whom, and what that would break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from quartet.core.errors import DataError
from quartet.core.parameters import Parameters, parameter
from quartet.risk.measuring import Floats
from quartet.risk.series import floats
from quartet.risk.stress.book import Book
from quartet.risk.stress.propagation import conditional_moves, correlations_raised
from quartet.risk.stress.scenarios import Shock, StressScenarios, load_scenarios
from quartet.risk.tail_formulas import normal_quantile

_WORST: Final = 5
_LEVEL: Final = 0.99
Kind = Literal["loss", "value at risk"]


class StressLimits(Parameters):
    """What a scenario may not break, and what positions are closed by."""

    loss: float = parameter(0.25, "Share of equity that any scenario may take.", gt=0)
    gross: float | None = parameter(None, "Gross exposure to equity after the loss; null: none.", gt=0)
    margin: float = parameter(0.25, "Equity that a broker wants for gross exposure.", unit="fraction", ge=0, le=1)
    participation: float = parameter(0.1, "Share of a day's volume that is traded to close.", gt=0, le=1)


@dataclass(frozen=True, slots=True)
class StressRow:
    """What a scenario does to the book; money is in the currency of equity."""

    scenario: str
    what: str
    kind: Kind
    """A loss, or the 99 % value at risk of a day where markets change and do not move."""
    loss: float
    share_of_equity: float
    breaches: tuple[str, ...]
    worst: tuple[tuple[str, float], ...]
    """The five assets that lose most, with what they lose."""
    margin_call: float
    """Money that the broker would want; 0: none."""
    liquidation_days: float | None
    """Until the largest position is closed at the given share of volume; None where volumes are not known."""
    proxied: tuple[str, ...] = ()
    """Names without a price of their own in the window."""


@dataclass(frozen=True, slots=True)
class StressReport:
    """All scenarios that could be told."""

    rows: tuple[StressRow, ...]
    left_out: Mapping[str, str]
    """Scenarios that could not, and why: a limit that is not evaluated is not kept."""
    version: int
    """Of the definitions."""

    @property
    def passed(self) -> bool:
        """Whether nothing is broken in any of them."""
        return not any(row.breaches for row in self.rows)

    @property
    def table(self) -> pl.DataFrame:
        """A row a scenario, the deepest loss first."""
        names = StressRow.__slots__
        rows = sorted(self.rows, key=lambda row: -row.loss)
        return pl.DataFrame(
            {
                name: [", ".join(map(str, value)) if isinstance(value, tuple) else value for value in values]
                for name, values in ((name, [getattr(row, name) for row in rows]) for name in names)
            }
        )


def stress_book(
    book: Book, *, scenarios: StressScenarios | None = None, limits: StressLimits | None = None
) -> StressReport:
    """The book under every window that its returns know, and every shock that its exposures know.

    Scenarios are Quartet's own unless given. Those that need what the book does not have are left out with the reason.
    """
    chosen, bounds = scenarios or load_scenarios(), limits or StressLimits()
    rows: list[StressRow] = []
    left_out: dict[str, str] = {}
    for name, window in chosen.windows.items():
        found = book.replayed(window)
        if found is None:
            left_out[name] = f"the returns do not have {window.first} to {window.last}"
            continue
        rows.append(_row(book, bounds, name, window.what, -book.held * found[0], proxied=found[1]))
    for name, shock in chosen.shocks.items():
        lacking = _lacks(book, shock)
        if lacking:
            left_out[name] = lacking
            continue
        rows.append(_shocked(book, bounds, name, shock))
    return StressReport(tuple(rows), left_out, chosen.version)


def _lacks(book: Book, shock: Shock) -> str:
    """What the book does not say and the shock needs; empty: nothing."""
    unknown = [factor for factor in shock.factors if factor not in book.exposures]
    if unknown:
        return f"the book has no exposures to {', '.join(unknown)}"
    if (shock.volatility != 1.0 or shock.correlation is not None) and book.returns is None:
        return "the book has no returns, hence no covariance"
    if (shock.spread != 1.0 or shock.volume != 1.0) and book.spreads is None:
        return "the book has no spreads, hence no cost of closing"
    return ""


def _shocked(book: Book, limits: StressLimits, name: str, shock: Shock) -> StressRow:
    what = "; ".join(_words(shock))
    if shock.volatility != 1.0 or shock.correlation is not None:
        matrix = book.covariance * shock.volatility**2
        if shock.correlation is not None:
            matrix = correlations_raised(matrix, shock.correlation)
        toward = matrix @ book.held
        deviation = float(np.sqrt(max(float(book.held @ toward), 0.0)))
        by_asset = normal_quantile(_LEVEL) * book.held * toward / deviation if deviation > 0.0 else 0.0 * book.held
        return _row(book, limits, name, what, by_asset, "value at risk", shock)
    moves = np.zeros(len(book.names))
    for factor, move in _factor_moves(book, shock).items():
        moves += book.loadings(factor) * move
    by_asset = -book.held * moves + np.abs(book.held) * shock.gap
    if shock.spread != 1.0:
        by_asset += np.abs(book.held) * floats(book.spreads, "spreads") * shock.spread
    return _row(book, limits, name, what, by_asset, "loss", shock)


def _factor_moves(book: Book, shock: Shock) -> dict[str, float]:
    """Those of the shock, and where factors are known to move together, what is to be expected of the others."""
    if book.factor_covariance is None or not shock.factors:
        return dict(shock.factors)
    names = list(book.factor_covariance[0])
    unknown = [factor for factor in shock.factors if factor not in names]
    if unknown:
        raise DataError(f"factor_covariance does not have {', '.join(unknown)}; it has: {', '.join(names)}")
    moved = conditional_moves(
        book.factor_covariance[1], [names.index(each) for each in shock.factors], list(shock.factors.values())
    )
    return {name: float(move) for name, move in zip(names, moved, strict=True) if name in book.exposures}


def _row(
    book: Book,
    limits: StressLimits,
    name: str,
    what: str,
    by_asset: Floats,
    kind: Kind = "loss",
    shock: Shock | None = None,
    proxied: tuple[str, ...] = (),
) -> StressRow:
    loss = float(by_asset.sum())
    left = book.equity - loss
    # What a position loses, it is smaller by where it is long, and larger where it is short.
    gross = float(np.abs(book.held - (by_asset if kind == "loss" else 0.0)).sum())
    order = np.argsort(-by_asset, kind="stable")[:_WORST]
    worst = tuple((book.names[at], float(by_asset[at])) for at in order.tolist() if by_asset[at] > 0.0)
    breaches = [f"loses more than {100 * limits.loss:g} % of equity"] if loss > limits.loss * book.equity else []
    if limits.gross is not None and gross > limits.gross * max(left, 0.0):
        breaches.append(f"gross exposure above {limits.gross:g} times equity")
    days = None
    if book.volumes is not None:
        a_day = limits.participation * (shock.volume if shock else 1.0) * floats(book.volumes, "volumes")
        with np.errstate(divide="ignore", invalid="ignore"):
            days = float(np.where(book.held != 0.0, np.abs(book.held) / a_day, 0.0).max())
    call = max(0.0, limits.margin * gross - left)
    return StressRow(name, what, kind, loss, loss / book.equity, tuple(breaches), worst, call, days, proxied)


def _words(shock: Shock) -> Iterator[str]:
    """What moves, in a few words."""
    for factor, move in shock.factors.items():
        yield f"{factor} {move * 1e4:+g} bp" if factor == "rates" else f"{factor} {move:+.0%}"
    if shock.volatility != 1.0:
        yield f"volatility times {shock.volatility:g}"
    if shock.correlation is not None:
        yield f"correlations of at least {shock.correlation:g}"
    if shock.spread != 1.0 or shock.volume != 1.0:
        yield f"spreads times {shock.spread:g} and volume times {shock.volume:g}, positions closed"
    if shock.gap:
        yield f"every position opens {shock.gap:.0%} against us"
