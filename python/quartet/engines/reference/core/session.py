"""Session days (spec 8.2)."""

from __future__ import annotations

from quartet.core.fixed import NANOS_PER_DAY


def session_number(now: int, session_roll_ns: int) -> int:
    """The session day that a time belongs to."""
    return (now - session_roll_ns) // NANOS_PER_DAY
