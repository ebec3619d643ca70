"""A benchmark in the terminal: a table for each kind of row, every column with its unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from quartet.bench import row as names
from quartet.bench.row import Row

Cell = Callable[[Row], str | Text]


def _count(value: int) -> str:
    return f"{value:,}"


def _number(value: float | None) -> str:
    """Three digits or more, none that noise made."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:.2f}"


def median(name: str) -> Cell:
    """The median of a measure."""
    return lambda row: _number(row.median(name))


def span(name: str) -> Cell:
    """Least and most of a measure."""

    def cell(row: Row) -> str:
        runs = row.measures.get(name)
        return f"{_number(min(runs))} - {_number(max(runs))}" if runs else "–"

    return cell


def main_time(name: str) -> Cell:
    """The median that a table is about; yellow, with the word, where it cannot be relied on."""

    def cell(row: Row) -> Text:
        if not row.equal:
            return Text("not timed", "dim")
        noisy = " noisy" if row.noisy else ""
        return Text(f"{_number(row.median(name))}{noisy}", "yellow" if noisy else "bold")

    return cell


def note(name: str) -> Cell:
    """A note of the row."""

    def cell(row: Row) -> str:
        value = row.notes.get(name)
        return (
            "–"
            if value is None
            else _number(value)
            if isinstance(value, float)
            else f"{value:,}"
            if isinstance(value, int)
            else value
        )

    return cell


def rate(row: Row) -> str:
    """Quotes a second."""
    nanoseconds = row.median(names.NS_PER_QUOTE)
    return _number(1e9 / nanoseconds) if nanoseconds else "–"


def equal(row: Row) -> Text:
    """Whether the records were equal."""
    return Text("yes", "green") if row.equal else Text("NO", "bold red")


