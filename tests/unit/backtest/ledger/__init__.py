"""The ledger of trials."""
