"""Commissions and dated fees against tables worked by hand, and the kernel's fee against the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from quartet.backtest.columnar.compiled import fees, int128
from quartet.backtest.columnar.layout import PLAN_WIDTH
from quartet.backtest.costs.charging import fee_of, plan_row, rate_alone
from quartet.backtest.settings import BacktestSettings
from quartet.core.errors import ConfigError
from quartet.core.registry import entry

NANO = 10**9
MONEY = 10**18


def stamp(day: str) -> int:
    return int(np.datetime64(day, "ns").astype(np.int64))


def charged(
    model: str, quantity: int, price: float, sells: bool = False, day: str = "2026-11-21", **keys: Any
) -> float:
    """The fee in currency."""
    plan = entry("commission", model)(np.array([stamp(day)]), **keys)
    notional = round(price * NANO) * quantity * NANO
    return fee_of(plan.row(0, 0), notional, quantity * NANO, sells) / MONEY


@pytest.mark.parametrize(
    ("model", "keys", "quantity", "price", "fee"),
    [
        ("none", {}, 100, 50.0, 0.0),
        ("rate", {"rate": "0.001"}, 100, 101.0505, 10.10505),
        ("per_share", {}, 100, 50.0, 1.0),  # 0.50, at least 1
        ("per_share", {}, 1000, 50.0, 5.0),
        ("per_share", {}, 1000, 0.25, 2.5),  # 5.00, at most 1 % of 250
        ("per_share", {"maximum_share": None}, 1000, 0.25, 5.0),
        ("per_order", {"amount": "4.95"}, 7, 3.0, 4.95),
        ("per_contract", {}, 10, 2.0, 6.5),
        ("per_contract", {"maximum": "5"}, 10, 2.0, 5.0),
    ],
)
def test_a_table(model: str, keys: dict[str, Any], quantity: int, price: float, fee: float) -> None:
    assert charged(model, quantity, price, **keys) == pytest.approx(fee, abs=1e-12)


def test_fees_of_the_authorities_on_a_sale() -> None:
    """1,000 at 150 on 2026-11-21: 3.09 by section 31, 0.195 up to 0.20 of the activity fee; buys pay neither."""
    assert charged("none", 1000, 150.0, True, regulatory="us_equities") == pytest.approx(3.09 + 0.20)
    assert charged("none", 1000, 150.0, False, regulatory="us_equities") == 0.0


@pytest.mark.parametrize(("shares", "fee"), [(50_205, 9.79), (50_206, 9.79), (10_000, 1.95)])
def test_the_activity_fee_has_a_cap(shares: int, fee: float) -> None:
    section_31 = np.ceil(round(shares * 0.0000206 * 100, 9)) / 100
    assert charged("none", shares, 1.0, True, regulatory="us_equities") == pytest.approx(fee + section_31)


def test_a_fee_is_that_of_its_date() -> None:
    """Section 31 was zero until 2026-04-03, and 20.60 for a million from the next day."""
    before = charged("none", 1000, 1000.0, True, "2026-04-03", regulatory="us_equities")
    after = charged("none", 1000, 1000.0, True, "2026-04-04", regulatory="us_equities")
    assert (before, after) == (pytest.approx(0.20), pytest.approx(0.20 + 20.60))


def test_a_date_without_a_known_fee_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"SEC section 31 is not known on 2020-01-02, only from 2024-05-22"):
        charged("none", 1, 1.0, True, "2020-01-02", regulatory="us_equities")


def test_only_a_rate_alone_is_charged_by_an_engine() -> None:
    times = np.array([stamp("2026-11-21")])
    assert rate_alone(entry("commission", "rate")(times, rate="0.001")) == 1_000_000
    assert rate_alone(entry("commission", "none")(times)) == 0
    for model, keys in (("per_share", {}), ("rate", {"regulatory": "us_equities"})):
        assert rate_alone(entry("commission", model)(times, **keys)) is None


@pytest.mark.parametrize("name", ["commission", "commission_per_trade", "commission_rate"])
def test_a_number_is_a_rate_under_each_of_its_names(name: str) -> None:
    assert BacktestSettings.of({name: 0.002}).commission.to_config() == {"model": "rate", "rate": "0.002"}


@njit
def compiled_fee(plan: Any, low: int, high: int, quantity: int, sells: bool) -> Any:
    fee = fees.fee_of(plan, 0, 0, int128.join(low, high), quantity, sells)
    return int128.low(fee), int128.high(fee)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 10**10), min_size=PLAN_WIDTH, max_size=PLAN_WIDTH),
    st.lists(st.booleans(), min_size=3, max_size=3),
    st.integers(-(2**100), 2**100),
    st.integers(1, 2**55),
    st.booleans(),
)
def test_the_kernel_charges_the_same(
    values: list[int], bounded: list[bool], notional: int, quantity: int, sells: bool
) -> None:
    row = np.array(values, np.int64)
    for column, kept in zip((4, 5, 8), bounded, strict=True):
        row[column] = row[column] if kept else -1
    words = np.frombuffer(notional.to_bytes(16, "little", signed=True), "<i8")
    low, high = compiled_fee(row[None, None, :], int(words[0]), int(words[1]), quantity, sells)
    assert (int(high) << 64) + (int(low) & (2**64 - 1)) == fee_of(row, notional, quantity, sells)


def test_a_row_without_anything_costs_nothing() -> None:
    assert fee_of(plan_row(), 10**30, 10**12, True) == 0
