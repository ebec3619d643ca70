"""The gate of instruction counts fails where one grew, and says how much, and nowhere else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from quartet.bench import instructions
from quartet.bench.instructions import compared, main
from quartet.bench.quotes import w1_quotes, w1_symbols
from quartet.bench.settings import w1_settings
from quartet.bench.workloads import Workload
from quartet.core.errors import EngineUnavailable
from quartet.engines.selection import find

STORED = {"build": "g++ 12", "W1 quote": 400, "order": 1000}


def test_a_count_that_grew_beyond_the_tolerance_fails() -> None:
    quote, order = compared("cpp", STORED, {"build": "g++ 12", "W1 quote": 412, "order": 1031}, 3)
    assert not quote.grew and "+3.0 %" in quote.text
    assert order.grew and "cpp, order: 1,031 instructions, stored 1,000 (+3.1 %)" in order.text
    assert "instructions.sh --renew" in order.text


def test_what_shrank_is_to_be_kept() -> None:
    [found] = compared("cpp", STORED, {"build": "g++ 12", "W1 quote": 300}, 3)
    assert not found.grew and "keeps the gain" in found.text


@pytest.mark.parametrize(
    ("stored", "says"), [(None, "nothing is stored"), (STORED | {"build": "g++ 13"}, "not compared")]
)
def test_what_has_no_equal_is_not_compared(stored: dict[str, Any] | None, says: str) -> None:
    [found] = compared("cpp", stored, {"build": "g++ 12", "W1 quote": 10**6}, 3)
    assert not found.grew and says in found.text


def test_counts_are_stored_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    file = tmp_path / "instructions.yaml"
    found = {"build": "a compiler: with, signs", "W1 quote": 400}

    def counted(engine: str) -> dict[str, Any]:
        if engine == "rust":
            raise EngineUnavailable("no rust here")
        return dict(found)

    monkeypatch.setattr(instructions, "counted", counted)
    monkeypatch.setattr(instructions, "machine_facts", lambda: {"processor flags": "avx2"})
    assert main(["--renew", str(file)]) == 0
    assert main([str(file)]) == 0
    found["W1 quote"] = 500
    assert main([str(file)]) == 1
    shown = capsys.readouterr()
    assert "(+25.0 %)" in shown.out and "no rust here" in shown.err
    assert main(["--renew", str(file)]) == 0 and main([str(file)]) == 0
    monkeypatch.setattr(instructions, "machine_facts", lambda: {"processor flags": "sse4_2"})
    found["W1 quote"] = 900
    assert main([str(file)]) == 0 and "processors with avx2" in capsys.readouterr().err


@pytest.mark.parametrize("engine", ["rust", "cpp"])
def test_callgrind_counts_the_longer_part_of_a_stream(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("valgrind") is None:
        pytest.skip("valgrind is not installed")
    try:
        find(engine)
    except EngineUnavailable as error:
        pytest.skip(str(error))
    monkeypatch.setattr(instructions, "_FEW", 1)
    monkeypatch.setattr(instructions, "_MANY", 2)
    monkeypatch.setattr(instructions, "_BLOCK_EVENTS", 500)
    config = w1_settings().engine_config(w1_symbols(1))
    run = instructions._longer(engine, Workload("W1", 1, config, w1_quotes(1000, 1)), tmp_path)
    assert run.events == 500 and run.orders > 0
    assert 50 * run.events < run.instructions < 20_000 * run.events
