"""The commands: options, errors, the work behind them."""
