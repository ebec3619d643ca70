"""Sections of what the result is worth and rests on: key figures, validation, stress, assumptions, hashes."""

from __future__ import annotations

from typing import Final

from quartet.backtest.ledger.multiplicity import SharpeEvidence
from quartet.backtest.stress.stressing import StressRow, StressTable
from quartet.core.contract import CONTRACT_HASH, VERSION
from quartet.core.registry import entries, register
from quartet.report.backtest.parts import Cell, Facts, Part, Section, Table, Tone, Words
from quartet.report.backtest.report import BacktestReport
from quartet.report.backtest.wording import figure_text, interval_text, mode_text, percent, title_of
from quartet.report.numbers import time_text

OF_MONEY: Final = (
    "total_return", "annual_return", "annual_volatility", "sharpe_ratio", "sortino_ratio", "calmar_ratio",
    "max_drawdown", "longest_drawdown", "var_95", "cvar_95", "alpha", "beta", "information_ratio",
)  # fmt: skip
OF_TRADING: Final = (
    "num_trades", "win_rate", "profit_factor", "expectancy", "avg_hold", "annual_turnover", "cost_bp",
    "breakeven_cost_bp", "gross_exposure", "time_in_market",
)  # fmt: skip
HEADLINES: Final = OF_MONEY + OF_TRADING
"""Measures that are shown; those that need a benchmark only where there is one."""
_ONLY_WITH_BENCHMARK: Final = ("alpha", "beta", "information_ratio")
_OF_CLOSED: Final = "Profit factors are of round trips that closed: what open positions gained is in the return alone."
_UNBROKEN: Final = "\N{NO-BREAK SPACE}"
_TOLD: Final = 0.95
"""From this probability on, a Sharpe ratio counts as shown."""
_TONES: Final[dict[str, Tone]] = {"robust": "good", "fragile": "bad", "not applicable": "warn"}


@register("section", "figures", order=12)
def figures_section(report: BacktestReport) -> Section | None:
    """What the money did, in figures with their intervals."""
    note = "An interval holds the true figure with 95 % probability; it comes from resampled blocks of periods."
    return Section("Return and risk", (_figures(report, OF_MONEY, note),), half=True)


@register("section", "trade_figures", order=13)
def trade_figures_section(report: BacktestReport) -> Section | None:
    """What was traded, in figures."""
    note = "A round trip is one lot from the fill that opened it to the one that closed its last unit."
    return Section("Trading", (_figures(report, OF_TRADING, note),), half=True)


@register("section", "validation", order=80)
def validation_section(report: BacktestReport) -> Section | None:
    """What the Sharpe ratio is worth after everything that was tried."""
    evidence = report.result.evidence
    parts: list[Part] = []
    if not report.result.valid:
        parts.append(Words(f"Look-ahead check {report.result.assumptions['look_ahead']}", "bad"))
    if evidence is None:
        parts.append(Words("The record is too short to say what its Sharpe ratio is worth.", "warn"))
        return Section("Is it skill?", tuple(parts))
    parts.append(Words(*_told(evidence)))
    note = (
        "Of many worthless strategies the best looks good by luck, the better the more were tried. The deflated Sharpe "
        "ratio is the probability that this one is above that luck."
    )
    parts.append(Facts(tuple(evidence_rows(evidence, report)), note=note))
    return Section("Is it skill?", tuple(parts))


@register("section", "meanings", order=120)
def meanings_section(report: BacktestReport) -> Section | None:
    """What the figures of the page mean, in a line each."""
    docs = {row: each.doc for each in entries("measure").values() for row in each.facts["rows"]}
    shown = [name for name in HEADLINES if report.result.measures.row(name).value is not None]
    rows = tuple((title_of(name), docs[name]) for name in shown)
    note = "T is the number of periods, A that of a year; ddof 1 divides by T - 1."
    return Section("What the figures mean", (Facts(rows, note=note),), wide_break=True)


@register("section", "stress", order=90)
def stress_section(report: BacktestReport) -> Section | None:
    """The strategy under every scenario."""
    return None if report.stress is None else stressed(report.stress)


@register("section", "assumptions", order=100)
def assumptions_section(report: BacktestReport) -> Section | None:
    """What the result assumes."""
    rows = [(title_of(name), str(text)) for name, text in report.result.assumptions.items()]
    return Section("Assumptions", (Facts(tuple(rows)),), half=True)


@register("section", "data", order=105)
def data_section(report: BacktestReport) -> Section | None:
    """Data with their verdict, engine, hashes."""
    result = report.result
    origin = result.provenance or {}
    rows = [
        ("Prices", ", ".join(filter(None, (origin.get("name", "given as a frame"), origin.get("source", ""))))),
        ("Period", f"{time_text(int(result.stamps[0]))} to {time_text(int(result.stamps[-1]))} UTC"),
        ("Bars", f"{len(result.stamps):,} stamps, {len(result.symbols):,} symbols"),
        ("Verdict", "not checked" if report.verdict is None else str(report.verdict)),
        *(("", str(each)) for each in (report.verdict.findings if report.verdict else ())[:6]),
        ("Licence", str(origin.get("licence") or "not said")),
        ("Simulated", "yes: no market made these prices" if origin.get("simulated") else "no"),
        ("Mode and engine", mode_text(result.mode, result.engine)),
        ("Quartet", f"{VERSION}, contract {CONTRACT_HASH[:16]}"),
        ("Trial", "not recorded" if result.trial_id is None else f"{result.trial_id} of study {result.settings.study}"),
    ]
    hashes = tuple((f"{name.capitalize()} hash", digest) for name, digest in result.hashes.items())
    kept = tuple((name, text) for name, text in rows if text)
    return Section("Data, engine, hashes", (Facts(kept), Facts(hashes, code=True)), half=True)


