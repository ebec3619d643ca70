"""Is the best of many strategies better than a benchmark: White's reality check, Hansen's SPA, StepM (S-133)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from quartet.backtest.validation.intervals import STANDARD, Resampling
from quartet.backtest.validation.samples import Floats, checked_returns, checked_share, checked_trials
from quartet.core.errors import DataError
from quartet.core.extras import needed

_PERIODS_MIN = 10


@dataclass(frozen=True, slots=True)
class DataSnooping:
    """P-values of "none is better than the benchmark" over the whole set; 0 means below 1 / replications."""

    reality_check: float
    """White (2000): not studentised, every strategy counted as if it were as good as the benchmark."""
    spa_lower: float
    spa_consistent: float
    """Hansen (2005): poor strategies do not weigh on the good. The one to report. arch compares means as they are:
    where trials differ much in deviation, `best_of_many.chance_of_best` compares them in units of it."""
    spa_upper: float
    best: int
    """Column of the highest mean excess over the benchmark."""
    superior: tuple[int, ...]
    """Columns that StepM finds better than the benchmark, at the size in all (Romano and Wolf, 2005)."""
    size: float
    block_periods: int
    replications: int


def data_snooping_test(
    returns: Any, benchmark: Any = None, *, size: float = 0.05, resampling: Resampling = STANDARD
) -> DataSnooping:
    """Test all strategies that were tried, at once, against a benchmark.

    returns: (T, N), per period, a column for every configuration that was tried, the bad ones too. benchmark: (T,)
    returns over the same periods; None: cash, 0. size: the chance, over the whole set, that StepM names a wrong one.
    Raises ConfigError without the extra `research`, DataError for different lengths, fewer than 10 periods, and for
    columns whose excess does not vary: they have no deviation to be measured by. Computed by arch.
    """
    values = checked_trials(returns, periods_min=_PERIODS_MIN)
    cash = np.zeros(len(values))
    theirs = cash if benchmark is None else checked_returns(benchmark, "benchmark", _PERIODS_MIN)
    if len(theirs) != len(values):
        raise DataError(f"returns have {len(values)} periods, benchmark {len(theirs)}: give both of the same periods")
    if values.shape[1] == 0:
        raise DataError("returns: no column, hence nothing to test")
    checked_share(size, "size")
    excess = values - theirs[:, np.newaxis]
    refuse_still(excess)
    arch = needed("arch.bootstrap", "research", "a test for data snooping")
    block = resampling.block_for(excess)

    def made(test: Any, **more: Any) -> Any:
        # arch compares losses; it draws from the generator, so that each test gets one of its own.
        drawn_by = np.random.default_rng(resampling.seed)
        done = test(-theirs, -values, block_size=block, reps=resampling.replications, seed=drawn_by, **more)
        done.compute()
        return done

    spa = made(arch.SPA).pvalues
    return DataSnooping(
        reality_check=float(made(arch.RealityCheck, studentize=False).pvalues["upper"]),
        spa_lower=float(spa["lower"]),
        spa_consistent=float(spa["consistent"]),
        spa_upper=float(spa["upper"]),
        best=int(excess.mean(axis=0).argmax()),
        superior=tuple(int(each) for each in made(arch.StepM, size=size).superior_models),
        size=size,
        block_periods=block,
        replications=resampling.replications,
    )


def refuse_still(excess: Floats) -> None:
    """DataError where a column does not vary."""
    still = np.flatnonzero((excess == excess[0]).all(axis=0))
    if len(still):
        raise DataError(
            f"returns: the excess of column {', '.join(str(each) for each in still[:5])} over the benchmark does not "
            "vary; take it out here (it stays a trial for the deflated Sharpe ratio)"
        )
