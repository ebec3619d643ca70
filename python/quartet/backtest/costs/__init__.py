"""What trading costs in a backtest: commissions and dated fees, slippage, and what time costs.

What belongs here: models that are chosen by name, and the exact arithmetic of a fee.
"""
