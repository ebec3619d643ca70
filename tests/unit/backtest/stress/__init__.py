"""Stress of backtests."""
