"""What a source delivers: a frame that it made as a Dataset, sorted and checked, with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from quartet.core.errors import DataError
from quartet.data.contracts.schemas import schema_named
from quartet.data.dataset import Dataset
from quartet.data.loading.inputs import paths_of
from quartet.data.provenance import Provenance, file_hash
from quartet.data.quality import assess
from quartet.data.verdict import Finding, Severity, Verdict


def dataset_of(
    frame: pl.DataFrame,
    schema: str,
    source: str,
    what: Any = None,
    *,
    name: str | None = None,
    steps: Sequence[str] = (),
    findings: Sequence[Finding] = (),
    parameters: Mapping[str, Any] | None = None,
    licence: str = "",
    simulated: bool = False,
    signed_prices: bool = False,
    adjusted: bool = False,
) -> Dataset:
    """A frame that a source made: sorted, checked, with its provenance. adjusted: see assess."""
    wanted = schema_named(schema)
    ordered = frame.sort(wanted.order, maintain_order=True)
    paths = paths_of(what) or []
    said = {key: value for key, value in (parameters or {}).items() if value is not None}
    said |= {"adjusted": True} if adjusted else {}
    label = name or ", ".join(path.name for path in paths[:3]) or source
    files = tuple(file_hash(path) for path in paths)
    made = Provenance(label, source, files, licence, simulated, said, tuple(filter(None, steps)))
    dataset = Dataset.of(ordered, wanted, made, signed_prices=signed_prices)
    verdict = Verdict(len(ordered), (), tuple(findings))
    dataset = dataset.with_verdict(verdict)
    return dataset.with_verdict(assess(ordered, wanted, adjusted=adjusted)) if dataset.verdict.passed else dataset


def one_file(what: Any, source: str) -> Path:
    """The one file that a source reads; DataError where it is none or several."""
    paths = paths_of(what)
    if paths is None or len(paths) != 1:
        raise DataError(f"source {source}: give one file")
    return paths[0]


@contextmanager
def expected_form(path: Path, form: str) -> Iterator[None]:
    """What is not of the form that a file should have becomes a DataError that names the file and the form."""
    try:
        yield
    except (pa.ArrowException, pl.exceptions.PolarsError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path.name}: it is not, or not wholly, {form}: {error!r:.200}") from error


def warning(rule: str, count: int, what: str) -> list[Finding]:
    """A warning with a count of messages, or none where it is 0."""
    return [Finding(rule, Severity.WARNING, what, count, "messages")] if count else []
