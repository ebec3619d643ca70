"""What can be registered: each kind, in one line, with the modules that hold Quartet's own."""

from quartet.core.registry import declare

declare(
    "measure",
    "A figure of a return, equity or trade series: Sharpe ratio, drawdown, hit rate.",
    "quartet.risk.measures",
    chosen="`measure_all(record)[NAME]`, or `result[NAME]` of a backtest; see [Measures](../measures.md)",
)
declare(
    "source",
    "Where market data come from: a form of file, a service on the network, a simulator.",
    "quartet.data.providers",
    chosen="`quartet data import DATASET WHAT --source NAME -o PARAMETER=VALUE`; see [Market data](../data.md)",
)
declare(
    "commission",
    "What a broker and the authorities charge for a fill in a backtest.",
    "quartet.backtest.costs.commission",
    chosen="`commission: {model: NAME, PARAMETER: VALUE}` in the block `backtest`; a number alone is a `rate`",
)
declare(
    "slippage",
    "How far from the reference price an order fills in a backtest.",
    "quartet.backtest.costs.slippage",
    chosen="`slippage_model: {model: NAME, PARAMETER: VALUE}` in the block `backtest`",
)
declare(
    "sizer",
    "What share of equity a signal is worth in a backtest.",
    "quartet.backtest.sizing",
    chosen="`sizer: {model: NAME, PARAMETER: VALUE}` in the block `backtest`",
)
declare(
    "scenario",
    "What a strategy is put through: dearer, later or thinner trading, markets that were.",
    "quartet.backtest.stress.execution",
    "quartet.backtest.stress.episodes",
    "quartet.backtest.stress.parameters",
    "quartet.backtest.stress.partial",
    "quartet.backtest.stress.resampling",
    "quartet.backtest.stress.windows",
    chosen="`stress: {scenarios: [NAME, NAME+NAME]}`, or `quartet stress CONFIG --scenario NAME`; without one: all",
)
declare(
    "section",
    "A part of a backtest's page: a chart, a table, a list of facts.",
    "quartet.report.backtest.sections",
    chosen="nothing to choose: every section that has something to say is on the page, in its order",
)
