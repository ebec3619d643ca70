"""What a set of runs made an engine do: operators, checks, order types, transitions, fill reasons and codes.

Counted from the records, the program and the events alone, so that it says the same of every engine.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from quartet.core.contract import (
    LIVE,
    TRANSITIONS,
    AccountCause,
    Clock,
    Code,
    EventKind,
    FillReason,
    HaltAction,
    Liquidity,
    Op,
    OrderState,
    OrderType,
    RecordKind,
    Trigger,
)
from quartet.core.pb import program_pb2
from quartet.data.batch import EventBatch
from quartet.engines.records import split_records

_TICKS: Final[dict[EventKind, Clock]] = {
    EventKind.QUOTE: Clock.QUOTE,
    EventKind.TRADE: Clock.TRADE,
    EventKind.BOOK: Clock.BOOK | Clock.QUOTE,
    EventKind.BAR: Clock.BAR,
    EventKind.EXTERNAL_SIGNAL: Clock.EXTERNAL,
}
"""Ticks of an accepted event (spec 3.3)."""
_FIRST_CHECK, _LAST_CHECK = Code.KILLED, Code.DAILY_LOSS
_EDGE_CODES: Final = (Code.NONE, Code.BAD_DECIMAL)  # given outside the engine only

CATEGORIES: Final = (
    "operators",
    "checks",
    "codes",
    "order_types",
    "transitions",
    "fill_reasons",
    "liquidity",
    "account_causes",
    "halt_actions",
    "event_kinds",
)


def _possible() -> dict[str, list[str]]:
    """Everything that could fire, by category."""
    targets = {
        (source, trigger): (OrderState.NEW, OrderState.PARTIALLY_FILLED) if to == LIVE else (OrderState(to),)
        for (source, trigger), to in TRANSITIONS.items()
    }
    return {
        "operators": [op.name for op in Op],
        "checks": [code.name for code in Code if _FIRST_CHECK <= code <= _LAST_CHECK],
        "codes": [code.name for code in Code if code not in _EDGE_CODES],
        "order_types": [each.name for each in OrderType],
        "transitions": [_transition(*key, to) for key, tos in targets.items() for to in tos],
        "fill_reasons": [each.name for each in FillReason],
        "liquidity": [each.name for each in Liquidity],
        "account_causes": [each.name for each in AccountCause],
        "halt_actions": [each.name for each in HaltAction],
        "event_kinds": [each.name for each in EventKind],
    }


def _transition(source: int, trigger: int, target: int) -> str:
    return f"{OrderState(source).name} {Trigger(trigger).name} {OrderState(target).name}"


POSSIBLE: Final[dict[str, list[str]]] = _possible()


@dataclass(slots=True)
class Coverage:
    """How often each thing fired. An operator counts once for each event at which a node of it was evaluated."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in CATEGORIES})

    def add(
        self,
        records: bytes,
        program: program_pb2.Program | None = None,
        batches: Iterable[EventBatch] = (),
        first_event: int = 0,
    ) -> Coverage:
        """Count one run; the batches are its input, of which the first event has the index first_event."""
        rows = split_records(records)
        self._add_records(rows)
        accepted = _accepted(batches, rows[RecordKind.INPUT_REJECT], first_event)
        for kind, count in accepted.items():
            self.counts["event_kinds"][kind.name] += count
        if program is not None:
            self._add_program(program, accepted)
        return self

    def merge(self, other: Coverage) -> Coverage:
        """Add what another one counted."""
        for name, counter in other.counts.items():
            self.counts[name].update(counter)
        return self

    def missing(self) -> dict[str, list[str]]:
        """What has not fired, by category."""
        return {name: [each for each in POSSIBLE[name] if not self.counts[name][each]] for name in CATEGORIES}

    def share(self) -> dict[str, tuple[int, int]]:
        """How many have fired, and how many there are, by category."""
        missing = self.missing()
        return {name: (len(POSSIBLE[name]) - len(missing[name]), len(POSSIBLE[name])) for name in CATEGORIES}

    def to_json(self) -> str:
        """The counts as JSON, in the contract's order; from_json reads it."""
        ordered = {
            name: {each: self.counts[name][each] for each in POSSIBLE[name] if self.counts[name][each]}
            for name in CATEGORIES
        }
        return json.dumps(ordered, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Coverage:
        """The coverage that to_json wrote."""
        loaded: Mapping[str, Mapping[str, int]] = json.loads(text)
        return cls({name: Counter(loaded.get(name, {})) for name in CATEGORIES})

    def __str__(self) -> str:
        lines = []
        missing = self.missing()
        for name, (fired, total) in self.share().items():
            left = f": never {', '.join(missing[name])}" if missing[name] else ""
            lines.append(f"{name}: {fired} of {total}{left}")
        return "\n".join(lines)

    def _add_records(self, rows: Mapping[RecordKind, Any]) -> None:
        orders = rows[RecordKind.ORDER]
        created = orders[orders["state_from"] == OrderState.CREATED]
        self._count("order_types", OrderType, created["order_type"])
        refused = orders["trigger"] == Trigger.RISK_REJECT
        self._count("checks", Code, orders["code"][refused])
        # A refused replacement is a record, but no transition (spec 9.7).
        moved = orders[~refused | (orders["state_from"] == OrderState.CREATED)]
        triples = np.stack([moved["state_from"], moved["trigger"], moved["state_to"]], axis=1).astype(np.int64)
        for triple, count in zip(*np.unique(triples, axis=0, return_counts=True), strict=True):
            self.counts["transitions"][_transition(*triple.tolist())] += int(count)
        fills = rows[RecordKind.FILL]
        self._count("fill_reasons", FillReason, fills["reason"])
        self._count("liquidity", Liquidity, fills["liquidity"])
        self._count("account_causes", AccountCause, rows[RecordKind.ACCOUNT]["cause"])
        self._count("halt_actions", HaltAction, rows[RecordKind.HALT]["action"])
        for kind in (RecordKind.ORDER, RecordKind.INPUT_REJECT, RecordKind.HALT):
            codes = rows[kind]["code"]
            self._count("codes", Code, codes[codes != Code.NONE])

    def _count(self, name: str, enum: Any, numbers: Any) -> None:
        for number, count in zip(*np.unique(numbers, return_counts=True), strict=True):
            self.counts[name][enum(int(number)).name] += int(count)

    def _add_program(self, program: program_pb2.Program, accepted: Mapping[EventKind, int]) -> None:
        ran = any(accepted.values())
        for node in program.nodes:
            evaluated = sum(count for kind, count in accepted.items() if node.clock & _TICKS.get(kind, Clock(0)))
            # A constant has its value from the start (spec 3.3).
            evaluated = int(ran) if node.op == Op.CONST else evaluated
            if evaluated:
                self.counts["operators"][Op(node.op).name] += evaluated


def _accepted(batches: Iterable[EventBatch], rejects: Any, first_event: int) -> dict[EventKind, int]:
    """Events of each kind that were not refused."""
    kinds = [batch["kind"] for batch in batches]
    if not kinds:
        return {}
    everything = np.concatenate(kinds)
    keep = np.ones(len(everything), np.bool_)
    places = rejects["event_index"].astype(np.int64) - first_event
    keep[places[(places >= 0) & (places < len(everything))]] = False
    counts = np.bincount(everything[keep], minlength=256)
    return {kind: int(counts[kind]) for kind in EventKind if counts[kind]}


def merged(coverages: Iterable[Coverage]) -> Coverage:
    """One coverage of many."""
    total = Coverage()
    for each in coverages:
        total.merge(each)
    return total
