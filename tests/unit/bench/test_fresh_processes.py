"""Cold start and memory are measured in processes of their own; what comes of them is compared and worked out here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quartet.bench import cold_start, footprint
from quartet.bench.cold_start import compiled_environment, measure_cold_start
from quartet.bench.footprint import measure_footprint, resident_bytes
from quartet.bench.plan import Plan
from quartet.core.errors import ConfigError
from quartet.engines.engine_run import chosen_engine
from tests.unit.bench.test_measuring import ENGINES, nothing

PLAN = Plan(runs=2, reference_runs=1, memory_symbols=11, memory_runs=2)
PYTHON = chosen_engine("python")


def test_a_fresh_process_gives_its_first_records() -> None:
    [row] = measure_cold_start([PYTHON], PLAN, nothing)
    assert row.equal and row.kind == "cold" and len(row.sha256) == 64
    [whole] = row.measures["ms_to_first_event"]
    assert whole == pytest.approx(sum(row.measures[name][0] for name in ("ms_import", "ms_open", "ms_first_event")))


def test_first_records_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"python": "00", "rust": "00", "cpp": "01"}
    monkeypatch.setattr(
        cold_start, "_started", lambda engine, _: {"records": answers[engine], "ns": [0, 10**6, 3 * 10**6, 6 * 10**6]}
    )
    rust, cpp, python = measure_cold_start(ENGINES, PLAN, nothing)
    assert (rust.equal, cpp.equal, python.equal) == (True, False, True)
    assert rust.measures == {
        "ms_to_first_event": [6, 6],
        "ms_import": [1, 1],
        "ms_open": [2, 2],
        "ms_first_event": [3, 3],
    }
    assert not cpp.measures and len(python.measures["ms_import"]) == 1


def test_a_process_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="fresh process with the cobol engine fails"):
        measure_cold_start([replace(PYTHON, name="cobol")], PLAN, nothing)


def test_modules_are_compiled_as_installed_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environment = compiled_environment("/somewhere")
    assert environment["PYTHONPYCACHEPREFIX"] == "/somewhere" and "PYTHONDONTWRITEBYTECODE" not in environment


def test_memory_is_the_difference_by_symbols(monkeypatch: pytest.MonkeyPatch) -> None:
    def grown(engine: str, program: str, symbols: int, most: int) -> int:
        assert most == 11
        return 5000 + (700 if program == "W1" else 900) * symbols

    monkeypatch.setattr(footprint, "_grown_bytes", grown)
    rows = measure_footprint(ENGINES, PLAN, nothing)
    assert [(row.engine, row.workload, row.measures["bytes_per_symbol"]) for row in rows] == [
        ("rust", "memory, W1", [700, 700]),
        ("rust", "memory, default", [900, 900]),
        ("cpp", "memory, W1", [700, 700]),
        ("cpp", "memory, default", [900, 900]),
    ]
    assert [row.notes["wanted"] for row in rows[:2]] == [512, 512 + 16 * 200]


def test_a_process_runs_its_symbols(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footprint, "_ROUNDS", 3)
    fed: list[Any] = []

    class Counting:
        def __init__(self, config: bytes) -> None: ...

        def process(self, columns: list[Any], controls: object) -> bytes:
            fed.append(columns[1])
            return b""

    monkeypatch.setattr(footprint, "engine_factory", lambda name: Counting)
    assert isinstance(footprint._grown("rust", "W1", 4, 12), int)
    assert [len(block) for block in fed] == [12, 12, 12] and set(fed[0].tolist()) == {0, 1, 2, 3}


def test_what_this_process_holds() -> None:
    assert resident_bytes() == 0 or resident_bytes() > 10**6
    assert resident_bytes(2**22 + 1) == 0
