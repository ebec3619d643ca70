"""What all sources on the network share: keys from the environment, and errors that say whose they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from quartet.core.errors import ConfigError, DataError
from quartet.data.contracts.schema import TIME
from quartet.data.times import DAY, interval_ns


@contextmanager
def asking(service: str, *errors: type[Exception]) -> Iterator[None]:
    """What a service or the way to it refuses becomes a DataError; errors: those of the client's package."""
    try:
        yield
    except DataError:
        raise
    except (OSError, ValueError, KeyError, *errors) as error:  # type: ignore[misc]
        told = f"{type(error).__name__}: {error}"
        raise DataError(
            f"{service} gave no data: {told[:400]}. See whether it can be reached, and what was asked for"
        ) from error


def key_of(variable: str, service: str) -> str:
    """A key from the environment; ConfigError where it is not set."""
    value = os.environ.get(variable)
    if not value:
        raise ConfigError(f"{service} needs a key: set the environment variable {variable}")
    return value


def day(text: str | None, name: str) -> datetime | None:
    """A date or time of a parameter in UTC; DataError where it is none."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise DataError(f"{name} {text!r} is no date; write 2024-01-31") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def symbols_of(what: Any) -> list[str]:
    """Names out of a list, or of a text with commas; DataError where there are none."""
    names = [each.strip() for each in (what.split(",") if isinstance(what, str) else what or ())]
    if not all(isinstance(name, str) and name for name in names) or not names:
        raise DataError(f"give symbols, AAPL or AAPL,MSFT, not {what!r}")
    return names


def ends(starts_ns: pl.Expr, interval: str) -> pl.Expr:
    """Stamps at the ends of spans that begin at these: of a day its last nanosecond."""
    span = interval_ns(interval)
    return (starts_ns + (span - 1 if span >= DAY else span)).cast(TIME).alias("timestamp")


def whole_day(value: date) -> int:
    """The last nanosecond of a day, UTC."""
    return ((value - date(1970, 1, 1)).days + 1) * DAY - 1
