"""The benchmark's input is the same everywhere, and is what it says."""

from __future__ import annotations

import numpy as np

from quartet.cli.bench_workload import w1_quotes, w1_settings, w1_symbols, xorshift
from quartet.cli.data_digest import DataDigest

MASK = (1 << 64) - 1


def test_xorshift_is_marsaglias() -> None:
    numbers = xorshift(3 * 4096, 7).reshape(3, 4096)
    for lane in (0, 1, 4095):
        state = int(numbers[0, lane])
        for step in (1, 2):
            state ^= state << 13 & MASK
            state ^= state >> 7
            state ^= state << 17 & MASK
            assert int(numbers[step, lane]) == state


def test_quotes_are_in_turn_and_never_crossed() -> None:
    batch = w1_quotes(10_000, 100)
    assert batch["symbol"][:3].tolist() == [0, 1, 2]
    spread = (batch["ask_price"] - batch["bid_price"]) // 10_000_000
    assert set(np.unique(spread).tolist()) == {1, 2}
    moves = np.diff(batch["bid_price"][::100]) // 10_000_000
    assert set(np.unique(moves).tolist()) == {-1, 0, 1}


def test_the_stream_has_one_hash_however_it_is_cut() -> None:
    batch = w1_quotes(1000, 10)
    hashes = set()
    for size in (1, 7, 1000):
        digest = DataDigest()
        for part in batch.split(size):
            digest.add(part)
        hashes.add(digest.hexdigest())
    assert len(hashes) == 1
    assert w1_quotes(1000, 10) == batch and w1_quotes(1000, 10, seed=8) != batch


def test_the_configuration_is_good() -> None:
    assert w1_settings().engine_config(w1_symbols(3))
