"""Options reach an engine that takes them, and nothing is passed that is as it is by default."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from quartet.core.errors import ConfigError
from quartet.engines.config import engine_settings
from quartet.engines.config import machine as limits
from quartet.engines.go_process import GoEngine
from quartet.engines.native import load_module
from quartet.engines.options import USUAL, EngineOptions
from tests.unit.engines.fake_engine import FakeEngine, fake_module


class TunedEngine(FakeEngine):
    """Takes options, and keeps them."""

    def __init__(self, config: bytes, threads: int = 1, mode: str = "auto", simd: str = "auto") -> None:
        """threads, mode, simd: how it works."""
        super().__init__(config)
        self.given = (threads, mode, simd)


def created(monkeypatch: pytest.MonkeyPatch, engine: type, options: EngineOptions) -> Any:
    monkeypatch.setattr(importlib, "import_module", lambda name: fake_module(Engine=engine))
    return load_module("rust").factory(options)(b"")._engine  # type: ignore[attr-defined]


def test_options_reach_the_constructor(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = created(monkeypatch, TunedEngine, EngineOptions(2, "block", "scalar"))
    assert engine.given == (2, "block", "scalar")
    assert created(monkeypatch, TunedEngine, USUAL).given == (1, "auto", "auto")


def test_an_engine_without_options_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(created(monkeypatch, FakeEngine, EngineOptions(2)), FakeEngine)


def test_only_what_differs_is_passed_on() -> None:
    assert USUAL.changed == {} and USUAL.flags() == []
    assert EngineOptions(threads=2).changed == {"threads": 2}
    assert EngineOptions(2, "event", "scalar").flags() == ["-threads", "2", "-mode", "event", "-simd", "scalar"]


def test_go_gets_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def process(name: str, command: list[str], *_: object) -> Any:
        started.append(command)
        raise ConfigError("far enough")

    monkeypatch.setattr("quartet.engines.go_process.EngineProcess", process)
    with pytest.raises(ConfigError, match="far enough"):
        GoEngine(b"", "binary", EngineOptions(threads=3))
    assert started == [["binary", "-threads", "3"]]


@pytest.mark.parametrize("wrong", [{"threads": 0}, {"threads": 5000}, {"mode": "fast"}, {"simd": ""}])
def test_values_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        EngineOptions(**wrong)


def test_the_configuration_says_threads_and_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "processors", lambda: 4)
    assert engine_settings({}).engine_options == EngineOptions(threads=4)
    tuned = engine_settings({"performance": {"max_threads": 2, "enable_simd": False}})
    assert tuned.engine_options == EngineOptions(threads=2, simd="scalar")
