"""The state of phase two: the engine's own, and one Symbol per instrument. Snapshot section by section, spec 14.1."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from quartet.core.contract import Level, Side
from quartet.engines.reference.core.observer import Observer
from quartet.engines.reference.core.orders import Message, Order, Report, VenueOrder
from quartet.engines.reference.core.records import Records
from quartet.engines.reference.core.settings import Instrument, Limits, RiskModel, Settings
from quartet.engines.reference.performance.counters import Counters


class BookLevel(NamedTuple):
    """One displayed level."""

    price: int
    size: int


class Target(NamedTuple):
    """A target position and the x that it was made of (spec 10.3)."""

    quantity: int
    x: float


class BarVerdict(NamedTuple):
    """A bar's verdict, kept for the next clock (spec 10.1)."""

    score: float
    confidence: float
    fair_value: float
    ts_init: int


class RejectedDesire(NamedTuple):
    """What the retry rule holds back (spec 10.6)."""

    price: int
    quantity: int
    type: int
    ts: int


class AcceptedOrder(NamedTuple):
    """What the duplicate row remembers (spec 9.6)."""

    side: int
    type: int
    quantity: int
    price: int
    ts: int


class Band(NamedTuple):
    """A limit-up limit-down band."""

    low: int
    high: int


class Bucket:
    """A token bucket: tokens in 1e-9, as of the time ts (spec 9.6)."""

    __slots__ = ("tokens", "ts")

    def __init__(self, rate: int | None) -> None:
        self.tokens = 0 if rate is None else burst(rate)
        self.ts = 0


def burst(rate: int) -> int:
    """The most that a bucket of this many orders per second holds (spec 9.6)."""
    return 2 * rate * 1_000_000_000


class Symbol:
    """Market view, position, signal and orders of one instrument."""

    __slots__ = (
        "asks",
        "at_venue",
        "band",
        "bar_verdict",
        "bids",
        "bucket",
        "cost",
        "direction",
        "duplicates",
        "flatten",
        "halted",
        "has_quote",
        "id",
        "instrument",
        "last_ts",
        "level",
        "mark",
        "orders",
        "position",
        "rejected",
        "risk_price",
        "signal_id",
        "stale",
        "status",
        "taken_ask",
        "taken_bid",
        "target",
    )

    def __init__(self, instrument: Instrument, limits: Limits) -> None:
        self.id = instrument.id
        self.instrument = instrument
        self.bids: tuple[BookLevel, ...] = ()
        self.asks: tuple[BookLevel, ...] = ()
        self.taken_bid = 0
        self.taken_ask = 0
        self.has_quote = False
        self.mark: int | None = instrument.reference_price
        self.risk_price: int | None = instrument.reference_price
        self.last_ts: int | None = None
        self.stale = False
        self.halted = False
        self.status = 0
        self.level: int = Level.RUN
        self.flatten = False
        self.band: Band | None = None
        self.position = 0
        self.cost = 0
        self.direction = 0
        self.signal_id = 0
        self.target: Target | None = None
        self.bar_verdict: BarVerdict | None = None
        self.rejected: dict[int, RejectedDesire | None] = {Side.BUY: None, Side.SELL: None}
        self.bucket = Bucket(limits.max_orders_per_second_symbol)
        self.duplicates: deque[AcceptedOrder] = deque()
        # Both in ascending id: ids only grow, and a dict keeps the order of insertion.
        self.orders: dict[int, Order] = {}
        self.at_venue: dict[int, VenueOrder] = {}


class State:
    """Everything that phase two reads and writes."""

    __slots__ = (
        "at_venue",
        "bar_verdicts",
        "bucket",
        "cash",
        "counters",
        "daily_loss_latched",
        "drawdown_latched",
        "equity_high",
        "equity_open",
        "fees",
        "flatten",
        "flattened",
        "held",
        "inbound",
        "last_exec_id",
        "last_order_id",
        "last_signal_id",
        "level",
        "limits",
        "now",
        "observer",
        "orders",
        "position_value",
        "realised",
        "records",
        "reports",
        "risk_model",
        "risk_number",
        "session",
        "settings",
        "started",
        "symbols",
    )

    def __init__(self, settings: Settings, limits: Limits, risk_model: RiskModel | None, counters: Counters) -> None:
        self.settings = settings
        self.limits = limits
        self.risk_model = risk_model
        self.counters = counters
        self.records = Records()
        # Not a part of the state: told what happens, for explanations.
        self.observer: Observer | None = None
        self.now = 0
        self.session = 0
        self.risk_number = 0
        self.started = False
        self.level: int = Level.RUN
        self.flatten = False
        self.drawdown_latched = False
        self.daily_loss_latched = False
        self.cash = settings.initial_cash
        self.fees = 0
        self.realised = 0
        # The sum of position * mark * multiplier, kept current by the account (spec 6.4).
        self.position_value = 0
        self.equity_high = settings.initial_cash
        self.equity_open = settings.initial_cash
        self.last_order_id = 0
        self.last_exec_id = 0
        self.last_signal_id = 0
        self.bucket = Bucket(limits.max_orders_per_second)
        self.symbols = [Symbol(instrument, limits) for instrument in settings.instruments]
        # Ids of the symbols with a position, with flatten set, and with a bar verdict.
        self.held: set[int] = set()
        self.flattened: set[int] = set()
        self.bar_verdicts: set[int] = set()
        self.orders: dict[int, Order] = {}
        self.at_venue: dict[int, VenueOrder] = {}
        self.inbound: deque[Message] = deque()
        self.reports: deque[Report] = deque()

    @property
    def equity(self) -> int:
        """E of spec 6.4."""
        return self.cash + self.position_value
