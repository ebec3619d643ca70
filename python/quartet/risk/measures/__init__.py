"""Quartet's own measures, one pure function each, in files by what they read. Importing this registers them.

What belongs here: the function and its parameters. Formulas that something else needs too lie one folder up.
"""

from quartet.risk.measures import (
    backtested,
    drawdown,
    parametric_tail,
    positions,
    relative,
    reward,
    sample_tail,
    shape,
    trades,
)

__all__ = [
    "backtested",
    "drawdown",
    "parametric_tail",
    "positions",
    "relative",
    "reward",
    "sample_tail",
    "shape",
    "trades",
]
