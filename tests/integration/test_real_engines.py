"""The real engines behind the surface: served and in process, as streams and calls, killed and restored, one answer."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import quartet
from quartet.core.contract import ErrorCode
from quartet.core.errors import EngineError
from quartet.engines import remote, self_test
from quartet.engines.child_process import EngineProcess
from quartet.engines.go_process import GoEngine
from quartet.engines.remote import RemoteEngine
from quartet.engines.selection import PREFERENCE, availability, find, load
from quartet.engines.server import EngineServer
from tests.conformance.random_case import random_case
from tests.conformance.stream import to_batch, to_columns
from tests.unit.engines.batches import EMPTY
from tests.unit.engines.streams import CONFIG, quotes, reversion

HERE = {status.name: status for status in availability()}
ROOT = Path(__file__).resolve().parents[2]


def engine_here(name: str) -> str:
    wanted = os.environ.get("QUARTET_ENGINE", name)
    if wanted != name:
        pytest.skip(f"QUARTET_ENGINE is {wanted}")
    if not HERE[name].available:
        pytest.skip(f"{HERE[name].reason}: {HERE[name].fix}")
    return name


@pytest.fixture(params=PREFERENCE)
def name(request: pytest.FixtureRequest) -> str:
    return engine_here(request.param)


@pytest.fixture
def go() -> None:
    engine_here("go")


@pytest.fixture(params=["tcp", "unix"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="q-") as folder:
        yield "tcp:127.0.0.1:0" if request.param == "tcp" else f"unix:{folder}/e.sock"


def batches(seed: int) -> tuple[bytes, list[tuple[list[bytes], list[bytes]]]]:
    """A random case as its configuration and batches of eleven events."""
    case = random_case(seed)
    events = case.stream.events
    return case.config_bytes(), [to_columns(to_batch(events[i : i + 11])) for i in range(0, len(events), 11)]


def test_the_self_test_passes(name: str) -> None:
    assert self_test.failure(load(name)) is None


@pytest.mark.parametrize("name", [name for name in PREFERENCE if name != "go"])
@pytest.mark.parametrize("seed", range(3))
def test_served_engines_answer_as_in_process(name: str, address: str, seed: int) -> None:
    engine_here(name)
    config, parts = batches(seed)
    own = find(name).create(config)
    expected = [own.process(*part) for part in parts]
    server = EngineServer(find(name), [address])
    server.start()
    with RemoteEngine(server.addresses[0], config) as engine:
        assert [engine.process(*part) for part in parts] == expected
        assert engine.snapshot() == own.snapshot()
    with RemoteEngine(server.addresses[0], config) as engine:
        assert list(engine.process_many(parts, look_ahead=2)) == expected
        assert engine.statistics()["counters"] == own.statistics()["counters"]
    server.stop(0.0)


@pytest.mark.parametrize("seed", range(3))
def test_the_go_engine_answers_as_the_reference(go: None, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    config, parts = batches(seed)
    own = find("python").create(config)
    expected = [own.process(*part) for part in parts]
    with GoEngine(config) as engine:
        assert engine.version().engine == "go"
        start = engine.snapshot()
        assert [engine.process(*part) for part in parts] == expected
        assert engine.snapshot() == own.snapshot()
        engine.restore(start)
        assert list(engine.process_many(parts)) == expected
        engine.restore(start)
        monkeypatch.setattr(remote, "ROWS_MAX", 5)
        assert b"".join(engine.process(*part) for part in parts) == b"".join(expected)
        assert engine.statistics()["counters"] == own.statistics()["counters"]


def test_a_killed_go_process_is_restored(go: None) -> None:
    config, parts = batches(5)
    own = find("python").create(config)
    with GoEngine(config) as engine:
        for part in parts[:4]:
            assert engine.process(*part) == own.process(*part)
        kept = engine.snapshot()
        os.kill(engine.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match=r"ENGINE_FAILED: the Go engine's process ended .*signal 9 \(SIGKILL\)"):
            engine.process(*parts[4])
        engine.restore(kept)
        for part in parts[4:]:
            assert engine.process(*part) == own.process(*part)
        assert engine.snapshot() == own.snapshot()


def test_errors_have_the_same_codes_everywhere(name: str) -> None:
    create = find(name).create
    with pytest.raises(EngineError) as refused:
        create(b"\xff")
    assert refused.value.code is ErrorCode.BAD_CONFIG
    engine = create(self_test.config().SerializeToString())
    with pytest.raises(EngineError) as refused:
        engine.process([b"\x01", *EMPTY[1:]], [])
    assert refused.value.code is ErrorCode.BAD_BATCH
    with pytest.raises(EngineError) as refused:
        engine.restore(b"no snapshot")
    assert refused.value.code is ErrorCode.BAD_SNAPSHOT
    assert engine.process(*self_test.batch(0, 1)) == b""


def test_a_snapshot_moves_between_engines(name: str) -> None:
    with quartet.open_engine(CONFIG, graph=reversion(), engine=name) as engine:
        first = engine.process_market_data(quotes(40))
        with quartet.PythonTradingEngine(CONFIG, graph=reversion()) as other:
            assert other.process_market_data(quotes(40)).sha256 == first.sha256
            assert other.snapshot() == engine.snapshot()
            other.restore(engine.snapshot())
            engine.restore(other.snapshot())
            assert engine.process_market_data(quotes(40, 40)).sha256 == other.process_market_data(quotes(40, 40)).sha256


def test_quartet_serve_as_a_process() -> None:
    code = (
        "import sys; from quartet.engines.selection import find; from quartet.engines.server import serve;"
        "serve(find('python'), [sys.argv[2]], parent_watch=True)"
    )
    config, parts = batches(7)
    own = find("python").create(config)
    child = EngineProcess("python", [sys.executable, "-c", code], "")
    assert child.ready["engine"] == "python" and child.ready["address"] == child.address
    with RemoteEngine(child.address, config) as engine:
        assert [engine.process(*part) for part in parts] == [own.process(*part) for part in parts]
    child.close()
    assert child.exit_text() == "exit status 0"
