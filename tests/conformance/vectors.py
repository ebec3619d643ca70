"""The files of a recorded case: readable JSON and its binary twin; and how any engine is run over one."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from quartet.core.contract import COLUMNS, COMMON_COLUMNS, RECORD_SIZE, Column, ErrorCode, EventKind, Verdict
from quartet.core.errors import EngineError
from quartet.core.pb import config_pb2, conformance_pb2, market_data_pb2
from tests.conformance import decode
from tests.conformance.authored.case import Case
from tests.conformance.stream import FORMATS, to_batch, to_columns

KIND_COLUMNS = [column for columns in COLUMNS.values() for column in columns]
Factory = Callable[[bytes], Any]
FOLDER = Path(__file__).parent / "vectors"


@dataclass
class Outcome:
    """What an engine made of a case."""

    records: bytes = b""
    snapshot: bytes = b""
    error_code: int = 0
    message: str = ""
    verdict: bytes = b""
    score: bytes = b""


def cut(events: list[dict[str, Any]], size: int | None) -> list[market_data_pb2.EventBatch]:
    if not events:
        return []
    size = size or len(events)
    return [to_batch(events[i : i + size]) for i in range(0, len(events), size)]


def run(
    make_engine: Factory,
    config: bytes,
    batches: list[market_data_pb2.EventBatch],
    restore_with: Factory | None = None,
) -> Outcome:
    """Runs a case; with `restore_with`, every batch goes to a fresh engine restored from a snapshot of the last."""
    out = Outcome()
    try:
        engine = make_engine(config)
        for batch in batches:
            if restore_with is not None:
                fresh = restore_with(config)
                fresh.restore(engine.snapshot())
                engine = fresh
            out.records += engine.process(*to_columns(batch))
    except EngineError as error:
        out.error_code, out.message = int(error.code), str(error)
        if not out.records:
            return out
    out.snapshot = engine.snapshot()
    return out


def evaluate(make_engine: Factory, config: bytes, batch: market_data_pb2.EventBatch) -> tuple[bytes, bytes]:
    verdict, score, _, _ = make_engine(config).evaluate(*to_columns(batch))
    return bytes(verdict), bytes(score)


def record_case(case: Case, make_engine: Factory) -> conformance_pb2.ConformanceCase:
    """The binary twin of an authored case, its outcome taken from the given engine."""
    batches = cut(case.stream.events, None)
    if case.broken_batch is not None:
        batches.append(case.broken_batch)
    config = case.config_bytes()
    outcome = run(make_engine, config, batches)
    message = conformance_pb2.ConformanceCase(
        name=case.name,
        paragraphs=case.paragraphs,
        config=config,
        batches=batches,
        records=outcome.records,
        snapshot=without_hash(outcome.snapshot),
        error_code=outcome.error_code,
    )
    if case.evaluate:
        message.verdict, message.score = evaluate(make_engine, config, batches[0])
    return message


def without_hash(snapshot: bytes) -> bytes:
    """A snapshot with its contract hash zeroed: a comment in the contract then changes no vector."""
    return snapshot[:8] + bytes(32) + snapshot[40:] if snapshot else b""


def to_json(case: Case, message: conformance_pb2.ConformanceCase) -> str:
    """One event and one record a line, so that a change reads well in a diff."""
    lines = ["{", f' "name": {json.dumps(case.name)},', f' "paragraphs": {json.dumps(case.paragraphs)},']
    if isinstance(case.config, bytes):
        lines.append(f' "config_hex": "{case.config.hex()}",')
    else:
        config = json_format.MessageToDict(case.config, preserving_proto_field_name=True)
        lines.append(f' "config": {json.dumps(config)},')
    lines.append(
        ' "events": [' + ",".join("\n  " + json.dumps(decode.event(event)) for event in case.stream.events) + "],"
    )
    if case.broken_batch is not None:
        lines.append(f' "broken_batch_hex": "{case.broken_batch.SerializeToString(deterministic=True).hex()}",')
    error = ErrorCode(message.error_code).name if message.error_code else None
    lines.append(f' "error": {json.dumps(error)},')
    if message.verdict:
        lines.append(f' "verdicts": {json.dumps([Verdict(code).name for code in message.verdict])},')
    lines.append(
        ' "records": [' + ",".join("\n  " + json.dumps(item) for item in decode.records(message.records)) + "],"
    )
    lines.append(f' "records_sha256": "{hashlib.sha256(message.records).hexdigest()}",')
    lines.append(f' "state_sha256": "{hashlib.sha256(message.snapshot[40:]).hexdigest()}"')
    return "\n".join([*lines, "}"]) + "\n"


def load(path: Path) -> conformance_pb2.ConformanceCase:
    return conformance_pb2.ConformanceCase.FromString(path.read_bytes())


def twin_of(text: str) -> tuple[bytes, list[market_data_pb2.EventBatch]]:
    """Configuration and batches rebuilt from the readable file."""
    data = json.loads(text)
    if "config_hex" in data:
        config = bytes.fromhex(data["config_hex"])
    else:
        config = json_format.ParseDict(data["config"], config_pb2.EngineConfig()).SerializeToString(deterministic=True)
    batches = cut([decode.parse_event(event) for event in data["events"]], None)
    if "broken_batch_hex" in data:
        batches.append(market_data_pb2.EventBatch.FromString(bytes.fromhex(data["broken_batch_hex"])))
    return config, batches


def difference(expected: bytes, actual: bytes) -> str:
    """The first record in which two streams differ, field by field; empty where they are equal."""
    for i in range(0, max(len(expected), len(actual)), RECORD_SIZE):
        left, right = expected[i : i + RECORD_SIZE], actual[i : i + RECORD_SIZE]
        if left == right:
            continue
        where = f"record {i // RECORD_SIZE}"
        if not right:
            return f"{where}: missing {decode.record(left)}"
        if not left:
            return f"{where}: unexpected {decode.record(right)}"
        a, b = decode.record(left), decode.record(right)
        fields = {key: (a.get(key), b.get(key)) for key in a.keys() | b.keys() if a.get(key) != b.get(key)}
        return f"{where}, event {a['event_index']}: expected/actual {fields or (left.hex(), right.hex())} in {a}"
    return ""


def split(batch: market_data_pb2.EventBatch, size: int) -> list[market_data_pb2.EventBatch]:
    """The batch cut into pieces of `size` events, column by column."""
    columns = {column.name: rows_of(getattr(batch, column.name), column) for column in (*COMMON_COLUMNS, *KIND_COLUMNS)}
    used = dict.fromkeys(columns, 0)
    controls = list(batch.controls)
    pieces = []
    for start in range(0, len(batch.kind), size):
        kinds = batch.kind[start : start + size]
        piece = market_data_pb2.EventBatch()
        for column in COMMON_COLUMNS:
            setattr(piece, column.name, b"".join(columns[column.name][start : start + size]))
        for kind, group in COLUMNS.items():
            count = kinds.count(int(kind))
            for column in group:
                first = used[column.name]
                setattr(piece, column.name, b"".join(columns[column.name][first : first + count]))
                used[column.name] = first + count
        for _ in range(kinds.count(int(EventKind.CONTROL))):
            piece.controls.append(controls.pop(0))
        pieces.append(piece)
    return pieces


def rows_of(column: bytes, layout: Column) -> list[bytes]:
    width = struct.calcsize("<" + FORMATS[layout.type]) * layout.width
    return [column[i : i + width] for i in range(0, len(column), width)]


def snapshot_difference(expected: bytes, actual: bytes) -> str:
    """Where two snapshots first differ."""
    if len(expected) != len(actual):
        return f"{len(actual)} bytes, expected {len(expected)}"
    first = next(i for i in range(len(expected)) if expected[i] != actual[i])
    return f"byte {first}: {actual[first : first + 16].hex()}, expected {expected[first : first + 16].hex()}"
