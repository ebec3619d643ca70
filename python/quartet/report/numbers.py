"""How numbers are written, in the terminal and on the page alike: exact values in, text with few digits out."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_CENT = Decimal("0.01")
_DAY_NS = 86_400 * 10**9
_THIN_SPACE = " "


def money_text(amount: Decimal) -> str:
    """An amount to the cent, thousands apart; small ones to four digits."""
    if amount and abs(amount) < _CENT:
        return f"{amount.normalize(_WIDE):.2g}"
    return f"{amount.quantize(_CENT, context=_WIDE):,f}"


def signed_money_text(amount: Decimal) -> str:
    """An amount with its sign, none for zero."""
    text = money_text(amount)
    return f"+{text}" if amount > 0 else text


def decimal_text(value: Decimal | None) -> str:
    """A price or a quantity: every digit it has, thousands apart."""
    if value is None:
        return "–"
    whole, _, places = f"{value:,f}".partition(".")
    places = places.rstrip("0")
    return f"{whole}.{places}" if places else whole


def price_text(value: Decimal | None) -> str:
    """A price with at least two places and at most six."""
    if value is None:
        return "–"
    text = f"{value.quantize(Decimal('0.000001'), context=_WIDE):,f}".rstrip("0")
    whole, _, places = text.partition(".")
    return f"{whole}.{places:0<2}"


def percent_text(share: float, signed: bool = False) -> str:
    """A share in percent: two places, four where it is below a thousandth."""
    places = 4 if 0 < abs(share) < 0.001 else 2
    return f"{share * 100:{'+' if signed else ''},.{places}f}{_THIN_SPACE}%"


def ratio_text(ratio: float | None, error: float | None = None) -> str:
    """A ratio with its standard error."""
    if ratio is None:
        return "–"
    return f"{ratio:.2f}" if error is None else f"{ratio:.2f} ± {error:.2f}"


def count_text(count: int) -> str:
    """A count, thousands apart."""
    return f"{count:,}"


def time_text(ts: int) -> str:
    """An instant in UTC: the day alone at its first or last nanosecond, else to the second or as fine as it is."""
    seconds, nanos = divmod(ts, 10**9)
    moment = datetime.fromtimestamp(seconds, UTC)
    if (ts + 1) % _DAY_NS == 0:
        return f"{moment:%Y-%m-%d}"
    if nanos:
        return f"{moment:%Y-%m-%d %H:%M:%S}.{nanos:09d}".rstrip("0")
    return f"{moment:%Y-%m-%d %H:%M:%S}" if seconds % 86_400 else f"{moment:%Y-%m-%d}"


def short_hash(digest: str) -> str:
    """The first sixteen digits of a hash."""
    return digest[:16]


def duration_text(ns: int) -> str:
    """A time span in the largest unit that gives a whole number: 300 µs."""
    for size, name in ((10**9, "s"), (10**6, "ms"), (10**3, "µs")):
        if ns and ns % size == 0:
            return f"{ns // size:,} {name}"
    return f"{ns:,} ns" if ns else "0"
