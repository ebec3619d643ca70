"""The example of docs/measures.md runs as it stands, and its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from quartet.core import registry
from quartet.engines.results import Result

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "measures.md").read_text()


def test_the_example_runs():
    example = re.search(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    assert example
    returns = np.random.default_rng(41).normal(0.001, 0.01, 60)
    names: dict[str, Any] = {
        "equity": 1e5 * np.cumprod(np.append(1.0, 1.0 + returns)),
        "stamps": np.arange(61) * 86_400 * 10**9,
        "index_returns": returns[::-1],
        "weights": np.ones((61, 2)),
        "result": Result(b""),
    }
    exec(example[1], names)
    assert names["table"]["time_in_market"] == 1.0 and names["table"]["num_trades"] == 0.0


def test_the_tables_name_measures_that_there_are():
    rows = re.findall(r"^\| (`[^|]+) \|", TEXT, flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert len(named) > 10
    assert named <= set(registry.entries("measure"))
