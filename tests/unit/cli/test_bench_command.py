"""What a report says of the command that made it, and what numbers with commas mean."""

from __future__ import annotations

import pytest

from quartet.cli.bench_command import command_text
from quartet.cli.bench_engines import numbers_of
from quartet.core.errors import ConfigError


def test_a_report_names_no_folders() -> None:
    given = ["bench", "--quick", "--save", "a/b.json", "--html=c.html", "--workload", "data/ticks.parquet", "--json"]
    assert command_text(given) == "bench --quick --workload ticks.parquet --json"


def test_numbers_between_commas() -> None:
    assert numbers_of("--symbols", "1, 100,1") == (1, 100)
    for wrong in ("", "1;2", "-1", "two"):
        with pytest.raises(ConfigError, match="--symbols"):
            numbers_of("--symbols", wrong)
