"""Marks and flags of a symbol (spec 2.6, 6)."""

from __future__ import annotations

from quartet.engines.reference.core.state import Symbol
from tests.conformance.configs import base
from tests.conformance.stream import units
from tests.unit.reference.harness import Run


def fed(run: Run) -> Symbol:
    run.feed()
    return run.engine._runtime.state.symbols[0]


def test_marks() -> None:
    run = Run(base(reference_price=units(90)))
    assert fed(run).mark == units(90)
    run.stream.trade(95, 1)
    assert fed(run).mark == units(95)
    run.stream.bar(95, 97, 94, 96)
    assert fed(run).mark == units(96)
    run.stream.quote(100, 0, 1, 0)  # one side is no mark, and does not keep trades from making one
    assert fed(run).mark == units(96)
    run.stream.trade(98, 1)
    assert fed(run).mark == units(98)
    run.stream.quote(100, 101).trade(98, 1).bar(97, 97, 97, 97)
    assert fed(run).mark == units("100.5")
    run.stream.book([], [(101, 1)]).trade(98, 1)
    assert fed(run).mark == units(98)
    run.stream.book([(100, 1)], [(102, 1)])
    assert fed(run).mark == units(101)


def test_the_middle_is_rounded_half_to_even() -> None:
    run = Run(base(price_min=1))
    run.stream.quote("0.000000001", "0.000000002")
    assert fed(run).mark == 2
    run.stream.quote("0.000000002", "0.000000003")
    assert fed(run).mark == 2


def test_flags() -> None:
    run = Run(base())
    run.stream.quote(100, 101, flags=8 | 16)
    assert (fed(run).halted, fed(run).stale) == (True, True)
    run.stream.trade(100, 1)  # clears the halt, leaves the mark of staleness
    assert (fed(run).halted, fed(run).stale) == (False, True)
    run.stream.bar(1, 1, 1, 1, flags=8 | 32)
    assert (fed(run).halted, fed(run).stale) == (True, True)
    run.stream.book([], [])
    assert (fed(run).halted, fed(run).stale) == (False, False)
    run.stream.book([], [], flags=32)
    assert fed(run).stale


def test_the_view_is_replaced_whole() -> None:
    run = Run(base())
    run.stream.book([(100, 1), (99, 2)], [(101, 3)])
    symbol = fed(run)
    assert (symbol.bids, symbol.asks) == (((units(100), units(1)), (units(99), units(2))), ((units(101), units(3)),))
    run.stream.quote(98, 99, 4, 0)
    symbol = fed(run)
    assert (symbol.bids, symbol.asks) == (((units(98), units(4)),), ())
