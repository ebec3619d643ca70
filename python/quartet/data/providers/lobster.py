"""LOBSTER: the message file and the book file of a day, as they are delivered, or joined to one table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.csv

from quartet.core.errors import DataError
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.dataset import Dataset
from quartet.data.loading import load
from quartet.data.provenance import file_hash
from quartet.data.providers.delivery import one_file
from quartet.data.sources import open_bytes

_MESSAGES: Final = ["time_s", "event_type", "order_id", "size", "price_e4", "direction"]
_NAME: Final = re.compile(
    r"(?P<symbol>[A-Z.]+)_(?P<date>\d{4}-\d{2}-\d{2})_\d+_\d+_(?P<what>message|orderbook)_(?P<levels>\d+)"
)
_READ_LEVELS: Final = (1, 10)
"""Levels of the book that are read whole; of others the first."""


class LobsterParameters(Parameters):
    """What comes out."""

    kind: Literal["quotes", "book", "trades"] = parameter("book", "The state after every message, or executions.")


@register("source", "lobster", parameters=LobsterParameters, schemas="quotes, book, trades")
def lobster(what: Any, parameters: LobsterParameters) -> Dataset:
    """LOBSTER's reconstructed NASDAQ books: give the message file; its orderbook file lies beside it. New York time.

    An execution gives a trade whose aggressor is the opposite of the resting order; hidden executions are among them.
    """
    path = one_file(what, "lobster")
    if path.suffix == ".parquet":
        return load(path, parameters.kind)
    named = _NAME.search(path.name)
    if named is None:
        raise DataError(
            f"{path.name}: LOBSTER's files are called AAPL_2012-06-21_34200000_57600000_message_10.csv; the name tells "
            "symbol, date and levels"
        )
    pair = [path.with_name(path.name.replace(f"_{named['what']}_", f"_{each}_")) for each in ("message", "orderbook")]
    for each in pair:
        if not each.is_file():
            raise DataError(f"{each.name} is missing: messages and book lie side by side")
    table = _joined(pair, int(named["levels"]))
    dataset = load(table, parameters.kind, symbol=named["symbol"], date=named["date"], name=path.name, sides="asis")
    files = tuple(file_hash(each) for each in pair)
    made = dataset.provenance
    fields = {name: getattr(made, name) for name in made.__dataclass_fields__}
    provenance = type(made)(**{**fields, "files": files, "source": "lobster"})
    return Dataset(dataset.data, dataset.schema, dataset.verdict, provenance)


def _joined(pair: list[Path], levels: int) -> Any:
    sides = [
        f"{side}_{what}_{level}"
        for level in range(1, levels + 1)
        for side in ("ask", "bid")
        for what in ("price_e4", "size")
    ]
    messages, book = _read(pair[0], _MESSAGES), _read(pair[1], sides)
    if messages.num_rows != book.num_rows:
        raise DataError(
            f"{pair[0].name} has {messages.num_rows:,} rows and {pair[1].name} {book.num_rows:,}: one is cut off"
        )
    kept = max(level for level in _READ_LEVELS if level <= levels)
    for name in sides[: 4 * kept]:
        messages = messages.append_column(name, book[name])
    return messages


def _read(path: Path, columns: list[str]) -> Any:
    try:
        with open_bytes(path) as file:
            # LOBSTER's later message files end in an empty seventh column.
            wide = len(file.readline().split(b",")) > len(columns) == len(_MESSAGES)
            file.seek(0)
            names = [*columns, "unused"] if wide else columns
            types = {"time_s": pa.string(), **({"unused": pa.string()} if wide else {})}
            options = pa.csv.ConvertOptions(column_types=types, include_columns=columns)
            return pa.csv.read_csv(file, pa.csv.ReadOptions(column_names=names), convert_options=options)
    except pa.ArrowException as error:
        raise DataError(f"{path.name}: it cannot be read as a file of LOBSTER: {error}") from error
