"""The rows in their order (spec 9.3), with what each kind of order skips."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from quartet.engines.reference.risk_engine import (
    collar,
    flow_rows,
    halts,
    order_rows,
    portfolio_rows,
    static_rows,
    value_at_risk,
)
from quartet.engines.reference.risk_engine.review import Failure, Review
from quartet.engines.reference.risk_engine.self_trade import PASSED, SelfTradeOutcome, self_trade

Row = Callable[[Review], Failure | None]

_STATIC: Final[tuple[Row, ...]] = (
    static_rows.killed,
    static_rows.reduce_only,
    static_rows.valid_numbers,
    static_rows.market_status,
)
# Rows 7 to 9; a flatten order is exempt, and a shrinking replace (spec 8.6, 9.7).
_SIZE: Final[tuple[Row, ...]] = (order_rows.order_size, order_rows.order_notional, order_rows.adv_share)
# Rows 13 to 21; a reducing order skips them, and a shrinking replace.
_PORTFOLIO: Final[tuple[Row, ...]] = (
    portfolio_rows.buying_power,
    portfolio_rows.max_position,
    portfolio_rows.max_positions,
    portfolio_rows.concentration,
    portfolio_rows.leverage,
    value_at_risk.position_var,
    value_at_risk.portfolio_var,
    halts.drawdown,
    halts.daily_loss,
)


class Answer(NamedTuple):
    """What the rows said: the first failure, if any, and what self-trade prevention asks for."""

    failure: Failure | None
    self_trade: SelfTradeOutcome


def _first(rows: tuple[Row, ...], r: Review) -> Failure | None:
    for row in rows:
        failure = row(r)
        if failure is not None:
            return failure
    return None


def check(r: Review) -> Answer:
    """Test the order. A MARKET order has its collar price afterwards, a decremented one its rest."""
    if r.state.observer is not None:
        r.state.observer.tested(r)
    if not r.state.settings.check_risk:
        failure = _first(_STATIC, r) or _unchecked_collar(r) or portfolio_rows.open_orders(r)
        return Answer(failure, PASSED)
    failure = _first(_STATIC, r) or _market_rows(r)
    if failure:
        return Answer(failure, PASSED)
    outcome = self_trade(r)
    failure = outcome.failure
    if failure:
        return Answer(failure, outcome)
    failure = portfolio_rows.open_orders(r)
    if failure is None and not r.shrinks and not r.reducing:
        failure = _first(_PORTFOLIO, r)
    return Answer(failure, PASSED if failure else outcome)


def _unchecked_collar(r: Review) -> Failure | None:
    return collar.price_collar(r) if r.market else None


def _market_rows(r: Review) -> Failure | None:
    """Rows 5 to 11."""
    if r.flatten:
        return collar.price_collar(r)
    failure = order_rows.fresh_data(r)
    if failure is None and not r.shrinks:
        failure = collar.price_collar(r) or _first(_SIZE, r)
    return failure or flow_rows.duplicate_order(r) or flow_rows.message_rate(r)
