"""Floor 7: what people see of a run: terminal tables, charts, and one self-contained page.

What belongs here: what is computed from the output of a run (equity, drawdown, Sharpe ratio), and how it is shown.
What a run did is in its records; nothing here decides anything.
"""
