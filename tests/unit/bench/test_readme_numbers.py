"""The README's numbers are those of the stored report that it names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quartet.bench.readme import END, START, main, numbers_block, report_named, with_block
from quartet.bench.report import BenchReport
from quartet.core.errors import DataError
from tests.unit.bench.reports import ROW, report

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_what_its_report_says() -> None:
    name = report_named(README)
    block = numbers_block(BenchReport.load(ROOT / name), name)
    assert with_block(README, block) == README, f"run python -m quartet.bench.readme {name}"


def test_the_block_has_medians_spread_date_and_machine() -> None:
    block = numbers_block(report(ROW, replace(ROW, engine="cpp", measures={})), "results/x.json")
    assert "| the same, 100 symbols | ns a quote | 100 (99.0 - 101) | – |" in block
    assert "2030-01-02 03:04 UTC on Imaginary <9000>, 2 cores" in block
    assert "[results/x.json](results/x.json)" in block


def test_the_block_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    readme, file = tmp_path / "README.md", tmp_path / "report.json"
    readme.write_text(f"before\n{START} old.json -->\nold\n{END}\nafter\n")
    report(ROW).save(file)
    assert main([str(file), str(readme)]) == 0
    text = readme.read_text()
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert report_named(text) == file.as_posix()


def test_a_readme_without_marks_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no marks"):
        with_block("nothing", "block")
    assert main([]) == 2
