"""How data are brought into a contract: what cannot be told from the data themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from quartet.data.file_plan import FileOptions
from quartet.data.sides import SideMode

Duplicates = Literal["refuse", "first", "last"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """What a user may have to say; each has the meaning that it has in FileOptions."""

    timezone: str | None = None
    """IANA zone of times that carry none. Without it such times are refused; bare dates are taken for days of UTC."""
    map: Mapping[str, str] = field(default_factory=dict)
    """A contract's column to a column, `column*factor` or `column/divisor`; an empty text drops a recognised one."""
    symbol: str | None = None
    """Symbol of rows that name none; of a file without it, the part of its name in capitals."""
    interval: str | int | None = None
    """What a bar stands for: 1m, 5m, 1h, 1d; 0: its stamp is its end. By default the commonest distance of stamps."""
    time_unit: str | None = None
    date: str | None = None
    sides: SideMode | str = SideMode.AUTO
    duplicates: Duplicates = "refuse"
    """Rows with the key of another: refuse leaves them to the check, first and last keep one of each."""

    faulty: Literal["refuse", "drop"] = "refuse"
    """Rows that break the contract by themselves: refuse leaves them to the check, drop leaves them out, counted."""

    def file_options(self, kind: str | None) -> FileOptions:
        """The same for readers of events."""
        return FileOptions(
            kind=kind,
            map=self.map,
            timezone=self.timezone,
            time_unit=self.time_unit,
            date=self.date,
            symbol=self.symbol,
            interval=self.interval,
            sides=self.sides,
        )
