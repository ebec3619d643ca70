"""`quartet backtest` and `quartet compare`: what is wrong is found before anything is run, and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quartet.backtest.ledger.ledger import TrialLedger
from quartet.cli import app
from quartet.cli.failures import INTERRUPTED
from tests.unit.backtest.frames import walk

DOCUMENT = """
data: {prices: bars.parquet}
signal: {let: {fast: "ema(close, 3)"}, score: sign(close - fast)}
backtest: {replications: 0, trading_year: us_equities, study: s}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUARTET_LEDGER", str(tmp_path / "trials.sqlite"))
    walk(60, symbols="AB").write_parquet(tmp_path / "bars.parquet")
    (tmp_path / "own.yaml").write_text(DOCUMENT, encoding="utf-8")
    return tmp_path


def refused(home: Path, *arguments: object) -> str:
    """The message of a command that ends with 2 and leaves no trial and no ledger."""
    done = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert done.exit_code == 2, done.output
    if (home / "trials.sqlite").exists():
        with TrialLedger.open(home / "trials.sqlite") as ledger:
            assert ledger.trials() == []
    return str(json.loads(done.stdout.splitlines()[-1])["error"]["message"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("replications: 0", "replications: many", "own.yaml: backtest: replications = 'many'"),
        (
            "study: s",
            "slipage_bps: 5",
            "own.yaml: backtest: unknown parameter 'slipage_bps', did you mean 'slippage_bps'?",
        ),
        (
            "study: s",
            "commission: {model: rat, rate: 0.1}",
            "commission = {model: rat, rate: 0.1}: commission 'rat' is not",
        ),
        (
            "sign(close",
            "sing(close",
            "own.yaml: signal: score, column 1: 'sing' is not a function, did you mean 'sign'?",
        ),
        (
            "bars.parquet}",
            "bars.parquet, benchmark: C}",
            "own.yaml: data.benchmark: 'C' is no symbol of the prices; there",
        ),
        (
            "signal:",
            "stress: {scenarios: [high_fee]}\nsignal:",
            "stress.scenarios: scenario 'high_fee' is not registered",
        ),
        ("signal:", "report: {pth: a}\nsignal:", "unknown parameter 'report.pth', did you mean 'path'?"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(home: Path, old: str, new: str, message: str) -> None:
    (home / "own.yaml").write_text(DOCUMENT.replace(old, new), encoding="utf-8")
    assert message in refused(home, "backtest", home / "own.yaml", "--no-report")


def test_a_wrong_option_is_no_fault_of_the_file(home: Path) -> None:
    message = refused(home, "backtest", home / "own.yaml", "--mode", "columns")
    assert message.startswith("backtest: mode = 'columns'") and "did you mean 'columnar'?" in message


def test_the_two_kinds_of_configuration_are_told_apart(home: Path) -> None:
    (home / "engine.yaml").write_text("engine: {type: rust}\nsignal: {score: sign(close)}\n", encoding="utf-8")
    assert "is the configuration of an engine: quartet run" in refused(home, "backtest", home / "engine.yaml")
    for command in (("run",), ("graph", "show")):
        assert "is the configuration of a backtest: quartet backtest" in refused(home, *command, home / "own.yaml")
    good = CliRunner().invoke(app, ["config", "check", str(home / "own.yaml"), "--json"])
    assert good.exit_code == 0 and json.loads(good.stdout)["backtest"]["study"] == "s"
    (home / "own.yaml").write_text(DOCUMENT.replace("sign(", "sing("), encoding="utf-8")
    assert "'sing' is not a function" in refused(home, "config", "check", home / "own.yaml")


def test_compare_runs_nothing_before_all_is_right(home: Path) -> None:
    own = home / "own.yaml"
    assert "at least two backtests" in refused(home, "compare", own)
    assert "at least two values" in refused(home, "compare", own, "--vary", "slippage_bps=1")
    assert "slippage_bps = 'dear'" in refused(home, "compare", own, "--vary", "slippage_bps=1,dear")
    (home / "trials.sqlite").unlink()
    assert "there is no ledger" in refused(home, "compare", "1", "2")
    assert not (home / "trials.sqlite").exists()


def test_sides_of_a_comparison_count_the_same_trials(home: Path) -> None:
    done = CliRunner().invoke(app, ["compare", str(home / "own.yaml"), "--vary", "slippage_bps=0,5,9", "--json"])
    sides = json.loads(done.stdout.splitlines()[-1])["sides"]
    assert [each["figures"]["trials"] for each in sides] == [3, 3, 3]


def test_the_answer_is_shown_though_it_cannot_be_written(home: Path) -> None:
    (home / "file").write_text("", encoding="utf-8")
    for option in ("--out", "--report"):
        command = ["backtest", str(home / "own.yaml"), "--no-stress", option, str(home / "file" / "x")]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 2 and "Sharpe ratio" in done.stdout
        assert "written" in done.stderr and str(home / "file") in done.stderr


def test_an_interrupted_run_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("quartet.backtest.backtester.check_lookahead", stop)
    done = CliRunner().invoke(app, ["backtest", str(home / "own.yaml"), "--no-report", "--json"])
    assert done.exit_code == INTERRUPTED and "interrupted" in done.stderr
    assert json.loads(done.stdout)["error"] == {
        "kind": "Interrupted",
        "message": "interrupted",
        "exit_code": INTERRUPTED,
    }
    with TrialLedger.open(home / "trials.sqlite") as ledger:
        assert [each.error for each in ledger.trials()] == ["KeyboardInterrupt: "]
