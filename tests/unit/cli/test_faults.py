"""Failures inside an engine, seen through the commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quartet.cli import app, replay, run
from quartet.core.contract import ErrorCode
from quartet.core.errors import EngineError
from quartet.engines.engine_run import ChosenEngine
from quartet.engines.reference import Engine
from tests.unit.cli.market import write_market


class Broken(Engine):
    """An engine that latches at its first batch."""

    def process(self, columns: Sequence[object], controls: Sequence[bytes]) -> bytes:
        raise EngineError(ErrorCode.ENGINE_FAILED, "a broken invariant: for the test")


def broken(*_: object) -> ChosenEngine:
    return ChosenEngine("python", "0", "test", "", Broken)


@pytest.mark.parametrize("command", ["run", "replay"])
def test_a_fault_ends_with_four(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, data = write_market(tmp_path, 20)
    monkeypatch.setattr(run if command == "run" else replay, "choose_engine", broken)
    arguments = ["run", str(config)] if command == "run" else ["replay", "--config", str(config)]
    done = CliRunner().invoke(app, [*arguments, "--data", str(data), "--json"])
    assert done.exit_code == 4
    assert json.loads(done.stdout)["error"]["kind"] == "ENGINE_FAILED"
    assert "a broken invariant" in done.stderr


def test_a_degraded_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, data = write_market(tmp_path, 60)
    chosen = ChosenEngine("python", "0", "test", "rust is missing: not built", Engine)
    monkeypatch.setattr(run, "choose_engine", lambda *_: chosen)
    page = tmp_path / "page.html"
    done = CliRunner().invoke(app, ["run", str(config), "--data", str(data), "--report", str(page)])
    assert done.exit_code == 0
    assert "DEGRADED" in done.stdout
    assert "rust is missing: not built" in page.read_text()
