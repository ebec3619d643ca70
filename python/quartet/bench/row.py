"""One line of a benchmark: what ran, whether it was equal, and its measures; as an object, as JSON and back."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from quartet.bench.noise import is_noisy

_RUNS: Final = "_runs"
_MIN: Final = "_min"
_MAX: Final = "_max"

NS_PER_QUOTE: Final = "ns_per_quote"
NS_PER_QUOTE_INSIDE: Final = "ns_per_quote_inside"
NS_PER_ORDER: Final = "ns_per_order"
NS_PER_QUOTE_IDLE: Final = "ns_per_quote_without_orders"
TENTHS: Final = "last_over_first_tenth"
NS_PER_MEMBER_EVENT: Final = "ns_per_member_event"
MS_PER_PASS: Final = "ms_per_pass"
NS_PER_BAR: Final = "ns_per_bar"
MS_CONFIGURATIONS: Final = "ms_configurations"
MS_TO_FIRST_EVENT: Final = "ms_to_first_event"
BYTES_PER_SYMBOL: Final = "bytes_per_symbol"
PEERS: Final = ("peer", "sweep peer", "backtest peer", "bars peer")
"""Kinds of rows that are not ours."""


@dataclass(frozen=True, slots=True)
class Row:
    """One engine on one workload. A measure has a value for each run; its name ends in, or begins with, its unit."""

    workload: str
    engine: str
    symbols: int
    threads: int = 1
    mode: str = "auto"
    simd: str = "auto"
    events: int = 0
    orders: int = 0
    equal: bool = True
    sha256: str = ""
    """Of the records of the events that all engines ran."""
    kind: str = "throughput"
    """Which table the row is for; those of quartet.bench.tables.KINDS."""
    measures: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Empty where the records were not equal."""
    notes: Mapping[str, str | int | float] = field(default_factory=dict)
    """What else is to be known: a rate, a number of bytes, where the row comes from."""

    @property
    def key(self) -> tuple[str | int, ...]:
        """What a row is found by in another report."""
        return (self.workload, self.engine, self.symbols, self.threads, self.mode, self.simd)

    @property
    def label(self) -> str:
        """The engine, with its options where they are not the usual ones."""
        parts = [self.engine]
        parts += [f"{self.threads} threads"] if self.threads != 1 else []
        parts += [f"{name} {value}" for name, value in (("mode", self.mode), ("simd", self.simd)) if value != "auto"]
        return ", ".join(parts)

    @property
    def noisy(self) -> bool:
        """Whether the time of a quote, or else the first measure, varies too much between the runs."""
        runs = self.measures.get(NS_PER_QUOTE) or next(iter(self.measures.values()), ())
        return len(runs) > 1 and is_noisy(runs)

    def median(self, name: str) -> float | None:
        """The median of a measure over the runs, None where it was not taken."""
        runs = self.measures.get(name)
        return statistics.median(runs) if runs else None

    def to_json(self) -> dict[str, Any]:
        """Values for machines: of each measure the median under its own name, least, most and every run."""
        values: dict[str, Any] = {
            "workload": self.workload,
            "engine": self.engine,
            "symbols": self.symbols,
            "threads": self.threads,
            "mode": self.mode,
            "simd": self.simd,
            "kind": self.kind,
            "events": self.events,
            "orders": self.orders,
            "equal": self.equal,
            "sha256": self.sha256,
            "noisy": self.noisy,
            # Every row has these, so that a reader needs no second case.
            NS_PER_QUOTE: None,
            NS_PER_QUOTE + _MIN: None,
            NS_PER_QUOTE + _MAX: None,
        }
        for name, runs in self.measures.items():
            values |= {name: statistics.median(runs), name + _MIN: min(runs), name + _MAX: max(runs)}
            values[name + _RUNS] = list(runs)
        return values | {"notes": dict(self.notes)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Row:
        """The row of such values; KeyError where one is missing."""
        names = ("workload", "engine", "symbols", "threads", "mode", "simd", "kind", "events", "orders", "equal")
        measures = {name.removesuffix(_RUNS): tuple(runs) for name, runs in values.items() if name.endswith(_RUNS)}
        own = {name: values[name] for name in names}
        return cls(**own, sha256=values.get("sha256", ""), measures=measures, notes=values.get("notes", {}))
