"""What a snapshot holds (spec 14), typed. Prices and quantities in 1e-9, money in 1e-18, times in ns UTC."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quartet.core.contract import FillReason, Level, Liquidity, OrderState, OrderType, Side, Status, Trigger
from quartet.core.pb import config_pb2, program_pb2


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket: tokens in 1e-9 at a time (spec 9.6)."""

    tokens: int
    ts: int


@dataclass(frozen=True, slots=True)
class EngineState:
    """The state that is not a symbol's: section 3 of spec 14.1."""

    counters: dict[str, int]
    last_ts_init: int
    session: int
    risk_number: int
    started: bool
    level: Level
    flatten: bool
    drawdown_latched: bool
    daily_loss_latched: bool
    cash: int
    fees: int
    realised: int
    equity_high: int
    equity_open: int
    last_order_id: int
    last_exec_id: int
    last_signal_id: int
    bucket: Bucket


@dataclass(frozen=True, slots=True)
class ExternalSignal:
    """One live external signal (spec 3.7)."""

    source: int
    score: float
    confidence: float
    ts_event: int
    event_index: int


@dataclass(frozen=True, slots=True)
class NodeState:
    """The state words of one node for one symbol (spec 4)."""

    u_words: NDArray[np.uint64]
    f_words: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PhaseOneState:
    """What phase one keeps of a symbol: section 5."""

    bid: int
    ask: int
    bid_size: int
    ask_size: int
    last_trade_price: int | None
    last_sign: int
    vwap_session: int
    vwap_price_quantity: float
    vwap_quantity: float
    external_signals: tuple[ExternalSignal, ...]
    node_values: NDArray[np.float64]
    node_states: tuple[NodeState, ...]


@dataclass(frozen=True, slots=True)
class BookLevel:
    """One level of a book."""

    price: int
    size: int


@dataclass(frozen=True, slots=True)
class Target:
    """The target position and the x it was made of (spec 10.3)."""

    quantity: int
    x: float


@dataclass(frozen=True, slots=True)
class PendingVerdict:
    """A bar's verdict that waits for its clock (spec 10.1)."""

    score: float
    confidence: float
    fair_value: float
    ts_init: int


@dataclass(frozen=True, slots=True)
class RejectedDesire:
    """The last rejected desire of a side (spec 10.6)."""

    price: int
    quantity: int
    order_type: OrderType
    ts: int


@dataclass(frozen=True, slots=True)
class AcceptedOrder:
    """One entry of the duplicate memory (spec 9.6)."""

    side: Side
    order_type: OrderType
    quantity: int
    price: int
    ts: int


@dataclass(frozen=True, slots=True)
class PhaseTwoState:
    """What phase two keeps of a symbol: section 6. None stands for a value that is not there yet."""

    bids: tuple[BookLevel, ...]
    asks: tuple[BookLevel, ...]
    taken_bid: int
    taken_ask: int
    has_quote: bool
    mark: int | None
    risk_price: int | None
    last_ts: int | None
    stale: bool
    halted: bool
    status: Status
    level: Level
    flatten: bool
    band: tuple[int, int] | None
    position: int
    cost: int
    direction: int
    signal_id: int
    target: Target | None
    pending: PendingVerdict | None
    rejected_buy: RejectedDesire | None
    rejected_sell: RejectedDesire | None
    bucket: Bucket
    accepted: tuple[AcceptedOrder, ...]


@dataclass(frozen=True, slots=True)
class SymbolState:
    """Both phases of one symbol."""

    symbol: str
    phase_one: PhaseOneState
    phase_two: PhaseTwoState


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """One open order: section 7."""

    order_id: int
    symbol: str
    side: Side
    order_type: OrderType
    state: OrderState
    flatten: bool
    price: int
    quantity: int
    cum: int
    created: int
    signal_id: int
    last_exec_id: int
    pending_replace: tuple[int, int] | None
    """Price and total quantity asked for."""
    at_venue: bool
    venue_price: int
    venue_quantity: int
    venue_cum: int
    resting: bool
    ahead: int
    level: int
    traded: int

    @property
    def leaves(self) -> int:
        """What is not filled yet."""
        return self.quantity - self.cum


@dataclass(frozen=True, slots=True)
class VenueMessage:
    """A message on its way to the venue: section 8. Kind is 1 NEW, 2 CANCEL, 3 REPLACE."""

    arrival: int
    kind: int
    order_id: int
    price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class VenueReport:
    """A report on its way back: section 8. The last five are zeros or None where it is not a fill."""

    due: int
    ts: int
    trigger: Trigger
    order_id: int
    exec_id: int
    price: int
    quantity: int
    liquidity: Liquidity | None
    reason: FillReason | None
    code: int
    cause_event: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole snapshot."""

    contract_hash: str
    config_bytes: bytes
    limits_bytes: bytes
    risk_model_bytes: bytes
    program_bytes: bytes
    config: config_pb2.EngineConfig
    program: program_pb2.Program
    """The program in force: the last SET_PROGRAM's, else the configuration's."""
    engine: EngineState
    last_sequence: NDArray[np.uint64]
    symbols: tuple[SymbolState, ...]
    orders: tuple[OpenOrder, ...]
    messages: tuple[VenueMessage, ...]
    reports: tuple[VenueReport, ...]

    @property
    def equity(self) -> int:
        """Cash and positions at their marks (spec 6.4)."""
        held = (
            state.phase_two.position * (state.phase_two.mark or 0) * instrument.multiplier
            for state, instrument in zip(self.symbols, self.config.instruments, strict=True)
        )
        return self.engine.cash + sum(held)