def stressed(found: StressTable) -> Section:
    """The section of a stress table, on the page of a backtest or alone."""
    robustness = "" if found.robustness is None else f" Robustness {found.robustness:.0f} of 100."
    head = Words(f"{found.verdict.capitalize()}: {found.why}.{robustness}", _TONES[found.verdict])
    rows = tuple(_stress_row(row) for row in found.rows)
    columns = (
        "Scenario",
        "Profit factor>",
        "Return>",
        "Max drawdown>",
        "Sharpe ratio>",
        "Trades>",
        "Score>",
        "What it is",
    )
    return Section("Under stress", (head, Table(columns, rows, f"{found.rule} {_OF_CLOSED}")), wide_break=True)


def evidence_rows(evidence: SharpeEvidence, report: BacktestReport) -> list[tuple[str, str]]:
    """Names and values of what a Sharpe ratio is worth."""
    counted = evidence.multiplicity
    needed = evidence.minimum_track_record
    interval = report.result.measures.row("sharpe_ratio")
    between = "" if interval.low is None or interval.high is None else f" ({interval_text(interval)})"
    rows = [
        ("Sharpe ratio", f"{figure_text(evidence.sharpe_annual, 'ratio')}{between} a year"),
        (
            "Trials of this question",
            f"{counted.trials:,}, {counted.failed:,} of them failed; {counted.distinct:,} different",
        ),
        ("Independent trials", counted.effective_text),
        (
            "Best of as many worthless trials",
            f"{figure_text(evidence.expected_maximum_annual, 'ratio')} a year, expected",
        ),
        (
            "Probabilistic Sharpe ratio",
            f"{percent(evidence.probabilistic)}: true ratio above 0, were this the only trial",
        ),
        ("Deflated Sharpe ratio", f"{percent(evidence.deflated)}: true ratio above that of the best worthless trial"),
        (
            "Record needed for 95 %",
            "no length would do"
            if needed is None
            else f"{needed:,.0f} periods; there are {evidence.moments.periods:,}",
        ),
    ]
    chosen = report.selection
    if chosen is None:
        rows.append(
            ("Probability of overfitting", "not known: it needs at least two different trials, a grid for example")
        )
    else:
        rows += [
            (
                "Probability of overfitting",
                f"{percent(chosen.overfitting_probability)}: the best trial in sample is below the median out of "
                f"sample ({chosen.series:,} trials, {chosen.periods:,} periods)",
            ),
            (
                "Probability of loss",
                f"{percent(chosen.loss_probability)}: the best trial in sample loses out of sample",
            ),
            (
                "Chance of luck",
                "not known: it needs the extra research"
                if chosen.chance is None
                else f"{percent(chosen.chance)}: the best of these trials looks as good where none earns anything",
            ),
        ]
    return rows


def _told(evidence: SharpeEvidence) -> tuple[str, Tone]:
    """The verdict in a sentence."""
    deflated, trials = evidence.deflated, evidence.multiplicity.trials
    after = f"after {trials:,} trial{'' if trials == 1 else 's'}"
    if deflated is None:
        return f"Not known: {after} there is no spread of Sharpe ratios to deflate by.", "warn"
    if deflated >= _TOLD:
        return f"Shown: {after} the true Sharpe ratio is above chance with {percent(deflated)} probability.", "good"
    return (
        f"Not shown: {after} the true Sharpe ratio is above chance with {percent(deflated)} probability; "
        f"{_TOLD * 100:.0f} % would count.",
        "warn",
    )


def _stress_row(row: StressRow) -> tuple[Cell | str, ...]:
    if row.error:
        return (
            title_of(row.scenario),
            "–",
            "–",
            "–",
            "–",
            "–",
            "–",
            Cell(f"{row.what} Could not be run: {row.error}", "warn"),
        )
    tone: Tone = "" if row.total_return is None else "good" if row.total_return > 0 else "bad"
    return (
        title_of(row.scenario),
        figure_text(row.profit_factor, "ratio"),
        Cell(figure_text(row.total_return, "fraction"), tone),
        figure_text(row.max_drawdown, "fraction"),
        figure_text(row.sharpe_ratio, "ratio"),
        f"{row.trades:,}",
        "" if row.score is None else f"{row.score:.2f}",
        " ".join(filter(None, (row.what, f"{row.note[:1].upper()}{row.note[1:]}." if row.note else ""))),
    )


def _figures(report: BacktestReport, names: tuple[str, ...], note: str) -> Table:
    rows = []
    for name in names:
        row = report.result.measures.row(name)
        if name in _ONLY_WITH_BENCHMARK and row.value is None:
            continue
        # It may be broken in the middle, where a narrow screen has no room.
        beside = interval_text(row).replace(" ", _UNBROKEN).replace(f"{_UNBROKEN}to{_UNBROKEN}", " to ")
        if row.value is None:
            beside = row.why
        elif row.flags:
            beside = f"{beside} {', '.join(row.flags).replace('_', ' ')}".strip()
        rows.append((title_of(name), figure_text(row.value, row.unit), beside))
    with_intervals = any(each[2] for each in rows)
    columns = ("Figure", "Value>", "Interval>") if with_intervals else ("Figure", "Value>")
    return Table(columns, tuple(each[: len(columns)] for each in rows), note)
