"""Backtests: validation of their results, and the ledger of trials."""
