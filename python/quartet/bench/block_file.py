"""A stream too long for memory, on disk: the protobuf messages of its blocks, each behind its length."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from quartet.core.errors import DataError
from quartet.data.batch import EventBatch

BYTES_PER_QUOTE: Final = 72
"""What a quote takes at most."""
_LENGTH: Final = struct.Struct("<Q")


def write_blocks(path: Path, blocks: Iterable[EventBatch]) -> None:
    """Write the blocks, one after the other."""
    with path.open("wb") as file:
        for block in blocks:
            data = block.to_proto().SerializeToString()
            file.write(_LENGTH.pack(len(data)))
            file.write(data)


def read_blocks(path: Path) -> Iterator[EventBatch]:
    """The blocks of a file, of which no more than one is in memory; DataError where the file ends within one."""
    with path.open("rb") as file:
        while head := file.read(_LENGTH.size):
            [length] = _LENGTH.unpack(head)
            data = file.read(length)
            if len(data) != length:
                raise DataError(f"{path}: it ends within a block; write it anew")
            yield EventBatch.from_proto(data)


def require_room(folder: Path, events: int) -> None:
    """DataError where the disk has no room for so many quotes."""
    free = shutil.disk_usage(folder).free
    if free < events * BYTES_PER_QUOTE:
        raise DataError(
            f"{folder} has {free >> 20:,} MiB free, {events:,} quotes take {events * BYTES_PER_QUOTE >> 20:,};"
            " set TMPDIR to a larger disk, or ask for fewer events"
        )
