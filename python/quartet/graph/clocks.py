"""Clocks of nodes: which kinds of event make a node step, and how a user writes a set of them."""

from collections.abc import Iterable

from quartet.core.contract import Clock
from quartet.core.suggestion import suggestion
from quartet.graph.errors import GraphError

quote = Clock.QUOTE
trade = Clock.TRADE
book = Clock.BOOK
bar = Clock.BAR
external = Clock.EXTERNAL

CLOCK_NAMES = {str(clock.name).lower(): clock for clock in Clock}
ANY_CLOCK = quote | trade | book | bar | external

# on=quote | trade, on="quote|trade", on={"quote", "trade"}.
On = str | Clock | Iterable[str | Clock]

_REMEDY = f"write one of {', '.join(CLOCK_NAMES)}, or several as 'quote|trade'"


def as_clock(on: On) -> Clock:
    """Return the non-empty set of clock bits that `on` stands for."""
    clock = Clock(0)
    if isinstance(on, Clock):
        clock = on
    elif isinstance(on, str):
        for word in on.split("|"):
            clock |= _named(word)
    elif isinstance(on, Iterable):
        for part in on:
            clock |= as_clock(part)
    else:
        raise GraphError(f"on={on!r} is not a clock; {_REMEDY}")
    if not clock or int(clock) & ~int(ANY_CLOCK):
        raise GraphError(f"on={on!r} names no clock, or an unknown bit; {_REMEDY}")
    return clock


def clock_text(clock: Clock) -> str:
    """Return the clock as a user writes it, quote|trade for instance."""
    return "|".join(name for name, bit in CLOCK_NAMES.items() if bit in clock) or "never"


def _named(word: str) -> Clock:
    name = word.strip().lower()
    if name not in CLOCK_NAMES:
        raise GraphError(f"unknown clock {word.strip()!r}{suggestion(name, CLOCK_NAMES)}; {_REMEDY}")
    return CLOCK_NAMES[name]
