"""Orders that are not filled whole: of what the base traded in a bar, a part is there (S-134)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from quartet.backtest.columnar.layout import TermColumn
from quartet.backtest.instruments import terms_of
from quartet.backtest.stress.case import Case
from quartet.core.fixed import PPB
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.engines.config.numbers import Double, nano

_SOURCE: Final = "robustness audit of execution: the same decisions under worse terms"
_AMPLE: Final = 100
"""Times the largest position, where volume was not bounded."""
_LARGEST: Final = 2**62 - 1


class Part(Parameters):
    """How much is there."""

    share: Double = parameter(0.5, "Of what the base traded in a bar.", unit="fraction", ge=0, le=1)


@register("scenario", "partial_fills", parameters=Part, source=_SOURCE, scored=True)
def partial_fills(case: Case, parameters: Part) -> Case:
    """Half of what the base traded in a bar is filled; the rest is wanted again at the next signal."""
    if parameters.share == 1.0:
        return case
    before = np.vstack([np.zeros((1, case.held.shape[1]), case.held.dtype), case.held[:-1]])
    traded = np.abs(case.held - before)
    lots = terms_of(case.prices, case.settings)[:, TermColumn.LOT]
    filled = np.floor(traded * parameters.share).astype(np.int64) // lots * lots
    volume, settings = case.prices.volume, case.settings
    if settings.max_participation is None:
        ample = min(_AMPLE * int(np.abs(case.held).max(initial=1)), _LARGEST)
        volume, settings = np.where(case.prices.present, ample, 0), case.with_settings(max_participation=1).settings
    assert volume is not None and settings.max_participation is not None  # the base could not have run
    share = nano(settings.max_participation)
    there = traded > 0
    # Whole numbers beyond 64 bits: only where something was traded.
    needed = np.array([-(-each * PPB // share) for each in filled[there].tolist()], np.int64)
    thin = volume.copy()
    thin[there] = np.minimum(needed, volume[there])
    cut = int((traded > filled).sum())
    changed = replace(case, settings=settings, prices=replace(case.prices, volume=thin))
    return changed.with_note(f"{cut:,} bars filled less than was wanted")
