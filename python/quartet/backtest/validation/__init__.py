"""What a backtest's result is worth, after chance, dependence and the number of trials are taken into account.

`sharpe_evidence` is the probabilistic and deflated Sharpe ratio, `overfitting` the probability that the best in sample
is below the median out of sample, `intervals`, `sharpe_test` and `permutation` are inference on one strategy,
`data_snooping` on many at once, `effective_trials` how many independent trials a number of correlated ones is worth.

What belongs here: pure functions of returns. None of them reads a clock, a file or a global random state: each that
draws takes a seed, and gives equal bits for equal arguments.
"""
