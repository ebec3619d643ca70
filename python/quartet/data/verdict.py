"""What was found in data, and whether it may be used: a verdict that travels with the data into every result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

from quartet.core.errors import DataError
from quartet.data.times import text_of

_SHOWN_MAX: Final = 20
_NAMED_MAX: Final = 5


class Severity(StrEnum):
    """How much a finding matters."""

    NOTE = "note"
    """Worth knowing; nothing is wrong by itself."""
    WARNING = "warning"
    """Probably a fault of the data; results that rest on it are doubtful."""
    ERROR = "error"
    """The data break their contract and are refused."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is so, where it is first so, and what to do about it."""

    rule: str
    """Its name, such as duplicate_rows."""
    severity: Severity
    what: str
    """A sentence without count, place and remedy."""
    count: int = 1
    """How many rows, or of the unit, show it."""
    unit: str = "rows"
    """rows, sessions, symbols; empty: there is nothing to count."""
    row: int | None = None
    """The first of them, from 0."""
    symbol: str | None = None
    timestamp_ns: int | None = None
    column: str = ""
    remedy: str = ""
    symbols: tuple[str, ...] = ()
    """All symbols that show it, sorted, where that was found out."""
    quarantine: bool = False
    """Whether these symbols must not be traded on the data."""

    def __str__(self) -> str:
        places = [
            f"row {self.row:,}" if self.row is not None else "",
            f"symbol {self.symbol}" if self.symbol is not None else "",
            text_of(self.timestamp_ns) if self.timestamp_ns is not None else "",
        ]
        where = ", ".join(filter(None, places))
        counted = f" in {self.count:,} {self.unit}" if self.unit else ""
        whose = f" of {named(self.symbols)}" if self.symbols and self.unit else ""
        first = f" (first: {where})" if where and self.count > 1 else f" ({where})" if where else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.rule}: {self.what}{counted}{whose}{first}{remedy}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of the checks that were made."""

    rows: int
    checks: tuple[str, ...]
    """Names of the sets of checks: contract bars, quality."""
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the data keep their contract."""
        return all(each.severity is not Severity.ERROR for each in self.findings)

    @property
    def grade(self) -> str:
        """passed, doubtful (warnings) or failed (errors)."""
        severities = {each.severity for each in self.findings}
        return "failed" if Severity.ERROR in severities else "doubtful" if Severity.WARNING in severities else "passed"

    @property
    def quarantined(self) -> tuple[str, ...]:
        """Symbols that must not be traded on these data, sorted."""
        return tuple(sorted({symbol for each in self.findings if each.quarantine for symbol in each.symbols}))

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of that severity."""
        return tuple(each for each in self.findings if each.severity is severity)

    def count(self, rule: str) -> int:
        """How many rows a rule found; 0 where it found nothing."""
        return sum(each.count for each in self.findings if each.rule == rule)

    def __add__(self, other: Verdict) -> Verdict:
        checks = tuple(dict.fromkeys((*self.checks, *other.checks)))
        return Verdict(max(self.rows, other.rows), checks, (*self.findings, *other.findings))

    def raise_if_failed(self, name: str = "data") -> None:
        """DataError with every error, where there is one."""
        errors = self.of(Severity.ERROR)
        if errors:
            shown = [str(each) for each in errors[:_SHOWN_MAX]]
            more = [f"and {len(errors) - _SHOWN_MAX} more"] if len(errors) > _SHOWN_MAX else []
            raise DataError("\n  ".join([f"{name}: {shown[0]}", *shown[1:], *more]))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as JSON has them."""
        findings = [{**asdict(each), "symbols": list(each.symbols)} for each in self.findings]
        summary = {"grade": self.grade, "rows": self.rows, "checks": list(self.checks)}
        return {**summary, "quarantined": list(self.quarantined), "findings": findings}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Verdict:
        """The inverse of to_dict."""
        findings = [
            Finding(**{**each, "severity": Severity(each["severity"]), "symbols": tuple(each["symbols"])})
            for each in values["findings"]
        ]
        return cls(values["rows"], tuple(values["checks"]), tuple(findings))

    def __str__(self) -> str:
        counts = [(severity, len(self.of(severity))) for severity in reversed(Severity)]
        told = ", ".join(f"{count} {severity}{'s' if count > 1 else ''}" for severity, count in counts if count)
        return f"{self.grade}: {self.rows:,} rows, {told or 'nothing found'} ({', '.join(self.checks)})"


def together(verdicts: Iterable[Verdict], rows: int) -> Verdict:
    """One verdict over parts of one set of data: a rule's counts are added up, its first place is kept."""
    merged: dict[tuple[str, str, str], Finding] = {}
    checks: dict[str, None] = {}
    for verdict in verdicts:
        checks.update(dict.fromkeys(verdict.checks))
        for each in verdict.findings:
            key = (each.rule, each.column, each.severity)
            there = merged.get(key)
            merged[key] = each if there is None else _joined(there, each)
    return Verdict(rows, tuple(checks), tuple(merged.values()))


def _joined(first: Finding, later: Finding) -> Finding:
    symbols = tuple(sorted({*first.symbols, *later.symbols}, key=str.encode))
    return replace(first, count=first.count + later.count, symbols=symbols)


def named(symbols: Sequence[str]) -> str:
    """The symbols, a few of them by name."""
    more = f" and {len(symbols) - _NAMED_MAX:,} more symbols" if len(symbols) > _NAMED_MAX else ""
    return ", ".join(symbols[:_NAMED_MAX]) + more
