"""`quartet backtest`, `stress`, `compare` and `trials rerun` end to end, on real data and to a browser."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from tests.e2e.browser import BROWSER, shown
from tests.e2e.commands import ROOT, Done, quartet
from tests.unit.backtest.frames import walk

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("bokeh_sampledata") is None, reason="needs the extra demo (bokeh_sampledata)"
)
CONFIG = "config/backtest.yaml"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backtest")


@pytest.fixture(scope="module")
def done(home: Path) -> Done:
    return command(home, "backtest", CONFIG, "--report", home / "page.html", "--out", home / "out", "--json")


def command(home: Path, *arguments: object) -> Done:
    return quartet(*arguments, QUARTET_LEDGER=str(home / "trials.sqlite"))


def test_real_data_give_figures_with_what_they_are_worth(done: Done) -> None:
    assert done.code == 0, done.err
    values = done.last_json
    assert values["valid"] and values["bars"] == 3270 and values["data_verdict"]["grade"] == "passed"
    assert values["figures"]["trials"] == 13 and 0 < values["figures"]["deflated_sharpe_ratio"] < 1
    assert values["figures"]["deflated_sharpe_ratio"] < values["figures"]["probabilistic_sharpe_ratio"]
    assert 0 <= values["selection"]["overfitting_probability"] <= 1
    assert values["stress"]["scenarios"][0]["scenario"] == "base"
    assert len(values["capacity"]["table"]) == 6


def test_the_table_says_it_too(home: Path) -> None:
    shown = command(home, "backtest", CONFIG, "--no-report", "--study", "table")
    assert shown.code == 0
    for word in ("Sharpe ratio", "Deflated Sharpe ratio", "Trials of this question", "commission", "result hash"):
        assert word in shown.out


def test_an_engine_gives_the_same_to_the_last_unit(home: Path, done: Done) -> None:
    driven = command(home, "backtest", CONFIG, "--engine", "python", "--no-report", "--json").last_json
    assert driven["engine"] == "python" and driven["hashes"]["result"] == done.last_json["hashes"]["result"]


def test_a_trial_is_run_again_bit_for_bit(home: Path, done: Done) -> None:
    number = done.last_json["trial"]
    again = command(home, "trials", "rerun", number, "--json")
    assert again.code == 0 and again.last_json["same"] and again.last_json["trial"] == number


def test_stress_has_a_verdict_and_its_rule(home: Path) -> None:
    found = command(
        home, "stress", CONFIG, "--scenario", "high_fees+late_orders", "--scenario", "crisis_2008", "--json"
    )
    assert found.code == 0
    values = found.last_json
    assert [row["scenario"] for row in values["scenarios"]] == ["base", "high_fees+late_orders", "crisis_2008"]
    assert values["verdict"] in ("robust", "fragile", "not applicable") and "profit factor" in values["rule"]
    assert "replayed" in values["scenarios"][2]["note"]


def test_compare_takes_trials_folders_and_settings(home: Path, done: Done) -> None:
    both = command(home, "compare", done.last_json["trial"], home / "out", "--json").last_json
    assert [each["text"] for each in both["attributions"]] == ["the same to the last unit"]
    page = home / "compare.html"
    varied = command(home, "compare", CONFIG, "--vary", "slippage_bps=0,20", "--report", page, "--json").last_json
    assert varied["attributions"][0]["groups"] == ["costs"] and varied["attributions"][0]["profit"] < 0


def test_files_of_prices_and_a_wrong_key(home: Path) -> None:
    walk(120, symbols="AB").write_parquet(home / "bars.parquet")
    own = command(home, "backtest", CONFIG, "--data", home / "bars.parquet", "--no-report", "--json")
    assert own.code == 0 and own.last_json["bars"] == 120
    wrong = home / "wrong.yaml"
    wrong.write_text(
        (ROOT / CONFIG).read_text(encoding="utf-8").replace("slippage_bps", "slipage_bps"), encoding="utf-8"
    )
    refused = command(home, "backtest", wrong, "--json")
    assert refused.code == 2 and "did you mean 'slippage_bps'" in refused.last_json["error"]["message"]


def test_the_page_is_the_result(home: Path, done: Done) -> None:
    text = (home / "page.html").read_text(encoding="utf-8")
    [summary] = re.findall(r'<script type="application/json" id="summary">(.*?)</script>', text, re.DOTALL)
    values = json.loads(summary)
    assert values == {name: done.last_json[name] for name in values}
    # plotly.js itself has addresses in its texts.
    assert not re.search(r'(src|href)="(https?:)?//', text.partition("plotly.js v")[0])


@pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine")
def test_a_browser_draws_the_pages_without_a_complaint(home: Path, done: Done, tmp_path: Path) -> None:
    pages = {"page.html": 7, "compare.html": 2}
    if not (home / "compare.html").exists():
        command(home, "compare", CONFIG, "--vary", "slippage_bps=0,20", "--report", home / "compare.html")
    for name, charts in pages.items():
        seen = shown(home / name, tmp_path / "profile")
        assert seen.complaints == [] and 'data-drawn="yes"' in seen.dom
        assert seen.dom.count('data-title="Download plot as a PNG"') == charts
