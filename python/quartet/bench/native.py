"""Rows from native benchmarks, whose times have no Python in them: JSON of Google Benchmark, lines of `go test -bench`,
the folder that criterion writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from quartet.bench.row import NS_PER_ORDER, NS_PER_QUOTE, Row
from quartet.core.errors import DataError

NS: Final = "ns"
"""Time of one iteration, where the benchmark does not say of how many quotes."""
_TO_NS: Final = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
_GO_LINE: Final = re.compile(r"^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$")
_GO_VALUE: Final = re.compile(r"([0-9.eE+-]+) (\S+)")
_THREADS: Final = re.compile(r"threads[=:/ ](\d+)")
_SHARE: Final = re.compile(r"(p50|p90|p99|p999|max)_ns|ns_(p50|p90|p99|p999|max)")
_SYMBOLS: Final = re.compile(r"(?:/|symbols=?)(\d+)\b|(\d+) symbol")


def native_rows(file: Path) -> list[Row]:
    """The rows of a file or folder; DataError where it is of no known form. A benchmark that ran n times has n runs."""
    if file.is_dir():
        return _criterion(file)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"--native {file}: {error.strerror}") from error
    if text.lstrip().startswith("{"):
        try:
            values = json.loads(text)
        except ValueError as error:
            raise DataError(f"--native {file}: not JSON: {error}") from error
        if "benchmarks" in values:
            return _grouped("cpp", [_google(each) for each in values["benchmarks"] if _is_run(each)])
    found = [_go(match) for match in map(_GO_LINE.match, text.splitlines()) if match]
    if not found:
        raise DataError(
            f"--native {file}: neither JSON of Google Benchmark, nor output of go test -bench, nor criterion's folder"
        )
    return _grouped("go", found)


def _is_run(each: Mapping[str, Any]) -> bool:
    """Aggregates are left out: we make our own."""
    return str(each.get("run_type", "iteration")) == "iteration"


def _google(each: Mapping[str, Any]) -> tuple[str, dict[str, float]]:
    name = str(each.get("run_name", each["name"]))
    values = {NS: float(each["real_time"]) * _TO_NS[each.get("time_unit", "ns")]}
    values |= {measure: float(each[key]) for key in each if (measure := _measure(key)) is not None}
    if NS_PER_QUOTE not in values and each.get("items_per_second"):
        values[NS_PER_QUOTE] = 1e9 / float(each["items_per_second"])
    return name, values


def _criterion(folder: Path) -> list[Row]:
    """Every benchmark below the folder, as it ran last: each sample is a run."""
    rows = []
    for file in sorted(folder.glob("**/new/sample.json")):
        try:
            about = json.loads(file.with_name("benchmark.json").read_text(encoding="utf-8"))
            sample = json.loads(file.read_text(encoding="utf-8"))
            times = [ns / count for ns, count in zip(sample["times"], sample["iters"], strict=True)]
            elements = (about.get("throughput") or {}).get("Elements")
            measures = {NS: times} | ({NS_PER_QUOTE: [ns / elements for ns in times]} if elements else {})
            rows.append(_row("rust", about["full_id"], measures))
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"--native {file}: not of criterion: {error}") from error
    if not rows:
        raise DataError(f"--native {folder}: no benchmark of criterion lies there; run cargo bench first")
    return rows


def _go(match: re.Match[str]) -> tuple[str, dict[str, float]]:
    given = {unit: float(number) for number, unit in _GO_VALUE.findall(match[2])}
    values = {measure: number for unit, number in given.items() if (measure := _measure(unit)) is not None}
    return match[1], {NS: given.get("ns/op", 0.0), **values}


def _measure(unit: str) -> str | None:
    """Which of our measures a benchmark's own one is: ns/quote, ns_per_order, p99.9-ns; None for others."""
    plain = unit.replace("/", "_per_").replace("-", "_").replace(".", "")
    if plain in (NS_PER_QUOTE, "ns_per_event"):
        return NS_PER_QUOTE
    if plain == NS_PER_ORDER:
        return NS_PER_ORDER
    share = _SHARE.fullmatch(plain)
    return f"latency_ns_{share[1] or share[2]}" if share else None


def _grouped(engine: str, found: list[tuple[str, dict[str, float]]]) -> list[Row]:
    """One row a benchmark, however often it ran."""
    runs: dict[str, dict[str, list[float]]] = {}
    for name, values in found:
        for measure, value in values.items():
            runs.setdefault(name, {}).setdefault(measure, []).append(value)
    return [_row(engine, name, measures) for name, measures in runs.items()]


def _row(engine: str, name: str, measures: Mapping[str, list[float]]) -> Row:
    symbols, threads = _SYMBOLS.search(name), _THREADS.search(name)
    return Row(
        f"native {name}",
        engine,
        int(symbols[1] or symbols[2]) if symbols else 1,
        threads=int(threads[1]) if threads else 1,
        kind="native",
        measures=measures,
        notes={"from": "native benchmark"},
    )
