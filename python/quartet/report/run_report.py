"""What a run did, as numbers: per symbol and in all, exact where the engine is exact. Terminal and page show this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import CODE_TEXTS, Code, HaltAction, OrderState, RecordKind, Side, Trigger
from quartet.engines.records import integers
from quartet.engines.snapshot_model import Snapshot
from quartet.engines.views import money, positions, units
from quartet.report.performance import Sharpe, sharpe_ratio
from quartet.report.trace import RunTrace

Records = Mapping[RecordKind, NDArray[np.void]]

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What must be known of a run beside its output, so that it can be made again."""

    name: str
    """Name of the configuration."""
    engine: str
    engine_version: str
    engine_build: str
    degraded: str
    """Why another engine than the one asked for ran; empty where it is the one."""
    config_hash: str
    data_hash: str
    contract_hash: str
    quartet_version: str
    sources: tuple[str, ...]
    """Where the events come from, a line each."""
    notes: tuple[str, ...]
    """What reading them assumed or left out."""
    assumptions: tuple[tuple[str, str], ...]
    """Fees, latencies, the fill model and the like, by name."""
    processing_ns: int
    """Time inside the engine."""
    edge_rejects: int = 0
    """Rows that could not become events."""


@dataclass(frozen=True, slots=True)
class SymbolRow:
    """One symbol's part in a run. Money is in the account's currency."""

    symbol: str
    orders: int = 0
    fills: int = 0
    rejects: int = 0
    bought: Decimal = _ZERO
    sold: Decimal = _ZERO
    position: Decimal = _ZERO
    average_price: Decimal | None = None
    mark: Decimal | None = None
    realised: Decimal = _ZERO
    unrealised: Decimal = _ZERO
    fees: Decimal = _ZERO

    @property
    def profit(self) -> Decimal:
        """Realised and unrealised profit after fees."""
        return self.realised + self.unrealised - self.fees


@dataclass(frozen=True, slots=True)
class RejectRow:
    """Refusals of one code. `by` is input, risk, venue."""

    by: str
    code: str
    count: int
    meaning: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything that is shown of a run."""

    facts: RunFacts
    currency: str
    symbols: tuple[SymbolRow, ...]
    rejects: tuple[RejectRow, ...]
    order_ends: tuple[tuple[str, int], ...]
    """How orders ended, by state."""
    halts: tuple[tuple[int, str, str], ...]
    """Time, action and code."""
    counters: Mapping[str, int]
    equity_start: Decimal
    equity_end: Decimal
    cash: Decimal
    fees: Decimal
    realised: Decimal
    unrealised: Decimal
    turnover: Decimal
    """Bought and sold, notional."""
    total_return: float
    drawdown: tuple[float, int, int]
    """The largest share of the peak that was lost (negative), time of the peak, time of the trough."""
    sharpe: Sharpe
    sessions: int
    first_ts: int
    last_ts: int
    trace: RunTrace = field(repr=False, compare=False)
    records: Records = field(repr=False, compare=False)

    @property
    def events(self) -> int:
        """Input events."""
        return self.counters["events"]

    @property
    def traded(self) -> tuple[SymbolRow, ...]:
        """Symbols with an order, the largest profit or loss first."""
        rows = [row for row in self.symbols if row.orders or row.position]
        return tuple(sorted(rows, key=lambda row: (-abs(row.profit), row.symbol)))

    def to_json(self) -> dict[str, Any]:
        """Values for machines: money, prices and quantities as decimal strings, times in ns."""
        facts = self.facts
        return {
            "name": facts.name,
            "engine": facts.engine,
            "engine_version": facts.engine_version,
            "engine_build": facts.engine_build,
            "degraded": bool(facts.degraded),
            "degraded_reason": facts.degraded,
            "config_hash": facts.config_hash,
            "data_hash": facts.data_hash,
            "contract_hash": facts.contract_hash,
            "quartet_version": facts.quartet_version,
            "data": list(facts.sources),
            "notes": list(facts.notes),
            "assumptions": dict(facts.assumptions),
            "first_ts": self.first_ts,
            "last_ts": self.last_ts,
            "sessions": self.sessions,
            "currency": self.currency,
            "equity_start": _text(self.equity_start),
            "equity_end": _text(self.equity_end),
            "return": self.total_return,
            "max_drawdown": -self.drawdown[0],
            "max_drawdown_from_ts": self.drawdown[1],
            "max_drawdown_to_ts": self.drawdown[2],
            "sharpe": self.sharpe.ratio,
            "sharpe_standard_error": self.sharpe.error,
            "sharpe_assumptions": self.sharpe.assumptions,
            "realised": _text(self.realised),
            "unrealised": _text(self.unrealised),
            "fees": _text(self.fees),
            "turnover": _text(self.turnover),
            "counters": dict(self.counters),
            "order_ends": dict(self.order_ends),
            "rejects": [{"by": row.by, "code": row.code, "count": row.count} for row in self.rejects],
            "edge_rejects": facts.edge_rejects,
            "halts": [{"ts": ts, "action": action, "code": code} for ts, action, code in self.halts],
            "symbols": [_symbol_json(row) for row in self.symbols],
            "processing_ns": facts.processing_ns,
        }


def build_report(facts: RunFacts, records: Records, snapshot: Snapshot, trace: RunTrace) -> RunReport:
    """The report of a run from its records, its last state and its trace."""
    state = snapshot.engine
    start = _start_equity(snapshot)
    rows = tuple(_symbol_rows(records, snapshot))
    equity = snapshot.equity
    unrealised = sum((row.unrealised for row in rows), _ZERO)
    sessions = trace.sessions
    return RunReport(
        facts=facts,
        currency=snapshot.config.account.currency,
        symbols=rows,
        rejects=tuple(_reject_rows(records)),
        order_ends=tuple(_order_ends(records[RecordKind.ORDER], len(snapshot.orders))),
        halts=tuple(_halts(records[RecordKind.HALT])),
        counters=state.counters,
        equity_start=money(start),
        equity_end=money(equity),
        cash=money(state.cash),
        fees=money(state.fees),
        realised=money(state.realised),
        unrealised=unrealised,
        turnover=sum((row.bought + row.sold for row in rows), _ZERO),
        total_return=float(money(equity - start) / money(start)) if start else 0.0,
        drawdown=trace.deepest,
        sharpe=sharpe_ratio(sessions.ts, sessions.last, trace.initial),
        sessions=len(sessions.ts),
        first_ts=trace.first_ts or 0,
        last_ts=trace.last_ts,
        trace=trace,
        records=records,
    )


def _start_equity(snapshot: Snapshot) -> int:
    return int.from_bytes(snapshot.config.account.initial_cash, "little", signed=True)


def _symbol_rows(records: Records, snapshot: Snapshot) -> Sequence[SymbolRow]:
    fills, orders = records[RecordKind.FILL], records[RecordKind.ORDER]
    created = orders[orders["state_from"] == OrderState.CREATED]
    refused = orders[np.isin(orders["trigger"], (Trigger.RISK_REJECT, Trigger.VENUE_REJECT))]
    count = len(snapshot.symbols)
    order_counts, fill_counts, reject_counts = (
        np.bincount(rows["symbol"], minlength=count) for rows in (created, fills, refused)
    )
    bought, sold, fees = _sums(fills, snapshot)
    held = positions(snapshot)
    rows = []
    for place, each in enumerate(snapshot.symbols):
        two, position = each.phase_two, held.get(each.symbol)
        # What was paid in, less what the position still costs, is what came out of it (spec 8.1).
        realised = two.cost - bought.get(place, 0) + sold.get(place, 0)
        rows.append(
            SymbolRow(
                symbol=each.symbol,
                orders=int(order_counts[place]),
                fills=int(fill_counts[place]),
                rejects=int(reject_counts[place]),
                bought=money(bought.get(place, 0)),
                sold=money(sold.get(place, 0)),
                position=units(two.position),
                average_price=position.average_price if position else None,
                mark=None if two.mark is None else units(two.mark),
                realised=money(realised),
                unrealised=position.unrealised if position else _ZERO,
                fees=money(fees.get(place, 0)),
            )
        )
    return rows


def _sums(fills: NDArray[np.void], snapshot: Snapshot) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Notional bought, notional sold and fees by symbol id, exactly."""
    bought: dict[int, int] = {}
    sold: dict[int, int] = {}
    fees: dict[int, int] = {}
    multipliers = [instrument.multiplier for instrument in snapshot.config.instruments]
    columns = (fills[name].tolist() for name in ("symbol", "side", "price", "quantity"))
    for symbol, side, price, quantity, fee in zip(*columns, integers(fills["fee"]), strict=True):
        total = bought if side == Side.BUY else sold
        total[symbol] = total.get(symbol, 0) + price * quantity * multipliers[symbol]
        fees[symbol] = fees.get(symbol, 0) + fee
    return bought, sold, fees


