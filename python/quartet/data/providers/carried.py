"""Samples by name as a source: what Quartet carries, and what packages of the extra `demo` carry."""

from __future__ import annotations

from typing import Any

from quartet.core.registry import register
from quartet.data.dataset import Dataset
from quartet.data.sample_data import sample


@register("source", "sample", schemas="bars, series")
def carried(what: Any) -> Dataset:
    """Real data that need no file: `wti_spot`, `us_cpi`, `us_10y_yield`, `us_stocks` and others of the extra demo."""
    return sample(str(what))