_WHO: Final[tuple[tuple[str, Cell], ...]] = (
    ("Workload", lambda row: row.workload),
    ("Symbols>", lambda row: _count(row.symbols)),
    ("Engine", lambda row: row.label),
    ("Equal", equal),
)
_SWEPT: Final[tuple[tuple[str, Cell], ...]] = (
    ("Workload", lambda row: row.workload),
    ("Engine", lambda row: row.label),
    ("Equal", equal),
    ("Members>", note("members")),
    ("Events>", lambda row: _count(row.events)),
    ("Orders>", lambda row: _count(row.orders)),
    ("ns a member's event>", main_time(names.NS_PER_MEMBER_EVENT)),
    ("a pass, ms>", median(names.MS_PER_PASS)),
    ("min - max, ms>", span(names.MS_PER_PASS)),
)
_BACKTESTED: Final[tuple[tuple[str, Cell], ...]] = (
    ("Workload", lambda row: row.workload),
    ("Engine", lambda row: row.label),
    ("Equal", equal),
    ("Bars>", lambda row: _count(row.events)),
    ("Columns>", note("columns")),
    ("Orders>", lambda row: _count(row.orders)),
    ("all, ms>", main_time(names.MS_PER_PASS)),
    ("min - max, ms>", span(names.MS_PER_PASS)),
    ("ns a bar>", median(names.NS_PER_BAR)),
    ("processor, ms>", median("ms_cpu")),
    ("peak, MB>", note("peak_mb")),
)
_BARRED: Final[tuple[tuple[str, Cell], ...]] = (
    *_WHO,
    ("Bars>", lambda row: _count(row.events)),
    ("Fills>", lambda row: _count(row.orders)),
    ("ns a bar>", main_time(names.NS_PER_BAR)),
    ("min - max, ns>", span(names.NS_PER_BAR)),
    ("all, ms>", median(names.MS_PER_PASS)),
)
KINDS: Final[dict[str, tuple[str, tuple[tuple[str, Cell], ...]]]] = {
    "throughput": (
        "Throughput: time of the calls, the bridge to the engine included",
        (
            *_WHO,
            ("Events>", lambda row: _count(row.events)),
            ("Orders>", lambda row: _count(row.orders)),
            ("ns a quote>", main_time(names.NS_PER_QUOTE)),
            ("min - max, ns>", span(names.NS_PER_QUOTE)),
            ("inside, ns>", median(names.NS_PER_QUOTE_INSIDE)),
            ("quotes/s>", rate),
        ),
    ),
    "orders": (
        "Cost of an order: time with orders less time without, by orders",
        (
            *_WHO,
            ("Orders>", lambda row: _count(row.orders)),
            ("ns an order>", main_time(names.NS_PER_ORDER)),
            ("min - max, ns>", span(names.NS_PER_ORDER)),
            ("ns a quote, with>", median(names.NS_PER_QUOTE)),
            ("without>", median(names.NS_PER_QUOTE_IDLE)),
            ("last / first tenth>", median(names.TENTHS)),
        ),
    ),
    "sweep": (
        "Sweep: many parameter sets over the same quotes; before a pass come its configurations",
        (
            *_SWEPT,
            ("before it, ms>", median(names.MS_CONFIGURATIONS)),
            ("how", note("how")),
        ),
    ),
    "sweep peer": (
        "Peers of the sweep: the same crosses, fees and quotes",
        (*_SWEPT, ("compared", note("compared"))),
    ),
    "backtest": (
        "Columnar backtests: floats in, orders and returns out; each in a process of its own",
        (*_BACKTESTED, ("prices in, ms>", median("ms_prices_in"))),
    ),
    "backtest peer": (
        "Peers of the backtests: the same decisions, fills and costs",
        (*_BACKTESTED, ("compared", note("compared"))),
    ),
    "bars": (
        "Bars through the engines: signals, events, fills and the equity of every bar",
        (*_BARRED, ("compared", note("compared"))),
    ),
    "bars peer": (
        "Peers on the same bars: the same decisions, the same fills",
        (*_BARRED, ("compared", note("compared"))),
    ),
    "latency": (
        "One event a call, at a fixed rate: from the due time to the answer, in ns",
        (
            ("Engine", lambda row: row.label),
            ("Equal", equal),
            ("Events/s>", note("rate_per_second")),
            ("p50, ns>", main_time("latency_ns_p50")),
            ("p90>", median("latency_ns_p90")),
            ("p99>", median("latency_ns_p99")),
            ("p99.9>", median("latency_ns_p999")),
            ("max>", median("latency_ns_max")),
            ("call p50>", median("service_ns_p50")),
            ("inside p50>", median("inside_ns_p50")),
            ("inside p99>", median("inside_ns_p99")),
            ("Python's call>", note("call_floor_ns_p50")),
        ),
    ),
    "edges": (
        "Edges: what Arrow in and out adds, in ns a quote",
        (
            *_WHO,
            ("way", note("way")),
            ("all>", main_time(names.NS_PER_QUOTE)),
            ("min - max>", span(names.NS_PER_QUOTE)),
            ("Arrow in>", median("ns_per_quote_arrow_in")),
            ("call>", median("ns_per_quote_call")),
            ("inside>", median(names.NS_PER_QUOTE_INSIDE)),
            ("Arrow out>", median("ns_per_quote_arrow_out")),
            ("in and out, % of inside>", median("percent_of_inside")),
        ),
    ),
    "cold": (
        "Cold start: a fresh process, from before the import to the first event's records",
        (
            ("Engine", lambda row: row.engine),
            ("Equal", equal),
            ("all, ms>", main_time(names.MS_TO_FIRST_EVENT)),
            ("min - max, ms>", span(names.MS_TO_FIRST_EVENT)),
            ("import>", median("ms_import")),
            ("open>", median("ms_open")),
            ("first event>", median("ms_first_event")),
        ),
    ),
    "memory": (
        "Memory of an engine for each symbol; the default program has a window of 200 values",
        (
            ("Workload", lambda row: row.workload),
            ("Symbols>", lambda row: _count(row.symbols)),
            ("Engine", lambda row: row.engine),
            ("bytes a symbol>", main_time(names.BYTES_PER_SYMBOL)),
            ("min - max>", span(names.BYTES_PER_SYMBOL)),
            ("wanted>", note("wanted")),
        ),
    ),
    "rpc": (
        "RPC: over a unix socket, beside a plain socket's echo of the same sizes",
        (
            ("Who", lambda row: row.engine),
            ("How", note("how")),
            ("in, bytes>", note("request_bytes")),
            ("out, bytes>", note("answer_bytes")),
            ("p50, us a call>", main_time("us_per_call_p50")),
            ("p99>", median("us_per_call_p99")),
            ("min - max of p50>", span("us_per_call_p50")),
            ("MB/s in>", median("mb_per_second")),
            ("ns a quote>", median(names.NS_PER_QUOTE)),
        ),
    ),
    "native": (
        "Native benchmarks: the cores alone, without Python",
        (
            ("Benchmark", lambda row: row.workload),
            ("Engine", lambda row: row.engine),
            ("ns a quote>", main_time(names.NS_PER_QUOTE)),
            ("min - max, ns>", span(names.NS_PER_QUOTE)),
            ("ns an order>", median(names.NS_PER_ORDER)),
            ("p50, ns>", median("latency_ns_p50")),
            ("p99, ns>", median("latency_ns_p99")),
            ("p99.9, ns>", median("latency_ns_p999")),
            ("an iteration, ns>", median("ns")),
        ),
    ),
    "growth": (
        "How cost grows",
        (
            ("Over", note("axis")),
            ("How many>", note("x")),
            ("Engine", lambda row: row.label),
            ("Equal", equal),
            ("Events>", lambda row: _count(row.events)),
            ("Orders>", lambda row: _count(row.orders)),
            ("ns a quote>", main_time(names.NS_PER_QUOTE)),
            ("min - max, ns>", span(names.NS_PER_QUOTE)),
            ("inside, ns>", median(names.NS_PER_QUOTE_INSIDE)),
            ("memory, MiB>", note("resident_mib")),
        ),
    ),
    "peer": (
        "Peers: the same quotes and the same cross in other engines",
        (
            *_WHO,
            ("Events>", lambda row: _count(row.events)),
            ("Orders>", lambda row: _count(row.orders)),
            ("ns a quote>", main_time(names.NS_PER_QUOTE)),
            ("min - max, ns>", span(names.NS_PER_QUOTE)),
            ("net cash, ticks>", note("net_cash_ticks")),
            ("compared", note("compared")),
        ),
    ),
}


