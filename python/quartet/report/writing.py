"""A finished page onto the disk."""

from pathlib import Path

from quartet.core.errors import DataError


def write_text(path: Path, text: str) -> Path:
    """Write a page, making its folder; DataError where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"{path}: the report cannot be written: {error.strerror}; give another path by --report"
        ) from error
    return path
