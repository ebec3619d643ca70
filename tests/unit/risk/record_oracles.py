"""Writes oracles.json: two return series and what other libraries make of them.

In an environment of its own, with empyrical-reloaded 0.7.1 and quantstats 0.0.86:

    python tests/unit/risk/record_oracles.py tests/unit/risk/oracles.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

PERIODS = 300
YEAR = 252


def main(path: str) -> None:
    """Record."""
    import empyrical
    import pandas
    import quantstats.stats

    draws = np.random.default_rng(2024).standard_t(4, (2, PERIODS))
    market = np.round(0.0004 + 0.008 * draws[0], 6)
    ours = np.round(0.0003 + 0.6 * market + 0.006 * draws[1], 6)
    days = pandas.bdate_range("2022-01-03", periods=PERIODS)
    series, benchmark = pandas.Series(ours, days), pandas.Series(market, days)
    figures: dict[str, Any] = {
        "empyrical-reloaded 0.7.1": {
            "total_return": empyrical.cum_returns_final(series),
            "annual_return": empyrical.annual_return(series),
            "annual_volatility": empyrical.annual_volatility(series),
            "sharpe_ratio": empyrical.sharpe_ratio(series),
            "sharpe_ratio at a rate of 0.0001 a period": empyrical.sharpe_ratio(series, risk_free=0.0001),
            "sortino_ratio": empyrical.sortino_ratio(series),
            "calmar_ratio": empyrical.calmar_ratio(series),
            "omega": empyrical.omega_ratio(series),
            "tail_ratio": empyrical.tail_ratio(series),
            "max_drawdown": empyrical.max_drawdown(series),
            "beta": empyrical.beta(series, benchmark),
            "alpha, compounded": empyrical.alpha(series, benchmark),
            "up_capture, annualised": empyrical.up_capture(series, benchmark),
            "down_capture, annualised": empyrical.down_capture(series, benchmark),
        },
        "quantstats 0.0.86": {
            "sharpe_ratio": quantstats.stats.sharpe(series),
            "sortino_ratio": quantstats.stats.sortino(series),
            "annual_volatility": quantstats.stats.volatility(series),
            "gain_to_pain": quantstats.stats.gain_to_pain_ratio(series),
            "max_drawdown": quantstats.stats.max_drawdown(series),
            "ulcer": quantstats.stats.ulcer_index(series),
            "skew": quantstats.stats.skew(series),
            "excess_kurtosis": quantstats.stats.kurtosis(series),
            "tail_ratio": quantstats.stats.tail_ratio(series),
        },
    }
    record = {
        "returns": ours.tolist(),
        "benchmark": market.tolist(),
        "periods_per_year": YEAR,
        "figures": {library: {name: float(value) for name, value in own.items()} for library, own in figures.items()},
    }
    Path(path).write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
