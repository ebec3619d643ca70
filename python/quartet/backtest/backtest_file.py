"""A backtest as a YAML file: where prices come from, what the signal is, settings, a grid, scenarios, the page."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from quartet.backtest.prices import PricePanel
from quartet.backtest.settings import ALTERNATE_NAMES, BacktestSettings
from quartet.backtest.signal_files import read_signals, read_table
from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters, checked, parameter
from quartet.data import Universe, load, sample
from quartet.data.dataset import Dataset
from quartet.engines.config.document import read_file

DEMO: Final = "demo:"
STORE: Final = "store:"
RATES: Final = ("funding", "fx", "spreads")
_SETTINGS: Final = frozenset(BacktestSettings.model_fields) | frozenset(ALTERNATE_NAMES)


class DataBlock(Parameters):
    """The block `data`."""

    prices: str | list[str] = parameter("", "demo:NAME, store:NAME, or files of bars, beside the configuration.")
    adjusted: bool = parameter(
        False, "Of files: whether splits are in the prices already, so that a jump is no unexplained one."
    )
    benchmark: str | None = parameter(None, "A symbol of the prices to compare with.")
    funding: str | None = parameter(None, "A table of timestamp, symbol, rate of perpetual futures.")
    fx: str | None = parameter(None, "A table of timestamp, currency, and rate or bid and ask, in the account's money.")
    spreads: str | None = parameter(None, "A table of timestamp, symbol, spread_bps.")
    universe: str | None = parameter(
        None, "A table of symbol, start, end: who belonged and when; members without prices are warned of."
    )


class StressBlock(Parameters):
    """The block `stress`."""

    scenarios: list[str] = parameter([], "Names, joined by + where several act at once; none: all.")


class ReportBlock(Parameters):
    """The block `report`."""

    path: str | None = parameter(None, "Where the page goes; null: none.")


class _Document(Parameters):
    name: str | None = parameter(None, "Heads the page; null: the name of the file.")
    data: DataBlock = parameter(DataBlock(), "Where prices come from.")
    signal: dict[str, Any] | None = parameter(None, "score, confidence, let: text of a graph.")
    signals: str | None = parameter(None, "A table of signals instead: a file beside the configuration.")
    backtest: dict[str, Any] = parameter({}, "Settings.")
    grid: dict[str, list[Any]] = parameter({}, "Values of settings, or of names in signal.let, that were tried too.")
    stress: StressBlock = parameter(StressBlock(), "What the strategy is put through.")
    report: ReportBlock = parameter(ReportBlock(), "The page.")


@dataclass(frozen=True, eq=False)
class BacktestFile:
    """What such a file says."""

    path: Path
    name: str
    settings: BacktestSettings
    prices: tuple[str, ...]
    adjusted: bool
    """Whether splits are in the prices of files already."""
    benchmark: str | None
    rates: Mapping[str, str]
    """Files of funding, fx and spreads, where there are any."""
    signal: Mapping[str, Any] | None
    signals: str | None
    grid: Mapping[str, list[Any]]
    scenarios: tuple[str, ...]
    report: Path | None
    universe: str | None = None
    """A table of memberships."""

    @classmethod
    def read(
        cls,
        path: str | os.PathLike[str],
        *,
        prices: Sequence[str] | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> Self:
        """The file, with other prices or settings where they are given; ConfigError says what cannot be."""
        place = Path(path)
        made = checked(_Document, read_file(place).values, str(place))
        if (made.signal is None) == (made.signals is None):
            raise ConfigError(f"{place}: give either signal (the text of a graph) or signals (a table of them)")
        own = [made.data.prices] if isinstance(made.data.prices, str) else made.data.prices
        # Files on the command line are the caller's, those of the file lie beside it.
        wanted = tuple(prices) if prices else tuple(_beside(place, each) for each in own if each)
        if not wanted:
            raise ConfigError(f"{place}: data.prices names no prices: demo:us_stocks, store:NAME, or a file of bars")
        document = cls(
            path=place,
            name=made.name or place.stem,
            settings=BacktestSettings.of(made.backtest, **dict(changes or {})),
            prices=wanted,
            adjusted=made.data.adjusted,
            benchmark=made.data.benchmark,
            rates={name: _beside(place, file) for name in RATES if (file := getattr(made.data, name)) is not None},
            signal=made.signal,
            signals=None if made.signals is None else _beside(place, made.signals),
            grid=made.grid,
            scenarios=tuple(made.stress.scenarios),
            report=None if made.report.path is None else Path(made.report.path),
            universe=None if made.data.universe is None else _beside(place, made.data.universe),
        )
        document._check_grid()
        return document

    def load_prices(self) -> Dataset:
        """The bars with their verdict; DataError where there are none, or they break their contract."""
        return load_prices(self.prices, adjusted=self.adjusted)

    def load_rates(self) -> dict[str, Any]:
        """The tables of rates, as run_backtest takes them; ConfigError and DataError for files that cannot be read."""
        return {name: read_table(file, name) for name, file in self.rates.items()}

    def load_universe(self) -> Universe | None:
        """Who belonged and when, where that is given; DataError for a table that breaks its contract."""
        if self.universe is None:
            return None
        return Universe(load(Path(self.universe), "membership").sound().frame)

    def source(self) -> Any:
        """The signals, as a Backtester takes them."""
        return dict(self.signal) if self.signal is not None else read_signals(self.signals or "")

    def member_signals(self, prices: PricePanel, **values: Any) -> Any:
        """The signals of a member of the grid: names in `signal.let` have other values."""
        signal = dict(self.signal or {})
        return {**signal, "let": {**dict(signal.get("let") or {}), **values}}

    def _check_grid(self) -> None:
        let = set((self.signal or {}).get("let") or {})
        unknown = sorted(set(self.grid) - let - _SETTINGS)
        if unknown:
            raise ConfigError(
                f"{self.path}: grid: {unknown[0]} is neither a setting of backtest nor a name in signal.let"
            )
        empty = sorted(name for name, values in self.grid.items() if not values)
        if empty:
            raise ConfigError(f"{self.path}: grid: {empty[0]} has no values")


def load_prices(names: Sequence[str], *, adjusted: bool = False) -> Dataset:
    """demo:NAME, store:NAME or files of bars as one Dataset that keeps its contract. adjusted: of files, see load."""
    if any(each.startswith((DEMO, STORE)) for each in names) and len(names) > 1:
        raise ConfigError(f"data.prices: {', '.join(names)}: one sample, one stored set, or files; they are not mixed")
    first = names[0]
    if first.startswith(DEMO):
        return sample(first.removeprefix(DEMO)).sound()
    if first.startswith(STORE):
        from quartet.data import Store

        return Store().load(first.removeprefix(STORE)).sound()
    files = [Path(each) for each in names] if len(names) > 1 else Path(first)
    return load(files, adjusted=adjusted).sound()


def _beside(place: Path, name: str) -> str:
    return name if name.startswith((DEMO, STORE)) else str(place.parent / name)
