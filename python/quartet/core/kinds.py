"""What can be registered: each kind, in one line, with the modules that hold Quartet's own."""

from quartet.core.registry import declare

declare(
    "measure",
    "A figure of a return, equity or trade series: Sharpe ratio, drawdown, hit rate.",
    "quartet.risk.measures",
)
declare(
    "source",
    "Where market data come from: a form of file, a service on the network, a simulator.",
    "quartet.data.providers",
)
declare(
    "commission",
    "What a broker and the authorities charge for a fill in a backtest.",
    "quartet.backtest.costs.commission",
)
declare(
    "slippage",
    "How far from the reference price an order fills in a backtest.",
    "quartet.backtest.costs.slippage",
)
declare(
    "sizer",
    "What share of equity a signal is worth in a backtest.",
    "quartet.backtest.sizing",
)
declare(
    "scenario",
    "What a strategy is put through: dearer, later or thinner trading, markets that were.",
    "quartet.backtest.stress.execution",
    "quartet.backtest.stress.episodes",
)
declare(
    "section",
    "A part of a backtest's page: a chart, a table, a list of facts.",
    "quartet.report.backtest.sections",
)
