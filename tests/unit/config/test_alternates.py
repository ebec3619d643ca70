"""Keys under other names and units: the same settings, warnings where deprecated, errors where two disagree."""

from pathlib import Path
from typing import Any

import pytest

from quartet.core.errors import ConfigError
from quartet.engines.config import engine_settings
from quartet.engines.config.alternates import ALTERNATES
from quartet.engines.config.layers import path_text
from tests.unit.config.files import load

SAME: dict[str, tuple[Any, Any]] = {
    "venue.maker_fee_bps": (-2.5, "-0.00025"),
    "venue.taker_fee_bps": ("10", "0.001"),
    "venue.bar_slippage_bps": (5, "0.0005"),
    "venue.order_latency_ns": (1, "0.001"),
    "venue.response_latency_ns": (250_000, 250),
    "risk_management.account_type": ("cash", "cash"),
    "risk_management.session_roll_utc": ("21:00:00", "21:00:00"),
    "risk_management.risk_clock_seconds": ("0.5", "0.5"),
    "performance.memory_pool_size": (134217728, 128),
    "memory_pool_size": (536870912, 512),
    "cache_size_mb": (256, 256),
    "max_orders_per_second": (50000, 50000),
}


@pytest.mark.parametrize("each", ALTERNATES, ids=lambda each: path_text(each.old))
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_another_name_gives_the_same_settings(each: Any) -> None:
    given, meant = SAME[path_text(each.old)]
    settings = engine_settings({path_text(each.old): given})
    assert settings.config_hash == engine_settings({path_text(each.new): meant}).config_hash
    assert settings.config_hash != engine_settings().config_hash
    assert bool(settings.warnings) == each.deprecated


def test_deprecated_names_say_what_to_write(tmp_path: Path) -> None:
    with pytest.warns(
        DeprecationWarning,
        match=r"engine\.yaml:2: performance\.memory_pool_size is deprecated and will be removed in 1\.0",
    ):
        settings = load(tmp_path, "performance:\n  memory_pool_size: 134217728\n")
    assert settings.performance.memory_pool_size_mb == 128
    assert settings.warnings[0].endswith("write performance.memory_pool_size_mb: 128")


@pytest.mark.parametrize(("size", "expected"), [(2**20 * 16, 16), (2**20 * 16 + 1, 17), (2**20 * 17 - 1, 17)])
def test_bytes_are_rounded_up_with_a_warning(size: int, expected: int) -> None:
    with pytest.warns(DeprecationWarning) as caught:
        settings = engine_settings({"memory_pool_size": size})
    assert settings.performance.memory_pool_size_mb == expected
    rounded = [w for w in caught if f"rounded up to {expected} MiB" in str(w.message)]
    assert len(rounded) == (size % 2**20 != 0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_two_names_may_agree_but_not_differ() -> None:
    same = engine_settings({"performance": {"memory_pool_size": 2**27, "memory_pool_size_mb": 128}})
    assert same.performance.memory_pool_size_mb == 128
    assert (
        engine_settings({"venue": {"maker_fee_bps": 10, "maker_fee": "0.0010"}}).venue.maker_fee
        == engine_settings({"venue.maker_fee_bps": 10}).venue.maker_fee
    )
    with pytest.raises(
        ConfigError, match=r"contradicts performance\.memory_pool_size_mb, which is 256; give one of them"
    ):
        engine_settings({"performance": {"memory_pool_size": 2**27, "memory_pool_size_mb": 256}})
    with pytest.raises(ConfigError, match="must be a whole number of bytes"):
        engine_settings({"memory_pool_size": "128M"})


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_higher_layer_wins_whatever_name_it_uses(tmp_path: Path) -> None:
    settings = load(tmp_path, "venue: {maker_fee: 0.5}", overrides={"venue.maker_fee_bps": "1"})
    assert str(settings.venue.maker_fee) == "0.0001"
    assert settings.origin("venue.maker_fee") == "override"


def test_values_out_of_range_are_told_under_the_present_name() -> None:
    with pytest.raises(ConfigError, match=r"settings: venue\.maker_fee = 2: must be at most 1"):
        engine_settings({"venue.maker_fee_bps": 20000})
