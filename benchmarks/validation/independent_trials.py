"""How many independent trials a number of like ones is worth, counted in two ways, and what passes for skill by each.

    .venv/bin/python benchmarks/validation/independent_trials.py

Sets of worthless trials are drawn, and the Sharpe ratio of the best of each set is deflated by the number of clusters,
by N (1 - r) + r, and by the larger of the two. Not one is skill, so that a right number lets no more than one in twenty
pass 95 %. The last row is of real prices: crosses of two averages on five US stocks (extra demo), decided at a close
and held over the next day; in it are the deflated ratios themselves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quartet.backtest.validation.effective_trials import (
    effective_trials_by_clusters,
    effective_trials_by_mean,
    trial_correlations,
)
from quartet.backtest.validation.sharpe_evidence import deflated_sharpe_ratio, sharpe_moments
from quartet.data.demo import load_demo

Floats = NDArray[np.float64]
DAYS, DRAWS = 1_000, 400
SETS = ((100, 1, 0.0), (10, 10, 0.5), (10, 10, 0.9), (3, 40, 0.9), (1, 100, 0.5), (1, 100, 0.9))
"""Ideas, variants of each, and how much these are correlated."""


def variants(seed: int, ideas: int, each: int, correlation: float) -> Floats:
    """(T, N) worthless ideas, and variants of each with a correlation among them."""
    dice = np.random.default_rng(seed)
    common = np.repeat(dice.normal(size=(DAYS, ideas)), each, axis=1)
    own = dice.normal(size=common.shape)
    made: Floats = 0.01 * (np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own)
    return made


def crosses(fast: range, slow: range) -> Floats:
    """(T, N) daily returns of five stocks, each long or short by two averages."""
    bars = load_demo("us_stocks").frame
    closes = bars.pivot("symbol", index="timestamp", values="close").sort("timestamp").drop("timestamp").to_numpy()
    closes = closes[:, ~np.isnan(closes).any(axis=0)].astype(np.float64)
    gains = closes[1:] / closes[:-1] - 1
    sums = np.vstack([np.zeros(closes.shape[1]), np.cumsum(closes, axis=0)])
    first = slow[-1]
    means = {days: (sums[first:] - sums[first - days : -days]) / days for days in {*fast, *slow}}
    pairs = [(one, other) for one in fast for other in slow if one < other]
    held = [np.sign(means[one] - means[other])[:-1] for one, other in pairs]
    return np.stack([(sign * gains[first - 1 :]).mean(axis=1) for sign in held], axis=1)


def judged(returns: Floats) -> tuple[Floats, Floats]:
    """Both numbers, and the deflated Sharpe ratio of the best trial by each and by the larger."""
    correlations = trial_correlations(returns)
    counts = np.array([effective_trials_by_clusters(correlations), effective_trials_by_mean(correlations)])
    ratios = returns.mean(axis=0) / returns.std(axis=0, ddof=1)
    best, variance = sharpe_moments(returns[:, ratios.argmax()]), float(ratios.var(ddof=1))
    worth = [deflated_sharpe_ratio(best, count, variance) or 0.0 for count in (*counts, counts.max())]
    return counts, np.array(worth)


def main() -> None:
    """Print the table."""
    print("| trials | clusters | N (1 - r) + r | pass by clusters | by N (1 - r) + r | by the larger |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for ideas, each, correlation in SETS:
        found = [judged(variants(seed, ideas, each, correlation)) for seed in range(DRAWS)]
        counts = np.mean([numbers for numbers, _ in found], axis=0)
        passed = np.mean([worth >= 0.95 for _, worth in found], axis=0)
        like = f", alike by {correlation}" if each > 1 else ""
        shares = " | ".join(f"{share * 100:.1f} %" for share in passed)
        name = f"{ideas} idea{'s' if ideas > 1 else ''}, {each} of each{like}"
        print(f"| {name} | {counts[0]:.1f} | {counts[1]:.1f} | {shares} |")
    counts, worth = judged(crosses(range(5, 50, 2), range(60, 200, 5)))
    shares = " | ".join(f"({share * 100:.1f} %)" for share in worth)
    print(f"| 630 crosses on real prices | {counts[0]:.1f} | {counts[1]:.1f} | {shares} |")


if __name__ == "__main__":
    main()
