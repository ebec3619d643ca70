"""Floor 4: what a strategy did in figures, what a book may lose, and whether forecasts of it were right.

`TrackRecord` is what all figures are read from, `measure_all` the table of them, `measures` the figures, one function
each, `round_trips` what makes trades of fills. `scenario_losses` and `component_var` are of a book of positions.

What belongs here: measures, limits and monitors. What decides sizes is in quartet.portfolio.
"""

from quartet.risk.annualisation import TRADING_YEARS, TradingYear, periods_per_year
from quartet.risk.bootstrap import Bootstrap
from quartet.risk.decomposition import component_var, grouped, historical_components, incremental_var
from quartet.risk.drawdown import DrawdownTracker, drawdowns, episodes
from quartet.risk.measure_table import MeasureTable, measure_all
from quartet.risk.measuring import Reading, measure
from quartet.risk.scenarios import ScenarioLosses, scenario_losses
from quartet.risk.track_record import TrackRecord
from quartet.risk.trips import Fill, RoundTrips, fills_of, round_trips
from quartet.risk.var_backtest import judge_forecasts, rolling_forecasts

__all__ = [
    "TRADING_YEARS",
    "Bootstrap",
    "DrawdownTracker",
    "Fill",
    "MeasureTable",
    "Reading",
    "RoundTrips",
    "ScenarioLosses",
    "TrackRecord",
    "TradingYear",
    "component_var",
    "drawdowns",
    "episodes",
    "fills_of",
    "grouped",
    "historical_components",
    "incremental_var",
    "judge_forecasts",
    "measure",
    "measure_all",
    "periods_per_year",
    "rolling_forecasts",
    "round_trips",
    "scenario_losses",
]
