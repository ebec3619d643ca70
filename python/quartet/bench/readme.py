"""The numbers of the README: a marked block that is made from a stored report and from nothing else.

python -m quartet.bench.readme benchmarks/results/REPORT.json [README.md]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from quartet.bench.report import BenchReport
from quartet.bench.row import (
    MS_TO_FIRST_EVENT,
    NS_PER_MEMBER_EVENT,
    NS_PER_ORDER,
    NS_PER_QUOTE,
    NS_PER_QUOTE_INSIDE,
    Row,
)
from quartet.core.errors import DataError, QuartetError

START: Final = "<!-- numbers: made by python -m quartet.bench.readme"
END: Final = "<!-- end of numbers -->"
_ENGINES: Final = ("rust", "cpp", "go", "python")
_NAMES: Final = {"rust": "Rust", "cpp": "C++", "go": "Go", "python": "Python"}
_LINES: Final = (
    ("EMA cross with all services, 1 symbol", "W1", 1, NS_PER_QUOTE, "ns a quote"),
    ("the same, 100 symbols", "W1", 100, NS_PER_QUOTE, "ns a quote"),
    ("of that, inside the engine", "W1", 100, NS_PER_QUOTE_INSIDE, "ns a quote"),
    ("the program of config/replay.yaml, 100 symbols", "default", 100, NS_PER_QUOTE, "ns a quote"),
    ("an order, from signal to fill and account", "W1-orders", 1, NS_PER_ORDER, "ns an order"),
    ("a sweep of 1,000 crosses, of each for each quote", "W3", 1, NS_PER_MEMBER_EVENT, "ns"),
    ("one event a call at a fixed rate, median", "latency", 1, "latency_ns_p50", "ns"),
    ("99th percentile", "latency", 1, "latency_ns_p99", "ns"),
    ("import, opening and the first event of a fresh process", "cold", 1, MS_TO_FIRST_EVENT, "ms"),
)


def numbers_block(report: BenchReport, name: str) -> str:
    """The block between the marks, both included; name: where the report lies, for the reader."""
    engines = [engine for engine in _ENGINES if any(row.engine == engine for row in report.rows)]
    out = [f"{START} {name} -->"]
    out += [f"| median (least - most) | unit | {' | '.join(_NAMES[engine] for engine in engines)} |"]
    out += [f"| --- | --- |{' ---: |' * len(engines)}"]
    for text, workload, symbols, measure, unit in _LINES:
        cells = [_cell(_row(report.rows, workload, symbols, engine), measure) for engine in engines]
        if any(cells):
            out.append(f"| {text} | {unit} | {' | '.join(cell or '–' for cell in cells)} |")
    machine = report.machine
    peers = [row for row in report.rows if row.kind == "peer" and row.equal]
    if peers:
        out += ["", "The first two lines in other engines, on the same quotes, with equal orders and cash:"]
        out += [
            ", ".join(
                f"{row.engine} {_cell(row, NS_PER_QUOTE)} ns ({row.symbols:,} symbol{'' if row.symbols == 1 else 's'})"
                for row in peers
            )
            + "."
        ]
    noisy = sum(row.noisy for row in report.rows)
    out += [
        "",
        f"Measured {machine.get('date', '')} on {machine.get('processor', '')}, {machine.get('cores', '?')} cores,"
        f" {machine.get('system', '')}; load {machine.get('load', '?')}.",
        f"{noisy} of {len(report.rows)} rows were noisy. Every row was timed only after records, orders and cash were"
        " equal in all engines.",
        f"The report is [{name}]({name}); `quartet bench` makes one of your machine.",
        END,
    ]
    return "\n".join(out)


def with_block(text: str, block: str) -> str:
    """The README with the block in place of the one that it has; DataError where it has no marks."""
    start, end = text.find(START), text.find(END)
    if start < 0 or end < start:
        raise DataError(f"the README has no marks; put {START} --> and {END} where the numbers shall stand")
    return text[:start] + block + text[end + len(END) :]


def report_named(text: str) -> str:
    """Where the report of a README's block lies."""
    start = text.index(START) + len(START)
    return text[start : text.index("-->", start)].strip()


def _row(rows: Sequence[Row], workload: str, symbols: int, engine: str) -> Row | None:
    wanted = (workload, symbols, engine, 1)
    return next((row for row in rows if (row.workload, row.symbols, row.engine, row.threads) == wanted), None)


def _cell(row: Row | None, measure: str) -> str:
    runs = row.measures.get(measure) if row is not None else None
    if row is None or not runs:
        return ""
    numbers = [_number(value) for value in (row.median(measure) or 0.0, min(runs), max(runs))]
    return "{} ({} - {})".format(*numbers)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def main(arguments: Sequence[str]) -> int:
    """Write the block; the exit code."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write(__doc__ or "")
        return 2
    report, readme = Path(arguments[0]), Path(arguments[1] if len(arguments) > 1 else "README.md")
    try:
        block = numbers_block(BenchReport.load(report), report.as_posix())
        readme.write_text(with_block(readme.read_text(encoding="utf-8"), block), encoding="utf-8")
    except (OSError, QuartetError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
