"""What can be registered: each kind, in one line, with the modules that hold Quartet's own."""

from quartet.core.registry import declare

declare(
    "measure",
    "A figure of a return, equity or trade series: Sharpe ratio, drawdown, hit rate.",
    "quartet.risk.measures",
)