GROWTH: Final = "growth"


def growth_tables(rows: Sequence[Row]) -> list[Table]:
    """A table for each thing that grows."""
    axes = dict.fromkeys(str(row.notes["axis"]) for row in rows)
    return [_table(GROWTH, [row for row in rows if row.notes["axis"] == axis]) for axis in axes]


def tables_of(rows: Sequence[Row]) -> list[Table]:
    """A table for each kind of row that there is."""
    return [_table(kind, own) for kind in KINDS if (own := [row for row in rows if row.kind == kind])]


def cells_of(kind: str, row: Row) -> list[str | Text]:
    """The cells of a row, in the columns of its kind."""
    return [cell(row) for _, cell in KINDS[kind][1]]


def _table(kind: str, rows: Sequence[Row]) -> Table:
    title, columns = KINDS[kind]
    made = Table(
        box=SIMPLE_HEAD,
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        pad_edge=False,
        caption=caption(rows),
        caption_justify="left",
    )
    for name, _ in columns:
        made.add_column(name.rstrip(">"), justify="right" if name.endswith(">") else "left", no_wrap=True)
    for row in rows:
        made.add_row(*cells_of(kind, row))
    return made


def caption(rows: Sequence[Row]) -> str:
    """How many runs the medians are of."""
    counts = sorted({len(runs) for row in rows for runs in row.measures.values()}, reverse=True)
    noisy = any(row.noisy for row in rows)
    runs = " and ".join(map(str, counts))
    text = f"Medians of {runs} interleaved runs." if counts else ""
    return f"{text} noisy: the runs deviate by more than a tenth of their mean." if noisy else text
