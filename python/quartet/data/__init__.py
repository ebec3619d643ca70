"""Floor 1: market data on its way in: exact numbers, batches of events, files, frames, contracts, sources, the store.

What belongs here: whatever turns data of others into EventBatch or into a Dataset, and these themselves. It imports
quartet.core alone. The names below are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from quartet.core.lazy import lazy_names

if TYPE_CHECKING:
    from quartet.data.batch import EventBatch, concat, merge
    from quartet.data.builders import (
        bars,
        books,
        clocks,
        controls,
        execution_reports,
        external_signals,
        quotes,
        trades,
        with_clocks,
    )
    from quartet.data.calendars import Calendar, calendar
    from quartet.data.contracts import Schema, check, schema_named
    from quartet.data.corporate import adjust, total_return
    from quartet.data.dataset import Dataset
    from quartet.data.decimals import Nanos, to_nanos
    from quartet.data.dicts import to_dicts
    from quartet.data.exact import Places, nano_of, nano_text
    from quartet.data.file_plan import FileOptions
    from quartet.data.files import EventFile, events_of, merged_events, open_all, open_events
    from quartet.data.intake import Intake, to_batch
    from quartet.data.loading import load
    from quartet.data.provenance import Provenance, content_hash
    from quartet.data.quality import assess, compare
    from quartet.data.rejects import EdgeReject, EdgeRejects
    from quartet.data.sample_data import sample, samples
    from quartet.data.sides import SideMode
    from quartet.data.store import Store
    from quartet.data.streams import clocked, merge_streams
    from quartet.data.symbol_survey import SymbolSurvey, survey
    from quartet.data.symbols import SymbolTable
    from quartet.data.universe import Universe, with_delistings
    from quartet.data.verdict import Finding, Severity, Verdict

_HOMES = {
    "Calendar": "quartet.data.calendars",
    "Dataset": "quartet.data.dataset",
    "EdgeReject": "quartet.data.rejects",
    "EdgeRejects": "quartet.data.rejects",
    "EventBatch": "quartet.data.batch",
    "EventFile": "quartet.data.files",
    "FileOptions": "quartet.data.file_plan",
    "Finding": "quartet.data.verdict",
    "Intake": "quartet.data.intake",
    "Nanos": "quartet.data.decimals",
    "Places": "quartet.data.exact",
    "Provenance": "quartet.data.provenance",
    "Schema": "quartet.data.contracts",
    "Severity": "quartet.data.verdict",
    "SideMode": "quartet.data.sides",
    "Store": "quartet.data.store",
    "SymbolSurvey": "quartet.data.symbol_survey",
    "SymbolTable": "quartet.data.symbols",
    "Universe": "quartet.data.universe",
    "Verdict": "quartet.data.verdict",
    "adjust": "quartet.data.corporate",
    "assess": "quartet.data.quality",
    "bars": "quartet.data.builders",
    "books": "quartet.data.builders",
    "calendar": "quartet.data.calendars",
    "check": "quartet.data.contracts",
    "clocked": "quartet.data.streams",
    "clocks": "quartet.data.builders",
    "compare": "quartet.data.quality",
    "concat": "quartet.data.batch",
    "content_hash": "quartet.data.provenance",
    "controls": "quartet.data.builders",
    "events_of": "quartet.data.files",
    "execution_reports": "quartet.data.builders",
    "external_signals": "quartet.data.builders",
    "load": "quartet.data.loading",
    "merge": "quartet.data.batch",
    "merge_streams": "quartet.data.streams",
    "merged_events": "quartet.data.files",
    "nano_of": "quartet.data.exact",
    "nano_text": "quartet.data.exact",
    "open_all": "quartet.data.files",
    "open_events": "quartet.data.files",
    "quotes": "quartet.data.builders",
    "sample": "quartet.data.sample_data",
    "samples": "quartet.data.sample_data",
    "schema_named": "quartet.data.contracts",
    "survey": "quartet.data.symbol_survey",
    "to_batch": "quartet.data.intake",
    "to_dicts": "quartet.data.dicts",
    "to_nanos": "quartet.data.decimals",
    "total_return": "quartet.data.corporate",
    "trades": "quartet.data.builders",
    "with_clocks": "quartet.data.builders",
    "with_delistings": "quartet.data.universe",
}

__all__ = [
    "Calendar",
    "Dataset",
    "EdgeReject",
    "EdgeRejects",
    "EventBatch",
    "EventFile",
    "FileOptions",
    "Finding",
    "Intake",
    "Nanos",
    "Places",
    "Provenance",
    "Schema",
    "Severity",
    "SideMode",
    "Store",
    "SymbolSurvey",
    "SymbolTable",
    "Universe",
    "Verdict",
    "adjust",
    "assess",
    "bars",
    "books",
    "calendar",
    "check",
    "clocked",
    "clocks",
    "compare",
    "concat",
    "content_hash",
    "controls",
    "events_of",
    "execution_reports",
    "external_signals",
    "load",
    "merge",
    "merge_streams",
    "merged_events",
    "nano_of",
    "nano_text",
    "open_all",
    "open_events",
    "quotes",
    "sample",
    "samples",
    "schema_named",
    "survey",
    "to_batch",
    "to_dicts",
    "to_nanos",
    "total_return",
    "trades",
    "with_clocks",
    "with_delistings",
]


__getattr__ = lazy_names(globals(), _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
