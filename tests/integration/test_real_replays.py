"""Real files through every engine: one answer, whatever the mode, the batches, and the swaps in mid-stream.

Up to 50 thousand events a file; QUARTET_REPLAY_EVENTS=all replays them whole (build_scripts/test_long.sh).
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

import pytest

from quartet.core.contract import EventKind, RecordKind
from quartet.data import EventBatch, concat, open_events
from quartet.engines.config import load_engine_config
from tests.conformance.engines import ENGINES, engine_factory
from tests.conformance.vectors import difference

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
LIMIT = os.environ.get("QUARTET_REPLAY_EVENTS", "50000")
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="there is no folder ../shared/data next to the repository")

TRADES = {
    "signal": {"score": "sign(ema(trade_price, span=10) - ema(trade_price, span=40))"},
    "policy": {"target": {"order_type": "limit", "price_reference": "mark"}},
    "reconciler": {"use_replace": True},
}
BARS = {
    "signal": {"score": "sign(ema(close, span=5) - ema(close, span=20))"},
    "signal_generation": {"max_signal_age_seconds": 864000},
    "instruments": [{"symbol": "*", "tick": "0.00001", "lot": "0.00000001", "fill_model": "bar"}],
}
FILES = {
    "l1_quotes/binance_BTCUSDT_quotes_20210108.parquet": {},
    "l1_quotes/cfd_oanda_quote_ticks_XAUUSD_20140505_20140506.parquet": {},
    "l1_quotes/dukascopy_EURUSD_ticks_delta_2026-07-13T12.json.gz": {},
    "l1_quotes/fx_fxcm_quote_ticks_EURUSD_20140501_20140515.parquet": {},
    "l1_quotes/fx_oanda_quote_ticks_EURUSD_20140501_20140515.parquet": {},
    "l1_quotes/truefx_USDJPY_ticks_20130101.csv.gz": {},
    "l1_quotes/us_equity_quote_ticks_IBM_20131007_20131011.parquet": {},
    "trades/binance_BTCUSDT_trades_20210108.parquet": TRADES,
    "trades/binance_XRPETH_trades_20191011_20191013.parquet": TRADES,
    "trades/bitstamp_BTCUSD_trades_2011_2012.csv.gz": TRADES,
    "trades/futures_trade_ticks_ES_20130901_20130903.parquet": TRADES,
    "trades/futures_trade_ticks_GC_20131007.parquet": TRADES,
    "trades/us_equity_trade_ticks_IBM_20131007_20131011.parquet": TRADES,
    "trades/us_equity_trade_ticks_SPY_20131007_20131008.parquet": TRADES,
    "depth/binance_cm_btcusd_perp_20240808_raw_stream.jsonl.gz": {},
    "depth/binance_spot_btcusdt_20240808_raw_stream.jsonl.gz": {"policy": {"target": {"order_type": "limit"}}},
    "depth/binance_usdm_btcusdt_20240808_raw_stream.jsonl.gz": {"venue": {"order_latency_us": 900}},
    "depth/bitstamp_btcusd_20150501_raw.log.xz": TRADES,
    "depth/lobster_AAPL_20120621_level10_first_events.parquet": {},
    "depth/lobster_AMZN_20120621_level1_0930_1245.parquet": {"policy": {"target": {"order_type": "limit"}}},
    "depth/sse_trades_20230711_600536_601825_605580.parquet": TRADES,
    "depth/szse_level10_snapshots_20220601_300274_300918.parquet": {},
    "daily/us_equity_daily_adjusted_2004_2025_60stocks.parquet": BARS,
    "intraday/futures_minute_trades_ES_201310.parquet": BARS,
}


@cache
def events_of(name: str) -> tuple[EventBatch, tuple[str, ...]]:
    """The first events of a file, and its symbols."""
    limit = None if LIMIT == "all" else int(LIMIT)
    file = open_events(DATA / name)
    pieces, count = [], 0
    for batch in file:
        pieces.append(batch if limit is None else batch[: limit - count])
        count += len(pieces[-1])
        if limit is not None and count >= limit:
            break
    return concat(pieces), tuple(sorted(file.symbols.ids, key=str.encode))


def config_of(name: str) -> bytes:
    settings = load_engine_config(ROOT / "config/replay.yaml", overrides=FILES[name], environ={})
    return settings.engine_config(events_of(name)[1])


def replay(
    engine: str, config: bytes, events: EventBatch, size: int, swap_to: str | None = None
) -> tuple[bytes, bytes]:
    """Records and final snapshot; with `swap_to`, the second half runs in that engine."""
    running = engine_factory(engine)(config)
    records = bytearray()
    for start in range(0, len(events), size):
        if swap_to and start >= len(events) // 2:
            fresh = engine_factory(swap_to)(config)
            fresh.restore(running.snapshot())
            running, swap_to = fresh, None
        piece = events[start : start + size]
        records += running.process(piece.to_columns(), piece.controls)
    return bytes(records), running.snapshot()


@cache
def expected(name: str) -> tuple[bytes, bytes]:
    events, _ = events_of(name)
    return replay("python", config_of(name), events, 4096)


@pytest.mark.parametrize("name", FILES)
def test_every_engine_gives_one_answer(name: str) -> None:
    events, _ = events_of(name)
    records, state = expected(name)
    for engine in ENGINES:
        if engine == "python":
            continue
        for size in (len(events), 4096):
            answer, end = replay(engine, config_of(name), events, size)
            assert difference(records, answer) == "", f"{engine}, batches of {size}"
            assert hashlib.sha256(end).hexdigest() == hashlib.sha256(state).hexdigest(), f"{engine}, batches of {size}"


@pytest.mark.parametrize(
    "name",
    [
        "l1_quotes/us_equity_quote_ticks_IBM_20131007_20131011.parquet",
        "depth/lobster_AAPL_20120621_level10_first_events.parquet",
    ],
)
@pytest.mark.parametrize("size", [1, 7])
def test_streaming_gives_the_same_answer(name: str, size: int) -> None:
    events = events_of(name)[0][:3000]
    config = config_of(name)
    records, state = replay("python", config, events, len(events))
    for engine in ENGINES:
        answer, end = replay(engine, config, events, size)
        assert difference(records, answer) == "", f"{engine}, batches of {size}"
        assert end == state, f"{engine}, batches of {size}"


@pytest.mark.parametrize("second", ENGINES)
@pytest.mark.parametrize("first", ENGINES)
def test_a_swap_in_mid_stream_changes_nothing(first: str, second: str) -> None:
    name = "depth/lobster_AMZN_20120621_level1_0930_1245.parquet"
    events = events_of(name)[0][:12_000]
    config = config_of(name)
    records, state = replay("python", config, events, len(events))
    answer, end = replay(first, config, events, 500, swap_to=second)
    assert difference(records, answer) == ""
    assert end == state


def test_the_ibm_file_trades() -> None:
    records, _ = expected("l1_quotes/us_equity_quote_ticks_IBM_20131007_20131011.parquet")
    kinds = records[20::128]
    assert kinds.count(RecordKind.FILL) >= 1000


def test_every_file_reaches_the_program() -> None:
    silent = []
    for name in FILES:
        kinds = set(expected(name)[0][20::128])
        if RecordKind.SIGNAL not in kinds and EventKind.QUOTE in set(events_of(name)[0]["kind"].tolist()):
            silent.append(name)
    assert silent == []
