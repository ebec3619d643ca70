"""Arguments before they reach a command, and exit codes after it."""

from __future__ import annotations

import pytest

from quartet.cli.failures import BAD_INPUT, FAULT, UNAVAILABLE, exit_code, spread
from quartet.cli.options import parsed_map
from quartet.core.contract import ErrorCode
from quartet.core.errors import ConfigError, DataError, EngineError, EngineUnavailable, QuartetError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["replay", "--data", "a", "b", "--json"], ["replay", "--data", "a", "--data", "b", "--json"]),
        (["replay", "-d", "a", "--map", "x=y", "z=w"], ["replay", "-d", "a", "--map", "x=y", "--map", "z=w"]),
        (["run", "c.yaml", "--data", "a", "b"], ["run", "c.yaml", "--data", "a", "b"]),
        (["replay", "--data", "a", "--batch", "5"], ["replay", "--data", "a", "--batch", "5"]),
        (["bench", "--engines", "rust", "cpp"], ["bench", "--engines", "rust", "--engines", "cpp"]),
        ([], []),
    ],
)
def test_options_of_several_values(given: list[str], expected: list[str]) -> None:
    assert spread(given) == expected


def test_maps_are_read() -> None:
    assert parsed_map(["bid_price=Bid/100", "ask_price = Ask", "flags="]) == {
        "bid_price": "Bid/100",
        "ask_price": "Ask",
        "flags": "",
    }
    with pytest.raises(ConfigError, match="OURS=THEIRS"):
        parsed_map(["bid_price"])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), BAD_INPUT),
        (DataError("x"), BAD_INPUT),
        (EngineUnavailable("x"), UNAVAILABLE),
        (EngineError(ErrorCode.BAD_CONFIG, "x"), BAD_INPUT),
        (EngineError(ErrorCode.ENGINE_FAILED, "x"), FAULT),
    ],
)
def test_every_error_has_its_exit_code(error: QuartetError, code: int) -> None:
    assert exit_code(error) == code
