"""Engines in child processes: started, killed, restored, ended with their parent."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from quartet.core.contract import CONTRACT_HASH, VERSION
from quartet.core.errors import EngineError, EngineUnavailable
from quartet.engines import go_process
from quartet.engines.child_process import EngineProcess
from quartet.engines.go_process import GoEngine, find_binary, load_go
from tests.unit.engines.batches import clocks, control
from tests.unit.engines.fake_engine import loaded

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "tests.integration.serve_fake"]
CONFIG = b"configuration"


@pytest.fixture
def binary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A stand-in for the Go binary: the fake engine behind the same command line."""
    script = tmp_path / "quartet-engine-go"
    script.write_text(
        f"#!/bin/sh\ncd {ROOT}\n"
        f'if [ "$1" = --version ]; then echo {VERSION} {CONTRACT_HASH} go test; exit; fi\n'
        f'exec {" ".join(COMMAND)} "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv(go_process.BINARY_VARIABLE, str(script))
    return str(script)


def start(mode: str, start_s: float) -> EngineProcess:
    return EngineProcess("go", [*COMMAND, "--start", mode], "fix it", start_s)


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_process_answers_and_ends_when_closed(binary: str) -> None:
    with GoEngine(CONFIG) as engine:
        own = loaded().create(CONFIG)
        assert engine.process(*clocks(3)) == own.process(*clocks(3))
        assert engine.snapshot() == own.snapshot()
        socket = Path(engine.address.removeprefix("unix:"))
        assert socket.exists()
    assert gone(engine.pid)
    assert not socket.parent.exists()
    engine.close()


def test_a_forgotten_engine_is_ended(binary: str) -> None:
    engine = GoEngine(CONFIG)
    pid = engine.pid
    del engine
    gc.collect()
    assert gone(pid)


def test_a_process_ends_with_its_parent(binary: str) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time; from quartet.engines.go_process import GoEngine\n"
            "engine = GoEngine(b'c'); print(engine.pid, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone(pid)


def test_a_killed_process_is_named_and_restore_starts_another(binary: str) -> None:
    with GoEngine(CONFIG) as engine:
        own = loaded().create(CONFIG)
        engine.process(*clocks(2))
        own.process(*clocks(2))
        kept, first = engine.snapshot(), engine.pid
        os.kill(first, signal.SIGKILL)
        with pytest.raises(EngineError, match=r"ENGINE_FAILED: .*signal 9 \(SIGKILL\)"):
            engine.process(*clocks(1))
        with pytest.raises(EngineError, match=r"ENGINE_FAILED: .*restore a snapshot"):
            engine.snapshot()
        with pytest.raises(EngineError, match="SIGKILL"):
            engine.statistics()
        engine.restore(kept)
        assert engine.pid != first
        assert engine.process(*clocks(1)) == own.process(*clocks(1))


def test_restore_notices_by_itself_that_the_process_is_gone(binary: str) -> None:
    with GoEngine(CONFIG) as engine:
        kept, first = engine.snapshot(), engine.pid
        os.kill(first, signal.SIGKILL)
        engine.restore(kept)
        assert len(engine.process(*clocks(1))) == 128


def test_a_process_that_exits_is_named_with_its_status(binary: str) -> None:
    with GoEngine(CONFIG) as engine:
        kept = engine.snapshot()
        with pytest.raises(EngineError, match=r"ENGINE_FAILED: .*exit status 3"):
            list(engine.process_many([clocks(1), control(b"exit")]))
        engine.restore(kept)
        assert len(engine.process(*clocks(1))) == 128


def test_starts_that_fail_are_told_apart() -> None:
    with pytest.raises(EngineUnavailable, match=r"did not say that it is ready within 0.5 s:"):
        start("silent", 0.5)
    with pytest.raises(EngineUnavailable, match=r"ended while starting with exit status 1: no luck today: fix it"):
        start("dead", 20)
    with pytest.raises(EngineUnavailable, match=r"said 'hello' where a JSON object was due"):
        start("garbage", 20)
    with pytest.raises(EngineUnavailable, match="cannot be started"):
        EngineProcess("go", ["/none/quartet-engine-go"], "fix it")


def test_the_binary_is_found_or_missed_with_a_reason(
    binary: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert find_binary() == binary
    monkeypatch.setenv(go_process.BINARY_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(EngineUnavailable, match=r"QUARTET_GO_ENGINE names .*, which cannot be run"):
        find_binary()
    monkeypatch.delenv(go_process.BINARY_VARIABLE)
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path / "scripts"))
    monkeypatch.setenv("PATH", str(Path(binary).parent))
    assert find_binary() == binary
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    with pytest.raises(EngineUnavailable, match="neither beside this Python nor on PATH: run build_s"):
        find_binary()


def test_a_stale_or_broken_binary_is_unavailable(binary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = load_go()
    assert (engine.name, engine.version, engine.build) == ("go", VERSION, "go test")
    monkeypatch.setattr(go_process, "CONTRACT_HASH", "ff" * 32)
    with pytest.raises(EngineUnavailable, match=r"stale build: run build_scripts/build_go.sh"):
        load_go()
    Path(binary).write_text("#!/bin/sh\nexit 4\n")
    with pytest.raises(EngineUnavailable, match="exit status 4"):
        load_go()
