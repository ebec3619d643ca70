"""A configured engine: phase one, phase two and the blobs that a snapshot carries, stepped event by event."""

from __future__ import annotations

import time
from typing import Final

from quartet.core.contract import NO_SYMBOL, EventKind
from quartet.engines.reference.core.state import State
from quartet.engines.reference.data_engine.columns import Batch
from quartet.engines.reference.data_engine.validation import Validation
from quartet.engines.reference.edge.config import Configuration, read_config
from quartet.engines.reference.engine import StepOrder
from quartet.engines.reference.performance.counters import Counters
from quartet.engines.reference.performance.histogram import LatencyHistogram
from quartet.engines.reference.signal_engine.phase_one import NO_JUDGEMENT, Judgement, PhaseOne

# One event in so many has its latency measured.
_SAMPLE_EVERY: Final = 64


class Runtime:
    """Everything that a configuration brings to life."""

    def __init__(self, config: bytes) -> None:
        self.config = config
        configuration: Configuration = read_config(config)
        settings = configuration.settings
        self.settings = settings
        self.counters = Counters()
        self.validation = Validation(settings, self.counters)
        self.phase_one = PhaseOne(settings, configuration.program)
        self.state = State(settings, configuration.limits, configuration.risk_model, self.counters)
        self.steps = StepOrder(self.state, self.phase_one)

    def process(self, batch: Batch, latency: LatencyHistogram) -> bytes:
        """Step every event and return the records."""
        counters, records, rows = self.counters, self.state.records, batch.rows
        check, judge, steps = self.validation.check, self.phase_one.step, self.steps
        clock = time.perf_counter_ns
        for event in batch.events:
            index = counters.events
            started = clock() if index % _SAMPLE_EVERY == 0 else 0
            kind = event.kind
            payload = next(rows[kind]) if kind in rows else ()
            counters.events = index + 1
            records.event_index = index
            records.ts_init = event.ts_init
            code = check(event, payload)
            if code:
                unread = EventKind.EXECUTION_REPORT <= kind <= EventKind.CONTROL
                steps.reject(event, code, NO_SYMBOL if unread else event.symbol)
            else:
                market = kind <= EventKind.EXTERNAL_SIGNAL
                steps.step(event, payload, judge(event, payload, index) if market else NO_JUDGEMENT)
            if started:
                latency.add(clock() - started)
        return records.take()

    def evaluate(self, batch: Batch) -> list[Judgement]:
        """Phase one alone (spec 3.1, 3.8)."""
        judgements = []
        for event in batch.events:
            index = self.counters.events
            self.counters.events = index + 1
            payload = next(batch.rows[event.kind]) if event.kind in batch.rows else ()
            accepted = not self.validation.check(event, payload)
            if accepted and event.kind <= EventKind.EXTERNAL_SIGNAL:
                judgements.append(self.phase_one.step(event, payload, index))
            else:
                judgements.append(NO_JUDGEMENT)
        return judgements
