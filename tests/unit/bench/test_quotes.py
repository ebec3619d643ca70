"""The benchmark's input is the same everywhere, and is what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quartet.bench.quotes import level_quotes, turning_quotes, w1_quotes, w1_symbols, xorshift
from quartet.bench.settings import default_settings, program_settings, turning_settings, w1_settings
from quartet.cli.data_digest import DataDigest
from quartet.core.pb import config_pb2
from quartet.engines.config import load_engine_config

MASK = (1 << 64) - 1
ROOT = Path(__file__).resolve().parents[3]


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


def test_the_configurations_are_good() -> None:
    for settings in (w1_settings(), turning_settings(True), turning_settings(False)):
        assert settings.engine_config(w1_symbols(3))


def test_default_is_what_the_replay_configuration_says() -> None:
    file = load_engine_config(ROOT / "config/replay.yaml", environ={})
    ours = default_settings().engine_config(w1_symbols(3))
    assert ours == file.engine_config(w1_symbols(3))
    program = config_pb2.EngineConfig.FromString(ours).program
    assert config_pb2.EngineConfig.FromString(program_settings().engine_config(["A"])).program == program


def test_turning_quotes_turn() -> None:
    moves = np.diff(turning_quotes(6)["bid_price"])
    assert moves.tolist() == [20_000_000, -20_000_000] * 2 + [20_000_000]


def test_streams_of_the_catalogue_are_as_it_says() -> None:
    steady, burst = level_quotes(1000, 100), level_quotes(1000, 100, burst=10)
    assert steady["ts_event"][:2].tolist() == [1_234_567_890_000_000_000, 1_234_567_890_001_000_000]
    assert steady["bid_price"][[0, 1, 50, 51]].tolist() == [100_000_000_000, 100_100_000_000] * 2
    assert set((steady["ask_price"] - steady["bid_price"]).tolist()) == {50_000_000}
    assert sorted(set(steady["source"].tolist())) == [0, 1, 2, 3, 4]
    assert len(set(burst["ts_event"][:10].tolist())) == 1 and burst["ts_event"][10] == steady["ts_event"][10]
