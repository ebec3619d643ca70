"""Output of native benchmarks becomes rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quartet.bench.native import native_rows
from quartet.core.errors import DataError


def test_google_benchmark(tmp_path: Path) -> None:
    runs = [
        {"name": "crossover/100", "run_name": "crossover/100", "run_type": "iteration", "real_time": time}
        | {"time_unit": "ms", "ns_per_quote": time}
        for time in (30.0, 31.0)
    ]
    mean = {"name": "crossover/100_mean", "run_name": "crossover/100", "run_type": "aggregate", "real_time": 1.0}
    file = tmp_path / "cpp.json"
    file.write_text(json.dumps({"context": {}, "benchmarks": [*runs, mean]}))
    [row] = native_rows(file)
    assert (row.engine, row.workload, row.symbols, row.kind) == ("cpp", "native crossover/100", 100, "native")
    assert row.measures == {"ns": [30e6, 31e6], "ns_per_quote": [30.0, 31.0]}


def test_go_test(tmp_path: Path) -> None:
    file = tmp_path / "go.txt"
    file.write_text(
        "goos: linux\nBenchmarkW1/symbols=100-2   3  153000000 ns/op  153.5 ns/quote  12 B/op\n"
        "BenchmarkW1/symbols=100-2   3  154000000 ns/op  154.5 ns/quote  12 B/op\nPASS\n"
    )
    [row] = native_rows(file)
    assert (row.engine, row.symbols) == ("go", 100)
    file.write_text("BenchmarkSingle-2  10000  210 ns/op  190 p50-ns  1500 p99.9-ns  88.5 ns/order  3 fills\n")
    [single] = native_rows(file)
    measures = {"ns": [210.0], "latency_ns_p50": [190.0], "latency_ns_p999": [1500.0], "ns_per_order": [88.5]}
    assert single.measures == measures
    assert row.measures == {"ns": [153e6, 154e6], "ns_per_quote": [153.5, 154.5]}


def test_criterion(tmp_path: Path) -> None:
    folder = tmp_path / "w1" / "100 symbols" / "new"
    folder.mkdir(parents=True)
    (folder / "benchmark.json").write_text(json.dumps({"full_id": "w1/100 symbols", "throughput": {"Elements": 1000}}))
    (folder / "sample.json").write_text(json.dumps({"iters": [1.0, 2.0], "times": [70e3, 142e3]}))
    [row] = native_rows(tmp_path)
    assert (row.engine, row.workload, row.symbols) == ("rust", "native w1/100 symbols", 100)
    assert row.measures == {"ns": [70e3, 71e3], "ns_per_quote": [70.0, 71.0]}
    with pytest.raises(DataError, match="run cargo bench first"):
        native_rows(tmp_path / "w1" / "100 symbols" / "new")


@pytest.mark.parametrize("text", ["", "{}", "{not json", "hello"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    with pytest.raises(DataError, match="--native"):
        native_rows(file)
