"""The trial ledger: every backtest that was ever run, with what is needed to run it again bit for bit.

`ledger.TrialLedger` is what callers hold: `open`, `append`, `trials`, `returns`. Nothing is ever changed or taken out.
`multiplicity` counts the trials of a research question and deflates a Sharpe ratio by them.

What belongs here: records, the databases that hold them (a SQLite file, or PostgreSQL), and what is read from them.
"""
