"""The work of `quartet explain`: one event, taken out of a run, with everything that was decided at it and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from quartet.cli.conclusion import conclusion_of
from quartet.cli.inputs import Inputs
from quartet.cli.progress import progress_bar
from quartet.core.contract import CODE_TEXTS, Code, EventKind, Op, RecordKind, Verdict
from quartet.core.errors import ConfigError
from quartet.core.pb import program_pb2
from quartet.data.batch import EventBatch
from quartet.data.dicts import to_dicts
from quartet.engines.engine_run import ChosenEngine, EngineRun
from quartet.engines.records import headers, split_records
from quartet.engines.reference import Engine
from quartet.engines.reference.edge.introspection import Decision, TestedOrder
from quartet.engines.reference.signal_engine.program import TICKS
from quartet.engines.results import Result
from quartet.engines.snapshot_model import Snapshot, SymbolState
from quartet.engines.snapshot_reader import read_snapshot
from quartet.graph.naming import formula

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class NodeReading:
    """One node of the program at the event."""

    index: int
    name: str
    formula: str
    ticked: bool
    inputs: tuple[tuple[str, float], ...]
    """Names and values that it was computed from."""
    before: float
    value: float
    role: str
    """score, confidence, fair_value, or nothing."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one event."""

    index: int
    event: dict[str, Any]
    kind: str
    symbol: str | None
    """None for events that concern no symbol."""
    engine: str
    agrees: bool
    """Whether the engine's records are those of the Python reference, which gave the reasons."""
    reject: tuple[str, str, str] | None
    """Code, meaning and remedy, where the event was refused."""
    verdict: Verdict
    score: float
    confidence: float
    fair_value: float
    nodes: tuple[NodeReading, ...]
    decisions: tuple[Decision, ...]
    tested: tuple[TestedOrder, ...]
    records: tuple[dict[str, Any], ...]
    before: Snapshot
    after: Snapshot
    symbols: tuple[str, ...]

    @property
    def conclusion(self) -> str:
        """Why the event did, or did not, make an order."""
        return conclusion_of(self)

    def states(self) -> tuple[SymbolState, SymbolState] | None:
        """The symbol before and after."""
        if self.symbol is None:
            return None
        at = self.symbols.index(self.symbol)
        return self.before.symbols[at], self.after.symbols[at]


def explain_event(inputs: Inputs, engine: ChosenEngine, index: int) -> Explanation:
    """Run up to the event, then take it apart."""
    running = EngineRun(engine, inputs.config_bytes)
    try:
        event = _run_up_to(running, inputs, index)
        before = running.snapshot()
        records = running.process(event)
        after = running.snapshot()
    finally:
        running.close()
    reference = Engine(inputs.config_bytes)
    reference.restore(before)
    watched = reference.watched()
    expected = reference.process(event.to_columns(), event.controls)
    verdict, score, confidence, fair_value = _judged(inputs.config_bytes, before, event)
    kind = int(event["kind"][0])
    state = read_snapshot(before)
    symbol = _symbol_of(event, inputs.symbols)
    rejects = split_records(records)[RecordKind.INPUT_REJECT]
    snapshots = state, read_snapshot(after)
    return Explanation(
        index=index,
        event=to_dicts(event, inputs.symbols)[0],
        kind=EventKind(kind).name if kind in EventKind._value2member_map_ else str(kind),
        symbol=symbol,
        engine=engine.name,
        agrees=records == expected and after == reference.snapshot(),
        reject=_refusal(int(rejects["code"][0])) if len(rejects) else None,
        verdict=verdict,
        score=score,
        confidence=confidence,
        fair_value=fair_value,
        nodes=() if symbol is None else _nodes(snapshots, inputs.symbols.index(symbol), kind, bool(len(rejects))),
        decisions=tuple(watched.decisions),
        tested=tuple(watched.tested),
        records=tuple(_rows(records, inputs.symbols)),
        before=snapshots[0],
        after=snapshots[1],
        symbols=tuple(inputs.symbols),
    )


def _run_up_to(running: EngineRun, inputs: Inputs, index: int) -> EventBatch:
    """Feed all events before the one of this index, and return that one."""
    with progress_bar(f"{running.name}: events", index) as bar:
        for block in inputs.blocks():
            left = index - running.events
            if left < len(block):
                running.process(block[:left])
                return block[left : left + 1]
            running.process(block)
            bar.at(running.events)
    last = running.events - 1
    raise ConfigError(
        f"--event {index}: the data has {running.events:,} events, the last is {last:,}; name one of them"
    )


def _judged(config: bytes, before: bytes, event: EventBatch) -> tuple[Verdict, float, float, float]:
    """Phase one alone, on an engine of its own."""
    engine = Engine(config)
    engine.restore(before)
    verdict, *floats = engine.evaluate(event.to_columns(), event.controls)
    score, confidence, fair_value = (float(np.frombuffer(each, np.float64)[0]) for each in floats)
    return Verdict(verdict[0]), score, confidence, fair_value


def _symbol_of(event: EventBatch, symbols: list[str]) -> str | None:
    number = int(event["symbol"][0])
    has_symbol = int(event["kind"][0]) <= EventKind.EXTERNAL_SIGNAL and number < len(symbols)
    return symbols[number] if has_symbol else None


def _refusal(number: int) -> tuple[str, str, str]:
    code = Code(number)
    return (code.name, *CODE_TEXTS[code])


def _nodes(snapshots: tuple[Snapshot, Snapshot], symbol: int, kind: int, refused: bool) -> tuple[NodeReading, ...]:
    program = snapshots[1].program
    old, new = (each.symbols[symbol].phase_one.node_values for each in snapshots)
    # A program that came with this very event has no earlier values.
    old = old if len(old) == len(new) else np.full(len(new), NAN)
    ticks = 0 if refused else TICKS.get(kind, 0)
    names = [node.name or f"node {k}" for k, node in enumerate(program.nodes)]
    return tuple(
        NodeReading(
            index=k,
            name=names[k],
            formula=formula(Op(node.op), [names[i] for i in node.inputs], node.n, node.params),
            ticked=bool(node.clock & ticks),
            inputs=tuple((names[i], float(new[i])) for i in node.inputs),
            before=float(old[k]),
            value=float(new[k]),
            role=_role(program, k),
        )
        for k, node in enumerate(program.nodes)
    )


def _role(program: program_pb2.Program, node: int) -> str:
    roles = [("score", program.score)]
    for name in ("confidence", "fair_value"):
        if program.HasField(name):
            roles.append((name, getattr(program, name)))
    return ", ".join(name for name, at in roles if at == node)


def _rows(records: bytes, symbols: list[str]) -> list[dict[str, Any]]:
    """The records in their order, with names and exact decimals."""
    result = Result(records, symbols)
    tables = {
        RecordKind.SIGNAL: result.signals,
        RecordKind.ORDER: result.order_events,
        RecordKind.FILL: result.fills,
        RecordKind.ACCOUNT: result.account,
        RecordKind.INPUT_REJECT: result.rejects,
        RecordKind.HALT: result.halts,
    }
    waiting = {kind: iter(table) for kind, table in tables.items()}
    kinds = [RecordKind(number) for number in headers(records)["kind"].tolist()]
    return [{"kind": kind.name, **next(waiting[kind])} for kind in kinds]
