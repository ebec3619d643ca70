"""The form of a result as JSON: which keys there are, of which types; what reads it may rely on that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quartet.backtest.backtester import Backtester
from tests.unit.backtest.frames import bars, signals, walk
from tests.unit.backtest.stress.markets import KEYS, in_and_out, rising

NUMBER = (int, float)
FORM: dict[str, Any] = {
    "figures": {"*": (*NUMBER, type(None))},
    "measures": [
        {
            "name": str, "measure": str, "value": (*NUMBER, type(None)), "low": (*NUMBER, type(None)),
            "high": (*NUMBER, type(None)), "unit": str, "flags": [str], "why": str,
        }
    ],
    "costs": {"*": str},
    "settings": {"*": object},
    "assumptions": {
        "fill_rule": str, "slippage": str, "commission": str, "participation": str, "sizing": str, "gap_cap": str,
        "gross_limit": str, "limits": str, "short_sales": str, "cash": str, "last_bar": str, "missing_bars": str,
        "signals": str, "look_ahead": str, "history": str, "limits_of_validity": str, "engine": str, "calendar": str,
        "data_hash": str, "trials": str, "data": str, "*": str,
    },
    "warnings": [str],
    "valid": bool,
    "mode": str,
    "engine": str,
    "hashes": {"config": str, "data": str, "signals": str, "result": str},
    "trial": int,
    "symbols": [str],
    "bars": int,
    "first_ns": int,
    "last_ns": int,
    "provenance": (dict, type(None)),
}  # fmt: skip
"""Keys and types; * is any further key."""


def misfits(value: Any, form: Any, where: str = "result") -> list[str]:
    """Where a value is not of the form."""
    if isinstance(form, dict):
        if not isinstance(value, dict):
            return [f"{where} is {type(value).__name__}"]
        absent = [f"{where}.{key} is missing" for key in form if key != "*" and key not in value]
        more = [f"{where}.{key} is new" for key in value if key not in form and "*" not in form]
        inner = [misfits(each, form.get(key, form.get("*", object)), f"{where}.{key}") for key, each in value.items()]
        return absent + more + [text for found in inner for text in found]
    if isinstance(form, list):
        if not isinstance(value, list):
            return [f"{where} is {type(value).__name__}"]
        return [text for at, each in enumerate(value) for text in misfits(each, form[0], f"{where}[{at}]")]
    return [] if isinstance(value, form) else [f"{where} is {type(value).__name__}"]


@pytest.mark.parametrize("mode", [{"mode": "columnar"}, {"mode": "engine", "engine": "python"}])
def test_a_result_has_the_form(mode: dict[str, str]) -> None:
    result = Backtester(replications=0, trading_year="crypto", **mode).run_backtest("sign(delta(close, 3))", walk(120))
    told = json.loads(result.to_json())
    assert misfits(told, FORM) == []
    assert told["assumptions"]["engine"] == {"columnar": "columnar", "engine": "engine, python"}[mode["mode"]]
    assert told["assumptions"]["calendar"] == "365 periods a year, crypto"
    assert told["assumptions"]["data_hash"] == told["hashes"]["data"]
    assert told["assumptions"]["trials"] == "1 of this question, worth 1 independent ones"


def test_a_result_of_three_bars_has_it_too() -> None:
    result = Backtester(replications=0).run_backtest(signals([1.0]), bars([100] * 3, [100] * 3))
    told = json.loads(result.to_json())
    assert misfits(told, FORM) == []
    assert told["assumptions"]["calendar"] == "no year: too few bars to count them"


def test_the_form_is_not_met_by_anything() -> None:
    form = {"valid": bool, "bars": int, "symbols": [str]}
    assert misfits({"valid": True, "bars": 3, "symbols": ["A"]}, form) == []
    assert misfits({"valid": "yes", "odd": 2, "symbols": ["A", 1]}, form) == [
        "result.bars is missing",
        "result.odd is new",
        "result.valid is str",
        "result.symbols[1] is int",
    ]
    assert misfits([], form) == ["result is list"] and misfits({}, [str]) == ["result is dict"]


def test_figures_of_the_catalogue_are_there() -> None:
    """The shortest record that would show the ratio, and what else is made of the ledger."""
    result = Backtester(KEYS).run_backtest(in_and_out(), rising())
    evidence = result.evidence
    assert evidence is not None and result["min_track_record"] == evidence.minimum_track_record
    known = {"probabilistic_sharpe_ratio", "deflated_sharpe_ratio", "min_track_record", "trials", "effective_trials"}
    assert known <= set(result)
    moments = evidence.moments
    assert moments.sharpe is not None and moments.sharpe > 0
    assert result["min_track_record"] == pytest.approx(
        1 + moments.variance_factor * (1.6448536269514722 / moments.sharpe) ** 2, rel=1e-9
    )
