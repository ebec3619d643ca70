"""Chunks of a table to frames of a contract: bars, panels, chains, series, actions: all that is no list of ticks."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute

from quartet.core.errors import DataError
from quartet.data.bar_dates import session_date
from quartet.data.cells import Cells, arrow_array
from quartet.data.contracts.schema import TIME, Column, Schema
from quartet.data.dialects import Dialect, recognise
from quartet.data.fields import Source
from quartet.data.file_plan import date_in, symbol_in
from quartet.data.loading.columns import BY_NAME, Resolved, resolve
from quartet.data.loading.options import LoadOptions
from quartet.data.rows import Stamps
from quartet.data.sources import TableSource
from quartet.data.stamping import Stamper
from quartet.data.times import DAY, BadTime, interval_ns, read_dates, read_times

_SPANS: Final = ("bars", "panel")
"""Contracts whose rows stand for a span of time."""
_LONG_SPAN: Final = 4 * DAY
_DATES: Final = (18000101, 21991231)
_CALLS_AND_PUTS: Final = {"C": "C", "P": "P", "CALL": "C", "PUT": "P", "1": "C", "2": "P"}


class TableReader:
    """One table on its way into a contract; iterating gives a frame a chunk, in the table's order."""

    def __init__(self, name: str, source: TableSource, schema: Schema, options: LoadOptions, is_file: bool) -> None:
        self._name, self._source, self._schema, self._options = name, source, schema, options
        self._dialect = self._recognised(source)
        self._symbol = options.symbol or (symbol_in(name) if is_file else None)
        timezone = options.timezone or (self._dialect.timezone if self._dialect else "UTC")
        self._zone_given = options.timezone is not None or timezone != "UTC"
        self._stamper = Stamper(timezone, options.time_unit, options.date or date_in(name), self._interval())
        self._rows = 0
        self._numbered: dict[str, int] = {}
        self._dates = False
        self.steps: list[str] = []
        """What was assumed, once the table was read."""

    def __iter__(self) -> Iterator[pl.DataFrame]:
        reshape = self._dialect.reshape() if self._dialect and self._dialect.reshape else None
        self._rows, self.steps = 0, []
        for table in self._source.chunks():
            shaped = reshape(table) if reshape else table
            if shaped.num_rows:
                yield self._frame(shaped)
            self._rows += table.num_rows
        self.steps = self._told()

    def _recognised(self, source: TableSource) -> Dialect | None:
        """The known form of a table of bars; other contracts go by names alone."""
        found = recognise(source.columns) if self._schema.name in _SPANS else None
        if found is not None and found.kind is not None and found.kind.name == "QUOTE" and found.interval:
            raise DataError(
                f"{self._name}: bars of bids and asks ({found.name}); they are quotes at the ends of their spans: load "
                'them by schema="quotes", or map open, high, low and close to the columns of one side'
            )
        return found

    def _interval(self) -> int | None:
        if self._options.interval is not None:
            return interval_ns(self._options.interval)
        return None if self._schema.name in _SPANS and (self._dialect is None or self._dialect.interval) else 0

    def _frame(self, table: Any) -> pl.DataFrame:
        resolved = resolve(self._schema, table.column_names, self._options.map, self._dialect)
        columns: dict[str, pl.Series] = {}
        for column in self._schema.columns:
            if column.name in resolved.columns and column.name != "timestamp":
                columns[column.name] = self._column(column, table, resolved.columns[column.name])
        if self._schema.owner and self._schema.owner not in columns:
            columns[self._schema.owner] = self._default_symbol(table.num_rows)
        self._named_contracts(table, columns)
        if resolved.times:
            columns["timestamp"] = self._timestamps(table, resolved, columns)
        self._derived(columns, table.num_rows)
        missing = [name for name in self._schema.needed if name not in columns]
        if missing:
            raise DataError(
                f"{self._name}: no column of {', '.join(table.column_names)} is {missing[0]}; "
                f"name it: map={{{missing[0]!r}: COLUMN}}"
            )
        frame = pl.DataFrame(
            [columns[each.name].alias(each.name) for each in self._schema.columns if each.name in columns]
        )
        if "timestamp" in frame.columns:
            return frame.filter(pl.col("timestamp").is_not_null())
        return frame

    def _derived(self, columns: dict[str, pl.Series], rows: int) -> None:
        """What others leave out because it follows: the volume they do not have, the date of a stamp."""
        if self._schema.name in _SPANS and "close" in columns and not columns.keys() & {"open", "high", "low"}:
            self._note("only closes are there; open, high and low are set to them")
            columns.update(dict.fromkeys(("open", "high", "low"), columns["close"]))
        if self._schema.name == "panel" and "date" not in columns and "timestamp" in columns:
            columns["date"] = columns["timestamp"].to_frame("timestamp").select(session_date("timestamp")).to_series()
        for column in self._schema.columns:
            if column.needed and column.null and column.name not in columns:
                self._note(f"no {column.name} in the source: it is missing in every row")
                columns[column.name] = pl.Series([None], dtype=column.type).new_from_index(0, rows)

    def _named_contracts(self, table: Any, columns: dict[str, pl.Series]) -> None:
        """Futures of one root: the contract month is a part of the symbol."""
        fields = self._dialect.fields if self._dialect else {}
        if "contract" in fields and self._schema.owner == "symbol":
            months = pl.Series(arrow_array(table[fields["contract"]]).cast(pa.string()))
            columns["symbol"] = columns["symbol"] + "." + months

    def _timestamps(self, table: Any, resolved: Resolved, columns: dict[str, pl.Series]) -> pl.Series:
        owners = columns.get(self._schema.owner)
        cells = {
            name: Cells(_dated(arrow_array(table[each.column])), each.factor) for name, each in resolved.times.items()
        }
        codes = self._codes(owners, table.num_rows)
        was_told = self._stamper.interval is not None
        stamps = self._stamped(cells, codes)
        if not was_told:
            self._refuse_long_spans(stamps, codes)
        moments = stamps.event
        dates = self._stamper.zone_assumed and self._whole_days(moments)
        self._dates |= dates
        if self._stamper.zone_assumed and not self._zone_given and not dates:
            raise DataError(
                f"{self._name}: the times carry no time zone. Say which they are of: timezone='UTC', "
                "timezone='America/New_York'"
            )
        if dates and not self._stamper.interval:
            moments = moments + np.int64(DAY - 1)
        return pl.Series(np.where(stamps.missing, 0, moments)).cast(TIME).set(pl.Series(stamps.missing), None)

    def _stamped(self, cells: dict[str, Cells], codes: Any) -> Stamps:
        try:
            return self._stamper.read(cells, codes)
        except BadTime as error:
            raise DataError(
                f"{self._name}: row {self._rows + error.row:,}: {str(error.value)[:80]!r} is no time that can be read; "
                "map another column, or give time_unit for numbers"
            ) from error
        except DataError as error:
            raise DataError(f"{self._name}: {error}") from error

    def _refuse_long_spans(self, stamps: Stamps, codes: Any) -> None:
        """Rows that are weeks or months apart: a date at the start of such a span would tell the future."""
        order = np.argsort(codes, kind="stable")
        steps = np.abs(np.diff(stamps.event[order]))[np.diff(codes[order]) == 0]
        if len(steps) and np.median(steps) > _LONG_SPAN:
            days = float(np.median(steps)) / DAY
            raise DataError(
                f"{self._name}: rows are {days:.0f} days apart, and whether their dates are the starts or the ends of "
                "that span cannot be told; give interval='1d' where a row is known at the end of its date, interval="
                f"'{days:.0f}d' where its date is the start"
            )

    def _whole_days(self, moments: Any) -> bool:
        """Whether the times are bare dates: all are at the end of a day, or at its start where rows are of no span."""
        after = 1 if (self._stamper.interval or 0) >= DAY else 0
        return self._stamper.timezone == "UTC" and bool(np.all((moments + after) % DAY == 0))

    def _codes(self, owners: pl.Series | None, rows: int) -> Any:
        if owners is None:
            return np.zeros(rows, np.uint32)
        names = owners.unique().to_list()
        for name in names:
            self._numbered.setdefault(name, len(self._numbered))
        return owners.replace_strict(names, [self._numbered[name] for name in names]).to_numpy().astype(np.uint32)

    def _default_symbol(self, rows: int) -> pl.Series:
        if self._symbol is None:
            raise DataError(f"{self._name}: no column names the symbols; give symbol='NAME', or map one to it")
        return pl.Series([self._symbol], dtype=pl.String).new_from_index(0, rows)

    def _column(self, column: Column, table: Any, source: Source) -> pl.Series:
        values = arrow_array(table[source.column])
        if column.type == TIME:
            times = self._read_times(column.name, values)
            return times
        if column.type == pl.Date():
            return self._read(column, lambda: pl.Series(read_dates(values).ns).cast(TIME).dt.date(), values)
        series = pl.Series(values)
        if column.name == "cp":
            upper = series.cast(pl.String).str.strip_chars().str.to_uppercase()
            return upper.replace_strict(_CALLS_AND_PUTS, default=upper)
        return self._cast(column, series, source)

    def _read(self, column: Column, read: Any, values: Any) -> pl.Series:
        try:
            made: pl.Series = read()
        except BadTime as error:
            raise DataError(
                f"{self._name}: row {self._rows + error.row:,}, {column.name}: {str(error.value)[:80]!r} is no date"
            ) from error
        missing = pl.Series(values.is_null())
        return made.set(missing, None) if missing.any() else made

    def _read_times(self, name: str, values: Any) -> pl.Series:
        times = read_times(values, self._options.time_unit)
        if not times.zoned and not self._zone_given and not times.missing.all():
            raise DataError(f"{self._name}: the times of {name} carry no time zone; say which: timezone='UTC'")
        moments = times.utc(self._stamper.timezone)
        return pl.Series(moments).cast(TIME).set(pl.Series(times.missing), None)

    def _cast(self, column: Column, series: pl.Series, source: Source) -> pl.Series:
        """The values in the contract's type; text that is no number is an error, an empty cell is missing."""
        if isinstance(series.dtype, pl.Decimal) or (series.dtype == pl.String and column.type != pl.String()):
            series = series.cast(pl.String).str.strip_chars().replace("", None)
        made = series.cast(column.type, strict=False)
        lost = made.is_null() & series.is_not_null()
        if lost.any():
            row = int(lost.arg_max() or 0)
            raise DataError(
                f"{self._name}: row {self._rows + row:,}, column {source.column}: {str(series[row])[:80]!r} is no "
                f"{column.name} ({column.type}); map another column, or leave the row out"
            )
        if source.factor != Fraction(1):
            made = made * source.factor.numerator / source.factor.denominator
        return made

    def _note(self, text: str) -> None:
        if text not in self.steps:
            self.steps.append(text)

    def _told(self) -> list[str]:
        told = list(self.steps)
        if self._dialect is not None and self._dialect.name != BY_NAME:
            told.append(f"read as {self._dialect.name}")
        if self._stamper.zone_assumed:
            zone = self._stamper.timezone
            told.append(f"dates taken for days of {zone}" if self._dates else f"times taken for times of {zone}")
        if self._stamper.interval:
            told.append(f"stamps moved from the start of a span of {self._stamper.interval / 1e9:,g} s to its end")
        elif self._dates:
            told.append("days stamped with their last nanosecond")
        return told


def _dated(values: Any) -> Any:
    """Whole numbers such as 20240131 are dates, not seconds of the year 1970."""
    if not pa.types.is_integer(values.type) or len(values) == 0:
        return values
    bounds = pa.compute.min_max(values).as_py()
    is_date = bounds["min"] is not None and _DATES[0] <= bounds["min"] and bounds["max"] <= _DATES[1]
    return values.cast(pa.string()) if is_date else values
