"""The snapshot decoder, against states of the reference and against bytes that are no snapshot."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from quartet.core.contract import ErrorCode, FillModel, Level, OrderState, RecordKind, Side
from quartet.core.errors import EngineError
from quartet.engines import self_test, views
from quartet.engines.native import load_module
from quartet.engines.records import integer, split_records
from quartet.engines.snapshot_reader import config_of, read_snapshot
from tests.conformance.configs import base, external_venue, quoting, reconciler, risk, venue
from tests.conformance.stream import SECOND, Stream, to_batch, to_columns, units


def run(config: object, stream: Stream) -> tuple[bytes, bytes]:
    """Snapshot and records of the reference after the stream."""
    core = load_module("python").create(config.SerializeToString(deterministic=True))  # type: ignore[attr-defined]
    records = core.process(*to_columns(to_batch(stream.events)))
    return core.snapshot(), records


def working() -> tuple[bytes, bytes]:
    """Two symbols, one with a position and a live order, messages and reports in flight."""
    config = base(
        venue(order_latency_ns=10**9, response_latency_ns=10**6),
        risk(duplicate_window_ns=SECOND, max_orders_per_second=100),
        symbols=2,
    )
    stream = Stream()
    stream.quote("99.99", "100.01").quote("49.99", "50.01", symbol=1)
    stream.signal(1.0).signal(0.25, source=3).signal(-0.5, 0.5, symbol=1)
    stream.quote("100.00", "100.02", after=SECOND).signal(0.5, after=0)
    return run(config, stream)


def test_the_account_is_that_of_the_last_record() -> None:
    core = load_module("python").create(self_test.config().SerializeToString(deterministic=True))
    account = split_records(core.process(*self_test.batch(0, 10)))[RecordKind.ACCOUNT][-1]
    snapshot = read_snapshot(core.snapshot())
    (symbol,) = snapshot.symbols
    assert snapshot.engine.cash == integer(account["cash"])
    assert snapshot.engine.fees == integer(account["fees"])
    assert snapshot.engine.realised == integer(account["realised"])
    assert symbol.phase_two.position == account["position"]
    assert symbol.phase_two.cost == integer(account["cost"])
    assert snapshot.engine.counters == core.statistics()["counters"]
    assert snapshot.engine.last_exec_id == 4 and snapshot.engine.level is Level.RUN
    values = symbol.phase_one.node_values
    _, score, _, _ = core.evaluate(*self_test.batch(8, 9))
    assert len(values) == len(snapshot.program.nodes)
    assert len(score) == 8 and np.isfinite(values[snapshot.program.score])


def test_orders_messages_and_signals_are_read() -> None:
    snapshot = read_snapshot(working()[0])
    assert [state.symbol for state in snapshot.symbols] == ["AAA", "BBB"]
    first, second = (state.phase_one.external_signals for state in snapshot.symbols)
    assert [(each.source, each.score, each.confidence) for each in first] == [(0, 0.5, 1.0), (3, 0.25, 1.0)]
    assert [(each.source, each.score, each.confidence) for each in second] == [(0, -0.5, 0.5)]
    assert first[0].event_index == 6
    assert snapshot.messages and snapshot.messages[0].kind == 1
    assert {order.order_id for order in snapshot.orders} >= {message.order_id for message in snapshot.messages}
    sides = {order.symbol: order.side for order in snapshot.orders}
    assert sides["BBB"] is Side.SELL
    assert snapshot.symbols[1].phase_two.accepted[0].side is Side.SELL
    assert snapshot.engine.bucket.tokens > 0
    for order in snapshot.orders:
        assert order.leaves == order.quantity - order.cum
    view = views.open_orders(snapshot)
    assert [order.order_id for order in view] == [order.order_id for order in snapshot.orders]


def test_a_resting_quote_and_a_pending_replace_are_read() -> None:
    config = base(quoting(), reconciler(use_replace=True), venue(response_latency_ns=SECOND))
    stream = Stream().quote("99.90", "100.10").quote("99.90", "100.10", after=2 * SECOND)
    stream.quote("99.80", "100.00", after=2 * SECOND)
    snapshot = read_snapshot(run(config, stream)[0])
    bid, ask = snapshot.orders
    assert (bid.side, ask.side) == (Side.BUY, Side.SELL)
    assert bid.state is OrderState.PENDING_REPLACE
    assert bid.pending_replace == (units("99.88"), units(5))
    assert bid.at_venue and bid.resting and bid.venue_quantity == units(5)
    assert snapshot.reports and snapshot.reports[0].liquidity is None


def test_bars_wait_for_their_clock() -> None:
    config = base(fill_model=FillModel.BAR)
    config.program.nodes[0].clock = config.program.nodes[1].clock = 8
    stream = Stream().signal(0.5, 0.25).bar(10, 11, 9, "10.5")
    pending = read_snapshot(run(config, stream)[0]).symbols[0].phase_two.pending
    assert pending is not None and (pending.score, pending.confidence) == (0.5, 0.25)
    assert read_snapshot(run(config, stream.clock())[0]).symbols[0].phase_two.pending is None


def test_views_are_exact() -> None:
    config = base(external_venue, symbols=2, multiplier=50)
    stream = Stream().control(6, symbol=0, quantity=3, price="0.1").control(6, symbol=1, quantity=-7, price="33.33")
    stream.quote("33.99", "34.02", symbol=1).control(7, cash="-0.000000000000000001")
    snapshot = read_snapshot(run(config, stream)[0])
    held = views.positions(snapshot)
    assert held["AAA"] == views.Position("AAA", *map(Decimal, ("3", "0.1", "0.1", "15", "15", "0")))
    assert held["BBB"].average_price == Decimal("33.33")
    assert held["BBB"].unrealised == (Decimal("33.33") - Decimal("34.005")) * 7 * 50
    account = views.account(snapshot)
    assert account.cash == Decimal("99999.999999999999999999")
    assert account.equity == account.cash + held["AAA"].market_value + held["BBB"].market_value


@pytest.mark.parametrize("make", [working, lambda: run(base(), Stream())])
def test_bytes_that_are_cut_or_too_many_are_refused(make: object) -> None:
    whole, _ = make()  # type: ignore[operator]
    assert read_snapshot(whole).config_bytes == config_of(whole)
    for size in range(0, len(whole), 7):
        with pytest.raises(EngineError, match="BAD_SNAPSHOT"):
            read_snapshot(whole[:size])
    with pytest.raises(EngineError, match="BAD_SNAPSHOT: snapshot: 1 bytes too many"):
        read_snapshot(whole + b"\0")
    with pytest.raises(EngineError) as refused:
        read_snapshot(whole[:8] + bytes(32) + whole[40:])
    assert refused.value.code is ErrorCode.CONTRACT_MISMATCH
    with pytest.raises(EngineError, match="does not start with QRTSNAP1"):
        read_snapshot(b"X" + whole[1:])


def test_damaged_bytes_are_read_or_refused() -> None:
    whole, _ = working()
    for at in range(40, len(whole), 5):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        try:
            read_snapshot(bytes(damaged))
        except EngineError as error:
            assert error.code is ErrorCode.BAD_SNAPSHOT
