"""Data of others into the contracts: files, frames, Arrow and DuckDB, in their columns and time zones.

Whatever turns columns by other names and types into a contract's belongs here; the contracts are in
quartet.data.contracts.
"""

from quartet.data.loading.datasets import Chunks, load
from quartet.data.loading.options import LoadOptions

__all__ = ["Chunks", "LoadOptions", "load"]
