"""What is wrong with the data reaches the result: symbols in quarantine, members that are missing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from quartet.backtest.backtester import Backtester
from quartet.backtest.result import BacktestResult
from quartet.backtest.stress.stressing import stress
from quartet.cli import app
from quartet.core.errors import DataError
from quartet.data import Universe
from quartet.data.dataset import Dataset
from quartet.data.quality import assess
from quartet.data.universe import with_delistings
from tests.unit.backtest.frames import bars, signals

DAYS = 60
KEYS: dict[str, Any] = {"replications": 0, "gap_safe": False, "trading_year": "crypto", "lot": "0.001"}


def halved() -> Dataset:
    """A halves overnight on the 31st of January, B goes on; checked, as an import does."""
    rng = np.random.default_rng(1)
    closes = np.round(100 * np.exp(np.cumsum(rng.normal(0.0, 0.01, (DAYS, 2)), axis=0)), 2)
    closes[30:, 0] = np.round(closes[30:, 0] / 2, 2)
    frames = []
    for column, symbol in enumerate("AB"):
        own = closes[:, column]
        before = np.append(100.0, own[:-1])
        before[30] = own[30] if symbol == "A" else before[30]
        frames.append(bars(before.tolist(), own.tolist(), symbol))
    frame = pl.concat(frames).with_columns((pl.col("timestamp") + timedelta(hours=21)).dt.cast_time_unit("ns"))
    frame = frame.sort("timestamp", "symbol")
    return Dataset.of(frame, "bars").with_verdict(assess(frame, "bars"))


def both(data: Dataset, **keys: Any) -> BacktestResult:
    told = pl.concat([signals([1.0, *[None] * (DAYS - 1)], symbol) for symbol in "AB"])
    return Backtester(KEYS, **keys).run_backtest(told, data)


@pytest.mark.parametrize("mode", [{"mode": "columnar"}, {"mode": "engine", "engine": "python"}])
def test_what_is_in_quarantine_is_not_traded(mode: dict[str, str]) -> None:
    data = halved()
    assert data.verdict.quarantined == ("A",)
    result = both(data, **mode)
    assert set(result.fills["symbol"]) == {"B"}
    assert any("in quarantine, not traded: A; give what explains" in each for each in result.warnings)
    assert set(both(data, trade_quarantined=True, **mode).fills["symbol"]) == {"A", "B"}
    # A graph is not run inside the engine then: it would decide on A too.
    assert set(Backtester(KEYS, **mode).run_backtest("close / close", data).fills["symbol"]) == {"B"}


def test_strict_refuses_what_is_in_quarantine() -> None:
    with pytest.raises(DataError, match="strict"):
        both(halved(), strict=True)


def test_actions_that_explain_a_jump_end_the_quarantine() -> None:
    data = halved()
    told = pl.concat([signals([1.0, *[None] * (DAYS - 1)], symbol) for symbol in "AB"])
    split = pl.DataFrame({"symbol": ["A"], "ex_date": [date(2024, 1, 31)], "kind": ["split"], "ratio": [2.0]})
    other = split.with_columns(symbol=pl.lit("B"), kind=pl.lit("dividend"), ratio=None, amount=0.5)
    explained, still = (Backtester(KEYS).run_backtest(told, data, actions=each) for each in (split, other))
    assert set(explained.fills["symbol"]) == {"A", "B"} and set(still.fills["symbol"]) == {"B"}


def test_a_stress_does_not_trade_it_either() -> None:
    told = pl.concat([signals([1.0, *[None] * (DAYS - 1)], symbol) for symbol in "AB"])
    rows = stress(KEYS, told, halved(), scenarios=["late_orders", "resampled_path"]).rows
    assert [row.error for row in rows] == ["", "", ""]


def membership(*rows: tuple[str, date, date | None]) -> Universe:
    frame = pl.DataFrame(rows, schema={"symbol": pl.String, "start": pl.Date, "end": pl.Date}, orient="row")
    return Universe(frame, known_from=date(2020, 1, 1), known_until=date(2025, 1, 1))


def test_a_panel_of_survivors_is_told() -> None:
    """GONE belonged until the 20th of January and has no bar; PAST left before, LATER comes after."""
    universe = membership(
        ("A", date(2020, 1, 1), None),
        ("GONE", date(2020, 1, 1), date(2024, 1, 20)),
        ("PAST", date(2020, 1, 1), date(2023, 12, 30)),
        ("LATER", date(2024, 6, 1), None),
    )
    frame = bars([100.0] * 40, [100.0] * 40)
    told = signals([1.0])
    result = Backtester(KEYS).run_backtest(told, frame, universe=universe)
    (note,) = [each for each in result.warnings if "survivors" in each]
    assert note.startswith("1 members of the universe have no bars while they belonged (GONE)")
    with pytest.raises(DataError, match=r"strict: 1 members of the universe"):
        Backtester(KEYS, strict=True).run_backtest(told, frame, universe=universe)
    dead = bars([50.0] * 20, [50.0] * 20, "GONE")
    whole = Backtester(KEYS).run_backtest(told, pl.concat([frame, dead]).sort("timestamp", "symbol"), universe=universe)
    assert not any("survivors" in each for each in whole.warnings)


def test_the_dead_change_the_result() -> None:
    """Half in each: A stays, GONE halves and leaves for 30 % less than its last price. Survivors lost nothing."""
    universe = membership(("A", date(2020, 1, 1), None), ("GONE", date(2020, 1, 1), date(2024, 1, 20)))
    alive = bars([100.0] * 40, [100.0] * 40).with_columns(pl.col("timestamp").dt.cast_time_unit("ns"))
    falling = [100.0, 100.0, *np.linspace(100, 50, 16)]
    dead = bars(falling, falling, "GONE").with_columns(pl.col("timestamp").dt.cast_time_unit("ns"))
    last = dead["timestamp"][-1] + timedelta(days=1)
    gone = pl.DataFrame({"symbol": ["GONE"], "timestamp": [last], "delisting_return": [None]}).with_columns(
        pl.col("timestamp").cast(alive.schema["timestamp"]), pl.col("delisting_return").cast(pl.Float64)
    )
    whole = with_delistings(pl.concat([alive, dead]).sort("timestamp", "symbol"), gone)
    told = pl.concat([signals([1.0]), signals([1.0], "GONE")])
    keys = {**KEYS, "commission": 0, "slippage_bps": 0, "max_position_size": 0.5}
    survivors = Backtester(keys).run_backtest(signals([1.0]), alive, universe=universe)
    everyone = Backtester(keys).run_backtest(told, whole, universe=universe)
    assert survivors["total_return"] == 0.0 and any("survivors" in each for each in survivors.warnings)
    assert everyone["total_return"] == pytest.approx(0.5 * (0.5 * 0.7 - 1.0))
    assert not any("survivors" in each for each in everyone.warnings)


def test_bars_of_other_days_than_those_of_membership_do_not_count() -> None:
    """A ticker that is used again is not the company that had it before."""
    frame = bars([100.0] * 40, [100.0] * 40).with_columns(pl.col("timestamp").dt.cast_time_unit("ns"))
    again = bars([5.0] * 10, [5.0] * 10, "X", begin=frame["timestamp"][30]).with_columns(
        pl.col("timestamp").dt.cast_time_unit("ns")
    )
    universe = membership(("A", date(2020, 1, 1), None), ("X", date(2020, 1, 1), date(2024, 1, 10)))
    assert universe.absent(pl.concat([frame, again])) == ["X"]
    assert universe.absent(frame.head(1)) == ["X"] and universe.absent(frame.tail(2)) == []


def test_a_file_names_its_universe(tmp_path: Path) -> None:
    bars([100.0] * 40, [100.0] * 40).write_parquet(tmp_path / "bars.parquet")
    (tmp_path / "members.csv").write_text("symbol,start,end\nA,2020-01-01,\nGONE,2020-01-01,2024-01-20\n")
    path = tmp_path / "mine.yaml"
    data = "data: {prices: bars.parquet, universe: members.csv}\n"
    path.write_text("signal: {score: 'sign(delta(close, 1))'}\n" + data + "backtest: {replications: 0}\n")
    done = CliRunner().invoke(app, ["backtest", str(path), "--no-report", "--json"])
    assert done.exit_code == 0, done.output
    assert "(GONE)" in done.stdout and "survivors" in done.stdout
