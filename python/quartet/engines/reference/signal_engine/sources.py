"""Source nodes: the values that come from the event and the market, not from other nodes (spec 3.4 to 3.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from quartet.core.contract import Op
from quartet.core.elementary import NAN, divide
from quartet.core.fixed import NANOS_PER_DAY
from quartet.engines.reference.core.settings import Node, Settings
from quartet.engines.reference.signal_engine.symbol_signals import SymbolSignals

Step = Callable[[SymbolSignals], float]


def units(i: int) -> float:
    """A price or a size as a float (spec 1.3)."""
    return float(i) / 1e9


def _bid(s: SymbolSignals) -> float:
    return units(s.bid) if s.bid_size > 0 else NAN


def _ask(s: SymbolSignals) -> float:
    return units(s.ask) if s.ask_size > 0 else NAN


def _bid_size(s: SymbolSignals) -> float:
    return units(s.bid_size)


def _ask_size(s: SymbolSignals) -> float:
    return units(s.ask_size)


def _mid(s: SymbolSignals) -> float:
    return float(s.bid + s.ask) / 2e9 if s.bid_size > 0 and s.ask_size > 0 else NAN


def _spread(s: SymbolSignals) -> float:
    return float(s.ask - s.bid) / 1e9 if s.bid_size > 0 and s.ask_size > 0 else NAN


def _microprice(s: SymbolSignals) -> float:
    if s.bid_size <= 0 or s.ask_size <= 0:
        return NAN
    bid_size, ask_size = units(s.bid_size), units(s.ask_size)
    return (units(s.bid) * ask_size + units(s.ask) * bid_size) / (bid_size + ask_size)


def _imbalance(s: SymbolSignals) -> float:
    bid_size, ask_size = units(s.bid_size), units(s.ask_size)
    return divide(bid_size - ask_size, bid_size + ask_size)


def _trade_price(s: SymbolSignals) -> float:
    return units(s.trade_price)


def _trade_size(s: SymbolSignals) -> float:
    return units(s.trade_size)


def _trade_sign(s: SymbolSignals) -> float:
    return float(s.last_sign)


def _vwap(s: SymbolSignals) -> float:
    return divide(s.vwap_pq, s.vwap_q)


_PLAIN: Final[dict[int, Step]] = {
    Op.BID: _bid,
    Op.ASK: _ask,
    Op.BID_SIZE: _bid_size,
    Op.ASK_SIZE: _ask_size,
    Op.MID: _mid,
    Op.SPREAD: _spread,
    Op.MICROPRICE: _microprice,
    Op.IMBALANCE: _imbalance,
    Op.TRADE_PRICE: _trade_price,
    Op.TRADE_SIZE: _trade_size,
    Op.TRADE_SIGN: _trade_sign,
    Op.VWAP: _vwap,
}
_BAR_FIELDS: Final = (Op.OPEN, Op.HIGH, Op.LOW, Op.CLOSE, Op.VOLUME)
_LEVEL_FIELDS: Final[dict[int, str]] = {
    Op.BID_PRICE_LEVEL: "bid_prices",
    Op.ASK_PRICE_LEVEL: "ask_prices",
    Op.BID_SIZE_LEVEL: "bid_sizes",
    Op.ASK_SIZE_LEVEL: "ask_sizes",
}


def _bar_field(place: int) -> Step:
    return lambda s: units(s.bar[place])


def _level(field: str, n: int) -> Step:
    def step(s: SymbolSignals) -> float:
        levels: list[int] = getattr(s, field)
        return units(levels[n]) if n < len(levels) else NAN

    return step


def _external(source: int, score: bool, max_age_ns: int) -> Step:
    def step(s: SymbolSignals) -> float:
        for signal in s.external:
            if signal.source == source and s.now - signal.ts_event <= max_age_ns:
                return signal.score if score else signal.confidence
        return NAN

    return step


def _seconds(session_roll_ns: int) -> Step:
    return lambda s: float((s.now - session_roll_ns) % NANOS_PER_DAY) / 1e9


def source_step(node: Node, settings: Settings) -> Step | None:
    """The step of a source node; None where the operator is no source."""
    if node.op in _PLAIN:
        return _PLAIN[node.op]
    if node.op in _BAR_FIELDS:
        return _bar_field(_BAR_FIELDS.index(Op(node.op)))
    if node.op in _LEVEL_FIELDS:
        return _level(_LEVEL_FIELDS[node.op], node.n)
    if node.op in (Op.EXTERNAL_SCORE, Op.EXTERNAL_CONFIDENCE):
        return _external(node.n, node.op == Op.EXTERNAL_SCORE, settings.signals.max_age_ns)
    if node.op == Op.SECONDS:
        return _seconds(settings.session_roll_ns)
    return None
