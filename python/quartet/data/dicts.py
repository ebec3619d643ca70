"""A batch as dicts with decimal strings: the inverse of intake.to_batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from quartet.core.contract import EventKind
from quartet.data.batch import EventBatch
from quartet.data.exact import nano_text

Row = dict[str, Any]


def to_dicts(batch: EventBatch, names: Sequence[str] | None = None) -> list[Row]:
    """One dict an event. names: symbols by id; with them a row has `symbol`, else `symbol_id`.

    Control messages come as bytes under `control`.
    """
    place = dict.fromkeys(EventKind, 0)
    rows = []
    for event in range(len(batch)):
        number = int(batch["kind"][event])
        row: Row = {"kind": number}
        symbol = int(batch["symbol"][event])
        if names is not None and symbol < len(names):
            row["symbol"] = names[symbol]
        else:
            row["symbol_id"] = symbol
        row["timestamp"] = int(batch["ts_event"][event])
        row["ts_init"] = int(batch["ts_init"][event])
        row["venue_id"] = int(batch["source"][event])
        row["flags"] = int(batch["flags"][event])
        row["sequence"] = int(batch["sequence"][event])
        kind = _KINDS.get(number)
        if kind is not None:
            row["kind"] = kind.name
            row.update(_OWN[kind](batch, place[kind]))
            place[kind] += 1
        rows.append(row)
    return rows


def _decimals(*pairs: tuple[str, str]) -> Callable[[EventBatch, int], Row]:
    def own(batch: EventBatch, at: int) -> Row:
        return {field: nano_text(int(batch[column][at])) for field, column in pairs}

    return own


def _trade(batch: EventBatch, at: int) -> Row:
    own = _decimals(("trade_price", "trade_price"), ("trade_size", "trade_size"))(batch, at)
    return {**own, "aggressor": int(batch["aggressor"][at])}


def _book(batch: EventBatch, at: int) -> Row:
    row: Row = {}
    for side in ("bid", "ask"):
        levels = min(int(batch[f"book_{side}_levels"][at]), batch[f"book_{side}_prices"].shape[1])
        prices, sizes = batch[f"book_{side}_prices"][at], batch[f"book_{side}_sizes"][at]
        pairs = zip(prices[:levels].tolist(), sizes[:levels].tolist(), strict=True)
        row[f"{side}s"] = [[nano_text(price), nano_text(size)] for price, size in pairs]
    return row


def _signal(batch: EventBatch, at: int) -> Row:
    return {"score": float(batch["signal_score"][at]), "confidence": float(batch["signal_confidence"][at])}


def _report(batch: EventBatch, at: int) -> Row:
    own = _decimals(("price", "report_price"), ("quantity", "report_quantity"))(batch, at)
    whole = ("order_id", "exec_id", "trigger", "liquidity", "code")
    return {**{name: int(batch[f"report_{name}"][at]) for name in whole}, **own}


_OWN: Final[dict[EventKind, Callable[[EventBatch, int], Row]]] = {
    EventKind.QUOTE: _decimals(*((name, name) for name in ("bid_price", "ask_price", "bid_size", "ask_size"))),
    EventKind.TRADE: _trade,
    EventKind.BOOK: _book,
    EventKind.BAR: _decimals(*((name, f"bar_{name}") for name in ("open", "high", "low", "close", "volume"))),
    EventKind.EXTERNAL_SIGNAL: _signal,
    EventKind.EXECUTION_REPORT: _report,
    EventKind.CLOCK: lambda batch, at: {},
    EventKind.CONTROL: lambda batch, at: {"control": batch.controls[at]},
}
_KINDS: Final[dict[int, EventKind]] = {kind.value: kind for kind in EventKind}
