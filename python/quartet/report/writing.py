"""What is finished, onto the disk: whole or not at all."""

from contextlib import suppress
from pathlib import Path

from quartet.core.errors import DataError


def write_text(path: Path, text: str) -> Path:
    """Write a page, making its folder; DataError where that cannot be."""
    return write_bytes(path, text.encode("utf-8"), "--report")


def write_bytes(path: Path, content: bytes, option: str) -> Path:
    """Write a file, making its folder; DataError where that cannot be, which names the option that chose the path."""
    # A device such as /dev/null is written to; a file is replaced when the new one is whole.
    place = path if path.exists() and not path.is_file() else path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        if place != path:
            place.replace(path)
    except OSError as error:
        if place != path:
            with suppress(OSError):
                place.unlink(missing_ok=True)
        raise DataError(f"{path}: cannot be written: {error.strerror}; give another path by {option}") from error
    return path
