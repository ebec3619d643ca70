"""What market data look like in Quartet: the columns of each kind of frame, their types and units, and the check of it.

Declarations and the check alone belong here; what makes frames of other data is in quartet.data.loading.
"""

from quartet.data.contracts.checking import check
from quartet.data.contracts.schema import Column, Law, Schema
from quartet.data.contracts.schemas import (
    ACTIONS,
    BARS,
    BOOK,
    CHAIN,
    EVENTS,
    INTERMARKET,
    MEMBERSHIP,
    PANEL,
    QUOTES,
    SCHEMAS,
    SERIES,
    TRADES,
    schema_named,
)

__all__ = [
    "ACTIONS",
    "BARS",
    "BOOK",
    "CHAIN",
    "EVENTS",
    "INTERMARKET",
    "MEMBERSHIP",
    "PANEL",
    "QUOTES",
    "SCHEMAS",
    "SERIES",
    "TRADES",
    "Column",
    "Law",
    "Schema",
    "check",
    "schema_named",
]
