"""The sources of a graph: quotes, books, trades, bars, external signals, time; in natural units."""

from quartet.core.contract import Op
from quartet.graph.clocks import On
from quartet.graph.construction import node
from quartet.graph.expression import Expr

bid = node(Op.BID)
ask = node(Op.ASK)
bid_size = node(Op.BID_SIZE)
ask_size = node(Op.ASK_SIZE)
mid = node(Op.MID)
microprice = node(Op.MICROPRICE)
spread = node(Op.SPREAD)
imbalance = node(Op.IMBALANCE)

trade_price = node(Op.TRADE_PRICE)
trade_size = node(Op.TRADE_SIZE)
trade_sign = node(Op.TRADE_SIGN)
vwap = node(Op.VWAP)

open_ = node(Op.OPEN)
high = node(Op.HIGH)
low = node(Op.LOW)
close = node(Op.CLOSE)
volume = node(Op.VOLUME)

# Since the session roll; ticks with every event unless at() says otherwise.
seconds = node(Op.SECONDS)


def bid_price(level: int) -> Expr:
    """Bid price of a book's level, 0 is the best; NaN where the book has no such level."""
    return node(Op.BID_PRICE_LEVEL, n=level)


def ask_price(level: int) -> Expr:
    """Ask price of a book's level, 0 is the best; NaN where the book has no such level."""
    return node(Op.ASK_PRICE_LEVEL, n=level)


def bid_size_at(level: int) -> Expr:
    """Bid size of a book's level, 0 is the best; NaN where the book has no such level."""
    return node(Op.BID_SIZE_LEVEL, n=level)


def ask_size_at(level: int) -> Expr:
    """Ask size of a book's level, 0 is the best; NaN where the book has no such level."""
    return node(Op.ASK_SIZE_LEVEL, n=level)


def external_score(source: int, *, on: On = "external") -> Expr:
    """Score of the live external signal from this source number; on="external|quote" watches it age."""
    return node(Op.EXTERNAL_SCORE, n=source, on=on)


def external_confidence(source: int, *, on: On = "external") -> Expr:
    """Confidence of the live external signal from this source number."""
    return node(Op.EXTERNAL_CONFIDENCE, n=source, on=on)
