"""Quotes made from a seed: walks at random, quotes that turn every time, and the streams of the catalogue C1 to C6."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quartet.data.batch import EventBatch
from quartet.data.builders import quotes

_TICK: Final = 10_000_000
_UNIT: Final = 1_000_000_000
_START_NS: Final = 1_700_000_000 * _UNIT
_STEP_NS: Final = 100_000
_FIRST_BID: Final = 10_000
_LOWEST_BID: Final = 1_000
_SIZE: Final = 100
_LEVEL_START_NS: Final = 1_234_567_890 * _UNIT
_LANES: Final = 4096
_MASK: Final = (1 << 64) - 1


def w1_symbols(count: int) -> list[str]:
    """Names in the order of their ids."""
    return [f"S{number:05d}" for number in range(count)]


def w1_quotes(events: int, symbols: int, seed: int = 7) -> EventBatch:
    """Symbols in turn; a bid moves by -1, 0 or 1 tick a quote and is reflected at 10.00; the spread is 1 or 2 ticks."""
    step, spread, sizes = _drawn(xorshift(events, seed))
    walk = np.empty(events, np.int64)
    for symbol in range(symbols):
        walk[symbol::symbols] = np.cumsum(step[symbol::symbols]) + _FIRST_BID
    return _quotes(0, symbols, walk, spread, sizes)


def walk_blocks(events: int, symbols: int, block_events: int, seed: int = 7) -> Iterator[EventBatch]:
    """A walk like that of `w1_quotes`, block after block in bounded memory; blocks are of whole rounds of symbols."""
    rounds = max(block_events // symbols, 1)
    walk = np.full(symbols, _FIRST_BID, np.int64)
    start = 0
    while start < events:
        draws = xorshift(rounds * symbols, seed + start)
        step, spread, sizes = _drawn(draws)
        moves = np.cumsum(step.reshape(rounds, symbols), axis=0) + walk
        walk = moves[-1]
        block = _quotes(start, symbols, moves.reshape(-1), spread, sizes)
        yield block[: events - start]
        start += len(block)


def resting_quotes(events: int, symbols: int, marked: int) -> EventBatch:
    """Quotes that stand still, symbols in turn; the first `marked` ones cost a thousand, the others a hundred."""
    place = np.arange(events, dtype=np.int64)
    symbol = place % symbols
    bid = np.where(symbol < marked, 1000, 100) * _UNIT
    size = (place // symbols % 50 + 1) * _SIZE * _UNIT
    return quotes(symbol, _START_NS + place * _STEP_NS, bid, bid + _TICK, size, size)


def turning_quotes(events: int) -> EventBatch:
    """One symbol whose bid goes two ticks up and two down in turn, so that a quick average turns at every quote."""
    place = np.arange(events, dtype=np.int64)
    bid = (_FIRST_BID + 2 * (place % 2)) * _TICK
    size = 100 * _SIZE * _UNIT
    return quotes(0, _START_NS + place * _STEP_NS, bid, bid + _TICK, size, size)


def locked_quotes(events: int, seed: int = 7) -> EventBatch:
    """One symbol whose bid and ask are one price, near 100, which moves by up to 0.35 % a quote, in ticks of 1e-6.

    The tick is that small so that averages of it are never equal: a peer's floats order them as ours do.
    """
    share = (xorshift(events, seed) >> np.uint64(11)).astype(np.float64) / 2**53
    price = np.rint(np.cumprod(1 + (share - 0.5) * 0.007) * 1e8).astype(np.int64) * (_UNIT // 10**6)
    size = 100 * _SIZE * _UNIT
    return quotes(0, _START_NS + np.arange(events, dtype=np.int64) * _STEP_NS, price, price, size, size)


def level_quotes(events: int, symbols: int, step_ns: int = 1_000_000, burst: int = 1) -> EventBatch:
    """Symbols in turn, each at its own price, which does not move; of five venues; burst events come at one time."""
    place = np.arange(events, dtype=np.int64)
    symbol = place % symbols
    bid = 100 * _UNIT + (symbol % 50) * (_UNIT // 10)
    size = 1000 * _UNIT
    ts = _LEVEL_START_NS + (place // burst) * burst * step_ns
    return quotes(symbol, ts, bid, bid + _UNIT // 20, size, size, source=place % 5)


def _drawn(draws: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64], list[NDArray[np.int64]]]:
    """Moves, spreads and the sizes of both sides."""
    step = (draws >> np.uint64(33)).astype(np.int64) % 3 - 1
    spread = (draws >> np.uint64(20) & np.uint64(1)).astype(np.int64) + 1
    sizes = [(draws >> np.uint64(shift) & np.uint64(63)).astype(np.int64) + 1 for shift in (2, 10)]
    return step, spread, sizes


def _quotes(
    start: int, symbols: int, walk: NDArray[np.int64], spread: NDArray[np.int64], sizes: list[NDArray[np.int64]]
) -> EventBatch:
    """Quotes from the event `start` on, of symbols in turn, whose bids walk so and are reflected."""
    place = start + np.arange(len(walk), dtype=np.int64)
    bid = _LOWEST_BID + np.abs(walk - _LOWEST_BID)
    return quotes(
        place % symbols,
        _START_NS + place * _STEP_NS,
        bid * _TICK,
        (bid + spread) * _TICK,
        sizes[0] * _SIZE * _UNIT,
        sizes[1] * _SIZE * _UNIT,
    )


def xorshift(count: int, seed: int) -> NDArray[np.uint64]:
    """Numbers of Marsaglia's xorshift64, from many lanes at once: lane k starts at the k-th splitmix64 of the seed."""
    state = np.array([_splitmix(seed, lane) for lane in range(_LANES)], np.uint64)
    rounds = []
    for _ in range(-(-count // _LANES)):
        state = state ^ (state << np.uint64(13))
        state = state ^ (state >> np.uint64(7))
        state = state ^ (state << np.uint64(17))
        rounds.append(state)
    return np.concatenate(rounds)[:count]


def _splitmix(seed: int, lane: int) -> int:
    z = (seed + (lane + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return (z ^ (z >> 31)) or 1
