"""Sources of market data by name: each brings one form, or one service, into the contracts.

One file a source. Importing this package registers Quartet's own; what a source needs beyond it is imported when it is
used. Nothing here opens a connection before it is asked to.
"""

from quartet.data.providers import (
    alpaca_bars,
    binance_capture,
    carried,
    ccxt_bars,
    coinbase_capture,
    databento_history,
    dbn,
    dukascopy,
    factor_file,
    files,
    fred,
    kraken_capture,
    lobster,
    order_log,
    simulated,
    truefx,
    yfinance_bars,
)

__all__ = [
    "alpaca_bars",
    "binance_capture",
    "carried",
    "ccxt_bars",
    "coinbase_capture",
    "databento_history",
    "dbn",
    "dukascopy",
    "factor_file",
    "files",
    "fred",
    "kraken_capture",
    "lobster",
    "order_log",
    "simulated",
    "truefx",
    "yfinance_bars",
]
