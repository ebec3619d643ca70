"""Where two runs of a backtest first differ, to the last unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from quartet.backtest.grid import time_text
from quartet.backtest.outcome import Outcome, money_of
from quartet.backtest.result import BacktestResult
from quartet.core.errors import ConfigError
from quartet.data.exact import nano_text

_MONEY: Final = ("cash", "borrowed", "earned", "paid", "funded", "equity")


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that is not the same."""

    what: str
    """order, fill, cash, borrowed, earned, paid, funded, equity."""
    where: str
    """Stamp, symbol, order."""
    a: str
    b: str

    def __str__(self) -> str:
        return f"{self.what} at {self.where}: {self.a} and {self.b}"


def reconcile(a: BacktestResult, b: BacktestResult) -> Difference | None:
    """The first difference in time, decisions before money; None where every number is the same.

    ConfigError where the two are not of the same stamps and symbols.
    """
    if a.symbols != b.symbols or not np.array_equal(a.stamps, b.stamps):
        raise ConfigError("reconcile: the runs are not of the same stamps and symbols")
    found = [
        each
        for each in (
            _rows(a, b, "orders", "decided"), _rows(a, b, "fills", "stamp"),
            *(_money(a.outcome, b.outcome, a, name) for name in _MONEY),
        )
        if each is not None
    ]  # fmt: skip
    return min(found, key=lambda each: each[0])[1] if found else None


def _rows(a: BacktestResult, b: BacktestResult, name: str, stamp: str) -> tuple[int, Difference] | None:
    left, right = getattr(a.outcome, name), getattr(b.outcome, name)
    shared = min(len(left), len(right))
    unequal = np.flatnonzero(left[:shared] != right[:shared])
    if not len(unequal) and len(left) == len(right):
        return None
    row = int(unequal[0]) if len(unequal) else shared
    sides = [_described(each, row, a) for each in (left, right)]
    there = left if row < len(left) else right
    at = min(int(each[row][stamp]) for each in (left, right) if row < len(each))
    where = f"{time_text(int(a.stamps[at]))}, {a.symbols[there[row]['symbol']]}"
    return at, Difference(name[:-1], where, *sides)


def _described(rows: Any, row: int, of: BacktestResult) -> str:
    if row >= len(rows):
        return "none"
    each = rows[row]
    price = each["price"] if "price" in rows.dtype.names else each["limit"]
    text = f"{of.symbols[each['symbol']]} {nano_text(int(each['quantity']))} at {nano_text(int(price))}"
    if "code" in rows.dtype.names:
        text += f", filled {nano_text(int(each['filled']))}, code {int(each['code'])}"
    return text


def _money(a: Outcome, b: Outcome, of: BacktestResult, name: str) -> tuple[int, Difference] | None:
    left, right = getattr(a, name), getattr(b, name)
    unequal = np.flatnonzero((left != right).any(axis=1))
    if not len(unequal):
        return None
    at = int(unequal[0])
    one, other = (money_of(each[at : at + 1])[0] for each in (left, right))
    return at, Difference(name, time_text(int(of.stamps[at])), f"{one} e-18", f"{other} e-18 ({other - one:+d})")
