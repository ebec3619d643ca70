"""How an engine works, outside of the contract: threads, mode, vector instructions. No answer depends on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from quartet.core.errors import ConfigError

AUTO: Final = "auto"
SCALAR: Final = "scalar"
MODES: Final = (AUTO, "event", "block")
THREADS_MAX: Final = 4096


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What an engine's constructor takes beside the configuration. ConfigError for a value that cannot be."""

    threads: int = 1
    """Threads of one engine; from 2 on phase one runs ahead of phase two."""
    mode: str = AUTO
    """event: every node for one event; block: one node for many events; auto: by the size of the batch."""
    simd: str = AUTO
    """Vector instructions: auto, scalar, or a level that the engine names."""

    def __post_init__(self) -> None:
        if not 1 <= self.threads <= THREADS_MAX:
            raise ConfigError(f"threads {self.threads}: give a number from 1 to {THREADS_MAX:,}")
        if self.mode not in MODES:
            raise ConfigError(f"mode {self.mode!r}: not one of {', '.join(MODES)}")
        if not self.simd:
            raise ConfigError("simd: give auto, scalar, or a level that the engine names")

    @property
    def changed(self) -> dict[str, Any]:
        """Options that are not as they are by default, as keywords."""
        values = {"threads": self.threads, "mode": self.mode, "simd": self.simd}
        usual = {"threads": 1, "mode": AUTO, "simd": AUTO}
        return {name: value for name, value in values.items() if value != usual[name]}

    def flags(self) -> list[str]:
        """The same as arguments of a program."""
        return [text for name, value in self.changed.items() for text in (f"-{name}", str(value))]


USUAL: Final = EngineOptions()
"""One thread, everything else as the engine sees fit."""
