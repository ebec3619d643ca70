"""Rows 10 and 11: the same order twice, the message rate; both remember (spec 9.6)."""

from __future__ import annotations

from collections.abc import Iterator

from quartet.core.contract import Code, PolicyKind
from quartet.core.fixed import PPB
from quartet.engines.reference.core.settings import Limits
from quartet.engines.reference.core.state import AcceptedOrder, Bucket, State, burst
from quartet.engines.reference.risk_engine.review import Failure, Review


def _remembers(r: Review) -> bool:
    """Whether row 10 is on for the order."""
    return (
        r.state.limits.duplicate_window_ns is not None
        and r.state.settings.policy.kind != PolicyKind.QUOTING
        and r.replaced is None
    )


def _as_desired(r: Review) -> tuple[int, int, int, int]:
    return r.side, r.type, r.quantity, 0 if r.market else r.price


def duplicate_order(r: Review) -> Failure | None:
    """Row 10."""
    window = r.state.limits.duplicate_window_ns
    if window is None or not _remembers(r):
        return None
    memory = r.symbol.duplicates
    while memory and r.state.now - memory[0].ts >= window:
        memory.popleft()
    wanted = _as_desired(r)
    if any(accepted[:4] == wanted for accepted in memory):
        return Failure(Code.DUPLICATE_ORDER)
    return None


def _buckets(r: Review) -> Iterator[tuple[Bucket, int]]:
    """The buckets that are on, the engine's first, with their rates."""
    limits = r.state.limits
    if limits.max_orders_per_second is not None:
        yield r.state.bucket, limits.max_orders_per_second
    if limits.max_orders_per_second_symbol is not None:
        yield r.symbol.bucket, limits.max_orders_per_second_symbol


def message_rate(r: Review) -> Failure | None:
    """Row 11: both buckets are refilled, then both must hold a whole token."""
    now = r.state.now
    for bucket, rate in _buckets(r):
        if now > bucket.ts:
            bucket.tokens = min(burst(rate), bucket.tokens + rate * (now - bucket.ts))
            bucket.ts = now
    for bucket, _ in _buckets(r):
        if bucket.tokens < PPB:
            return Failure(Code.MESSAGE_RATE, PPB, bucket.tokens)
    return None


def remember(r: Review, quantity_desired: int) -> None:
    """An order passed all rows: charge the buckets and enter the memory."""
    for bucket, _ in _buckets(r):
        bucket.tokens -= PPB
    if _remembers(r):
        side, order_type, _, price = _as_desired(r)
        r.symbol.duplicates.append(AcceptedOrder(side, order_type, quantity_desired, price, r.state.now))


def limits_changed(state: State, limits: Limits) -> None:
    """Hold the tokens to the new bursts; a limit that went away leaves them (spec 9.6)."""
    pairs = [(state.bucket, limits.max_orders_per_second)]
    pairs += [(symbol.bucket, limits.max_orders_per_second_symbol) for symbol in state.symbols]
    for bucket, rate in pairs:
        if rate is not None:
            bucket.tokens = min(bucket.tokens, burst(rate))
