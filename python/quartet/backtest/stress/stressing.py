"""A backtest under every scenario, in one table, and what that says of it (S-134, R-018).

found = stress(settings, signals, prices)
found.verdict, found.robustness, found.table
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from quartet.backtest.backtester import Backtester, LedgerPlace, opened
from quartet.backtest.ledger.question import STRESS
from quartet.backtest.prices import PricePanel
from quartet.backtest.result import BacktestResult
from quartet.backtest.settings import BacktestSettings
from quartet.backtest.signal_sources import SignalSource
from quartet.backtest.stress.case import Case, chain, parts_of
from quartet.backtest.stress.windows import covers
from quartet.core.errors import QuartetError
from quartet.core.registry import entries, entry
from quartet.risk.stress.scenarios import Window

LOSS_LIMIT: Final = 0.25
"""Share of equity that a market of the past, or a resampled one, may take (R-017)."""
RULE: Final = (
    "Not applicable where the base does not profit after costs (profit factor above 1, return above 0). Otherwise "
    "robust, if every scenario of trading keeps a profit factor above 1 and no other market, of the past or resampled, "
    f"costs more than {100 * LOSS_LIMIT:.0f} % of equity from its high; else fragile. The score of a scenario of "
    "trading is its profit factor over the base's, held to 0 and 1; robustness is 100 times their mean."
)


@dataclass(frozen=True, slots=True)
class StressRow:
    """What a scenario made of the strategy; None is undefined, or it could not be run."""

    scenario: str
    what: str
    profit_factor: float | None
    total_return: float | None
    max_drawdown: float | None
    sharpe_ratio: float | None
    trades: int | None
    score: float | None
    """Profit factor over the base's, in [0, 1]; of scenarios of trading only."""
    scored: bool
    note: str
    trial: int | None
    result_hash: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class StressTable:
    """All scenarios, the base first."""

    rows: tuple[StressRow, ...]
    verdict: str
    """robust, fragile, or not applicable."""
    why: str
    robustness: float | None
    """0 to 100; None where the verdict does not apply."""
    rule: str = RULE

    @property
    def table(self) -> pl.DataFrame:
        """A row a scenario."""
        names = StressRow.__slots__
        return pl.DataFrame(
            [{name: getattr(row, name) for name in names} for row in self.rows], infer_schema_length=None
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as JSON has them."""
        rows = [{name: getattr(row, name) for name in StressRow.__slots__} for row in self.rows]
        return {
            "verdict": self.verdict,
            "why": self.why,
            "robustness": self.robustness,
            "rule": self.rule,
            "scenarios": rows,
        }


def stress(
    settings: Mapping[str, Any] | BacktestSettings,
    signals: Any,
    prices: Any,
    *,
    scenarios: Sequence[str] = (),
    base: BacktestResult | None = None,
    ledger: LedgerPlace = None,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> StressTable:
    """Run the base, then every scenario.

    scenarios: names of the kind `scenario`, joined by + where several act at once, from left to right; none: all that
    apply to these prices and signals. base: its result, where it was run already with these prices and signals. Every
    run is a trial of a study of its own, "NAME (stress)": a scenario is nothing that one could have chosen, so it does
    not count against the Sharpe ratio. A scenario that cannot be run has its reason in the table. ConfigError for an
    unknown name.
    """
    for name in scenarios:
        for each in parts_of(name):
            entry("scenario", each)
    panel, source = PricePanel.of(prices), SignalSource.of(signals)
    names = tuple(scenarios) or tuple(name for name in entries("scenario") if _applies(name, panel, source))
    given = BacktestSettings.of(settings)
    quick = BacktestSettings.of(
        given, replications=0, lookahead_check=False, study=STRESS.format(given.study), parent_study=None
    )
    with opened(ledger) as book:
        done = base or Backtester(quick).run_backtest(source, panel, ledger=book)
        progress(1, len(names) + 1)
        rows = [_row("base", "As it is.", done, scored=False)]
        first = Case(quick, panel, done.plan.signals, source, done.record.quantities)
        for place, name in enumerate(names):
            rows.append(_run(name, first, rows[0], book))
            progress(place + 2, len(names) + 1)
    return judged(rows)


def _applies(name: str, prices: PricePanel, source: SignalSource) -> bool:
    """Whether the prices have its days, and the signals are a graph where it needs one."""
    facts = entry("scenario", name).facts
    there = "days" not in facts or covers(prices.stamps, Window(first=facts["days"][0], last=facts["days"][1]))
    return there and (facts.get("needs") != "a graph" or source.graph is not None)


def judged(rows: Sequence[StressRow]) -> StressTable:
    """The table with its verdict, by RULE."""
    base = rows[0]
    if base.profit_factor is None or base.total_return is None:
        return StressTable(tuple(rows), "not applicable", "the base has no profit factor: too few closed trades", None)
    if base.profit_factor <= 1.0 or base.total_return <= 0.0:
        why = (
            f"unprofitable: the base returns {base.total_return:+.2%} with a profit factor of {base.profit_factor:.2f}"
        )
        return StressTable(tuple(rows), "not applicable", why, None)
    scored = [row for row in rows[1:] if row.scored]
    robustness = 100.0 * sum(row.score or 0.0 for row in scored) / len(scored) if scored else None
    thin = [row.scenario for row in scored if (row.profit_factor or 0.0) <= 1.0]
    deep = [row.scenario for row in rows[1:] if not row.scored and (row.max_drawdown or 0.0) > LOSS_LIMIT]
    failed = [row.scenario for row in rows[1:] if row.error]
    found = [
        f"{what} {', '.join(names).replace('_', ' ')}"
        for what, names in (
            ("no profit under", thin),
            (f"loses more than {100 * LOSS_LIMIT:.0f} % in", deep),
            ("could not be run:", failed),
        )
        if names
    ]
    why = "; ".join(found) or "profits under every scenario of trading, and no other market took too much"
    return StressTable(tuple(rows), "fragile" if found else "robust", why, robustness)


def _run(name: str, first: Case, base: StressRow, book: Any) -> StressRow:
    parts = [entry("scenario", each) for each in parts_of(name)]
    what = " ".join(each.doc for each in parts)
    scored = all(each.facts.get("scored", False) for each in parts)
    try:
        case = chain(first, name)
        result = Backtester(case.settings).run_backtest(case.signals, case.prices, ledger=book)
    except QuartetError as error:
        return StressRow(name, what, None, None, None, None, None, None, scored, "", None, "", str(error))
    return _row(name, what, result, scored, base, "; ".join(case.notes))


def _row(
    name: str, what: str, result: BacktestResult, scored: bool, base: StressRow | None = None, note: str = ""
) -> StressRow:
    factor = result["profit_factor"]
    score = None
    if scored and base is not None and base.profit_factor and factor is not None:
        score = min(max(factor / base.profit_factor, 0.0), 1.0)
    return StressRow(
        name,
        what,
        factor,
        result["total_return"],
        result["max_drawdown"],
        result["sharpe_ratio"],
        len(result.trips),
        score,
        scored,
        note,
        result.trial_id,
        result.hashes["result"],
    )
