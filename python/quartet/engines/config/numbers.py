"""Exact numbers of the configuration: decimals as written, and their conversion to the engine's integers."""

from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from numbers import Integral
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from quartet.data.exact import parse_decimal, to_nano

# Wide enough that nothing is rounded; exponents beyond it are refused before.
_WIDE = Context(prec=1000)
_EXPONENT_MAX = 60


def exact(value: object) -> object:
    """Return the decimal that was written; a float counts as its shortest text. Other types are left to the checks."""
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")
    if isinstance(value, str):
        number = parse_decimal(value)
        if number is None:
            raise ValueError("must be a plain decimal such as 0.05")
    elif isinstance(value, float):
        number = Decimal(float.__repr__(value))  # repr of a NumPy scalar names its type
    elif isinstance(value, Decimal):
        number = value
    elif isinstance(value, Integral):  # NumPy's too
        number = Decimal(int(value))
    else:
        raise ValueError("must be a number")
    if not number.is_finite():
        raise ValueError("must be a finite number")
    if number and abs(number.adjusted()) > _EXPONENT_MAX:
        raise ValueError("is far outside the range of numbers here")
    return number.normalize(_WIDE) if number else Decimal(0)


Exact = Annotated[Decimal, BeforeValidator(exact)]


def _double(value: object) -> object:
    number = exact(value)
    return float(number) if isinstance(number, Decimal) else number


# Binary64 in the engine; the decimal that was written is rounded once.
Double = Annotated[float, BeforeValidator(_double)]

_NANO = Fraction(1)
# A number in this unit times the factor is in units whose billionth part the engine counts.
_FACTORS = {
    "": _NANO,
    "s": _NANO,
    "ms": Fraction(1, 1000),
    "us": Fraction(1, 1_000_000),
}
_PLACES = {"ms": 6, "us": 3}


def key(
    default: Any, doc: str, unit: str = "", *, places: int | None = None, **bounds: int | str | Decimal | None
) -> Any:
    """Describe a number or another value: default, meaning, unit, bounds; times have as many places as whole ns."""
    digits = places if places is not None else _PLACES.get(unit)
    limits: dict[str, Any] = {
        name: Decimal(value) if isinstance(value, str) and name in ("ge", "gt", "le", "lt") else value
        for name, value in bounds.items()
    }
    if digits is not None:
        limits["decimal_places"] = digits
    return Field(default, description=doc, json_schema_extra={"unit": unit} if unit else None, **limits)


@lru_cache(maxsize=4096)  # a sweep has the same numbers in all of its members
def nano(value: Decimal, unit: str = "") -> int:
    """Units of 1e-9 of a price, quantity or share (parts per billion), or the nanoseconds of a time."""
    units = to_nano(value, _FACTORS[unit])
    if units is None:
        raise ValueError(f"{value} {unit} is not a whole number of 1e-9 that fits 64 bits".replace("  ", " "))
    return units


def money(value: Decimal) -> int:
    """Units of 1e-18 of an amount of at most eighteen places."""
    scaled = value.scaleb(18, _WIDE)
    units = int(scaled)
    if units != scaled:
        raise ValueError(f"{value} has more than eighteen decimal places")
    return units


def plain(value: Decimal) -> str:
    """Write the decimal without an exponent and without zeros at its end."""
    return f"{value.normalize(_WIDE):f}" if value else "0"
