"""What a trial may hold, and that it comes back as it went in."""

from __future__ import annotations

import json
import math
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import quartet
from quartet.backtest.ledger.canonical import canonical, sha256_of
from quartet.backtest.ledger.environment import code_hash, current_environment
from quartet.backtest.ledger.ledger import default_place
from quartet.backtest.ledger.return_series import ReturnSeries, decoded
from quartet.backtest.ledger.trial import Trial
from quartet.core.errors import ConfigError, DataError
from tests.integration.trial_writer import some_trial

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_canonical_json_comes_back_exactly(value: Any) -> None:
    text = canonical(value, "value")
    assert json.loads(text) == value
    assert canonical(json.loads(text), "value") == text


def test_canonical_json_has_one_form() -> None:
    assert canonical({"b": 1, "a": [0.1, "ü"]}, "x") == '{"a":[0.1,"ü"],"b":1}'
    assert canonical({"a": (1, 2)}, "x") == canonical({"a": [1, 2]}, "x")
    assert sha256_of("abc").startswith("ba7816bf")


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"a": {"b": math.nan}}, r"config\.a\.b = nan"),
        ({"a": [1, math.inf]}, r"config\.a\[1\]"),
        ({"a": Decimal("1.5")}, "Decimal"),
        ({"a": np.float64(1.5)}, "float64"),
        ({1: 2}, "key 1"),
        ({"a": "x\0"}, "null character"),
        ({"a": "\ud800"}, "surrogate"),
        ({"a": {1, 2}}, "set"),
    ],
)
def test_what_json_cannot_carry_is_refused(value: Any, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        canonical(value, "config")


@given(st.dictionaries(st.integers(-(2**62), 2**62), st.floats(-1, 10), max_size=30))
def test_returns_come_back_exactly(by_time: dict[int, float]) -> None:
    times = sorted(by_time)
    series = ReturnSeries.of(np.array(times, dtype=np.int64), [by_time[each] for each in times])
    back = decoded(series.encoded())
    assert back == series
    assert back.ts_ns.tolist() == times
    assert back.returns.tobytes() == series.returns.tobytes()


def test_returns_of_the_older_form_are_read() -> None:
    series = ReturnSeries.of([10, 20, 40], [0.1, -0.0, 0.0])
    raw = np.array([10, 10, 20], "<i8").tobytes() + series.returns.tobytes()
    assert decoded(b"QRS1" + zlib.compress(raw)) == series
    assert decoded(series.encoded()).returns.tobytes() == series.returns.tobytes()


def test_the_hash_is_of_the_values() -> None:
    one = ReturnSeries.of([1, 2, 3], [0.1, 0.2, 0.3])
    assert one.content_hash == ReturnSeries.of(np.array([1, 2, 3], "datetime64[ns]"), [0.1, 0.2, 0.3]).content_hash
    assert one != ReturnSeries.of([1, 2, 4], [0.1, 0.2, 0.3])
    assert one != ReturnSeries.of([1, 2, 3], [0.1, 0.2, math.nextafter(0.3, 1)])
    assert len({one, ReturnSeries.of([1, 2, 3], [0.1, 0.2, 0.3])}) == 1


def test_returns_are_kept_apart_from_what_they_were_made_of() -> None:
    given_returns = np.array([0.1, 0.2])
    series = ReturnSeries.of([1, 2], given_returns)
    given_returns[0] = 9.0
    assert series.returns[0] == 0.1
    with pytest.raises(ValueError, match="read-only"):
        series.returns[0] = 9.0


@pytest.mark.parametrize(
    ("times", "returns", "named"),
    [
        ([1, 1], [0.1, 0.2], "period 1 is not after"),
        ([2, 1], [0.1, 0.2], "period 1 is not after"),
        ([1, 2], [0.1, math.nan], "nan in period 1"),
        ([1, 2], [0.1], "shape"),
        ([0.5, 1.5], [0.1, 0.2], "whole nanoseconds"),
    ],
)
def test_bad_returns_are_refused(times: list[Any], returns: list[float], named: str) -> None:
    with pytest.raises(DataError, match=named):
        ReturnSeries.of(times, returns)


def test_damaged_returns_are_refused() -> None:
    content = ReturnSeries.of([1, 2], [0.1, 0.2]).encoded()
    for damaged in (content[:-3], b"XXXX" + content[4:], content[:10] + b"\1\1" + content[12:], b""):
        with pytest.raises(DataError, match="damaged"):
            decoded(damaged)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"study": " "}, "study"),
        ({"parent_study": "momentum"}, "parent_study"),
        ({"data_hash": "abc"}, "data_hash"),
        ({"data_hash": "AB" * 32}, "data_hash"),
        ({"error": ""}, "error is empty"),
        ({"periods_per_year": None}, "periods_per_year is needed"),
        ({"periods_per_year": 0.0}, "periods_per_year = 0.0"),
        ({"metrics": {"sharpe_ratio": math.nan}}, r"metrics\.sharpe_ratio = nan"),
        ({"config": {"limit": Decimal("1")}}, r"config\.limit"),
        ({"config": [1]}, "config must be a dict"),
    ],
)
def test_a_trial_that_cannot_be_recorded_is_refused(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        some_trial(**change)


@pytest.mark.parametrize("seed", [-1, 2**63, True, 1.0])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises(ConfigError, match="seed"):
        Trial(study="s", config={}, data={}, data_hash="ab" * 32, engine="rust", seed=seed)


def test_the_environment_names_all_code() -> None:
    found = current_environment({"strategy.py": "cd" * 32})
    assert found["quartet"] == quartet.__version__
    assert found["code_hash"] == code_hash()
    assert found["own_code"] == {"strategy.py": "cd" * 32}
    assert {"numpy", "polars", "quartet"} <= found["packages"].keys()


def test_the_hash_of_the_code_changes_with_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "quartet"
    package.mkdir()
    (package / "__init__.py").write_text("a = 1\n")
    monkeypatch.setattr(quartet, "__file__", str(package / "__init__.py"))
    made = []
    for text in ("a = 1\n", "a = 2\n", "a = 1\n"):
        (package / "__init__.py").write_text(text)
        made.append(code_hash.__wrapped__())
    (package / "b.py").write_text("")
    assert made[0] == made[2] != made[1]
    assert code_hash.__wrapped__() not in made


def test_the_place_does_not_depend_on_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("QUARTET_LEDGER", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_place() == str(tmp_path / "data" / "quartet" / "trials.sqlite")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_place() == str(tmp_path / ".local" / "share" / "quartet" / "trials.sqlite")
    monkeypatch.setenv("QUARTET_LEDGER", "postgresql://host/db")
    assert default_place() == "postgresql://host/db"
