"""A recorded trial run again, and whether it gives the same bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quartet.backtest.backtester import Backtester
from quartet.backtest.corporate_actions import actions_hash, actions_of, adjusted
from quartet.backtest.ledger.canonical import sha256_of
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.trial import RecordedTrial
from quartet.backtest.prices import PricePanel
from quartet.backtest.result import BacktestResult
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.core.errors import ConfigError, DataError
from quartet.data import sample, samples


@dataclass(frozen=True, slots=True)
class Rerun:
    """A trial and its run anew, which is a trial too."""

    trial: RecordedTrial
    result: BacktestResult
    same: bool
    """Whether every return, and the outcome where it was recorded, is the same, bit for bit."""


def rerun(
    ledger: TrialLedger,
    trial_id: int,
    *,
    prices: Any = None,
    signals: Any = None,
    actions: Any = None,
    funding: Any = None,
    fx: Any = None,
    spreads: Any = None,
) -> Rerun:
    """Run a trial again under its recorded settings.

    prices, signals, actions, funding, fx, spreads: as for run_backtest, where the ledger cannot make them: it can make
    sample data, and signals whose graph was given as text. Raises ConfigError for no such trial, for one of another
    kind, and where something is needed; DataError where the data are not those of the trial.
    """
    trial = ledger.trial(trial_id)
    block = trial.config.get("backtest")
    if not isinstance(block, Mapping):
        raise ConfigError(f"trial {trial_id} is no backtest of quartet.backtest: its configuration has no such block")
    given = prices if prices is not None else _prices(trial)
    source = SignalSource.of(signals if signals is not None else _signals(trial))
    table = None if actions is None else actions_of(actions)
    panel = PricePanel.of(given) if table is None else adjusted(given, table)
    rates = {"funding": funding, "fx": fx, "spreads": spreads}
    panel = panel.with_rates(**rates)
    if "rates" in trial.data and panel.rates is None:
        raise ConfigError(f"trial {trial_id}: give the rates that it was run on: funding, fx or spreads")
    _check_data(trial, panel, source, "" if table is None else actions_hash(table))
    backtester = Backtester(BacktestSettings.of(block))
    result = backtester.run_backtest(source, given, actions=actions, **rates, ledger=ledger)
    again = ledger.trial(result.trial_id or 0)
    outcome = trial.metrics.get("outcome", again.metrics["outcome"])
    same = again.returns_hash == trial.returns_hash and again.metrics["outcome"] == outcome
    return Rerun(trial, result, same)


def _prices(trial: RecordedTrial) -> Any:
    origin = trial.data.get("prices")
    if isinstance(origin, Mapping) and origin.get("name") in {each.name for each in samples()}:
        return sample(str(origin["name"]))
    names = [each["name"] for each in origin.get("files", [])] if isinstance(origin, Mapping) else []
    where = f" ({', '.join(names)})" if names else ""
    raise ConfigError(f"trial {trial.trial_id}: give the prices that it was run on{where}")


def _signals(trial: RecordedTrial) -> Any:
    recipe = trial.config.get("signals", {})
    if "text" in recipe:
        return recipe["text"]
    kind = f"function {recipe['function']}" if "function" in recipe else "graph" if "graph" in recipe else "frame"
    raise ConfigError(f"trial {trial.trial_id}: give its signals; the ledger has only the hash of that {kind}")


def _check_data(trial: RecordedTrial, prices: PricePanel, source: SignalSource, actions: str) -> None:
    found = sha256_of(prices.content_hash + actions) if actions else prices.content_hash
    if not source.remakes:
        found = sha256_of(found + source.panel(prices).content_hash)
    if found != trial.data_hash:
        raise DataError(
            f"trial {trial.trial_id} was run on other data: their hash was {trial.data_hash[:12]}, this is {found[:12]}"
        )
