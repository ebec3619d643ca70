"""The step order of an accepted event (spec 5)."""

from __future__ import annotations

from quartet.core.contract import NO_SYMBOL, Code, EventKind, FillModel
from quartet.engines.reference.controls import Blobs, apply_command
from quartet.engines.reference.core.state import State
from quartet.engines.reference.data_engine.columns import Event, Payload
from quartet.engines.reference.data_engine.market_view import update_view
from quartet.engines.reference.edge.controls import read_control
from quartet.engines.reference.execution_engine import bar_matching, book_matching
from quartet.engines.reference.execution_engine.venue import arrivals
from quartet.engines.reference.order_engine.commands import cancel_working, flatten_positions
from quartet.engines.reference.order_engine.decisions import close_bars, take_verdict
from quartet.engines.reference.order_engine.external_reports import take_report
from quartet.engines.reference.order_engine.responses import apply_due
from quartet.engines.reference.risk_engine.halts import (
    advance_clocks,
    daily_loss_latches,
    drawdown_latches,
)
from quartet.engines.reference.signal_engine.phase_one import Judgement, PhaseOne


class StepOrder:
    """Phase two: S1 to S6 for one event after the other."""

    __slots__ = ("blobs", "phase_one", "state")

    def __init__(self, state: State, phase_one: PhaseOne) -> None:
        self.state = state
        self.phase_one = phase_one
        self.blobs = Blobs()

    def step(self, event: Event, payload: Payload, judgement: Judgement) -> None:
        """Take an accepted event with its verdict through the six steps."""
        state = self.state
        state.now = event.ts_init
        advance_clocks(state)  # S1
        arrivals(state, event.ts_event)  # S2
        self._effect(event, payload)  # S3
        apply_due(state)  # S4
        self._halts()  # S5
        if event.kind == EventKind.CLOCK:  # S6
            close_bars(state)
        else:
            take_verdict(state, event.kind, event.symbol, judgement)

    def _effect(self, event: Event, payload: Payload) -> None:
        """S3."""
        state, kind = self.state, event.kind
        if kind <= EventKind.BAR:
            symbol = state.symbols[event.symbol]
            update_view(state, symbol, kind, event.flags, payload)
            if not symbol.at_venue:
                return
            on_book = symbol.instrument.fill_model == FillModel.BOOK
            if kind == EventKind.BAR:
                if not on_book:
                    bar_matching.on_bar(state, symbol, payload, event.ts_event)
            elif on_book and kind == EventKind.TRADE:
                book_matching.on_trade(state, symbol, payload, event.ts_event)
            elif on_book:
                book_matching.on_book(state, symbol, event.ts_event)
        elif kind == EventKind.EXECUTION_REPORT:
            code, shown = take_report(state, payload, event.ts_event)
            if code:
                self.reject(event, code, shown)
        elif kind == EventKind.CONTROL:
            command = read_control(payload[0], state.settings)
            blobs = apply_command(state, self.phase_one, self.blobs, command) if command is not None else None
            if blobs is None:
                self.reject(event, Code.BAD_CONTROL, NO_SYMBOL)
            else:
                self.blobs = blobs

    def _halts(self) -> None:
        """S5."""
        state = self.state
        if drawdown_latches(state):
            cancel_working(state)
        if daily_loss_latches(state):
            cancel_working(state)
        flatten_positions(state)

    def reject(self, event: Event, code: int, symbol: int) -> None:
        """Refuse an event in the output (spec 2.5)."""
        state = self.state
        state.counters.rejected += 1
        state.records.input_reject(symbol, event.kind, code, event.source, event.sequence, event.ts_event)
        if code == Code.CROSSED:
            state.symbols[symbol].stale = True
