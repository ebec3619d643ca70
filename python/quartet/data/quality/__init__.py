"""Whether data that keep their contract can be believed: gaps, jumps, spikes, stale and doubtful values.

Checks look at the whole sample, which no feature may; they judge data and feed nothing else. A check that fails fails
the data.
"""

from quartet.data.quality.checks import assess
from quartet.data.quality.comparison import compare

__all__ = ["assess", "compare"]
