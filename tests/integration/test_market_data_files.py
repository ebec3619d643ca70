"""Real market data of every form, read without a map; it lies next to the repository where there is any."""

from pathlib import Path

import numpy as np
import pytest

from quartet.core.contract import Code, EventKind
from quartet.core.errors import DataError
from quartet.data import EventFile, FileOptions, merged_events, open_all, open_events, survey

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="there is no folder ../shared/data next to the repository")

# file: events by kind, and rows refused at the edge.
FILES: dict[str, tuple[dict[str, int], int]] = {
    "l1_quotes/binance_BTCUSDT_quotes_20210108.parquet": ({"QUOTE": 451}, 0),
    "l1_quotes/cfd_oanda_quote_ticks_XAUUSD_20140505_20140506.parquet": ({"QUOTE": 347_756}, 0),
    "l1_quotes/dukascopy_EURUSD_ticks_delta_2026-07-13T12.json.gz": ({"QUOTE": 3551}, 0),
    "l1_quotes/fx_fxcm_quote_ticks_EURUSD_20140501_20140515.parquet": ({"QUOTE": 1_144_807}, 0),
    "l1_quotes/fx_oanda_quote_ticks_EURUSD_20140501_20140515.parquet": ({"QUOTE": 532_903}, 0),
    "l1_quotes/truefx_USDJPY_ticks_20130101.csv.gz": ({"QUOTE": 1000}, 0),
    "l1_quotes/us_equity_quote_ticks_IBM_20131007_20131011.parquet": ({"QUOTE": 287_795}, 0),
    "trades/binance_BTCUSDT_trades_20210108.parquet": ({"TRADE": 2001}, 0),
    "trades/binance_XRPETH_trades_20191011_20191013.parquet": ({"TRADE": 12_477}, 0),
    "trades/bitstamp_BTCUSD_trades_2011_2012.csv.gz": ({"TRADE": 9999}, 0),
    "trades/futures_trade_ticks_ES_20130901_20130903.parquet": ({"TRADE": 500_000}, 0),
    "trades/futures_trade_ticks_GC_20131007.parquet": ({"TRADE": 40_192}, 0),
    "trades/us_equity_trade_ticks_IBM_20131007_20131011.parquet": ({"TRADE": 126_395}, 0),
    "trades/us_equity_trade_ticks_SPY_20131007_20131008.parquet": ({"TRADE": 702_146}, 0),
    "depth/binance_cm_btcusd_perp_20240808_raw_stream.jsonl.gz": ({"QUOTE": 19_136, "TRADE": 2286}, 0),
    "depth/binance_spot_btcusdt_20240808_raw_stream.jsonl.gz": ({"QUOTE": 28_040, "TRADE": 9757}, 0),
    "depth/binance_usdm_btcusdt_20240808_raw_stream.jsonl.gz": ({"QUOTE": 66_089, "TRADE": 21_313}, 0),
    "depth/bitstamp_btcusd_20150501_raw.log.xz": ({"TRADE": 575}, 0),
    "depth/lobster_AAPL_20120621_level10_first_events.parquet": ({"TRADE": 159, "BOOK": 999}, 0),
    "depth/lobster_AMZN_20120621_level1_0930_1245.parquet": ({"QUOTE": 29_347, "TRADE": 5304}, 0),
    "depth/sse_trades_20230711_600536_601825_605580.parquet": ({"TRADE": 55_919}, 0),
    "depth/szse_level10_snapshots_20220601_300274_300918.parquet": ({"BOOK": 7730}, 0),
    "daily/bitfinex_BTCUSD_ETHUSD_daily_2014_2020.csv.gz": ({"BAR": 3181, "CLOCK": 1862}, 0),
    "daily/fx_gold_oanda_daily_quotes_EURUSD_GBPUSD_XAUUSD.parquet": ({"QUOTE": 11_425}, 0),
    "daily/gold_futures_daily_GC_2000_2020.csv.gz": ({"BAR": 5154, "CLOCK": 5154}, 1089),
    "daily/us_equity_daily_adjusted_2004_2025_60stocks.parquet": ({"BAR": 325_440, "CLOCK": 5424}, 0),
    "daily/us_equity_daily_unadjusted_1998_2021_AAPL_SPY_QQQ_IWM_EEM_USO.parquet": ({"BAR": 30_061, "CLOCK": 5849}, 0),
    "intraday/binance_XRPUSDT_perp_5m_202111.parquet": ({"BAR": 1999, "CLOCK": 1999}, 0),
    "intraday/binance_XRPUSDT_perp_funding_8h_2021.parquet": ({"BAR": 91, "CLOCK": 91}, 0),
    "intraday/coinbase_BTCUSD_hourly_2017_2019.csv.gz": ({"BAR": 20_111, "CLOCK": 20_111}, 0),
    "intraday/crypto_btc_pairs_5m_201801_ETH_LTC_XMR_ETC_DASH.parquet": ({"BAR": 28_795, "CLOCK": 5760}, 0),
    "intraday/ftx_BTCPERP_1m_20211231_20220201.parquet": ({"BAR": 45_031, "CLOCK": 45_031}, 0),
    "intraday/futures_minute_quotes_ES_201310.parquet": ({"QUOTE": 23_817}, 0),
    "intraday/futures_minute_trades_ES_201310.parquet": ({"BAR": 12_614, "CLOCK": 10_899}, 0),
    "intraday/fx_fxcm_1m_bid_ask_USDJPY_2013.parquet": ({"QUOTE": 28_761}, 0),
    "intraday/gold_oanda_hourly_quotes_XAUUSD.parquet": ({"QUOTE": 76_499}, 0),
    "intraday/us_equity_hourly_unadjusted_SPY_1998_2021.parquet": ({"BAR": 40_832, "CLOCK": 40_832}, 0),
    "intraday/us_equity_minute_SPY_201101.csv.gz": ({"BAR": 14_180, "CLOCK": 14_180}, 0),
    "intraday/us_equity_minute_quotes_SPY.parquet": ({"QUOTE": 6373}, 0),
    "intraday/us_equity_minute_trades_SPY_AAPL.parquet": ({"BAR": 8089, "CLOCK": 8089}, 0),
}
# file: what the refusal says.
REFUSED = {
    "depth/bitstamp_btcusd_20150501_order_events.csv.xz": "level 3",
    "depth/cme_ESH4_20231225_mbo.dbn.zst": "Databento DBN",
    "depth/sse_orders_20230711_600536_601825_605580.parquet": "level 3",
    "daily/us_equity_corporate_action_factors_AAPL_SPY_QQQ_IWM_EEM_USO.csv": "give a map",
}


