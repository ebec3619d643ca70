"""Files of any form that quartet.data.load reads, as a source of its own name."""

from __future__ import annotations

from typing import Any

from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.contracts.schemas import SCHEMAS
from quartet.data.dataset import Dataset
from quartet.data.loading import load


class FileParameters(Parameters):
    """The options of load that files most often need."""

    kind: str = parameter("bars", f"The contract: {', '.join(SCHEMAS)}.")
    timezone: str | None = parameter(None, "Zone of times without one.")
    symbol: str | None = parameter(None, "Symbol of rows that name none.")
    interval: str | None = parameter(None, "What a bar stands for: 1m, 1d; 0: its stamp is its end.")


@register("source", "file", parameters=FileParameters, schemas=", ".join(SCHEMAS))
def file(what: Any, parameters: FileParameters) -> Dataset:
    """Parquet, Arrow, CSV and JSON captures, packed or not, by the names of their columns; see docs/data.md."""
    options = parameters.model_dump(exclude={"kind"}, exclude_none=True)
    return load(what, parameters.kind, **options)
