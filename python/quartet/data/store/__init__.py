"""The embedded store: datasets as partitioned Parquet files with provenance and verdict, and DuckDB views of them.

A dataset is what its manifest says: files are written beside it under new names, and the manifest is replaced last, so
that a reader sees the old data or the new ones and never half of either.
"""

from quartet.data.store.importing import ImportOptions
from quartet.data.store.manifest import Manifest, Partition
from quartet.data.store.store import PLACE_VARIABLE, Store

__all__ = ["PLACE_VARIABLE", "ImportOptions", "Manifest", "Partition", "Store"]
