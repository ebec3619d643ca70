"""An explanation for machines: the same content, exact numbers as text, non-finite floats as null."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from quartet.cli.explain_tables import reading_text
from quartet.cli.explaining import Explanation
from quartet.core.contract import OrderState, OrderType, Side
from quartet.engines.reference.edge.introspection import Decision, TestedOrder, WorkingOrder
from quartet.engines.reference.risk_engine.readings import RowReading
from quartet.engines.snapshot_model import Snapshot
from quartet.engines.views import money, open_orders, units


def explanation_json(found: Explanation, only: int | None) -> dict[str, Any]:
    """One object; `only` is a symbol id."""
    limits = found.before.config.signals
    return {
        "event_index": found.index,
        "engine": found.engine,
        "agrees_with_reference": found.agrees,
        "conclusion": found.conclusion,
        "event": {name: _plain(value) for name, value in found.event.items()},
        "reject": None if found.reject is None else dict(zip(("code", "meaning", "remedy"), found.reject, strict=True)),
        "nodes": [
            {
                "index": node.index,
                "name": node.name,
                "formula": node.formula,
                "role": node.role,
                "ticked": node.ticked,
                "inputs": {name: _plain(value) for name, value in node.inputs},
                "before": _plain(node.before),
                "value": _plain(node.value),
            }
            for node in found.nodes
        ],
        "verdict": {
            "verdict": found.verdict.name,
            "score": _plain(found.score),
            "confidence": _plain(found.confidence),
            "fair_value": _plain(found.fair_value),
            "min_confidence": limits.min_confidence,
            "max_age_ns": limits.max_age_ns,
        },
        "decisions": [_decision(found, each) for each in found.decisions if only in (None, each.symbol)],
        "tested": [_tested(found, each) for each in found.tested if only in (None, each.symbol)],
        "before": _state(found.before),
        "after": _state(found.after),
        "records": [{name: _plain(value) for name, value in row.items()} for row in found.records],
    }


def _decision(found: Explanation, decision: Decision) -> dict[str, Any]:
    return {
        "symbol": found.symbols[decision.symbol],
        "score": _plain(decision.score),
        "confidence": _plain(decision.confidence),
        "fair_value": _plain(decision.fair_value),
        "age_ns": decision.age_ns,
        "direction": decision.direction,
        "position": _plain(units(decision.position)),
        "target": None if decision.target is None else _plain(units(decision.target)),
        "equity": _plain(money(decision.equity)),
        "mark": None if decision.mark is None else _plain(units(decision.mark)),
        "undecided": decision.undecided,
        "wanted": [
            {
                "side": Side(each.side).name,
                "type": OrderType(each.desire.type).name,
                "price": _plain(units(each.desire.price)),
                "quantity": _plain(units(each.desire.quantity)),
                "held_back_ns": each.held_back_ns,
                "gate": _tested(found, each.gate)["rows"],
            }
            for each in decision.wanted
        ],
        "working": [_working(each) for each in decision.working],
    }


def _working(order: WorkingOrder) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "side": Side(order.side).name,
        "type": OrderType(order.order_type).name,
        "state": OrderState(order.state).name,
        "price": _plain(units(order.price)),
        "leaves": _plain(units(order.leaves)),
    }


def _tested(found: Explanation, order: TestedOrder) -> dict[str, Any]:
    return {
        "symbol": found.symbols[order.symbol],
        "side": Side(order.side).name,
        "type": OrderType(order.order_type).name,
        "price": _plain(units(order.price)),
        "quantity": _plain(units(order.quantity)),
        "flatten": order.flatten,
        "replaces": order.replaces,
        "reducing": order.reducing,
        "rows": [
            {
                "row": row.row,
                "code": row.code.name,
                "outcome": row.outcome,
                "unit": row.unit,
                "limit": _reading(row, row.limit),
                "value": _reading(row, row.value),
                "text": row.text,
            }
            for row in order.rows
        ],
    }


def _reading(row: RowReading, raw: int) -> str | int | None:
    """A limit or a value: whole numbers of ns and counts, all else as exact text."""
    if row.unit in ("ns", "count"):
        return raw
    return reading_text(row, raw).replace(",", "") or None if row.unit != "money" else _plain(money(raw))


def _state(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "equity": _plain(money(snapshot.equity)),
        "cash": _plain(money(snapshot.engine.cash)),
        "level": snapshot.engine.level.name,
        "drawdown_latched": snapshot.engine.drawdown_latched,
        "daily_loss_latched": snapshot.engine.daily_loss_latched,
        "open_orders": [
            {
                "order_id": order.order_id,
                "symbol": order.symbol,
                "side": order.side.name,
                "type": order.order_type.name,
                "state": order.state.name,
                "price": _plain(order.price),
                "leaves": _plain(order.leaves),
            }
            for order in open_orders(snapshot)
        ],
    }


def _plain(value: Any) -> Any:
    """Decimals as text, non-finite floats as null, bytes in hex."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.hex() if isinstance(value, bytes) else value
