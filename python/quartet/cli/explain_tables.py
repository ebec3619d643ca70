"""An explanation for people: tables for the terminal."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from quartet.cli.console import facts, table
from quartet.cli.explaining import Explanation
from quartet.core.contract import OrderState, OrderType, Side, Verdict
from quartet.engines.reference.edge.introspection import Decision, TestedOrder
from quartet.engines.reference.risk_engine.readings import RowReading
from quartet.engines.snapshot_model import OpenOrder, Snapshot
from quartet.engines.views import money, units
from quartet.report.numbers import decimal_text, duration_text, money_text, price_text, time_text

_OUTCOME_STYLES: Final = {"passed": "green", "failed": "bold red", "off": "dim", "skipped": "dim"}
_HIDDEN: Final = ("kind", "event_index", "ts_init", "symbol")


def explanation_tables(found: Explanation, only: int | None) -> Iterator[RenderableType]:
    """Everything, from the event to the records; `only` is a symbol id."""
    yield Panel(
        Text(found.conclusion),
        title=f"Event {found.index:,}: {found.kind} {found.symbol or ''}".rstrip(),
        title_align="left",
    )
    yield facts(_event_rows(found), title="Event")
    if found.nodes:
        yield _node_table(found)
        yield facts(_verdict_rows(found), title="Verdict and filters")
    for decision in found.decisions:
        if only in (None, decision.symbol):
            yield facts(_decision_rows(found, decision), title=f"Decision about {found.symbols[decision.symbol]}")
    for order in found.tested:
        if only in (None, order.symbol):
            yield _gate_table(found, order, tested=True)
    for decision in found.decisions:
        tested = {(each.symbol, each.side) for each in found.tested}
        for wanted in decision.wanted:
            if only in (None, decision.symbol) and (decision.symbol, wanted.side) not in tested:
                yield _gate_table(found, wanted.gate, tested=False)
    yield _order_table(found, only)
    yield facts(_account_rows(found), title="Account")
    yield _record_table(found, only)


def _event_rows(found: Explanation) -> list[tuple[str, str]]:
    event = found.event
    rows = [("ts_event", time_text(event["timestamp"])), ("ts_init", time_text(event["ts_init"]))]
    hidden = ("timestamp", "ts_init", "kind", "symbol", "symbol_id")
    rows += [(name, str(value)) for name, value in event.items() if name not in hidden]
    if found.reject:
        rows.append(("refused", ": ".join(filter(None, found.reject))))
    return rows


def _node_table(found: Explanation) -> Table:
    rows = table("#>", "Node", "Is ~", "Ticked", "Inputs ~", "Before>", "Value>", title="Signal graph")
    for node in found.nodes:
        inputs = ", ".join(f"{name} = {number(value)}" for name, value in node.inputs)
        style = "" if node.ticked else "dim"
        name = f"{node.name} [{node.role}]" if node.role else node.name
        cells = (str(node.index), name, node.formula, "yes" if node.ticked else "no", inputs)
        value = Text(number(node.value), style="" if math.isfinite(node.value) else "yellow")
        rows.add_row(*(Text(cell) for cell in cells), Text(number(node.before)), value, style=style)
    return rows


def _verdict_rows(found: Explanation) -> list[tuple[str, str]]:
    limits = found.before.config.signals
    rows = [("verdict", found.verdict.name)]
    if found.verdict is not Verdict.NONE:
        rows += [("score", number(found.score)), ("confidence", number(found.confidence))]
        if not math.isnan(found.fair_value):
            rows.append(("fair value", number(found.fair_value)))
    rows.append(("min_confidence", number(limits.min_confidence)))
    rows.append(("max_age", f"{duration_text(limits.max_age_ns)} (external signals, and bar verdicts at their clock)"))
    return rows


def _decision_rows(found: Explanation, decision: Decision) -> list[tuple[str, str]]:
    threshold = found.before.config.policy.direction_threshold
    rows = [
        ("score", f"{number(decision.score)} (confidence {number(decision.confidence)})"),
        ("age", duration_text(decision.age_ns)),
        (
            "direction",
            f"{decision.direction:+d} (threshold {threshold:g})"
            if decision.direction
            else f"0 (threshold {threshold:g})",
        ),
        ("equity", money_text(money(decision.equity))),
        ("mark", "none" if decision.mark is None else price_text(units(decision.mark))),
        ("position", decimal_text(units(decision.position))),
        ("target", "none" if decision.target is None else decimal_text(units(decision.target))),
    ]
    for wanted in decision.wanted:
        order = _order_text(wanted.side, wanted.desire.quantity, wanted.desire.type)
        price = "" if wanted.desire.type == OrderType.MARKET else f" at {decimal_text(units(wanted.desire.price))}"
        held = "" if wanted.held_back_ns is None else f", held back for {duration_text(wanted.held_back_ns)} more"
        rows.append(("wanted", order + price + held))
    if not decision.wanted:
        rows.append(("wanted", "undecided: a price is absent" if decision.undecided else "nothing"))
    for order_ in decision.working:
        text = _order_text(order_.side, order_.leaves, order_.order_type)
        price, state = decimal_text(units(order_.price)), OrderState(order_.state).name
        rows.append(("working", f"{order_.order_id}: {text} at {price}, {state}"))
    return rows


def _order_text(side: int, quantity: int, order_type: int) -> str:
    return f"{Side(side).name} {decimal_text(units(quantity))} {OrderType(order_type).name}"


def _gate_table(found: Explanation, order: TestedOrder, *, tested: bool) -> Table:
    side, kind = Side(order.side).name, OrderType(order.order_type).name
    what = f"{side} {decimal_text(units(order.quantity))} {found.symbols[order.symbol]} {kind}"
    if order.replaces is not None:
        what = f"replace of order {order.replaces}: {what}"
    title = f"Risk gate: {what}" if tested else f"Risk gate, were it asked: {what}"
    rows = table("Row>", "Check", "Outcome", "Limit>", "Value>", "Of ~", title=title)
    stopped = False
    for row in order.rows:
        limit, value = (reading_text(row, raw) for raw in (row.limit, row.value))
        outcome = Text(row.outcome, style=_OUTCOME_STYLES[row.outcome])
        rows.add_row(str(row.row), row.code.name, outcome, limit, value, row.text, style="dim" if stopped else "")
        stopped = stopped or row.outcome == "failed"
    if stopped:
        rows.caption = "The gate stops at the first row that fails; those after it are shown as they would answer."
    return rows


def reading_text(row: RowReading, raw: int) -> str:
    """A limit or a value in its unit."""
    match row.unit:
        case "":
            return ""
        case "price" | "quantity":
            return decimal_text(units(raw))
        case "money":
            return money_text(money(raw))
        case "tokens":
            return decimal_text(units(raw))
        case "float":
            return number(struct.unpack("<d", raw.to_bytes(8, "little"))[0])
        case "ns":
            return duration_text(raw)
    return f"{raw:,}"


def _order_table(found: Explanation, only: int | None) -> Table:
    name = found.symbol if only is None else found.symbols[only]
    rows = table(
        "When", "Order>", "Symbol", "Side", "Type", "State", "Price>", "Leaves>", "Done>", title="Working orders"
    )
    for when, snapshot in (("before", found.before), ("after", found.after)):
        own = [order for order in snapshot.orders if name in (None, order.symbol)]
        for order in own:
            rows.add_row(when, *_order_cells(order))
        if not own:
            rows.add_row(when, "none", style="dim")
    return rows


def _order_cells(order: OpenOrder) -> list[str]:
    return [
        str(order.order_id),
        order.symbol,
        order.side.name,
        order.order_type.name,
        order.state.name,
        decimal_text(units(order.price)),
        decimal_text(units(order.leaves)),
        decimal_text(units(order.cum)),
    ]


def _account_rows(found: Explanation) -> list[tuple[str, str]]:
    def both(read: Any) -> str:
        before, after = read(found.before), read(found.after)
        return before if before == after else f"{before} → {after}"

    rows = [
        ("equity", both(lambda s: money_text(money(s.equity)))),
        ("cash", both(lambda s: money_text(money(s.engine.cash)))),
        ("level", both(_level_text)),
        ("latches", both(_latch_text)),
    ]
    states = found.states()
    if states:
        position, mark = (
            " → ".join(dict.fromkeys(texts))
            for texts in (
                [decimal_text(units(each.phase_two.position)) for each in states],
                [price_text(None if each.phase_two.mark is None else units(each.phase_two.mark)) for each in states],
            )
        )
        rows += [("position", position), ("mark", mark)]
    return rows


def _level_text(snapshot: Snapshot) -> str:
    return snapshot.engine.level.name


def _latch_text(snapshot: Snapshot) -> str:
    state = snapshot.engine
    latched = [
        name for name, on in (("drawdown", state.drawdown_latched), ("daily loss", state.daily_loss_latched)) if on
    ]
    return ", ".join(latched) or "none"


def _record_table(found: Explanation, only: int | None) -> RenderableType:
    name = None if only is None else found.symbols[only]
    shown = [row for row in found.records if name is None or row.get("symbol") in (None, name)]
    if not shown:
        return Padding(Text("No records were written.", style="dim"), (1, 0, 0, 0))
    rows = table("Record", "Symbol", "Fields ~", title=f"Records written ({len(shown):,})")
    for row in shown:
        fields = " ".join(f"{key}={_cell(value)}" for key, value in row.items() if _says_something(key, value))
        rows.add_row(row["kind"], row.get("symbol") or "", Text(fields))
    return rows


def _says_something(name: str, value: Any) -> bool:
    if name in _HIDDEN or value is None:
        return False
    return bool(value) or name not in ("limit", "value", "unit", "ts_venue")


def _cell(value: Any) -> str:
    if isinstance(value, Decimal):
        return decimal_text(value)
    return number(value) if isinstance(value, float) else str(value)


def number(value: float) -> str:
    """A float, short but true: the shortest text that reads back the same, cut to ten digits."""
    return repr(value) if len(repr(value)) <= 12 else f"{value:.10g}"