def _reject_rows(records: Records) -> Sequence[RejectRow]:
    orders = records[RecordKind.ORDER]
    groups = (
        ("input", records[RecordKind.INPUT_REJECT]["code"]),
        ("risk", orders["code"][orders["trigger"] == Trigger.RISK_REJECT]),
        ("venue", orders["code"][orders["trigger"] == Trigger.VENUE_REJECT]),
    )
    rows = []
    for by, codes in groups:
        for number, count in Counter(codes.tolist()).most_common():
            code = Code(number)
            rows.append(RejectRow(by, code.name, count, *CODE_TEXTS[code]))
    return rows


def _order_ends(orders: NDArray[np.void], still_open: int) -> Sequence[tuple[str, int]]:
    ends = (OrderState.FILLED, OrderState.CANCELED, OrderState.EXPIRED, OrderState.REJECTED, OrderState.RISK_REJECTED)
    moved = orders[orders["state_from"] != orders["state_to"]]
    counts = [(state.name, int(np.count_nonzero(moved["state_to"] == state))) for state in ends]
    return [(name, count) for name, count in (*counts, ("OPEN", still_open)) if count]


def _halts(halts: NDArray[np.void]) -> Sequence[tuple[int, str, str]]:
    return [(int(row["ts_init"]), HaltAction(int(row["action"])).name, Code(int(row["code"])).name) for row in halts]


def _symbol_json(row: SymbolRow) -> dict[str, Any]:
    values: dict[str, Any] = {"symbol": row.symbol, "orders": row.orders, "fills": row.fills, "rejects": row.rejects}
    for name in ("bought", "sold", "position", "realised", "unrealised", "fees", "profit"):
        values[name] = _text(getattr(row, name))
    for name in ("average_price", "mark"):
        value = getattr(row, name)
        values[name] = None if value is None else _text(value)
    return values


def _text(value: Decimal) -> str:
    return f"{value:f}"
