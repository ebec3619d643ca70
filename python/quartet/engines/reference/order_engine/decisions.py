"""S6: verdicts become signals and desires (spec 10.1, 10.2)."""

from __future__ import annotations

from quartet.core.contract import EventKind, PolicyKind, Verdict
from quartet.engines.reference.core.state import BarVerdict, State, Symbol
from quartet.engines.reference.order_engine.policy import Desires, quoting_desires, target_desires
from quartet.engines.reference.order_engine.reconciler import reconcile
from quartet.engines.reference.signal_engine.phase_one import Judgement


def take_verdict(state: State, kind: int, symbol_id: int, judgement: Judgement) -> None:
    """Decide on a verdict now; one of a bar waits for the clock."""
    if judgement.verdict == Verdict.NON_FINITE:
        state.counters.non_finite += 1
    elif judgement.verdict == Verdict.LOW_CONFIDENCE:
        state.counters.low_confidence += 1
    elif judgement.verdict == Verdict.VALID:
        verdict = BarVerdict(*judgement[1:], state.now)
        if kind == EventKind.BAR:
            state.symbols[symbol_id].bar_verdict = verdict
            state.bar_verdicts.add(symbol_id)
        else:
            _decide(state, state.symbols[symbol_id], verdict)


def close_bars(state: State) -> None:
    """At a CLOCK the bars' verdicts decide, ascending symbol id; those too old are dropped."""
    waiting = sorted(state.bar_verdicts)
    state.bar_verdicts.clear()
    for symbol_id in waiting:
        symbol = state.symbols[symbol_id]
        verdict = symbol.bar_verdict
        symbol.bar_verdict = None
        if verdict is None or state.now - verdict.ts_init > state.settings.signals.max_age_ns:
            state.counters.expired_signals += 1
        else:
            _decide(state, symbol, verdict)


def _decide(state: State, symbol: Symbol, verdict: BarVerdict) -> None:
    policy = state.settings.policy
    threshold = policy.direction_threshold
    direction = (verdict.score > threshold) - (verdict.score < -threshold)
    if direction != symbol.direction:
        _signal(state, symbol, direction, verdict)
    desires: Desires | None
    if policy.kind == PolicyKind.QUOTING:
        desires = quoting_desires(state, symbol, verdict.fair_value)
    else:
        desires = target_desires(state, symbol, direction, verdict.score, verdict.confidence)
    if state.observer is not None:
        state.observer.decided(symbol, verdict, desires)
    if desires is not None:
        reconcile(state, symbol, desires)


def _signal(state: State, symbol: Symbol, direction: int, verdict: BarVerdict) -> None:
    """The direction changed: a new signal id and a SIGNAL record."""
    state.last_signal_id += 1
    state.counters.signals += 1
    symbol.direction = direction
    symbol.signal_id = state.last_signal_id
    state.records.signal(
        symbol.id,
        direction,
        symbol.signal_id,
        verdict.score,
        verdict.confidence,
        verdict.fair_value,
        verdict.ts_init,
    )
