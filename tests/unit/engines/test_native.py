"""Loading compiled engines: absent, broken, stale, good; their errors as ours."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from quartet.core.contract import CONTRACT_HASH, ErrorCode
from quartet.core.errors import EngineError, EngineUnavailable
from quartet.engines.native import load_module
from tests.unit.engines.batches import clocks, control
from tests.unit.engines.fake_engine import fake_module, loaded


def pretend(monkeypatch: pytest.MonkeyPatch, outcome: Any) -> None:
    def import_module(name: str) -> Any:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(importlib, "import_module", import_module)


@pytest.mark.parametrize(("name", "script"), [("cpp", "build_cpp.sh"), ("rust", "build_rust.sh")])
def test_an_absent_module_says_how_to_build_it(monkeypatch: pytest.MonkeyPatch, name: str, script: str) -> None:
    pretend(monkeypatch, ModuleNotFoundError("no", name=f"quartet_{name}"))
    with pytest.raises(EngineUnavailable, match=f"quartet_{name} is not installed: run build_scripts/{script}"):
        load_module(name)


def test_what_a_module_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, ModuleNotFoundError("no", name="numpy"))
    with pytest.raises(EngineUnavailable, match="needs numpy, which is not installed"):
        load_module("cpp")
    pretend(monkeypatch, ImportError("undefined symbol: x"))
    with pytest.raises(EngineUnavailable, match=r"cannot be loaded \(undefined symbol: x\): run"):
        load_module("cpp")


@pytest.mark.parametrize(("name", "script"), [("cpp", "build_cpp.sh"), ("rust", "build_rust.sh")])
def test_a_build_of_another_contract_is_stale(monkeypatch: pytest.MonkeyPatch, name: str, script: str) -> None:
    pretend(monkeypatch, fake_module(contract_hash=lambda: "ab" * 32))
    message = f"contract abababababab, not {CONTRACT_HASH[:12]}: stale build: run build_scripts/{script}"
    with pytest.raises(EngineUnavailable, match=message):
        load_module(name)


def test_a_module_without_the_interface_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    module = fake_module()
    del module.build
    pretend(monkeypatch, module)
    with pytest.raises(EngineUnavailable, match="stale build"):
        load_module("rust")


def test_a_good_module_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, fake_module())
    engine = load_module("rust")
    assert (engine.name, engine.version, engine.build) == ("rust", "9.9.9", "fake")
    core = engine.create(b"1234")
    assert len(core.process(*clocks(3))) == 3 * 128
    assert core.processing_ns == 3000
    assert core.statistics()["counters"]["events"] == 3
    core.restore(core.snapshot())
    assert [len(part) for part in core.evaluate(*clocks(2))] == [2, 16, 16, 16]


def test_errors_of_a_module_are_ours() -> None:
    with pytest.raises(EngineError, match="BAD_CONFIG: key: bad") as refused:
        loaded().create(b"bad")
    assert (refused.value.code, refused.value.message) == (ErrorCode.BAD_CONFIG, "key: bad")
    core = loaded().create(b"")
    with pytest.raises(EngineError, match="BAD_BATCH"):
        core.process(*control(b"refuse"))
    with pytest.raises(EngineError, match="BAD_SNAPSHOT"):
        core.restore(b"")
