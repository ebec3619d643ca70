"""Floor 1: market data on its way in: exact numbers, batches of events, files, frames, demo data.

What belongs here: whatever turns data of others into EventBatch, and EventBatch itself. It imports quartet.core alone.
"""

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
from quartet.data.decimals import Nanos, to_nanos
from quartet.data.dicts import to_dicts
from quartet.data.exact import Places, nano_of, nano_text
from quartet.data.file_plan import FileOptions
from quartet.data.files import EventFile, events_of, merged_events, open_all, open_events
from quartet.data.intake import Intake, to_batch
from quartet.data.rejects import EdgeReject, EdgeRejects
from quartet.data.sides import SideMode
from quartet.data.streams import clocked, merge_streams
from quartet.data.survey import SymbolSurvey, survey
from quartet.data.symbols import SymbolTable

__all__ = [
    "EdgeReject",
    "EdgeRejects",
    "EventBatch",
    "EventFile",
    "FileOptions",
    "Intake",
    "Nanos",
    "Places",
    "SideMode",
    "SymbolSurvey",
    "SymbolTable",
    "bars",
    "books",
    "clocked",
    "clocks",
    "concat",
    "controls",
    "events_of",
    "execution_reports",
    "external_signals",
    "merge",
    "merge_streams",
    "merged_events",
    "nano_of",
    "nano_text",
    "open_all",
    "open_events",
    "quotes",
    "survey",
    "to_batch",
    "to_dicts",
    "to_nanos",
    "trades",
    "with_clocks",
]
