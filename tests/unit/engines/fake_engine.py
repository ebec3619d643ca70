"""A module like the compiled ones whose engine counts events and misbehaves on command."""

from __future__ import annotations

import os
import struct
import time
from types import SimpleNamespace
from typing import Any

from quartet.core.contract import CONTRACT_HASH, COUNTERS, ErrorCode
from quartet.engines.native import InProcessEngine
from quartet.engines.protocol import LoadedEngine

MAGIC = b"QRTSNAP1" + bytes.fromhex(CONTRACT_HASH)
LATENCIES = ("count", "ns_total", "ns_max", "ns_p50", "ns_p90", "ns_p99", "ns_p999")


class FakeError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class FakeEngine:
    """One record of 128 bytes per event, with the event's index and the configuration's length."""

    def __init__(self, config: bytes) -> None:
        if config == b"bad":
            raise FakeError(ErrorCode.BAD_CONFIG, "key: bad")
        self.config = config
        self.events = 0
        self.processing_ns = 0

    def process(self, columns: list[Any], controls: list[bytes]) -> bytes:
        for control in controls:
            if control == b"refuse":
                raise FakeError(ErrorCode.BAD_BATCH, "column kind: refused")
            if control == b"crash":
                raise RuntimeError("a broken invariant")
            if control == b"exit":
                os._exit(3)
            if control.startswith(b"sleep"):
                time.sleep(float(control[5:]))
        count = len(bytes(columns[0]))
        first, self.events = self.events, self.events + count
        self.processing_ns = 1000 * count
        return b"".join(struct.pack("<QQ", i, len(self.config)) + bytes(112) for i in range(first, self.events))

    def evaluate(self, columns: list[Any], controls: list[bytes]) -> tuple[bytes, bytes, bytes, bytes]:
        count = len(bytes(columns[0]))
        self.events += count
        return bytes(count), bytes(8 * count), bytes(8 * count), bytes(8 * count)

    def snapshot(self) -> bytes:
        return MAGIC + struct.pack("<Q", len(self.config)) + self.config + struct.pack("<Q", self.events)

    def restore(self, snapshot: bytes) -> None:
        if len(snapshot) < len(MAGIC) + 16:
            raise FakeError(ErrorCode.BAD_SNAPSHOT, "cut short")
        self.config = snapshot[len(MAGIC) + 8 : -8]
        (self.events,) = struct.unpack("<Q", snapshot[-8:])

    def statistics(self, reset: bool = False) -> dict[str, Any]:
        counters = dict.fromkeys(COUNTERS, 0) | {"events": self.events}
        values = {f"latency_{name}": 1 for name in LATENCIES}
        return {"counters": counters, **values, "uptime_ns": 5, "queue_depth": 0, "pool_in_use": 0}


def fake_module(**changes: Any) -> Any:
    """The module; keywords replace its functions or its engine."""
    parts = {
        "contract_hash": lambda: CONTRACT_HASH,
        "version": lambda: "9.9.9",
        "build": lambda: "fake",
        "EngineError": FakeError,
        "Engine": FakeEngine,
    }
    return SimpleNamespace(**(parts | changes))


def loaded(name: str = "python", **changes: Any) -> LoadedEngine:
    """The fake engine as it is after loading."""
    module = fake_module(**changes)
    return LoadedEngine(name, module.version(), module.build(), lambda config: InProcessEngine(module, config))
