"""Further markets of the past (R-017): replayed where the prices have their days, and left out where they do not."""

from __future__ import annotations

from typing import Final

import numpy as np

from quartet.backtest.prices import Ints
from quartet.backtest.stress.case import Case
from quartet.core.errors import DataError
from quartet.core.registry import register
from quartet.risk.stress.scenarios import Window, load_scenarios

_HYPOTHETICAL_TOO: Final = ("crisis_2008", "pandemic_2020", "rate_shock")
"""Those of quartet.backtest.stress.episodes: where prices do not have their days, a fall stands for them."""
_DAY_NS: Final = 86_400 * 10**9


def covers(stamps: Ints, window: Window) -> bool:
    """Whether prices with these stamps have the days."""
    return bool(stamps[0] <= window.begin_ns and stamps[-1] >= window.end_ns - _DAY_NS)


def _register(name: str, window: Window) -> None:
    def replayed(case: Case) -> Case:
        stamps = case.prices.stamps
        if not covers(stamps, window):
            raise DataError(f"the prices do not have {window.first} to {window.last}")
        begin, end = np.searchsorted(stamps, [window.begin_ns, window.end_ns]).tolist()
        # What was decided two bars before is held when the first day opens.
        return case.between(max(begin - 2, 0), end).with_note("replayed: the days themselves")

    replayed.__doc__ = window.what
    days = (window.first, window.last)
    register("scenario", name, source="days of public record", scored=False, days=days)(replayed)


for _name, _window in load_scenarios().windows.items():
    if _name not in _HYPOTHETICAL_TOO:
        _register(_name, _window)
