"""The counters of the contract's table (spec 5.1), in its order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Counts since configuration."""

    events: int = 0
    rejected: int = 0
    signals: int = 0
    non_finite: int = 0
    low_confidence: int = 0
    expired_signals: int = 0
    gaps: int = 0
    orders: int = 0
    risk_rejects: int = 0
    venue_rejects: int = 0
    fills: int = 0
    cancels: int = 0
    late_reports: int = 0
