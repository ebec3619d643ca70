"""Pre-trade rows, exposures, value at risk, clocks and halts (spec 8, 9)."""
