"""Files that are there whole or not at all: written beside their place, brought to the disk, then renamed."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from quartet.core.errors import DataError


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """What `write` writes into the file it is given takes the place of path at once.

    DataError where the disk is full or the folder cannot be written; path is then as it was.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(partial)
        with open(partial, "rb") as file:
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DataError(f"{path}: it cannot be written: {_why(error)}") from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Only one process at a time; DataError at once where another is at it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            name = path.name.removeprefix(".").removesuffix(".lock")
            raise DataError(f"{name} is being imported by another process; wait until it has ended") from None
        yield


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _why(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full. Nothing was changed; make room and run the same command again, it goes on from here"
    return error.strerror or str(error)