def opened(name: str, **options: object) -> EventFile:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not in ../shared/data")
    return open_events(path, options=FileOptions(**options))  # type: ignore[arg-type]


def test_no_file_is_forgotten() -> None:
    folders = ("l1_quotes", "trades", "depth", "daily", "intraday")
    found = {f"{folder}/{path.name}" for folder in folders for path in (DATA / folder).glob("*")}
    assert found <= FILES.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_read_without_a_map(name: str) -> None:
    expected, refused = FILES[name]
    file = opened(name)
    counts: dict[str, int] = {}
    last = 0
    for batch in file:
        times = batch["ts_init"]
        assert len(batch) <= 4 * 65_536
        assert int(times[0]) >= last and bool(np.all(times[1:] >= times[:-1]))
        last = int(times[-1])
        for kind, count in batch.counts().items():
            if count:
                counts[kind.name] = counts.get(kind.name, 0) + count
    assert counts == expected
    assert file.rejects.total == refused
    assert file.rows is None or file.rows_read == file.rows
    assert file.symbols.names and 10**18 < last < 2 * 10**18


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_stream_of_events_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(DataError, match=REFUSED[name]):
        opened(name)


def test_one_sided_quotes_of_ibm_are_seldom_crossed() -> None:
    """The rows are the national best bid and offer by turns; the sides of single venues would cross nearly always."""
    name = "l1_quotes/us_equity_quote_ticks_IBM_20131007_20131011.parquet"

    def crossed(sides: str) -> float:
        batch = opened(name, sides=sides).read()
        both = (batch["bid_size"] > 0) & (batch["ask_size"] > 0)
        return float((both & (batch["bid_price"] > batch["ask_price"])).mean())

    assert crossed("auto") == crossed("carry") < 0.001
    assert crossed("compose") > 0.9
    assert crossed("asis") == 0


def test_first_events_are_what_the_files_say() -> None:
    ibm = opened("trades/us_equity_trade_ticks_IBM_20131007_20131011.parquet").read()
    assert ibm["trade_price"][0] == 181_520_000_000 and ibm["trade_size"][0] == 283 * 10**9
    assert ibm["ts_event"][0] == 1381132830270 * 10**6  # 04:00:30.270 in New York on 2013-10-07
    binance = opened("depth/binance_usdm_btcusdt_20240808_raw_stream.jsonl.gz").read()
    assert binance["ts_init"][0] == 1723161255088169167 and binance["ts_event"][0] == 1723161256313 * 10**6
    assert binance["bid_price"][0] == 61_800_200_000_000 and binance["bid_size"][0] == 2_507_000_000
    shenzhen = opened("depth/szse_level10_snapshots_20220601_300274_300918.parquet").read()
    assert shenzhen["book_bid_levels"].max() == 10 and shenzhen["book_bid_prices"].max() < 100 * 10**9
    shanghai = opened("depth/sse_trades_20230711_600536_601825_605580.parquet").read()
    assert bool(np.all(shanghai["ts_init"] > shanghai["ts_event"])) and set(shanghai["aggressor"].tolist()) == {
        -1,
        0,
        1,
    }
    daily = opened("daily/gold_futures_daily_GC_2000_2020.csv.gz")
    assert daily.read()["ts_event"][0] == 967_679_999_999_999_999  # the last nanosecond of 2000-08-30
    assert daily.rejects.by_code() == {Code.MISSING_FIELD: 1089}


def test_a_fixed_offset_moves_a_feed() -> None:
    name = "l1_quotes/fx_fxcm_quote_ticks_EURUSD_20140501_20140515.parquet"
    utc, fixed = opened(name), opened(name, timezone="Etc/GMT+5")
    first, moved = next(iter(utc)), next(iter(fixed))
    assert moved["ts_event"][0] - first["ts_event"][0] == 5 * 3600 * 10**9
    assert any("taken for UTC" in note for note in utc.notes) and not any("UTC" in note for note in fixed.notes)


def test_quotes_and_trades_of_a_symbol_in_one_stream() -> None:
    names = (
        "l1_quotes/us_equity_quote_ticks_IBM_20131007_20131011",
        "trades/us_equity_trade_ticks_IBM_20131007_20131011",
    )
    paths = [DATA / f"{name}.parquet" for name in names]
    if not all(path.is_file() for path in paths):
        pytest.skip("the IBM files are not in ../shared/data")
    files = open_all(paths)
    events, last = 0, 0
    for batch in merged_events(files):
        assert batch["ts_init"][0] >= last
        last = int(batch["ts_init"][-1])
        events += len(batch)
    assert events == 287_795 + 126_395
    (ibm,) = survey(files[1], files[1].symbols.names)
    assert ibm.price_step == 10**7 and ibm.size_step == 10**9 and ibm.events == {EventKind.TRADE: 126_395}
