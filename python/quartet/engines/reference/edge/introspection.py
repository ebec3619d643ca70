"""What an engine did between a verdict and an order, with every row of the gate; for explanations, changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from quartet.engines.reference.core.orders import Order
from quartet.engines.reference.core.state import BarVerdict, State, Symbol
from quartet.engines.reference.order_engine.policy import Desire, Desires
from quartet.engines.reference.order_engine.state_machine import held_back
from quartet.engines.reference.risk_engine.readings import RowReading, read_gate
from quartet.engines.reference.risk_engine.review import Review


@dataclass(frozen=True, slots=True)
class TestedOrder:
    """An order, or a replace, in front of the gate; quantity is that of the leaves asked for."""

    symbol: int
    side: int
    order_type: int
    price: int
    """0 for a market order."""
    quantity: int
    flatten: bool
    replaces: int | None
    """Id of the order that it would replace."""
    reducing: bool
    rows: tuple[RowReading, ...]


@dataclass(frozen=True, slots=True)
class WorkingOrder:
    """An open order as it stood when the policy decided."""

    order_id: int
    side: int
    order_type: int
    state: int
    price: int
    leaves: int


@dataclass(frozen=True, slots=True)
class WantedOrder:
    """One desired order, what stood in its way, and what the gate would say."""

    desire: Desire
    side: int
    held_back_ns: int | None
    """How long the retry rule still holds it back (spec 10.6)."""
    gate: TestedOrder


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy made of one verdict."""

    symbol: int
    score: float
    confidence: float
    fair_value: float
    age_ns: int
    direction: int
    position: int
    target: int | None
    equity: int
    mark: int | None
    undecided: bool
    """The policy needs a price that is absent, and decides nothing (spec 10.3)."""
    wanted: tuple[WantedOrder, ...]
    working: tuple[WorkingOrder, ...]


@dataclass(slots=True)
class Introspection:
    """Watches a state from its making on; a state has one watcher."""

    state: State
    decisions: list[Decision] = field(default_factory=list)
    tested: list[TestedOrder] = field(default_factory=list)
    """Orders that the gate tested, in their order."""

    def __post_init__(self) -> None:
        self.state.observer = _Watcher(self)


class _Watcher:
    """The observer of one introspection."""

    __slots__ = ("_seen",)

    def __init__(self, seen: Introspection) -> None:
        self._seen = seen

    def decided(self, symbol: Symbol, verdict: BarVerdict, desires: Desires | None) -> None:
        """Note the decision."""
        state = self._seen.state
        wanted = [_wanted(state, symbol, side, desire) for side, desire in (desires or {}).items()]
        self._seen.decisions.append(
            Decision(
                symbol=symbol.id,
                score=verdict.score,
                confidence=verdict.confidence,
                fair_value=verdict.fair_value,
                age_ns=state.now - verdict.ts_init,
                direction=symbol.direction,
                position=symbol.position,
                target=None if symbol.target is None else symbol.target.quantity,
                equity=state.equity,
                mark=symbol.mark,
                undecided=desires is None,
                wanted=tuple(wanted),
                working=tuple(_working(order) for order in symbol.orders.values()),
            )
        )

    def tested(self, review: Review) -> None:
        """Note the order, and what each row reads for it."""
        self._seen.tested.append(_tested(review))


def _wanted(state: State, symbol: Symbol, side: int, desire: Desire) -> WantedOrder:
    held = None
    old = symbol.rejected[side]
    if old is not None and held_back(state, symbol, side, *desire):
        held = state.settings.reconciler.retry_after_ns - (state.now - old.ts)
    gate = _tested(Review(state, symbol, side, desire.type, desire.price, desire.quantity))
    return WantedOrder(desire, side, held, gate)


def _tested(review: Review) -> TestedOrder:
    return TestedOrder(
        review.symbol.id,
        review.side,
        review.type,
        review.price,
        review.quantity,
        review.flatten,
        None if review.replaced is None else review.replaced.id,
        review.reducing,
        read_gate(review),
    )


def _working(order: Order) -> WorkingOrder:
    return WorkingOrder(order.id, order.side, order.type, order.state, order.price, order.leaves)
