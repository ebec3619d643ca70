"""What goes wrong with a ledger itself."""

from __future__ import annotations

from quartet.core.errors import QuartetError


class LedgerError(QuartetError):
    """A ledger could not be read or written: no space, no right, a damaged file, a server that is gone."""
