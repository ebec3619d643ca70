"""A process that appends trials and prints the number of each, and the trials that tests append.

python -m tests.integration.trial_writer PLACE COUNT FIRST_SEED [STUDY [LARGEST_FILE_BYTES]]
"""

from __future__ import annotations

import resource
import sys
from typing import Any

import numpy as np

from quartet.backtest.ledger.errors import LedgerError
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.return_series import ReturnSeries
from quartet.backtest.ledger.trial import Trial

DAY_NS = 86_400 * 10**9


def some_returns(seed: int, periods: int = 250, mean: float = 0.0) -> ReturnSeries:
    values = np.random.default_rng(seed).normal(mean, 0.01, periods)
    return ReturnSeries.of(np.arange(1, periods + 1) * DAY_NS, values)


def some_trial(seed: int = 0, study: str = "momentum", **changes: Any) -> Trial:
    values: dict[str, Any] = {
        "study": study,
        "config": {"window": 20 + seed, "policy": {"limit": "0.50"}},
        "data": {"files": ["quotes.csv"], "symbols": ["AAA"]},
        "data_hash": "ab" * 32,
        "engine": "rust",
        "seed": seed,
        "metrics": {"sharpe_ratio": 0.1 + seed, "sortino_ratio": None},
        "returns": some_returns(seed),
        "periods_per_year": 252.0,
    }
    return Trial(**{**values, **changes})


def main() -> None:
    place, count, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    study = sys.argv[4] if len(sys.argv) > 4 else "momentum"
    bytes_max = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    if bytes_max:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))
    with TrialLedger.open(place) as ledger:
        for number in range(first, first + count):
            try:
                print(ledger.append(some_trial(number, study)), flush=True)
            except LedgerError as error:
                print(f"refused: {error}", flush=True)
                sys.exit(3)


if __name__ == "__main__":
    main()
