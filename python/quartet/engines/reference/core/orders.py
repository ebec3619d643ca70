"""An order as the order engine sees it, as the venue sees it, and what travels between the two."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from quartet.core.contract import OrderState, Side

if TYPE_CHECKING:
    from quartet.engines.reference.core.state import Symbol


class Pending(NamedTuple):
    """The values of a replace that the venue has not yet reported."""

    price: int
    quantity: int


class Order:
    """An open order, from SUBMIT to a terminal state (spec 9.1)."""

    __slots__ = (
        "created",
        "cum",
        "flatten",
        "id",
        "last_exec_id",
        "pending",
        "price",
        "quantity",
        "side",
        "signal_id",
        "state",
        "symbol",
        "type",
    )

    def __init__(
        self, order_id: int, symbol: Symbol, side: int, order_type: int, price: int, quantity: int, created: int
    ) -> None:
        self.id = order_id
        self.symbol = symbol
        self.side = side
        self.type = order_type
        self.price = price
        self.quantity = quantity
        self.created = created
        self.cum = 0
        self.state: int = OrderState.CREATED
        self.flatten = False
        self.signal_id = symbol.signal_id
        self.last_exec_id = 0
        self.pending: Pending | None = None

    @property
    def leaves(self) -> int:
        """What is left to fill."""
        return self.quantity - self.cum

    @property
    def exposed_leaves(self) -> int:
        """The larger of the old leaves and those of the pending replace (spec 9.5)."""
        if self.pending is None:
            return self.leaves
        return max(self.leaves, self.pending.quantity - self.cum)

    @property
    def exposed_price(self) -> int:
        """The larger of the old price and that of the pending replace (spec 9.5)."""
        return self.price if self.pending is None else max(self.price, self.pending.price)


class VenueOrder:
    """An order at the simulated venue, in the venue's own view (spec 14.3)."""

    __slots__ = (
        "ahead",
        "buy",
        "created",
        "cum",
        "id",
        "level",
        "price",
        "quantity",
        "resting",
        "symbol",
        "traded",
        "type",
    )

    def __init__(self, order: Order, price: int, quantity: int) -> None:
        self.id = order.id
        self.symbol = order.symbol
        self.buy = order.side == Side.BUY
        self.type = order.type
        self.created = order.created
        self.price = price
        self.quantity = quantity
        self.cum = 0
        self.resting = False
        # Queue ahead of us (-1: unseen), displayed size when it was set, traded since (spec 7.6).
        self.ahead = 0
        self.level = 0
        self.traded = 0

    @property
    def leaves(self) -> int:
        """What the venue has left to fill."""
        return self.quantity - self.cum


# Kinds of a message to the venue, as the snapshot writes them (spec 14.1).
MESSAGE_NEW = 1
MESSAGE_CANCEL = 2
MESSAGE_REPLACE = 3


class Message(NamedTuple):
    """A message on its way to the venue; price and quantity are 0 for a cancel."""

    arrival: int
    kind: int
    order_id: int
    price: int
    quantity: int


class Report(NamedTuple):
    """What the venue says of an order; the fields after exec_id are zeros where it is no fill, but for code."""

    due: int
    t: int
    trigger: int
    order_id: int
    exec_id: int
    price: int
    quantity: int
    liquidity: int
    reason: int
    code: int
    cause_event: int
