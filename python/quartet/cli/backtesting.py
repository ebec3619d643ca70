"""What the commands of backtests share: options, reading the file, running it with progress on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.cli.progress import progress_bar
from quartet.core.errors import ConfigError
from quartet.core.registry import entry
from quartet.core.suggestion import suggestion

_SYMBOLS_SHOWN: Final = 10
_OF_ENGINES: Final = {"engine", "instruments", "policy", "venue", "account", "risk_management"}
"""Keys that only the configuration of an engine has."""

BacktestConfig = Annotated[Path, typer.Argument(metavar="CONFIG", help="The backtest, a YAML file.")]
PricesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--data", "-d", metavar="WHAT", help="demo:NAME, store:NAME or files of bars, in place of the file's."
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine", "-e", metavar="NAME", help="rust, cpp, go, python or auto: event by event on that engine."
    ),
]
ModeOption = Annotated[str | None, typer.Option("--mode", metavar="MODE", help="columnar or engine: the same answer.")]
StudyOption = Annotated[
    str | None, typer.Option("--study", "-s", metavar="NAME", help="The research question that the trial counts for.")
]
ReportOption = Annotated[
    Path | None, typer.Option("--report", metavar="PATH", help="Where the page goes, in place of report.path.")
]
NoReport = Annotated[bool, typer.Option("--no-report", help="Write no page.")]


def changes_of(engine: str | None, mode: str | None, study: str | None) -> dict[str, Any]:
    """Settings of the command line; an engine that is named means the mode engine."""
    if engine is not None and mode == "columnar":
        raise ConfigError("--engine runs a backtest event by event: leave out --mode columnar")
    given = {"engine": engine, "mode": "engine" if engine is not None else mode, "study": study}
    return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, eq=False)
class Opened:
    """A file of a backtest with its prices."""

    document: Any
    prices: Any
    panel: Any
    rates: Any
    """Tables of funding, fx and spreads by name."""


def open_file(
    config: Path, *, prices: list[str] | None = None, changes: dict[str, Any] | None = None, grid: bool = True
) -> Opened:
    """Read the file and its prices; ConfigError and DataError say what cannot be. grid: whether its members are run."""
    # What backtests are made of takes long to load, and the other commands do without.
    from quartet.backtest.backtest_file import BacktestFile
    from quartet.backtest.prices import PricePanel
    from quartet.engines.config.document import read_file

    try:
        document = BacktestFile.read(config, prices=prices, changes=changes)
    except ConfigError as error:
        if _OF_ENGINES & set(read_file(config).values):
            raise ConfigError(f"{config}: is the configuration of an engine: quartet run {config}") from None
        # What the command line changed is no fault of the file.
        if str(config) in str(error) or any(f" {name} = " in str(error) for name in changes or {}):
            raise
        raise ConfigError(f"{config}: {error}") from error
    if not grid:
        document = replace(document, grid={})
    with progress_bar("prices"):
        data = document.load_prices()
        rates = document.load_rates()
        panel = PricePanel.of(data).with_rates(**rates)
    _check(document, panel.symbols)
    return Opened(document, data, panel, rates)


def _check(document: Any, symbols: Sequence[str]) -> None:
    """What would only be found after the grid has run: a wrong formula, benchmark or scenario; raises ConfigError."""
    from quartet.backtest.signal_sources import SignalSource
    from quartet.backtest.stress.case import parts_of

    with _named(f"{document.path}: signal"):
        SignalSource.of(document.source())
    if document.benchmark is not None and document.benchmark not in symbols:
        there = suggestion(document.benchmark, symbols) or f"; there are: {', '.join(symbols[:_SYMBOLS_SHOWN])}"
        raise ConfigError(f"{document.path}: data.benchmark: {document.benchmark!r} is no symbol of the prices{there}")
    with _named(f"{document.path}: stress.scenarios"):
        for name in (name for names in document.scenarios for name in parts_of(names)):
            entry("scenario", name)


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Errors of what the file says begin with its place there."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def run_file(opened: Opened, ledger: TrialLedger) -> Any:
    """The grid, where there is one, then the backtest itself; a BacktestResult."""
    from quartet.backtest.backtester import Backtester
    from quartet.backtest.sweep import sweep

    document = opened.document
    if document.grid:
        signals = document.member_signals if document.signal is not None else document.source()
        with counted("grid") as told:
            sweep(document.settings, document.grid, signals, opened.panel, ledger=ledger, progress=told)
    with progress_bar(f"backtest: {document.settings.mode}"):
        return Backtester(document.settings).run_backtest(
            document.source(), opened.prices, benchmark=document.benchmark, **opened.rates,
            universe=document.load_universe(), ledger=ledger,
        )  # fmt: skip


def stress_file(opened: Opened, ledger: TrialLedger, scenarios: tuple[str, ...], base: Any = None) -> Any:
    """Every scenario; a StressTable."""
    from quartet.backtest.stress.stressing import stress

    document = opened.document
    with counted("scenarios") as told:
        return stress(
            document.settings, document.source(), opened.panel,
            scenarios=scenarios or document.scenarios, base=base, ledger=ledger, progress=told,
        )  # fmt: skip


def capacity_file(opened: Opened, ledger: TrialLedger) -> Any:
    """The Capacity of the strategy; None without volume, and of what an engine alone can run: impact is columnar."""
    from quartet.backtest.capacity import capacity
    from quartet.backtest.settings import BacktestSettings

    document = opened.document
    engine_alone = document.settings.price_for_fill == "engine" or document.settings.limits == "live"
    if opened.panel.volume is None or engine_alone:
        return None
    settings = BacktestSettings.of(document.settings, mode="columnar", replications=0)
    if settings.slippage_model.model == "fixed":
        settings = BacktestSettings.of(settings, slippage_model="volume_based")
    with counted("capacity") as told:
        return capacity(settings, document.source(), opened.panel, ledger=ledger, progress=told)


@contextmanager
def counted(text: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for work that says how much is done of how much."""
    with progress_bar(text) as bar:

        def told(done: int, whole: int) -> None:
            bar.total(whole)
            bar.at(done)

        yield told


def page_path(given: Path | None, configured: Path | None, none: bool) -> Path | None:
    """Where the page goes, None where none is wanted."""
    return None if none else given or configured
