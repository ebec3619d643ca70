"""Samples: what Quartet carries, what packages carry, and files in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from quartet.core.errors import DataError
from quartet.data import sample, samples
from quartet.data.sample_data import FOLDER_VARIABLE

CARRIED = [each.name for each in samples() if each.home == "quartet"]


@pytest.mark.parametrize("name", CARRIED)
def test_what_is_carried_loads_and_is_in_the_public_domain(name: str) -> None:
    data = sample(name).sound()
    assert "public domain" in data.provenance.licence and data.provenance.source == "quartet"
    assert len(data.frame) > 500 and len(data.symbols) == 1


def test_oil_was_below_zero_on_one_day() -> None:
    oil = sample("wti_spot")
    below = oil.frame.filter(oil.frame["close"] <= 0)
    assert below["timestamp"].dt.date().to_list()[0].isoformat() == "2020-04-20" and len(below) == 1
    assert oil.verdict.passed and oil.verdict.count("price_not_positive") == 4


def test_packages_carry_more() -> None:
    data = sample("us_stocks").sound()
    assert data.symbols == ["AAPL", "FB", "GOOG", "IBM", "MSFT"]
    assert data.provenance.licence and data.provenance.source == "package bokeh_sampledata"


def test_files_of_a_folder_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "mine.csv").write_text("Date,Open,High,Low,Close\n2024-01-02,1,1,1,1\n2024-01-03,1,1,1,1\n")
    assert sample("mine", folder=tmp_path, symbol="X").symbols == ["X"]
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert "mine" in {each.name for each in samples()}
    with pytest.raises(DataError, match="did you mean 'mine'"):
        sample("mines")
