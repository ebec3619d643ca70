"""Bytes back to an engine (spec 14.2): everything is read and tested before the engine takes it."""

from __future__ import annotations

import struct

from quartet.core.contract import CONTRACT_HASH, ErrorCode
from quartet.core.errors import EngineError
from quartet.engines.reference.controls import Blobs
from quartet.engines.reference.edge.limits import read_limits, read_risk_model
from quartet.engines.reference.edge.program import read_program
from quartet.engines.reference.edge.runtime import Runtime
from quartet.engines.reference.edge.snapshot_state import Reader, read_state
from quartet.engines.reference.edge.snapshot_writer import MAGIC, write_snapshot


def _bad(text: str) -> EngineError:
    return EngineError(ErrorCode.BAD_SNAPSHOT, f"snapshot: {text}")


def read_snapshot(data: bytes) -> Runtime:
    """A new engine with the state of a snapshot."""
    if data[:8] != MAGIC:
        raise _bad("it does not begin as one of ours")
    if len(data) < 40:
        raise _bad("cut short")
    if data[8:40] != bytes.fromhex(CONTRACT_HASH):
        raise EngineError(ErrorCode.CONTRACT_MISMATCH, "the snapshot is of another contract")
    r = Reader(data)
    r.at = 40
    try:
        runtime = _configured(r)
        read_state(r, runtime)
    except (struct.error, ValueError, OverflowError) as error:
        raise _bad(f"{error}, at byte {r.at}") from error
    if r.at != len(data):
        raise _bad(f"{len(data) - r.at} bytes after its end")
    # Whatever no test above has refused, but would come back as other bytes.
    if write_snapshot(runtime) != data:
        raise _bad("it is not as an engine writes it")
    return runtime


def _configured(r: Reader) -> Runtime:
    """Configure from the blobs."""
    config, *replaced = (r.take(r.integer("Q")) for _ in range(4))
    blobs = Blobs(*replaced)
    try:
        runtime = Runtime(config)
        settings = runtime.settings
        if blobs.limits:
            runtime.state.limits = read_limits(blobs.limits, settings)
        if blobs.risk_model:
            runtime.state.risk_model = read_risk_model(blobs.risk_model, settings)
        if blobs.program:
            runtime.phase_one.replace_program(read_program(blobs.program, settings))
    except EngineError as error:
        raise _bad(error.message) from error
    runtime.steps.blobs = blobs
    return runtime
