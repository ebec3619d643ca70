"""The example of docs/measures.md runs as it stands, and its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from quartet.core import registry
from quartet.engines.results import Result

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "measures.md").read_text()


EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_example_of_measures_runs():
    returns = np.random.default_rng(41).normal(0.001, 0.01, 60)
    names: dict[str, Any] = {
        "equity": 1e5 * np.cumprod(np.append(1.0, 1.0 + returns)),
        "stamps": np.arange(61) * 86_400 * 10**9,
        "index_returns": returns[::-1],
        "weights": np.ones((61, 2)),
        "result": Result(b""),
    }
    exec(EXAMPLES[0], names)
    assert names["table"]["time_in_market"] == 1.0 and names["table"]["num_trades"] == 0.0


def test_the_example_of_stress_runs():
    returns = np.random.default_rng(42).normal(0.0003, 0.01, (1600, 2))
    first = np.datetime64("2019-01-01", "ns").astype(np.int64)
    names: dict[str, Any] = {
        "daily_returns": returns,
        "daily_stamps": first + np.arange(1, 1601) * 86_400 * 10**9,
        "daily_covariance": np.cov(returns, rowvar=False),
    }
    exec(EXAMPLES[1], names)
    scenarios = {row.scenario for row in names["report"].rows}
    assert {"pandemic_2020", "rates_up_200", "gap_10"} <= scenarios and "oil_up_30" in names["report"].left_out


def test_the_tables_name_measures_that_there_are():
    rows = re.findall(r"^\| (`[^|]+) \|", TEXT, flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert len(named) > 10
    assert named <= set(registry.entries("measure"))
