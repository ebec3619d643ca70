"""The result of a backtest: figures by name, tables, and what they rest on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from quartet.backtest.ledger.multiplicity import SharpeEvidence
from quartet.backtest.outcome import Outcome
from quartet.backtest.plan import Plan
from quartet.backtest.prices import Ints
from quartet.backtest.recording import Record
from quartet.backtest.settings import BacktestSettings
from quartet.core.errors import DataError
from quartet.risk import MeasureTable, RoundTrips, TrackRecord

TABLES: Final = ("equity", "trades", "fills", "orders", "positions", "signals", "costs")


@dataclass(frozen=True, eq=False)
class BacktestResult(Mapping[str, float | None]):
    """`result["sharpe_ratio"]` is a figure, None where it is undefined; tables are Polars frames."""

    plan: Plan = field(repr=False)
    outcome: Outcome = field(repr=False)
    measures: MeasureTable = field(repr=False)
    track_record: TrackRecord = field(repr=False)
    assumptions: Mapping[str, Any] = field(repr=False)
    hashes: Mapping[str, str] = field(repr=False)
    """config, data, signals, result."""
    warnings: tuple[str, ...] = ()
    valid: bool = True
    """False where a check of the run failed: signals that looked ahead."""
    trial_id: int | None = None
    """Its number in the ledger of trials."""
    ledger: str = ""
    """Where that is."""
    evidence: SharpeEvidence | None = field(default=None, repr=False)
    """What the Sharpe ratio is worth after all trials of its question."""
    provenance: Mapping[str, Any] | None = field(default=None, repr=False)
    """Where the prices come from and their verdict, where they were a Dataset."""

    @property
    def settings(self) -> BacktestSettings:
        """As they were run."""
        return self.plan.settings

    @property
    def mode(self) -> str:
        """columnar or engine."""
        return self.outcome.mode

    @property
    def engine(self) -> str:
        """columnar, or the engine that ran."""
        return self.outcome.engine

    @property
    def symbols(self) -> tuple[str, ...]:
        """Those of the prices."""
        return self.plan.prices.symbols

    @property
    def stamps(self) -> Ints:
        """(T,) ns UTC."""
        return self.plan.prices.stamps

    @cached_property
    def record(self) -> Record:
        """Everything that the tables are made of."""
        return Record(self.plan, self.outcome)

    @property
    def trips(self) -> RoundTrips:
        """Closed round trips, exact."""
        return self.record.trips

    @cached_property
    def equity(self) -> pl.DataFrame:
        """By stamp: timestamp, equity, cash, net_return, gross_equity, drawdown, gross_exposure, net_exposure."""
        return self.record.equity_frame()

    @cached_property
    def trades(self) -> pl.DataFrame:
        """Closed round trips; gap_bound: whether the gap cap made what they opened smaller."""
        return self.record.trades_frame()

    @cached_property
    def fills(self) -> pl.DataFrame:
        """timestamp, symbol, side, price, quantity, fee, slippage_cost, order_id."""
        return self.record.fills_frame()

    @cached_property
    def orders(self) -> pl.DataFrame:
        """order_id, timestamp, symbol, side, quantity, state, code, filled, done, gap_bound."""
        return self.record.orders_frame()

    @cached_property
    def positions(self) -> pl.DataFrame:
        """timestamp, symbol, quantity, weight."""
        return self.record.positions_frame()

    @cached_property
    def signals(self) -> pl.DataFrame:
        """timestamp, symbol, signal, confidence, target."""
        return self.record.signals_frame()

    @cached_property
    def costs(self) -> pl.DataFrame:
        """component, amount, bp_of_turnover."""
        return self.record.costs_frame()

    @cached_property
    def figures(self) -> dict[str, float | None]:
        """Every measure, and what the ledger makes of the Sharpe ratio."""
        figures = dict(self.measures)
        figures["num_orders"] = float(len(self.outcome.orders))
        figures["num_fills"] = float(len(self.outcome.fills))
        if self.evidence is not None:
            figures |= self.evidence.figures
        return figures

    def __getitem__(self, name: str) -> float | None:
        return self.figures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.figures)

    def __len__(self) -> int:
        return len(self.figures)

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{name}={self.figures[name]:.4g}"
            for name in ("total_return", "sharpe_ratio", "max_drawdown")
            if self.figures.get(name) is not None
        )
        state = "" if self.valid else " INVALID"
        return (
            f"<BacktestResult{state} of {len(self.symbols)} symbols, {len(self.stamps)} bars on {self.engine}: {shown}>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Figures with their intervals, assumptions, hashes; what JSON can carry."""
        return {
            "figures": self.figures,
            "measures": [{**each._asdict(), "flags": list(each.flags)} for each in self.measures.rows],
            "costs": {name: str(amount) for name, amount in self.costs.select("component", "amount").iter_rows()},
            "settings": self.settings.to_config(),
            "assumptions": dict(self.assumptions),
            "warnings": list(self.warnings),
            "valid": self.valid,
            "mode": self.mode,
            "engine": self.engine,
            "hashes": dict(self.hashes),
            "trial": self.trial_id,
            "symbols": list(self.symbols),
            "bars": len(self.stamps),
            "first_ns": int(self.stamps[0]),
            "last_ns": int(self.stamps[-1]),
            "provenance": None if self.provenance is None else dict(self.provenance),
        }

    def to_json(self, path: str | os.PathLike[str] | None = None, *, tables: bool = False) -> str:
        """The result as one JSON object, written to path where there is one; tables: with every table's rows."""
        values = self.to_dict()
        if tables:
            values["tables"] = {name: json.loads(getattr(self, name).write_json()) for name in TABLES}
        text = json.dumps(values, allow_nan=False, indent=2)
        if path is not None:
            Path(path).write_text(text + "\n", encoding="utf-8")
        return text

    def to_parquet(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Every table as a Parquet file in the folder, and result.json beside them; their paths.

        Raises DataError where they cannot be written.
        """
        place = Path(folder)
        written = []
        try:
            place.mkdir(parents=True, exist_ok=True)
            for name in TABLES:
                written.append(place / f"{name}.parquet")
                getattr(self, name).write_parquet(written[-1])
            written.append(place / "result.json")
            self.to_json(written[-1])
        except (OSError, pl.exceptions.PolarsError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error).rpartition(": ")[2]
            raise DataError(f"{place}: the result cannot be written there: {why}; give another folder") from error
        return written
