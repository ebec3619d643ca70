"""A book of positions under stress: markets that were, shocks that might be, and what it would take to lose so much.

What belongs here: what moves, in scenarios.yaml, and what that makes of a book that is held today. Strategies under
stress, which trade through it, are in quartet.backtest.stress.
"""

from quartet.risk.stress.book import Book
from quartet.risk.stress.propagation import conditional_moves, correlations_raised, reverse_stress
from quartet.risk.stress.scenarios import Shock, StressScenarios, Window, load_scenarios
from quartet.risk.stress.stressing import StressLimits, StressReport, StressRow, stress_book

__all__ = [
    "Book",
    "Shock",
    "StressLimits",
    "StressReport",
    "StressRow",
    "StressScenarios",
    "Window",
    "conditional_moves",
    "correlations_raised",
    "load_scenarios",
    "reverse_stress",
    "stress_book",
]
