"""Reports made by hand."""

from __future__ import annotations

from dataclasses import replace

from quartet.bench.report import BenchReport
from quartet.bench.row import Row

RUNS = (100.0, 101.0, 99.0, 100.5, 99.5)
ROW = Row(
    "W1",
    "rust",
    100,
    events=1000,
    orders=50,
    sha256="a" * 64,
    measures={"ns_per_quote": RUNS},
    notes={"b": "</script>"},
)
LATENCY = {f"{name}_{share}": (10.0, 20.0) for name in ("latency_ns", "inside_ns") for share in ("p50", "p90", "p99")}
SWEPT = {"ns_per_member_event": RUNS, "ms_per_pass": RUNS, "ms_configurations": RUNS}
BACKTESTED = {"ms_per_pass": RUNS, "ns_per_bar": RUNS}
ROWS = (
    ROW,
    replace(ROW, engine="cpp", threads=2, measures={"ns_per_quote": tuple(1.5 * run for run in RUNS)}),
    replace(ROW, engine="go", equal=False, measures={}),
    replace(ROW, workload="W1-orders", kind="orders", measures={"ns_per_order": RUNS, "ns_per_quote": RUNS}),
    replace(ROW, workload="W3", kind="sweep", measures=SWEPT, notes={"members": 1000, "how": "one pass"}),
    replace(ROW, workload="W3", kind="sweep peer", measures=SWEPT, notes={"members": 1000, "compared": "equal"}),
    replace(ROW, workload="B1", kind="backtest", measures=BACKTESTED, notes={"columns": 1000, "peak_mb": 500}),
    replace(
        ROW, workload="B1", kind="backtest peer", measures=BACKTESTED, notes={"columns": 1000, "compared": "equal"}
    ),
    replace(ROW, workload="B4", kind="bars", measures=BACKTESTED, notes={"compared": "equal"}),
    replace(ROW, workload="B4", kind="bars peer", measures=BACKTESTED, notes={"compared": "equal"}),
    replace(ROW, workload="latency", kind="latency", measures=LATENCY, notes={"rate_per_second": 1000}),
    replace(ROW, workload="edges-arrow", kind="edges", notes={"way": "arrow"}),
    replace(ROW, workload="cold", kind="cold", measures={"ms_to_first_event": RUNS, "ms_import": RUNS}),
    replace(ROW, workload="memory, W1", kind="memory", measures={"bytes_per_symbol": RUNS}, notes={"wanted": 512}),
    replace(ROW, workload="W7, unary", kind="rpc", measures={"us_per_call_p50": RUNS}, notes={"how": "unary"}),
    replace(ROW, engine="peer 1.0", kind="peer", notes={"net_cash_ticks": -5, "compared": "equal"}),
    replace(ROW, workload="native W1/100", kind="native"),
)
MACHINE = {"date": "2030-01-02 03:04 UTC", "processor": "Imaginary <9000>", "cores": "2"}


def report(*rows: Row) -> BenchReport:
    """A report of these rows, or of one row of every kind."""
    return BenchReport(MACHINE, {"rust": "1 (rustc)"}, rows or ROWS, command="bench")


def slower(row: Row, factor: float) -> Row:
    """The same row, whose times are so many times as long."""
    return replace(row, measures={name: tuple(factor * run for run in runs) for name, runs in row.measures.items()})
