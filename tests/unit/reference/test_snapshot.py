"""Snapshots: the same bytes, the same continuation, and refusals that change nothing (spec 14)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quartet.core.contract import ControlKind, ErrorCode, OrderType, PriceReference
from quartet.engines.reference import Engine, EngineError, contract_hash
from tests.conformance.configs import base, quoting, target, venue
from tests.conformance.random_case import random_config, random_stream
from tests.conformance.stream import MS, SECOND, Stream, to_batch, to_columns


def busy() -> tuple[bytes, Stream]:
    """A configuration and a stream that leave something in every section."""
    policy = target(order_type=OrderType.LIMIT, price_reference=PriceReference.OWN)
    config = base(policy, venue(order_latency_ns=2 * MS, response_latency_ns=3 * MS), symbols=2)
    config.risk.duplicate_window_ns = SECOND
    config.risk.max_orders_per_second = 5
    stream = Stream().quote(100, 101).signal(1.0).quote(100, 101, symbol=1, after=3 * MS).signal(0.5, symbol=1)
    stream.trade("99.5", 4, -1, after=3 * MS).control(ControlKind.SET_LIMITS, limits=config.risk)
    stream.control(ControlKind.SET_STATUS, symbol=1, status=4, band_low=90, band_high=110).signal(-1.0, symbol=1)
    return config.SerializeToString(deterministic=True), stream


def fed(config: bytes, stream: Stream) -> Engine:
    engine = Engine(config)
    engine.process(*to_columns(to_batch(stream.events)))
    return engine


def test_restoring_gives_the_same_bytes_in_any_engine() -> None:
    snapshot = fed(*busy()).snapshot()
    other = Engine(base(quoting(), symbols=3).SerializeToString())
    other.restore(snapshot)
    assert other.snapshot() == snapshot
    assert snapshot[:8] == b"QRTSNAP1" and snapshot[8:40].hex() == contract_hash()


def test_configuring_is_a_snapshot_too() -> None:
    config, _ = busy()
    snapshot = Engine(config).snapshot()
    other = fed(*busy())
    other.restore(snapshot)
    assert other.snapshot() == snapshot


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 60))
def test_an_engine_goes_on_as_before(seed: int, cut: int) -> None:
    draw = random.Random(seed)
    config = random_config(draw)
    data = config.SerializeToString(deterministic=True)
    events = random_stream(draw, config, 60).events
    head, tail = to_columns(to_batch(events[:cut])), to_columns(to_batch(events[cut:]))
    one, other = Engine(data), Engine(data)
    one.process(*head)
    other.restore(one.snapshot())
    assert one.process(*tail) == other.process(*tail)
    assert one.snapshot() == other.snapshot()


def refusal(snapshot: bytes) -> int:
    engine = Engine(base().SerializeToString())
    before = engine.snapshot()
    with pytest.raises(EngineError) as error:
        engine.restore(snapshot)
    assert engine.snapshot() == before
    return error.value.code


def test_cut_short_at_every_byte() -> None:
    snapshot = fed(*busy()).snapshot()
    assert {refusal(snapshot[:size]) for size in range(len(snapshot))} == {ErrorCode.BAD_SNAPSHOT}
    assert refusal(snapshot + b"\0") == ErrorCode.BAD_SNAPSHOT


def test_another_contract() -> None:
    snapshot = bytearray(fed(*busy()).snapshot())
    snapshot[8] ^= 1
    assert refusal(bytes(snapshot)) == ErrorCode.CONTRACT_MISMATCH
    snapshot[0] ^= 1
    assert refusal(bytes(snapshot)) == ErrorCode.BAD_SNAPSHOT


@settings(max_examples=300, deadline=None)
@given(st.integers(40, 2400), st.integers(1, 255))
def test_no_damage_escapes(place: int, change: int) -> None:
    """A changed byte is refused, or is another state: never anything but an EngineError."""
    config, stream = busy()
    snapshot = bytearray(fed(config, stream).snapshot())
    snapshot[place % len(snapshot)] ^= change
    engine = Engine(config)
    try:
        engine.restore(bytes(snapshot))
        engine.process(*to_columns(to_batch(Stream(time=1 << 61).quote(100, 101).clock().events)))
    except EngineError:
        return


def test_the_blobs_of_controls_are_carried() -> None:
    config, stream = busy()
    snapshot = fed(config, stream).snapshot()
    size = 40 + 8 + len(config)
    length = int.from_bytes(snapshot[size : size + 8], "little")
    assert snapshot[size + 8 : size + 8 + length] == base_limits()
    assert snapshot[size + 8 + length : size + 24 + length] == bytes(16)


def base_limits() -> bytes:
    config = base()
    config.risk.duplicate_window_ns = SECOND
    config.risk.max_orders_per_second = 5
    return config.risk.SerializeToString(deterministic=True)
