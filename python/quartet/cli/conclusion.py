"""Why an event did, or did not, make an order: the explanation in a sentence or two."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from quartet.core.contract import EventKind, OrderState, Side, Verdict
from quartet.engines.reference.edge.introspection import Decision, TestedOrder, WantedOrder
from quartet.engines.views import units
from quartet.report.numbers import decimal_text, duration_text

if TYPE_CHECKING:
    from quartet.cli.explaining import Explanation


def conclusion_of(found: Explanation) -> str:
    """The sentences, joined."""
    if found.reject is not None:
        code, meaning, remedy = found.reject
        return f"The event was refused with {code}: {meaning} {remedy}".strip()
    if not found.decisions:
        return " ".join(filter(None, (_no_decision(found), *_flattened(found))))
    return " ".join((*(_decision(found, each) for each in found.decisions), *_flattened(found)))


def _no_decision(found: Explanation) -> str:
    """Why the policy was not asked."""
    if found.kind == EventKind.CLOCK.name:
        expired = found.after.engine.counters["expired_signals"] - found.before.engine.counters["expired_signals"]
        if expired:
            return f"{expired} bar verdicts were older than max_age and were dropped; no decision."
        return "No bar verdict waited for this clock; no decision."
    if found.symbol is None:
        return f"A {found.kind} event makes no verdict; no decision."
    if found.verdict is Verdict.NONE:
        return f"The score does not tick on {found.kind}; no decision."
    if found.verdict is Verdict.NON_FINITE:
        return f"The score is {found.score}: {_first_gap(found)}; no decision."
    if found.verdict is Verdict.LOW_CONFIDENCE:
        least = found.before.config.signals.min_confidence
        return f"The confidence {found.confidence:.6g} is not at least min_confidence {least:.6g}; no decision."
    if found.kind == EventKind.BAR.name:
        return f"The score is {found.score:.6g}; a bar's verdict waits for the CLOCK that closes its stamp."
    return "No decision was made."


def _first_gap(found: Explanation) -> str:
    """The first node in program order that has no finite value though it ticked."""
    for node in found.nodes:
        if node.ticked and not math.isfinite(node.value):
            values = ", ".join(f"{name} = {value:.6g}" for name, value in node.inputs)
            return f"{node.name} = {node.formula} has no value yet{f' ({values})' if values else ''}"
    return "a node that did not tick has no value yet"


def _decision(found: Explanation, decision: Decision) -> str:
    name = found.symbols[decision.symbol]
    tested = [each for each in found.tested if each.symbol == decision.symbol and not each.flatten]
    head = f"{name}: score {decision.score:.6g}, confidence {decision.confidence:.6g}"
    if decision.undecided:
        return f"{head}; a price that the policy needs is absent, so it decides nothing."
    if tested:
        return f"{head}; " + "; ".join(_tested(found, each) for each in tested) + "."
    if not decision.wanted:
        if decision.target is None:
            return f"{head}; nothing is wanted."
        target, position = (decimal_text(units(value)) for value in (decision.target, decision.position))
        return f"{head}; the target is {target} and the position {position}, so nothing is wanted."
    return f"{head}; " + "; ".join(_untested(decision, each) for each in decision.wanted) + "."


def _tested(found: Explanation, order: TestedOrder) -> str:
    side = Side(order.side).name.lower()
    what = f"{side} {decimal_text(units(order.quantity))}"
    if order.replaces is not None:
        what = f"replace order {order.replaces} by {what}"
    failed = next((row for row in order.rows if row.outcome == "failed"), None)
    if failed is not None:
        return f"{what} was refused by row {failed.row}, {failed.code.name}"
    count = sum(row.outcome == "passed" for row in order.rows)
    return f"{what} passed all {count} rows that test it and was sent"


def _untested(decision: Decision, wanted: WantedOrder) -> str:
    """Why the gate was not asked for something that is wanted."""
    side = Side(wanted.side).name.lower()
    what = f"{side} {decimal_text(units(wanted.desire.quantity))} is wanted"
    if wanted.held_back_ns is not None:
        left = duration_text(wanted.held_back_ns)
        return f"{what}, but the same was refused before, and the retry rule holds it back for {left} more"
    working = [order for order in decision.working if order.side == wanted.side]
    if working:
        orders = ", ".join(f"{each.order_id} ({OrderState(each.state).name})" for each in working)
        return f"{what}, and order {orders} works for it or is in its way"
    return f"{what}, but another order of the symbol is in its way"


def _flattened(found: Explanation) -> list[str]:
    """Orders that a kill with flatten made (spec 8.6)."""
    return [f"{found.symbols[each.symbol]}: flatten {_tested(found, each)}." for each in found.tested if each.flatten]
