"""A graph over history: phase one of an engine as columns that lie beside the rows of the input."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import (
    AccountType,
    FillModel,
    OrderType,
    PolicyKind,
    PriceReference,
    QueueModel,
    Rebalance,
    SelfTrade,
    Sizing,
    VenueMode,
    Verdict,
)
from quartet.core.errors import DataError
from quartet.core.fixed import money_to_bytes
from quartet.core.lazy import lazy_module
from quartet.core.pb import config_pb2, risk_pb2
from quartet.data.batch import EventBatch
from quartet.data.cells import arrow_table
from quartet.data.fields import guess_fields
from quartet.data.intake import to_batch
from quartet.data.rejects import EdgeRejects
from quartet.engines.protocol import Closeable
from quartet.engines.selection import select
from quartet.engines.symbol_names import symbol_names
from quartet.graph import Graph

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
else:
    pl = lazy_module("polars")
    pa = lazy_module("pyarrow")

_FOREVER_NS: Final = 2**60
_PRICE_BOUND: Final = 2**62 - 1
_MONEY_BOUND: Final = 2**117
_ALL_UNITS: Final = 10**9


def evaluate(graph: Graph, frame: Any, engine: str = "auto", *, kind: str | None = None) -> pl.DataFrame:
    """The graph over the rows of a Polars or pandas frame, or of anything that process_market_data takes.

    Returns score, confidence, fair_value and verdict, one row for each row of the input. Rows are fed in order of
    time, whatever order they have; a frame that names no symbols is of one. External signals do not age, no
    confidence is too low, and any price is good. Rows that cannot be read are NaN, and a warning says why.
    """
    frame, names = _named(frame)
    batch, rejects = (frame, EdgeRejects()) if isinstance(frame, EventBatch) else to_batch(frame, names, kind=kind)
    if len(rejects):
        if not len(batch):
            raise DataError(f"no row can be read: {rejects[0].message}")
        warnings.warn(f"{rejects.total} rows cannot be read, the first: {rejects[0].message}", stacklevel=2)
    order = np.argsort(batch["ts_init"], kind="stable")
    sources = max([0, *graph.external_sources, int(batch["source"].max(initial=0))]) + 1
    config = research_config(graph, names, sources)
    core = select(engine).create(config.SerializeToString(deterministic=True))
    try:
        in_time = batch.take(order)
        columns = core.evaluate(in_time.to_columns(), in_time.controls)
    finally:
        if isinstance(core, Closeable):
            core.close()
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return aligned(columns, rejects, places)


def aligned(
    columns: tuple[bytes, bytes, bytes, bytes], rejects: EdgeRejects, places: NDArray[np.intp] | None = None
) -> pl.DataFrame:
    """Phase one's columns as a frame beside the input: rows that the edge refused are put back as NaN.

    places: where among the events of phase one each event of the input is; None: they lie in the same order.
    """
    verdicts = np.frombuffer(columns[0], np.uint8)
    numbers = [np.frombuffer(column, np.float64) for column in columns[1:]]
    if places is not None:
        verdicts, numbers = verdicts[places], [column[places] for column in numbers]
    refused = sorted({reject.row for reject in rejects})
    if refused:
        before = np.array(refused) - np.arange(len(refused))
        verdicts = np.insert(verdicts, before, Verdict.NONE)
        numbers = [np.insert(column, before, np.nan) for column in numbers]
    frame = pl.DataFrame(dict(zip(("score", "confidence", "fair_value"), numbers, strict=True)))
    names = np.array([verdict.name for verdict in Verdict])
    return frame.with_columns(
        pl.Series("verdict", names[verdicts], dtype=pl.Enum([verdict.name for verdict in Verdict]))
    )


def research_config(graph: Graph, names: Sequence[str], sources: int) -> config_pb2.EngineConfig:
    """A configuration under which phase one takes every price and every signal; it is not for trading."""
    quantity_max = min(_MONEY_BOUND // (_PRICE_BOUND * max(len(names), 1)), _FOREVER_NS)
    instruments = [
        config_pb2.Instrument(
            symbol=name,
            tick=1,
            lot=1,
            multiplier=1,
            currency="USD",
            price_min=-_PRICE_BOUND,
            price_max=_PRICE_BOUND,
            quantity_max=quantity_max,
            size_unit=1,
            fill_model=FillModel.BOOK,
        )
        for name in names
    ]
    return config_pb2.EngineConfig(
        instruments=instruments,
        program=graph.to_proto(),
        signals=config_pb2.SignalLimits(max_signals_per_symbol=1000, min_confidence=0.0, max_age_ns=_FOREVER_NS),
        policy=config_pb2.PolicyConfig(
            kind=PolicyKind.TARGET,
            target=config_pb2.TargetPolicy(
                sizing=Sizing.QUANTITY,
                max_quantity=1,
                rebalance=Rebalance.ON_CHANGE,
                order_type=OrderType.MARKET,
                price_reference=PriceReference.MARK,
            ),
        ),
        reconciler=config_pb2.ReconcilerConfig(),
        risk=risk_pb2.RiskLimits(self_trade=SelfTrade.CANCEL_NEWEST, risk_clock_ns=_ALL_UNITS),
        venue=config_pb2.VenueConfig(mode=VenueMode.SIMULATED, queue_model=QueueModel.RISK_AVERSE),
        account=config_pb2.AccountConfig(
            initial_cash=money_to_bytes(0), account_type=AccountType.MARGIN, currency="USD"
        ),
        capacity=config_pb2.Capacity(open_orders=1, source_count=sources),
    )


def _named(frame: Any) -> tuple[Any, list[str]]:
    """The data with a symbol on every row, and the names by symbol id."""
    if isinstance(frame, EventBatch):
        return frame, _numbered(int(frame["symbol"].max(initial=0)))
    if isinstance(frame, Sequence):
        fields = guess_fields(dict.fromkeys(str(name) for row in frame for name in row))
        if fields.keys() & {"symbol", "symbol_id"}:
            return frame, _names(frame, fields, [row.get(fields.get("symbol_id")) for row in frame])
        return [{**row, "symbol_id": 0} for row in frame], _numbered(0)
    if isinstance(frame, np.ndarray):
        fields = guess_fields(frame.dtype.names or ())
        return frame, _names(frame, fields, frame[fields["symbol_id"]] if "symbol_id" in fields else [])
    table = arrow_table(frame)
    fields = guess_fields(table.column_names)
    if fields.keys() & {"symbol", "symbol_id"}:
        ids = table[fields["symbol_id"]].to_pylist() if "symbol_id" in fields else []
        return table, _names(table, fields, ids)
    return table.append_column("symbol_id", pa.array(np.zeros(len(table), np.uint32))), _numbered(0)


def _names(data: Any, fields: Mapping[str, str], ids: Iterable[Any]) -> list[str]:
    if "symbol_id" in fields:
        return _numbered(max((int(number) for number in ids if number is not None), default=0))
    return symbol_names(data)


def _numbered(last: int) -> list[str]:
    """Names for ids without one, in the ids' order."""
    return [f"{number:05d}" for number in range(last + 1)]
