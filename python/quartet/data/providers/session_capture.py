"""Recorded web-socket sessions in cryptofeed's form: lines of receive time in seconds, a colon, and the message."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from quartet.core.errors import DataError
from quartet.data.sources import open_bytes

_LINE: Final = re.compile(r"(?P<seconds>\d+\.\d+): (?P<text>[\[{].*)")


def session_messages(path: Path) -> Iterator[tuple[int, Any]]:
    """Receive time in ns and message of each line; lines of the connection (address, subscriptions) are passed over."""
    with open_bytes(path) as file:
        for number, line in enumerate(file, 1):
            match = _LINE.match(line.decode("utf-8", "replace"))
            if match is None:
                continue
            try:
                message = json.loads(match["text"])
            except ValueError as error:
                raise DataError(f"{path.name}: line {number} is no message: {line[:60]!r}") from error
            yield ns_of(match["seconds"]), message


def ns_of(seconds: str) -> int:
    """Nanoseconds of a decimal number of seconds, without a float in between."""
    whole, _, part = seconds.partition(".")
    return int(whole) * 10**9 + int(part[:9].ljust(9, "0") or 0)
