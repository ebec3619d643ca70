"""What the commands of backtests share: options, reading the file, running it with progress on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.cli.progress import progress_bar
from quartet.core.errors import ConfigError

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


def open_file(
    config: Path, *, prices: list[str] | None = None, changes: dict[str, Any] | None = None, grid: bool = True
) -> Opened:
    """Read the file and its prices; ConfigError and DataError say what cannot be. grid: whether its members are run."""
    # What backtests are made of takes long to load, and the other commands do without.
    from quartet.backtest.backtest_file import BacktestFile
    from quartet.backtest.prices import PricePanel

    document = BacktestFile.read(config, prices=prices, changes=changes)
    if not grid:
        document = replace(document, grid={})
    with progress_bar("prices"):
        data = document.load_prices()
        panel = PricePanel.of(data)
    return Opened(document, data, panel)


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
            document.source(), opened.prices, benchmark=document.benchmark, ledger=ledger
        )


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
    """The Capacity of the strategy; None where the prices have no volume, so that nothing is known of impact."""
    from quartet.backtest.capacity import capacity
    from quartet.backtest.settings import BacktestSettings

    if opened.panel.volume is None:
        return None
    document = opened.document
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
