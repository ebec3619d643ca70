"""The page of a backtest: sections that are registered by name, each a function of the result, and one template.

What belongs here: how a result is shown. What it is worth is computed on lower floors.
"""
