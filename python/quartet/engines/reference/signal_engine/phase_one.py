"""Phase one of an accepted event: market values, the program, the verdict (spec 3)."""

from __future__ import annotations

from typing import Final, NamedTuple

from quartet.core.contract import EventKind, Verdict
from quartet.core.elementary import NAN
from quartet.core.fixed import sign
from quartet.engines.reference.core.session import session_number
from quartet.engines.reference.core.settings import Program, Settings
from quartet.engines.reference.data_engine.columns import Event, Payload
from quartet.engines.reference.signal_engine.program import TICKS, CompiledProgram
from quartet.engines.reference.signal_engine.sources import units
from quartet.engines.reference.signal_engine.symbol_signals import ExternalSignal, SymbolSignals

_INFINITY: Final = float("inf")


class Judgement(NamedTuple):
    """The verdict on an event, with the values of the score's tick."""

    verdict: int
    score: float
    confidence: float
    fair_value: float


NO_JUDGEMENT: Final = Judgement(Verdict.NONE, NAN, NAN, NAN)


class PhaseOne:
    """The program and its state for every symbol; a symbol's is made at its first event."""

    __slots__ = ("_settings", "program", "symbols")

    def __init__(self, settings: Settings, program: Program) -> None:
        self._settings = settings
        self.program = CompiledProgram(program, settings)
        self.symbols: list[SymbolSignals | None] = [None] * len(settings.instruments)

    def replace_program(self, program: Program) -> None:
        """Start a new program with empty values and state; market values stay (spec 11.3)."""
        self.program = CompiledProgram(program, self._settings)
        for symbol in self.symbols:
            if symbol is not None:
                symbol.values, symbol.cells = self.program.empty()

    def symbol(self, symbol_id: int) -> SymbolSignals:
        """The state of a symbol."""
        found = self.symbols[symbol_id]
        if found is None:
            found = self.symbols[symbol_id] = self.program.fresh()
        return found

    def step(self, event: Event, payload: Payload, event_index: int) -> Judgement:
        """Take an accepted event of kinds 1 to 5 in and judge it."""
        kind = event.kind
        s = self.symbol(event.symbol)
        s.now = event.ts_init
        if kind == EventKind.QUOTE:
            s.bid, s.ask, s.bid_size, s.ask_size = payload
        elif kind == EventKind.TRADE:
            self._take_trade(s, payload)
        elif kind == EventKind.BOOK:
            _take_book(s, payload)
        elif kind == EventKind.BAR:
            s.bar = payload
        else:
            self._take_external(s, event, payload, event_index)
        program, values = self.program, s.values
        for place, step in program.plans[kind]:
            values[place] = step(s)
        if not program.score_clock & TICKS[kind]:
            return NO_JUDGEMENT
        return self._judge(values)

    def _judge(self, values: list[float]) -> Judgement:
        """The verdict on the values of a score's tick (spec 3.8)."""
        program = self.program
        score = values[program.score]
        confidence = 1.0 if program.confidence is None else values[program.confidence]
        fair_value = NAN if program.fair_value is None else values[program.fair_value]
        if not -_INFINITY < score < _INFINITY:
            verdict = Verdict.NON_FINITE
        elif not confidence >= self._settings.signals.min_confidence:
            verdict = Verdict.LOW_CONFIDENCE
        else:
            verdict = Verdict.VALID
        return Judgement(verdict, score, 1.0 if confidence > 1.0 else confidence, fair_value)

    def _take_trade(self, s: SymbolSignals, payload: Payload) -> None:
        price, size, aggressor = payload
        s.trade_price, s.trade_size = price, size
        s.last_sign = aggressor or _tick_sign(s, price)
        s.last_trade_price = price
        session = session_number(s.now, self._settings.session_roll_ns)
        if session != s.vwap_session:
            s.vwap_session, s.vwap_pq, s.vwap_q = session, 0.0, 0.0
        p, q = units(price), units(size)
        s.vwap_pq = s.vwap_pq + p * q
        s.vwap_q = s.vwap_q + q

    def _take_external(self, s: SymbolSignals, event: Event, payload: Payload, event_index: int) -> None:
        """Replace the source's signal or append it, then evict the weakest (spec 3.7)."""
        score, confidence = payload
        signal = ExternalSignal(event.source, score, confidence, event.ts_event, event_index)
        for place, old in enumerate(s.external):
            if old.source == signal.source:
                s.external[place] = signal
                return
        s.external.append(signal)
        if len(s.external) > self._settings.signals.max_signals_per_symbol:
            s.external.remove(min(s.external, key=lambda e: (e.confidence, e.event_index)))


def _tick_sign(s: SymbolSignals, price: int) -> int:
    """The sign of a trade without an aggressor: by the quote, then by the last trade (spec 3.5)."""
    if s.bid_size > 0 and s.ask_size > 0:
        side = sign(2 * price - (s.bid + s.ask))
        if side:
            return side
    if s.last_trade_price is None:
        return 0
    return sign(price - s.last_trade_price) or s.last_sign


def _take_book(s: SymbolSignals, payload: Payload) -> None:
    bid_prices, bid_sizes, ask_prices, ask_sizes, bid_levels, ask_levels = payload
    s.bid_prices, s.bid_sizes = bid_prices[:bid_levels], bid_sizes[:bid_levels]
    s.ask_prices, s.ask_sizes = ask_prices[:ask_levels], ask_sizes[:ask_levels]
    s.bid, s.bid_size = (bid_prices[0], bid_sizes[0]) if bid_levels else (0, 0)
    s.ask, s.ask_size = (ask_prices[0], ask_sizes[0]) if ask_levels else (0, 0)
