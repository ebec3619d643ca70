"""How figures of a backtest are named and written, on the page and in the terminal alike."""

from __future__ import annotations

from typing import Final

from quartet.risk.measure_table import Row

_NAMES: Final = {
    "var_95": "Value at risk, 95 %",
    "cvar_95": "Expected shortfall, 95 %",
    "num_trades": "Round trips",
    "cost_bp": "Cost of traded value",
    "breakeven_cost_bp": "Cost at which nothing is left",
    "max_drawdown": "Largest drawdown",
    "longest_drawdown": "Longest drawdown",
    "annual_turnover": "Turnover of a year",
    "deflated_sharpe_ratio": "Deflated Sharpe ratio",
    "sharpe_ratio": "Sharpe ratio",
    "trials": "Trials that deflate it",
    "effective_trials": "Independent ones among them",
    "avg_hold": "Average hold",
    "crisis_2008": "Crisis of 2008",
    "pandemic_2020": "Pandemic of 2020",
}
_SECONDS_A_DAY: Final = 86_400


def title_of(name: str) -> str:
    """sharpe_ratio as people write it."""
    joined = " + ".join(part.strip().replace("_", " ") for part in name.split("+"))
    return _NAMES.get(name) or f"{joined[:1].upper()}{joined[1:]}"


def mode_text(mode: str, engine: str) -> str:
    """columnar, or the engine that ran it event by event."""
    return mode if mode == engine else f"event by event on {engine}"


def percent(share: float | None) -> str:
    """A share in percent, one place."""
    return "–" if share is None else f"{share * 100:.1f} %"


def figure_text(value: float | None, unit: str) -> str:
    """A figure as its unit wants it; a dash where it is undefined."""
    return "–" if value is None else _written(value, unit).replace("-", "−")


def interval_text(row: Row) -> str:
    """Both ends of a measure's interval; nothing where there is none."""
    if row.low is None or row.high is None:
        return ""
    return f"{figure_text(row.low, row.unit)} to {figure_text(row.high, row.unit)}"


def _written(value: float, unit: str) -> str:
    if unit == "share of equity a year":
        return f"{value:,.2f} x"
    if unit.startswith(("fraction", "share", "probability")):
        return f"{value * 100:,.2f} %"
    if unit == "seconds":
        return f"{value / _SECONDS_A_DAY:,.1f} days"
    if unit.startswith("bp"):
        return f"{value:,.2f} bp"
    if unit in ("periods", "trips", "days"):
        return f"{value:,.0f} {unit}"
    if unit == "count":
        return f"{value:,.0f}"
    return f"{value:,.2f}"
