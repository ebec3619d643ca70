"""Real files as datasets: rows, verdicts, books held against their venues, actions that explain every jump.

They lie next to the repository where there are any.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from quartet.core.registry import entry
from quartet.data import adjust, assess, load
from quartet.data.dataset import Dataset
from quartet.data.providers.session_capture import session_messages

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="there is no folder ../shared/data next to the repository")
UTC = {"timezone": "UTC"}
DROP = {"faulty": "drop"}

# file: contract, rows, options, grade.
FILES: dict[str, tuple[str, int, dict[str, Any], str]] = {
    "daily/bitfinex_BTCUSD_ETHUSD_daily_2014_2020.csv.gz": ("bars", 3181, {}, "doubtful"),
    "daily/gold_futures_daily_GC_2000_2020.csv.gz": ("bars", 4715, {"symbol": "GC", **DROP}, "doubtful"),
    "daily/us_equity_daily_adjusted_2004_2025_60stocks.parquet": ("panel", 325_438, DROP, "doubtful"),
    "intraday/binance_XRPUSDT_perp_5m_202111.parquet": ("bars", 1999, {}, "passed"),
    "intraday/coinbase_BTCUSD_hourly_2017_2019.csv.gz": ("bars", 20_111, UTC, "doubtful"),
    "intraday/crypto_btc_pairs_5m_201801_ETH_LTC_XMR_ETC_DASH.parquet": ("bars", 28_795, {}, "passed"),
    "intraday/ftx_BTCPERP_1m_20211231_20220201.parquet": ("bars", 45_031, UTC, "passed"),
    "intraday/futures_minute_trades_ES_201310.parquet": ("bars", 12_614, UTC, "doubtful"),
    "intraday/us_equity_hourly_unadjusted_SPY_1998_2021.parquet": ("bars", 40_832, {}, "passed"),
    "intraday/us_equity_minute_SPY_201101.csv.gz": ("bars", 14_180, UTC, "passed"),
    "intraday/gold_oanda_hourly_quotes_XAUUSD.parquet": ("quotes", 76_499, UTC, "doubtful"),
    "l1_quotes/dukascopy_EURUSD_ticks_delta_2026-07-13T12.json.gz": ("quotes", 3551, {}, "passed"),
    "l1_quotes/truefx_USDJPY_ticks_20130101.csv.gz": ("quotes", 1000, UTC, "passed"),
    "trades/binance_XRPETH_trades_20191011_20191013.parquet": ("trades", 12_477, {}, "passed"),
    "trades/futures_trade_ticks_GC_20131007.parquet": ("trades", 40_192, UTC, "passed"),
    "depth/lobster_AAPL_20120621_level10_first_events.parquet": ("book", 999, {}, "passed"),
    "depth/szse_level10_snapshots_20220601_300274_300918.parquet": ("book", 7730, {}, "passed"),
    "options/spx_option_chain_eod_greeks_2017.csv.gz": ("chain", 392, {}, "passed"),
    "options/us_option_chain_snapshots_TSLA_202604_202608.parquet": ("chain", 145_466, {}, "passed"),
    "macro/us_cpi_monthly_1913_2026.csv.gz": ("series", 1360, {"symbol": "CPI"}, "passed"),
    "dirty/us_equity_daily_raw_append_log_AMZN.csv.gz": ("bars", 6187, {**DROP, "duplicates": "last"}, "doubtful"),
}


def real(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not in ../shared/data")
    return path


def source(name: str, file: str, **values: Any) -> Dataset:
    made: Dataset = entry("source", name)(real(file), **values)
    return made


@pytest.mark.parametrize("name", FILES)
def test_every_file_comes_into_its_contract(name: str) -> None:
    schema, rows, options, grade = FILES[name]
    data = load(real(name), schema, **options)
    assert (len(data.frame), data.verdict.grade) == (rows, grade), data.verdict.findings


def test_a_dirty_log_is_refused_with_what_is_wrong() -> None:
    verdict = load(real("dirty/us_equity_daily_raw_append_log_AMZN.csv.gz")).verdict
    assert verdict.count("duplicate_rows") == 45 and verdict.grade == "failed"


def test_a_split_that_was_never_adjusted_is_found() -> None:
    data = load(real("dirty/us_equity_daily_raw_append_log_AMZN.csv.gz"), faulty="drop", duplicates="last")
    jump = next(each for each in data.verdict.findings if each.rule == "split_like_jump")
    assert data.verdict.quarantined == ("AMZN",) and jump.count >= 1


def test_actions_explain_the_jumps_of_unadjusted_prices() -> None:
    name = "daily/us_equity_daily_unadjusted_1998_2021_AAPL_SPY_QQQ_IWM_EEM_USO.parquet"
    bars = load(real(name)).frame.filter(pl.col("symbol") != "USO")
    actions = (
        source("factor_file", "daily/us_equity_corporate_action_factors_AAPL_SPY_QQQ_IWM_EEM_USO.csv").sound().frame
    )
    assert assess(bars, "bars").count("split_like_jump") == 8
    assert assess(bars, "bars", actions=actions).count("split_like_jump") == 0
    adjusted = adjust(bars, actions, as_of=date(2021, 4, 1), mode="back")
    assert assess(adjusted, "bars").count("split_like_jump") == 0
    raw, back = (frame.filter(pl.col("symbol") == "AAPL")["close"][0] for frame in (bars, adjusted))
    assert back == pytest.approx(raw * 0.8613657 * 0.00892857, rel=1e-6)  # the file's own first row


def test_krakens_checksums_agree_with_the_rebuilt_books() -> None:
    data = source("kraken_capture", "protocol/cryptofeed_capture_KRAKEN.ws.50.0.txt.gz")
    assert "4,269 checksums of books were compared, 0 differed" in data.provenance.steps
    assert data.verdict.passed and len(data.frame) == 3352


def test_coinbases_rebuilt_book_has_the_best_prices_that_it_told() -> None:
    name = "protocol/cryptofeed_capture_COINBASE.ws.28.0.txt.gz"
    book = source("coinbase_capture", name).sound()
    assert len(book.symbols) == 10
    told = [message for _, message in session_messages(real(name)) if message.get("type") == "ticker"]
    best = pl.DataFrame(
        [(m["product_id"], m["time"], float(m["best_bid"]), float(m["best_ask"])) for m in told if "time" in m],
        schema=["symbol", "time", "bid", "ask"],
        orient="row",
    ).with_columns(pl.col("time").str.to_datetime(time_unit="ns", time_zone="UTC").alias("timestamp"))
    joined = best.sort("timestamp").join_asof(book.frame, on="timestamp", by="symbol", check_sortedness=False)
    joined = joined.filter(pl.col("bid_price_1").is_not_null())
    same = (joined["bid"] == joined["bid_price_1"]) & (joined["ask"] == joined["ask_price_1"])
    assert len(joined) > 50 and same.mean() > 0.9  # type: ignore[operator]


@pytest.mark.parametrize(("file", "least"), [("usdm_btcusdt", 0.99), ("spot_btcusdt", 0.999), ("cm_btcusd_perp", 1.0)])
def test_binances_rebuilt_book_has_the_best_prices_that_it_told(file: str, least: float) -> None:
    name = f"depth/binance_{file}_20240808_raw_stream.jsonl.gz"
    book = source("binance_capture", name, kind="book").sound()
    told = source("binance_capture", name, kind="quotes").sound().frame.sort("ts_init")
    assert book.verdict.count("book_gaps") == 0
    joined = book.frame.sort("ts_init").join_asof(told.select("ts_init", "bid", "ask"), on="ts_init")
    joined = joined.filter(pl.col("bid").is_not_null())
    for side in ("bid", "ask"):
        assert (joined[f"{side}_price_1"] == joined[side]).mean() >= least  # type: ignore[operator]


def test_an_exchange_book_by_orders_knows_every_order() -> None:
    name = "depth/cme_ESH4_20231225_mbo.dbn.zst"
    quotes = source("dbn", name)
    assert quotes.symbols == ["ESH4"] and quotes.verdict.count("unknown_orders") == 0
    trades = source("dbn", name, kind="trades").sound().frame
    # Once the market is open (23:00), a trade is at the best price of the other side just before it.
    before = quotes.frame.select("sequence", "bid", "ask", "ts_init").sort("ts_init")
    timed = trades.sort("ts_init").join_asof(before, on="ts_init", allow_exact_matches=False, suffix="_quote")
    expected = pl.when(pl.col("side") == 1).then("ask").otherwise("bid")
    hit = timed.filter((pl.col("side") != 0) & pl.col("bid").is_not_null()).select((pl.col("price") == expected).mean())
    assert hit.item() > 0.9


def test_an_order_log_is_rarely_crossed() -> None:
    data = source("order_log", "depth/bitstamp_btcusd_20150501_order_events.csv.xz").sound()
    assert len(data.frame) > 2000 and data.verdict.count("crossed") == 0
