"""How `quartet data` shows datasets, verdicts, samples and answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from quartet.cli.console import facts, table
from quartet.data.contracts.schemas import schema_named
from quartet.data.provenance import Provenance
from quartet.data.sample_data import Sample
from quartet.data.store import Manifest
from quartet.data.times import text_of
from quartet.data.verdict import Severity, Verdict

_STYLES: Final = {"passed": "good", "doubtful": "warn", "failed": "bad"}
_SHOWN: Final = 12
_ANSWER_ROWS: Final = 100


def list_parts(place: Path, manifests: Sequence[Manifest]) -> list[RenderableType]:
    """The table of the store."""
    if not manifests:
        return [f"The store {place} is empty; `quartet data import` brings data in."]
    rows = table(
        "Dataset", "Schema", "Rows>", "Symbols>", "From", "To", "MB>", "Verdict", "Source ~", caption=f"store {place}"
    )
    for each in manifests:
        rows.add_row(
            Text(each.name, style="name"),
            each.schema,
            f"{each.rows:,}",
            f"{len(each.symbols):,}",
            *_range(each),
            f"{each.bytes / 1e6:,.1f}",
            _grade(each.verdict),
            _source(each.provenance),
        )
    return [rows]


def imported_parts(manifest: Manifest, place: Path) -> list[RenderableType]:
    """What an import says at its end."""
    first, last = _range(manifest)
    size = f"{manifest.bytes / 1e6:,.1f} MB in {len(manifest.partitions)} files"
    lines = [
        ("Dataset", manifest.name),
        ("Rows", f"{manifest.rows:,} of {len(manifest.symbols):,} symbols, {first} to {last}"),
        ("Kept", f"{size} in {place}"),
        ("SHA-256", manifest.hash),
    ]
    return [facts(lines), *verdict_parts(manifest.name, manifest.verdict)]


def dataset_parts(manifest: Manifest, first: pl.DataFrame | None) -> list[RenderableType]:
    """All that is known of a dataset."""
    schema, made = schema_named(manifest.schema), manifest.provenance
    symbols = ", ".join(manifest.symbols[:_SHOWN])
    more = len(manifest.symbols) - _SHOWN
    since, until = _range(manifest)
    lines = [
        ("Dataset", f"SIMULATED {manifest.name}" if made.simulated else manifest.name),
        ("Schema", f"{schema.name}: {schema.doc}"),
        ("Rows", f"{manifest.rows:,} in {len(manifest.partitions)} files, {manifest.bytes / 1e6:,.1f} MB"),
        ("Times", f"{since} to {until}"),
        ("Symbols", escape(f"{symbols} and {more:,} more" if more > 0 else symbols)),
        ("SHA-256", manifest.hash),
        ("Source", _source(made)),
        ("Imported", _moment(made.retrieved_ns)),
        ("Licence", escape(made.licence) or "not stated"),
        *(("File", f"{escape(file.name)}, {file.bytes:,} bytes, {file.sha256[:16]}") for file in made.files[:_SHOWN]),
        *(("Done", escape(step)) for step in made.steps),
    ]
    parts: list[RenderableType] = [facts(lines), *verdict_parts(manifest.name, manifest.verdict)]
    return [*parts, answer_part(first)] if first is not None else parts


def verdict_parts(name: str, verdict: Verdict) -> list[RenderableType]:
    """The verdict, worst first."""
    head = Text.assemble("\nVerdict: ", (str(verdict), _STYLES[verdict.grade]))
    if not verdict.findings:
        return [head]
    rows = table("Finding", "Rule", "What, where first, and what to do ~")
    for severity in reversed(Severity):
        for each in verdict.of(severity):
            style = {"error": "bad", "warning": "warn", "note": "quiet"}[severity]
            rows.add_row(Text(severity, style=style), each.rule, Text(str(each).partition(": ")[2]))
    parts: list[RenderableType] = [head, rows]
    if verdict.quarantined:
        parts.append(Text(f"In quarantine, not to be traded: {', '.join(verdict.quarantined)}", style="warn"))
    return parts


def sample_part(samples: Sequence[Sample]) -> Table:
    """The table of samples."""
    rows = table("Sample", "What it is ~", "Schema", "Licence ~", "Carried by", "Here")
    for each in samples:
        here = "yes" if each.installed else "no: pip install quartet[demo]"
        rows.add_row(Text(each.name, style="name"), each.what, each.schema, each.licence, each.home, here)
    return rows


def answer_part(frame: pl.DataFrame) -> Table:
    """Rows of a frame."""
    numbers = {name for name, kind in frame.schema.items() if kind.is_numeric()}
    more = len(frame) - _ANSWER_ROWS
    caption = f"and {more:,} rows more" if more > 0 else ""
    rows = table(*(f"{name}>" if name in numbers else f"{name} ~" for name in frame.columns), caption=caption)
    for row in frame.head(_ANSWER_ROWS).iter_rows():
        rows.add_row(*("" if cell is None else Text(_cell(cell)) for cell in row))
    return rows


def _cell(cell: object) -> str:
    return f"{cell:,.10g}" if isinstance(cell, float) else str(cell)


def _range(manifest: Manifest) -> tuple[str, str]:
    if not manifest.partitions:
        return "", ""
    first = min(each.first_ns for each in manifest.partitions)
    last = max(each.last_ns for each in manifest.partitions)
    return text_of(first)[:19], text_of(last)[:19]


def _grade(verdict: Verdict) -> Text:
    return Text(verdict.grade, style=_STYLES[verdict.grade])


def _source(provenance: Provenance) -> str:
    return f"SIMULATED by {provenance.source}" if provenance.simulated else provenance.source


def _moment(ns: int | None) -> str:
    return "not recorded" if ns is None else datetime.fromtimestamp(ns // 10**9, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
