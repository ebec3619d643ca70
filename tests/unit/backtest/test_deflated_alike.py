"""Sides of one comparison are deflated by the same trials."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quartet.backtest.backtester import Backtester
from quartet.backtest.comparing import Side
from quartet.backtest.deflated_alike import deflated_alike
from quartet.backtest.ledger.ledger import TrialLedger
from quartet.backtest.ledger.question import STRESS
from tests.unit.backtest.frames import walk

PRICES = walk(120, seed=4, symbols="AB")


def side(ledger: TrialLedger, span: int, study: str = "question") -> Side:
    trend = {"score": "sign(fast - slow)", "let": {"fast": f"ema(close, {span})", "slow": "ema(close, 40)"}}
    settings = Backtester(replications=0, trading_year="us_equities", study=study)
    return Side.of_result(settings.run_backtest(trend, PRICES, ledger=ledger), f"{span}")


def test_all_count_the_trials_that_there_are_in_the_end(tmp_path: Path) -> None:
    with TrialLedger.open(tmp_path / "trials.sqlite") as ledger:
        before = [side(ledger, span) for span in (5, 10, 20)]
        after = deflated_alike(before, ledger)
    assert [each.figures["trials"] for each in before] == [1, 2, 3]
    assert [each.figures["trials"] for each in after] == [3, 3, 3]
    assert len({each.figures["effective_trials"] for each in after}) == 1
    first, alone = after[0].figures["deflated_sharpe_ratio"], before[0].figures["deflated_sharpe_ratio"]
    assert first is not None and alone is not None and first < alone
    assert after[2].figures == pytest.approx(before[2].figures)


def test_questions_that_are_compared_are_one(tmp_path: Path) -> None:
    with TrialLedger.open(tmp_path / "trials.sqlite") as ledger:
        after = deflated_alike([side(ledger, 5, "one"), side(ledger, 10, "other")], ledger)
    assert [each.figures["trials"] for each in after] == [2, 2]


def test_what_the_ledger_does_not_have_or_nobody_chose_is_not_deflated(tmp_path: Path) -> None:
    with TrialLedger.open(tmp_path / "trials.sqlite") as ledger:
        known, scenario = side(ledger, 5), side(ledger, 10, STRESS.format("question"))
        foreign = [replace(known, trial_id=each) for each in (None, 99, scenario.trial_id)]
        after = deflated_alike([known, scenario, *foreign], ledger)
    assert after[0].figures["trials"] == 1
    assert [each.figures["deflated_sharpe_ratio"] for each in after[1:]] == [None] * 4
    assert [each.figures["trials"] for each in after[1:]] == [None] * 4
