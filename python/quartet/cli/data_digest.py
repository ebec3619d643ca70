"""A hash of input events that does not depend on how their stream is cut into batches."""

from __future__ import annotations

import hashlib

from quartet.data.batch import DTYPES, EventBatch


class DataDigest:
    """SHA-256 over the SHA-256 of every column and of the control messages, in the contract's order."""

    def __init__(self) -> None:
        self._columns = [hashlib.sha256() for _ in DTYPES]
        self._controls = hashlib.sha256()

    def add(self, batch: EventBatch) -> None:
        """More events."""
        for digest, values in zip(self._columns, batch.to_columns(), strict=True):
            digest.update(values.data)
        for message in batch.controls:
            self._controls.update(len(message).to_bytes(8, "little") + message)

    def hexdigest(self) -> str:
        """The hash of all events so far."""
        whole = hashlib.sha256()
        for digest in (*self._columns, self._controls):
            whole.update(digest.digest())
        return whole.hexdigest()
