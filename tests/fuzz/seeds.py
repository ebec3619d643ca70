"""Inputs for the fuzzers from the recorded cases: `python -m tests.fuzz.seeds FOLDER`.

FOLDER/config holds configurations; FOLDER/batch and FOLDER/snapshot hold the length of a configuration (u32,
little-endian), the configuration, and an EventBatch or a snapshot. A file is named by its content's hash.
"""

from __future__ import annotations

import hashlib
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from quartet.core.contract import CONTRACT_HASH
from quartet.core.pb import conformance_pb2
from tests.conformance.vectors import FOLDER, load

BYTES_MAX = 20_000  # a fuzzer is slow on long inputs


def inputs(case: conformance_pb2.ConformanceCase) -> Iterator[tuple[str, bytes]]:
    """The target and the input of everything that the case holds."""
    yield "config", case.config
    for batch in case.batches:
        yield "batch", with_config(case.config, batch.SerializeToString(deterministic=True))
    if case.snapshot:
        yield "snapshot", with_config(case.config, with_hash(case.snapshot))


def with_config(config: bytes, rest: bytes) -> bytes:
    return struct.pack("<I", len(config)) + config + rest


def with_hash(snapshot: bytes) -> bytes:
    """Recorded snapshots hold zeros where the contract's hash belongs."""
    return snapshot[:8] + bytes.fromhex(CONTRACT_HASH) + snapshot[40:]


def file_name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def write_seeds(folder: Path) -> dict[str, int]:
    """Writes the seeds of all targets and counts them."""
    counts: dict[str, int] = {}
    for path in sorted(FOLDER.glob("*.bin")):
        for target, content in inputs(load(path)):
            place = folder / target / file_name(content)
            if len(content) > BYTES_MAX or place.exists():
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            counts[target] = counts.get(target, 0) + 1
    return counts


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.fuzz.seeds FOLDER")
    made = write_seeds(Path(sys.argv[1]))
    print("seeds: " + (", ".join(f"{count} {target}" for target, count in made.items()) or "all there"))
