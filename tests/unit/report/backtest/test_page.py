"""The page of a backtest and that of a comparison: whole HTML, the right figures, sections that can be added."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.capacity import Capacity
from quartet.backtest.comparing import Side
from quartet.backtest.result import BacktestResult
from quartet.backtest.stress.stressing import stress
from quartet.core import registry
from quartet.core.errors import DataError
from quartet.report.backtest.comparison import comparison_parts, write_comparison
from quartet.report.backtest.curves import months_section
from quartet.report.backtest.page import sections_of, write_backtest_page, write_sections
from quartet.report.backtest.parts import Cell, Facts, Section, Table, Words
from quartet.report.backtest.report import BacktestReport, evenly_of
from quartet.report.backtest.terminal import backtest_parts
from quartet.report.backtest.trading import capacity_section, costs_section
from quartet.report.backtest.worth import stressed
from tests.unit.backtest.frames import signals, walk
from tests.unit.backtest.stress.markets import KEYS, in_and_out, rising
from tests.unit.report.test_page import Outline

TREND = {"score": "sign(fast - slow)", "let": {"fast": "ema(close, 5)", "slow": "ema(close, 20)"}}


@pytest.fixture(autouse=True)
def _ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTET_LEDGER", str(tmp_path / "trials.sqlite"))


def run(count: int = 400, given: Any = TREND, **keys: Any) -> BacktestResult:
    return Backtester({"replications": 100, "trading_year": "crypto", **keys}).run_backtest(
        given, walk(count, seed=4, symbols="AB")
    )


def text_of(report: BacktestReport, path: Path) -> str:
    return write_backtest_page(report, path / "deep" / "page.html").read_text(encoding="utf-8")


def test_the_page_is_whole_and_asks_for_nothing(tmp_path: Path) -> None:
    found = stress(KEYS, in_and_out(), rising())
    text = text_of(BacktestReport("A <b>name</b>", run(), stress=found), tmp_path)
    outline = Outline()
    outline.feed(text)
    assert outline.open == [] and outline.addresses == ["data:,"]
    assert "A <b>name</b>" in outline.texts  # as text, not as an element
    for title in ("Equity and drawdown", "Return by month", "Distribution of returns", "Is it skill?", "Under stress"):
        assert title in outline.texts
    figures = [json.loads(text) for given, text in outline.scripts if (given.get("id") or "").startswith("figure-")]
    assert len(figures) == 7 and all(figure["data"] for figure in figures)  # two of them are prices of symbols


def test_the_page_holds_the_result(tmp_path: Path) -> None:
    result = run()
    text = text_of(BacktestReport("x", result), tmp_path)
    [summary] = re.findall(r'<script type="application/json" id="summary">(.*?)</script>', text, re.DOTALL)
    assert json.loads(summary) == json.loads(result.to_json())
    assert all(digest in text for digest in result.hashes.values())


def test_costs_add_up() -> None:
    result = run()
    section = costs_section(BacktestReport("x", result))
    assert section is not None
    steps = section.parts[0].figure.data[0].y  # type: ignore[union-attr]
    equity = result.equity["equity"]
    assert sum(steps[:-1]) == pytest.approx(steps[-1]) == pytest.approx(float(equity[-1] - equity[0]))


def test_capacity_is_drawn_where_it_is_known() -> None:
    table = pl.DataFrame({"initial_capital": [Decimal(10**5), Decimal(10**7)], "sharpe_ratio": [1.0, -0.5]})
    report = BacktestReport("x", run(60), capacity=Capacity(table, 1.2, 1_234_567.0, None))
    section = capacity_section(report)
    assert section is not None and isinstance(section.parts[1], Facts)
    assert dict(section.parts[1].rows) == {
        "Without impact": "1.20",
        "Half of that at": "1,200,000",
        "No return left at": "not within these capitals",
    }
    assert len(section.parts[0].figure.data) == 2  # type: ignore[union-attr]
    assert capacity_section(BacktestReport("x", run(60))) is None


def test_months_multiply_to_the_year_and_years_to_the_whole() -> None:
    report = BacktestReport("x", run())
    section = months_section(report)
    assert section is not None
    table = section.parts[0]
    assert isinstance(table, Table)
    years = [float(row[-1].text.replace("−", "-")) for row in table.rows if isinstance(row[-1], Cell)]
    whole = np.prod([1 + each / 100 for each in years]) - 1
    assert whole == pytest.approx(report.result["total_return"], abs=0.002 * len(years))
    assert [row[0] for row in table.rows] == ["2025", "2024"]


@pytest.mark.parametrize("count", [2, 3, 12, 60])
def test_a_short_run_has_a_page(count: int, tmp_path: Path) -> None:
    assert "Equity and drawdown" in text_of(BacktestReport("x", run(count)), tmp_path)


def test_a_run_without_trades_has_a_page(tmp_path: Path) -> None:
    flat = signals([0.0] * 60)
    text = text_of(BacktestReport("x", run(60, flat)), tmp_path)
    assert "Trades on the price" not in text and "Turnover and volume" not in text


def test_what_looked_ahead_is_said_first(tmp_path: Path) -> None:
    def tomorrow(frame: Any) -> Any:
        return frame.select(
            "timestamp", "symbol", signal=(frame["close"].shift(-2).fill_null(1.0) > frame["close"]) * 1.0
        )

    result = run(100, tomorrow)
    assert not result.valid
    text = text_of(BacktestReport("x", result), tmp_path)
    assert 'role="alert"><b>INVALID: look-ahead check FAILED' in text


def test_others_can_add_a_section(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.kinds()
    kinds = {**registry._kinds, "section": registry._Kind("", (), dict(registry.entries("section")), True)}
    monkeypatch.setattr(registry, "_kinds", kinds)

    @registry.register("section", "mine", order=11)
    def mine(report: BacktestReport) -> Section:
        """Of my own."""
        return Section("Mine", (Words("hello"),))

    titles = [section.title for section in sections_of(BacktestReport("x", run(100)))]
    assert titles.index("Equity and drawdown") + 1 == titles.index("Mine")


def test_the_terminal_says_the_same() -> None:
    from rich.console import Console

    console = Console(width=200, record=True, file=io.StringIO())
    found = stress(KEYS, in_and_out(), rising())
    console.print(*backtest_parts(BacktestReport("x", run(), stress=found)))
    text = console.export_text()
    for word in ("Deflated Sharpe ratio", "Trials of this question", "95 % interval", "commission", "result hash"):
        assert word in text
    assert found.verdict in text and found.why in text


def test_a_failed_scenario_keeps_its_row() -> None:
    found = stress({**KEYS, "commission": "0.04"}, in_and_out(), rising(), scenarios=["high_fees"])
    assert found.rows[1].error
    table = stressed(found).parts[1]
    assert isinstance(table, Table) and "Could not be run" in table.rows[1][-1].text  # type: ignore[union-attr]


def test_a_comparison_shows_every_side(tmp_path: Path) -> None:
    sides = [Side.of_result(run(slippage_bps=bps), f"{bps} bp") for bps in (0, 10)]
    text = write_comparison(sides, tmp_path / "c.html").read_text(encoding="utf-8")
    outline = Outline()
    outline.feed(text)
    assert outline.open == [] and {"0 bp", "10 bp", "Where the difference comes from", "slippage_bps"} <= set(
        outline.texts
    )
    assert len(comparison_parts(sides)) >= 4


def test_a_page_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="give another path"):
        write_sections(tmp_path / "file" / "page.html", "x", "", [])


def test_charts_keep_the_first_and_the_last() -> None:
    places = evenly_of(100_000, 500)
    assert len(places) <= 500 and (places[0], places[-1]) == (0, 99_999)
    assert evenly_of(3).tolist() == [0, 1, 2]
