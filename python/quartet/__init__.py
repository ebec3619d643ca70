"""Quartet: four engines, one score, one answer.

    import quartet
    with quartet.open_engine("config/demo.yaml") as engine:
        result = engine.process_market_data(frame)
    quartet.evaluate(graph, frame)
    quartet.sweep("config/demo.yaml", {"policy.target.max_quantity": [1, 2, 5]}, frame)

The names below are loaded when they are first used, so that importing quartet costs nothing.
"""

from typing import TYPE_CHECKING

from quartet.core.contract import VERSION as __version__
from quartet.core.lazy import lazy_names

if TYPE_CHECKING:
    from quartet.engines.evaluation import evaluate
    from quartet.engines.opening import (
        GoTradingEngine,
        PythonTradingEngine,
        QuantTradingEngine,
        RustTradingEngine,
        create_best_available_engine,
        open_engine,
    )
    from quartet.engines.results import Result
    from quartet.engines.selection import availability
    from quartet.engines.sweep import SweepResult, sweep
    from quartet.engines.trading_engine import TradingEngine

_HOMES = {
    "GoTradingEngine": "quartet.engines.opening",
    "PythonTradingEngine": "quartet.engines.opening",
    "QuantTradingEngine": "quartet.engines.opening",
    "Result": "quartet.engines.results",
    "RustTradingEngine": "quartet.engines.opening",
    "SweepResult": "quartet.engines.sweep",
    "TradingEngine": "quartet.engines.trading_engine",
    "availability": "quartet.engines.selection",
    "create_best_available_engine": "quartet.engines.opening",
    "evaluate": "quartet.engines.evaluation",
    "open_engine": "quartet.engines.opening",
    "sweep": "quartet.engines.sweep",
}

__all__ = [
    "GoTradingEngine",
    "PythonTradingEngine",
    "QuantTradingEngine",
    "Result",
    "RustTradingEngine",
    "SweepResult",
    "TradingEngine",
    "__version__",
    "availability",
    "create_best_available_engine",
    "evaluate",
    "open_engine",
    "sweep",
]


__getattr__ = lazy_names(globals(), _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
