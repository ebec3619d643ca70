"""One number at a time, exactly: text, Decimal, int or float to an integer of 1e-9 units, and back.

The vectorised conversions of decimals.py fall back on this file, and its tests compare with it.
"""

import re
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import numpy as np

from quartet.core.contract import SCALE

I64_MIN = -(2**63)
I64_MAX = 2**63 - 1
FEW = 32
"""So many values of a column are read one by one: what starts Arrow costs more."""

# ASCII digits only: Decimal itself would take digits of other scripts and underscores.
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
# Nine digits on either side of the point are the digits of a number of 1e-9 as they stand.
_SHORT = re.compile(r"([+-]?[0-9]{1,9})(?:\.([0-9]{1,9}))?")
_NINE = 9
# Longer numbers cannot be multiples of 1e-9 below 2^63 under any sane factor; they are refused unread.
_TEXT_MAX = 400
_DIGITS_MAX = 80
_EXPONENT_MAX = 60


# A rounding to nine places that changes a number by more than this share of it is refused.
_LOSS_MAX = Fraction(1, 10**6)


class Places(StrEnum):
    """What becomes of a number that has more than nine decimal places. A float counts as the shortest decimal that
    reads back as it."""

    EXACT = "exact"
    """It is refused."""
    ROUND = "round"
    """It is rounded to nine places, half to even; if that changes it by more than a millionth, it is refused."""


def parse_decimal(text: str) -> Decimal | None:
    """The decimal that the text spells, None if it spells none."""
    text = text.strip(" \t\r\n")
    if len(text) > _TEXT_MAX or not _PLAIN.fullmatch(text):
        return None
    return Decimal(text)


def to_nano(value: object, factor: Fraction = Fraction(1), places: Places = Places.EXACT) -> int | None:
    """value * factor in units of 1e-9, None where that is no whole number of them or does not fit 64 bits."""
    if type(value) is str:  # before the questions that take longer
        return _of_text(value, factor, places)
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, int | np.integer):
        # What is whole needs no fractions, which take longer than all else here.
        nano, rest = divmod(int(value) * factor.numerator * SCALE, factor.denominator)
        if not rest:
            return nano if I64_MIN <= nano <= I64_MAX else None
        return _scaled(Fraction(int(value)), factor, places)
    if isinstance(value, float | np.floating):
        # repr of a NumPy scalar names its type; str is the shortest text of its own width (float32, float16).
        return to_nano(str(value), factor, places) if np.isfinite(value) else None
    if isinstance(value, str):
        return _of_text(value, factor, places)
    if isinstance(value, Decimal):
        return _of_decimal(value, factor, places)
    return None


def _of_text(value: str, factor: Fraction, places: Places) -> int | None:
    plain = _SHORT.fullmatch(value)
    if plain and factor == 1:
        return int(plain[1] + (plain[2] or "").ljust(_NINE, "0"))
    decimal = parse_decimal(value)
    return None if decimal is None else _of_decimal(decimal, factor, places)


def _of_decimal(value: Decimal, factor: Fraction, places: Places) -> int | None:
    if not value.is_finite():
        return None
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    kept = text.rstrip("0")
    if not kept:
        return 0
    power = int(exponent) + len(text) - len(kept)
    if len(kept) > _DIGITS_MAX or abs(power) > _EXPONENT_MAX:
        return None
    number = Fraction(int(kept)) * Fraction(10) ** power
    return _scaled(-number if sign else number, factor, places)


def _scaled(number: Fraction, factor: Fraction, places: Places) -> int | None:
    nano = number * factor * SCALE
    if nano.denominator != 1:
        rounded = Fraction(round(nano))
        if places is not Places.ROUND or abs(rounded - nano) > abs(nano) * _LOSS_MAX:
            return None
        nano = rounded
    return nano.numerator if I64_MIN <= nano.numerator <= I64_MAX else None


def nano_text(nano: int) -> str:
    """The plain decimal of an integer of 1e-9 units: no exponent, no zeros at its end."""
    whole, rest = divmod(abs(nano), SCALE)
    sign = "-" if nano < 0 else ""
    return f"{sign}{whole}" + (f".{rest:09d}".rstrip("0") if rest else "")


def nano_of(value: "Decimal | str | int | float") -> int:
    """Units of 1e-9 of one number; ValueError where it has more than nine decimal places or is too large."""
    nano = to_nano(value)
    if nano is None:
        raise ValueError(f"{value!r} is not a number of at most nine decimal places below 9.2e9 in magnitude")
    return nano
