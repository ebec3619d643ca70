"""An order under test, and the exposures that the rows measure with it (spec 9.5)."""

from __future__ import annotations

from typing import NamedTuple

from quartet.core.contract import OrderType, Side
from quartet.core.fixed import cap
from quartet.engines.reference.core.orders import Order
from quartet.engines.reference.core.settings import Instrument
from quartet.engines.reference.core.state import State, Symbol


class Failure(NamedTuple):
    """The row that refused an order."""

    code: int
    limit: int = 0
    value: int = 0


class Exposure(NamedTuple):
    """Worst position of a symbol, w, and its notional N."""

    symbol: Symbol
    worst: int
    notional: int


def own_or_engine(own: int | None, engine: int | None) -> int | None:
    """An instrument's limit, else the engine's."""
    return engine if own is None else own


def _worst(symbol: Symbol, buys: int, sells: int) -> Exposure:
    up, down = symbol.position + buys, symbol.position - sells
    worst = up if abs(up) >= abs(down) else down
    return Exposure(symbol, worst, worst * (symbol.mark or 0) * symbol.instrument.multiplier)


def _open_leaves(symbol: Symbol, side: int, without: Order | None) -> int:
    return sum(o.exposed_leaves for o in symbol.orders.values() if o.side == side and o is not without)


class Review:
    """A new order (replaced is None), or a replace with the leaves asked for as its quantity."""

    __slots__ = ("_others", "flatten", "price", "quantity", "replaced", "side", "state", "symbol", "type")

    def __init__(
        self,
        state: State,
        symbol: Symbol,
        side: int,
        order_type: int,
        price: int,
        quantity: int,
        flatten: bool = False,
        replaced: Order | None = None,
    ) -> None:
        self.state = state
        self.symbol = symbol
        self.side = side
        self.type = order_type
        self.price = price
        self.quantity = quantity
        self.flatten = flatten
        self.replaced = replaced
        self._others: list[Exposure] | None = None

    @property
    def instrument(self) -> Instrument:
        """The instrument of the order."""
        return self.symbol.instrument

    @property
    def buy(self) -> bool:
        """Whether the order buys."""
        return self.side == Side.BUY

    @property
    def market(self) -> bool:
        """Whether the order is of type MARKET."""
        return self.type == OrderType.MARKET

    @property
    def shrinks(self) -> bool:
        """A replace to no more leaves at the same price, which skips most rows (spec 9.7)."""
        old = self.replaced
        return old is not None and self.quantity <= old.leaves and self.price == old.price

    @property
    def notional(self) -> int:
        """x of row 8."""
        return abs(self.quantity * (self.symbol.mark or 0) * self.instrument.multiplier)

    def open_leaves(self, side: int) -> int:
        """Leaves of the symbol's other open orders of a side."""
        return _open_leaves(self.symbol, side, self.replaced)

    @property
    def buys(self) -> int:
        """B of spec 9.5, the order under test with them."""
        return self.open_leaves(Side.BUY) + (self.quantity if self.buy else 0)

    @property
    def sells(self) -> int:
        """S of spec 9.5, the order under test with them."""
        return self.open_leaves(Side.SELL) + (0 if self.buy else self.quantity)

    @property
    def reducing(self) -> bool:
        """Whether the order can only bring the position nearer to zero."""
        position = self.symbol.position
        if self.buy:
            return position < 0 and position + self.buys <= 0
        return position > 0 and position - self.sells >= 0

    @property
    def short_sale(self) -> bool:
        """Whether the order could sell what is not held."""
        return not self.buy and self.symbol.position - self.sells < 0

    @property
    def own(self) -> Exposure:
        """The symbol's exposure with the order under test."""
        return _worst(self.symbol, self.buys, self.sells)

    @property
    def without(self) -> Exposure:
        """The symbol's exposure without the order under test."""
        return _worst(self.symbol, self.open_leaves(Side.BUY), self.open_leaves(Side.SELL))

    @property
    def others(self) -> list[Exposure]:
        """Exposures of the other symbols with w != 0, ascending id."""
        if self._others is None:
            state = self.state
            ids = state.held | {order.symbol.id for order in state.orders.values()}
            ids.discard(self.symbol.id)
            found = []
            for i in sorted(ids):
                symbol = state.symbols[i]
                exposure = _worst(symbol, _open_leaves(symbol, Side.BUY, None), _open_leaves(symbol, Side.SELL, None))
                if exposure.worst:
                    found.append(exposure)
            self._others = found
        return self._others

    @property
    def all(self) -> list[Exposure]:
        """Exposures of all symbols with w != 0, ascending id, the order under test with them."""
        own = self.own
        if not own.worst:
            return self.others
        return sorted([*self.others, own], key=lambda e: e.symbol.id)

    @property
    def reserved(self) -> int:
        """Cash that the other open buys may need (spec 9.5)."""
        total = 0
        for order in self.state.orders.values():
            if order.side == Side.BUY and order is not self.replaced:
                total += self.cost_of(order.symbol, order.exposed_leaves, order.exposed_price)
        return total

    def cost_of(self, symbol: Symbol, quantity: int, price: int) -> int:
        """Cash that a buy may need: notional and the taker's fee."""
        notional = quantity * price * symbol.instrument.multiplier
        return notional + cap(self.state.settings.venue.taker_fee_ppb, notional)
