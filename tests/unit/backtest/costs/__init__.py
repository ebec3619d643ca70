"""Costs of backtests."""
