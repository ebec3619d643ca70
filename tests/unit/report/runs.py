"""Runs of the Python reference for tests of reports: random cases of the conformance suite, as batches."""

from __future__ import annotations

from dataclasses import dataclass

from quartet.bench.quotes import w1_quotes, w1_symbols
from quartet.bench.settings import w1_settings
from quartet.core.errors import EngineError
from quartet.core.pb import config_pb2
from quartet.data.batch import EventBatch
from quartet.engines.records import split_records
from quartet.engines.reference import Engine
from quartet.engines.snapshot_model import Snapshot
from quartet.engines.snapshot_reader import read_snapshot
from quartet.report.run_report import RunFacts, RunReport, build_report
from quartet.report.trace import RunTrace
from tests.conformance.random_case import random_case
from tests.conformance.stream import to_batch

FACTS = RunFacts(
    name="<b>case & co</b>",
    engine="python",
    engine_version="0",
    engine_build="test",
    degraded="",
    config_hash="c" * 64,
    data_hash="d" * 64,
    contract_hash="e" * 64,
    quartet_version="0",
    sources=("a </script> file",),
    notes=("a note",),
    assumptions=(("Fees", "none"),),
    processing_ns=1,
)


@dataclass
class CaseRun:
    """A case that was run."""

    config: config_pb2.EngineConfig
    batch: EventBatch
    records: bytes
    snapshot: Snapshot


def run_case(seed: int, events: int = 300) -> CaseRun | None:
    """The random case of a seed; None where its configuration is refused."""
    case = random_case(seed, events)
    batch = EventBatch.from_proto(to_batch(case.stream.events))
    try:
        engine = Engine(case.config_bytes())
    except EngineError:
        return None
    records = engine.process(batch.to_columns(), batch.controls)
    config = config_pb2.EngineConfig.FromString(case.config_bytes())
    return CaseRun(config, batch, records, read_snapshot(engine.snapshot()))


def walk_run(events: int = 2000, symbols: int = 5) -> CaseRun:
    """Quotes that walk at random, many trades, with fees that do not come out even."""
    config = config_pb2.EngineConfig.FromString(w1_settings().engine_config(w1_symbols(symbols)))
    config.venue.taker_fee_ppb = 123_457
    for place, instrument in enumerate(config.instruments):
        instrument.multiplier = place + 1
    batch = w1_quotes(events, symbols)
    engine = Engine(config.SerializeToString(deterministic=True))
    records = engine.process(batch.to_columns(), ())
    return CaseRun(config, batch, records, read_snapshot(engine.snapshot()))


def traced(run: CaseRun, block: int) -> RunTrace:
    """The trace of a case, fed in blocks."""
    trace = RunTrace(run.config)
    engine = Engine(run.config.SerializeToString(deterministic=True))
    first = 0
    for part in run.batch.split(block):
        trace.add(part, split_records(engine.process(part.to_columns(), part.controls)), first)
        first += len(part)
    return trace


def report_of(run: CaseRun) -> RunReport:
    """The report of a case."""
    return build_report(FACTS, split_records(run.records), run.snapshot, traced(run, 64))
