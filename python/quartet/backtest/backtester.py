"""Backtester: signals and prices in, a result out, and a trial in the ledger whatever came of it.

result = BacktestingEngine(initial_capital=100_000, commission_per_trade=0.001).run_backtest(signals, prices)
result["sharpe_ratio"], result.equity, result.trades
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import polars as pl

from quartet.backtest.assumptions import assumptions_of, circumstances_of
from quartet.backtest.columnar import running as columnar
from quartet.backtest.corporate_actions import actions_hash, actions_of, adjusted
from quartet.backtest.engine_driven import running as engine_driven
from quartet.backtest.grid import polars_of, times_of
from quartet.backtest.ledger.canonical import canonical, sha256_of
from quartet.backtest.ledger.environment import current_environment
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.multiplicity import sharpe_evidence
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.backtest.ledger.trial import Trial
from quartet.backtest.lookahead import LookaheadVerdict, check_lookahead
from quartet.backtest.outcome import Outcome
from quartet.backtest.plan import YEAR_NS, Plan
from quartet.backtest.prices import Floats, PricePanel
from quartet.backtest.recording import Record
from quartet.backtest.result import BacktestResult
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.survivorship import survivorship
from quartet.core.errors import DataError, QuartetError
from quartet.core.extras import needed
from quartet.data.dataset import Dataset
from quartet.data.universe import Universe
from quartet.risk import Bootstrap, MeasureTable, TrackRecord, measure_all
from quartet.risk.annualisation import rate_per_period

LedgerPlace = TrialLedger | str | os.PathLike[str] | None
UNREAD: Final = "0" * 64
"""The data hash of a trial whose data could not be read."""
_LOW_SAMPLE_BARS: Final = 2


class Backtester:
    """Runs backtests under settings: a mapping, `BacktestSettings`, or keywords (S-120)."""

    def __init__(self, settings: Mapping[str, Any] | BacktestSettings | None = None, **keys: Any) -> None:
        self.settings = BacktestSettings.of(settings, **keys)

    def run_backtest(
        self,
        signals: Any,
        prices: Any,
        *,
        benchmark: Any = None,
        actions: Any = None,
        funding: Any = None,
        fx: Any = None,
        spreads: Any = None,
        universe: Universe | None = None,
        ledger: LedgerPlace = None,
    ) -> BacktestResult:
        """Run signals over prices, record the trial, and say what it is worth.

        signals: a long frame (timestamp, symbol, signal, confidence), a `quartet.graph` expression or graph, the text
        of one, or a function from the prices (a long frame) to such a frame. prices: a long frame of bars, a Dataset,
        or a PricePanel. benchmark: the name of one of the symbols, or a frame with timestamp and close. actions:
        corporate actions by their ex-dates, a frame of `quartet.data`: splits adjust the prices, dividends and
        delistings pay cash. funding: (timestamp, symbol, rate) of perpetual futures; fx: quotes (timestamp, currency,
        rate or bid and ask) of other moneys in the account's; spreads: (timestamp, symbol, spread_bps), which tell the
        market's condition; a PricePanel may bring all three along. universe: who belonged and when; members without
        prices are warned of, for a result without them is of survivors. ledger: a place or an open ledger; None: the
        user's own. Raises ConfigError and DataError, after recording the failed trial.
        """
        source = SignalSource.of(signals)
        provenance = None
        if isinstance(prices, Dataset):
            provenance = {**prices.provenance.to_dict(), "verdict": prices.verdict.to_dict()}
        with opened(ledger) as book:
            run = _Run(self.settings, source, provenance)
            try:
                table = None if actions is None else actions_of(actions)
                panel = PricePanel.of(prices) if table is None else adjusted(prices, table)
                panel = panel.with_rates(funding=funding, fx=fx, spreads=spreads)
                if universe is not None:
                    panel = panel.with_notes(*survivorship(universe, panel))
                return run.finished(book, panel, benchmark, table)
            except BaseException as error:  # an interrupted try is a try
                book.append(run.trial(error=f"{type(error).__name__}: {error}"))
                raise


class BacktestingEngine(Backtester):
    """Backtester under its familiar name."""


class _Run:
    """One run, and what is known of it so far."""

    def __init__(self, settings: BacktestSettings, source: SignalSource, provenance: Mapping[str, Any] | None) -> None:
        self.settings = settings
        self.source = source
        self.provenance = provenance
        self.config = {"backtest": settings.to_config(), "signals": source.recipe}
        self.data_hash = UNREAD
        self.data: dict[str, Any] = {"prices": _plain(provenance)}
        self.engine: str = "columnar" if settings.mode == "columnar" else settings.engine

    def finished(
        self, book: TrialLedger, prices: PricePanel, benchmark: Any, actions: pl.DataFrame | None
    ) -> BacktestResult:
        """The result, its trial recorded."""
        self.data_hash = prices.content_hash
        if prices.rates is not None:
            self.data["rates"] = prices.rates.content_hash
        if actions is not None:
            self.data["actions"] = actions_hash(actions)
            self.data_hash = sha256_of(self.data_hash + self.data["actions"])
        signals = self.source.panel(prices)
        if not self.source.remakes:
            # Given signals are data like the prices.
            self.data["signals"] = signals.content_hash
            self.data_hash = sha256_of(self.data_hash + signals.content_hash)
        plan = Plan.of(self.settings, prices, signals, self.source.graph, actions)
        if plan.notes and self.settings.strict:
            raise DataError(f"backtest, strict: {plan.notes[0]}")
        lookahead = LookaheadVerdict(0, ())
        if self.settings.lookahead_check:
            lookahead = check_lookahead(self.source, prices, signals, self.settings.seed)
        outcome = run_plan(plan)
        self.engine = outcome.engine
        record = Record(plan, outcome)
        track = record.track_record(_benchmark(benchmark, prices))
        measures = measured(track, self.settings)
        hashes = {
            "config": sha256_of(canonical(self.config, "config")),
            "data": prices.content_hash,
            "signals": signals.content_hash,
            "result": outcome.result_hash,
        }
        trial_id = book.append(self.trial(measures, track, hashes["result"], record.costs))
        evidence = sharpe_evidence(book, trial_id)
        assumed = {
            **assumptions_of(plan, lookahead),
            **circumstances_of(outcome, track, self.settings, hashes["data"], evidence),
            "data": _data_text(self.provenance),
        }
        return BacktestResult(
            plan,
            outcome,
            measures,
            track,
            assumed,
            hashes,
            plan.notes + _warnings(record, track),
            lookahead.passed,
            trial_id,
            book.place,
            evidence,
            self.provenance,
        )

    def trial(
        self,
        measures: MeasureTable | None = None,
        track: TrackRecord | None = None,
        outcome_hash: str = "",
        costs: Mapping[str, int] | None = None,
        error: str | None = None,
    ) -> Trial:
        """The row of the ledger."""
        settings = self.settings
        returns = None
        year = None
        if track is not None and track.timestamps is not None and len(track.returns) >= _LOW_SAMPLE_BARS:
            year = track.periods_per_year or _year_of(track)
            ends = track.timestamps[1 : len(track.returns) + 1]
            returns = ReturnSeries.of(ends, track.returns - rate_per_period(settings.risk_free_rate, year))
        return Trial(
            study=settings.study,
            parent_study=settings.parent_study,
            config=self.config,
            data=self.data,
            data_hash=self.data_hash,
            engine=self.engine,
            seed=settings.seed,
            metrics={} if measures is None else {**measures, "outcome": outcome_hash},
            returns=returns,
            periods_per_year=year,
            costs=None if costs is None else {name: amount / 1e18 for name, amount in costs.items()},
            error=error,
            environment=current_environment(
                {name: hashlib.sha256(text.encode()).hexdigest() for name, text in self.source.own_code().items()}
            ),
        )


def run_plan(plan: Plan) -> Outcome:
    """The plan in its mode; ConfigError where that cannot run it, never another one in its place."""
    return columnar.run(plan) if plan.settings.mode == "columnar" else engine_driven.run(plan)


def measured(track: TrackRecord, settings: BacktestSettings) -> MeasureTable:
    """Every measure, with intervals where resamples are wanted and can be drawn."""
    bootstrap = None
    if settings.replications and _has("arch"):
        bootstrap = Bootstrap(replications=settings.replications, seed=settings.seed)
    return measure_all(track, bootstrap=bootstrap, risk_free_rate=settings.risk_free_rate)


@contextmanager
def opened(ledger: LedgerPlace) -> Any:
    """The ledger itself, or that of a place, which is closed afterwards."""
    if isinstance(ledger, TrialLedger):
        yield ledger
        return
    with TrialLedger.open(ledger) as book:
        yield book


def _has(package: str) -> bool:
    try:
        needed(package, "research", "a figure")
    except QuartetError:
        return False
    return True


def _year_of(track: TrackRecord) -> float:
    """Periods a year of a span too short to count them: by the usual step, day and night."""
    assert track.timestamps is not None
    return float(YEAR_NS / np.median(np.diff(track.timestamps)))


def _benchmark(given: Any, prices: PricePanel) -> Floats | None:
    if given is None:
        return None
    if isinstance(given, str):
        if given not in prices.symbols:
            raise DataError(f"benchmark: {given!r} is no symbol of the prices")
        closes = prices.closes[:, prices.symbols.index(given)]
    else:
        frame = polars_of(given, "benchmark")
        if not {"timestamp", "close"} <= set(frame.columns):
            raise DataError(f"benchmark: columns timestamp and close are wanted; there are: {', '.join(frame.columns)}")
        times = times_of(frame["timestamp"], "benchmark")
        order = np.argsort(times, kind="stable")
        at = np.searchsorted(times[order], prices.stamps, side="right") - 1
        values = frame["close"].cast(pl.Float64).to_numpy()[order]
        closes = np.where(at >= 0, values[np.maximum(at, 0)], np.nan)
    known = pl.Series(closes).fill_nan(None).fill_null(strategy="forward")
    if known.null_count():
        raise DataError("benchmark: it begins after the prices; give one that covers them")
    levels = known.to_numpy()
    return np.asarray(levels[1:] / levels[:-1] - 1.0, np.float64)


def _warnings(record: Record, track: TrackRecord) -> tuple[str, ...]:
    found = []
    if record.plan.settings.price_for_fill == "same_close":
        found.append("RED FLAG: fills at the price that the decision was made on; no market gives that")
    if track.ruined:
        found.append("the account was ruined: equity fell to zero or below; figures end there")
    lowest = min(record.outcome.cash[:, 1]) < 0
    if lowest and not record.plan.settings.cash_interest:
        found.append("cash was below zero at times, and debt cost nothing: set cash_interest")
    refused = int((record.outcome.orders["filled"] == 0).sum())
    if refused:
        found.append(f"{refused:,} of {len(record.outcome.orders):,} orders did not fill")
    return tuple(found)


def _data_text(provenance: Mapping[str, Any] | None) -> str:
    if provenance is None:
        return "a frame, without a verdict"
    simulated = "SIMULATED " if provenance["simulated"] else ""
    return f"{simulated}{provenance['name']}: {provenance['verdict']['grade']}"


def _plain(value: Any) -> Any:
    """Provenance as the ledger keeps it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    # Exactly these types: names of an enumeration become their text.
    return value if value is None or type(value) in (bool, int, float) else str(value)
