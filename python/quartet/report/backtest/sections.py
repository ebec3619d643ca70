"""Quartet's own sections. Importing this registers them; their order is the fact `order`."""

from quartet.report.backtest import curves, trading, worth

__all__ = ["curves", "trading", "worth"]
