"""Floor 5: backtests, what their results are worth, and the ledger of all that were tried."""
