"""Figures of skfolio, empyrical and quantstats on the S&P 500 sample that skfolio ships, as one JSON object.

.build/peers/risk_measures/bin/python benchmarks/validation/risk_libraries.py
"""

import json
import warnings

warnings.filterwarnings("ignore")

import empyrical  # noqa: E402
import quantstats.stats  # noqa: E402
from skfolio import measures  # noqa: E402
from skfolio.datasets import load_sp500_index  # noqa: E402


def main() -> None:
    """Print returns and figures, by library and by our name."""
    returns = load_sp500_index().pct_change().dropna().iloc[:, 0]
    values = returns.to_numpy()
    figures = {
        "skfolio": {
            "var": measures.value_at_risk(values),
            "cvar": measures.cvar(values),
            "max_drawdown": measures.max_drawdown(measures.get_drawdowns(values, compounded=True) * 0)
            if False
            else -measures.get_drawdowns(values, compounded=True).min(),
            "semi_deviation of mean": measures.semi_deviation(values),
            "mean_absolute_deviation": measures.mean_absolute_deviation(values),
        },
        "empyrical": {
            "total_return": empyrical.cum_returns_final(returns),
            "annual_return": empyrical.annual_return(returns),
            "annual_volatility": empyrical.annual_volatility(returns),
            "sharpe_ratio": empyrical.sharpe_ratio(returns),
            "sortino_ratio": empyrical.sortino_ratio(returns),
            "calmar_ratio": empyrical.calmar_ratio(returns),
            "omega": empyrical.omega_ratio(returns),
            "tail_ratio": empyrical.tail_ratio(returns),
            "max_drawdown": -empyrical.max_drawdown(returns),
        },
        "quantstats": {
            "sharpe_ratio": quantstats.stats.sharpe(returns),
            "sortino_ratio": quantstats.stats.sortino(returns),
            "annual_volatility": quantstats.stats.volatility(returns),
            "gain_to_pain": quantstats.stats.gain_to_pain_ratio(returns),
            "max_drawdown": -quantstats.stats.max_drawdown(returns),
            "ulcer": quantstats.stats.ulcer_index(returns),
            "skew": quantstats.stats.skew(returns),
            "excess_kurtosis": quantstats.stats.kurtosis(returns),
            "tail_ratio": quantstats.stats.tail_ratio(returns),
        },
    }
    print(
        json.dumps(
            {
                "returns": values.tolist(),
                "dates": [str(day.date()) for day in returns.index],
                "figures": {library: {k: float(v) for k, v in own.items()} for library, own in figures.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
