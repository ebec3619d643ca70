"""Client and server over real gRPC, TCP and socket files: equal answers, errors with codes, clear failures."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from quartet.core.contract import CONTRACT_HASH, COUNTERS, ErrorCode
from quartet.core.errors import ConfigError, EngineError, EngineUnavailable
from quartet.core.pb import engine_pb2, engine_pb2_grpc
from quartet.engines import remote
from quartet.engines.remote import RemoteEngine
from quartet.engines.server import SERVICE, EngineServer
from tests.unit.engines.batches import EMPTY, clocks, control
from tests.unit.engines.fake_engine import FakeEngine, loaded

CONFIG = b"configuration"


@pytest.fixture(params=["tcp", "unix"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="q-") as folder:
        yield "127.0.0.1:0" if request.param == "tcp" else f"unix:{folder}/e.sock"


@pytest.fixture
def server(address: str) -> Iterator[EngineServer]:
    server = EngineServer(loaded(), [address])
    server.start()
    yield server
    server.stop(0.1)


@pytest.fixture
def engine(server: EngineServer) -> Iterator[RemoteEngine]:
    with RemoteEngine(server.addresses[0], CONFIG) as engine:
        yield engine


def test_a_remote_engine_answers_as_the_engine_itself(engine: RemoteEngine) -> None:
    own = loaded().create(CONFIG)
    for count in (3, 0, 2):
        assert engine.process(*clocks(count)) == own.process(*clocks(count))
        assert engine.processing_ns == own.processing_ns
    assert engine.evaluate(*clocks(4)) == own.evaluate(*clocks(4))
    assert engine.snapshot() == own.snapshot()
    assert engine.statistics() == own.statistics()
    assert list(engine.statistics()["counters"]) == list(COUNTERS)
    version = engine.version()
    assert (version.engine, version.version, version.build) == ("python", "9.9.9", "fake")


def test_streams_and_calls_give_the_same_records(engine: RemoteEngine) -> None:
    start = engine.snapshot()
    batches = [clocks(i % 5) for i in range(50)]
    one_by_one = [engine.process(*batch) for batch in batches]
    for look_ahead in (0, 1, 7, 100):
        engine.restore(start)
        assert list(engine.process_many(batches, look_ahead)) == one_by_one


def test_a_long_batch_goes_in_parts(engine: RemoteEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = engine.process(*clocks(100))
    engine.restore(loaded().create(CONFIG).snapshot())
    monkeypatch.setattr(remote, "ROWS_MAX", 7)
    assert engine.process(*clocks(100)) == whole
    assert engine.processing_ns == 100_000
    assert [len(part) for part in engine.evaluate(*clocks(20))] == [20, 160, 160, 160]


def test_look_ahead_is_bounded_and_what_was_taken_is_processed(engine: RemoteEngine) -> None:
    taken = 0

    def batches() -> Iterator[Any]:
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield clocks(1)

    answers = engine.process_many(batches(), look_ahead=3)
    next(answers)
    assert taken == 4
    answers.close()  # type: ignore[attr-defined]
    assert engine.statistics()["counters"]["events"] == taken


def test_an_error_of_the_caller_ends_a_stream_cleanly(engine: RemoteEngine) -> None:
    def batches() -> Iterator[Any]:
        yield clocks(2)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        list(engine.process_many(batches()))
    assert engine.statistics()["counters"]["events"] == 2


def test_errors_keep_their_code_and_message(engine: RemoteEngine, server: EngineServer) -> None:
    with pytest.raises(EngineError, match="BAD_BATCH: column kind: refused") as refused:
        engine.process(*control(b"refuse"))
    assert (refused.value.code, refused.value.message) == (ErrorCode.BAD_BATCH, "column kind: refused")
    with pytest.raises(EngineError, match="BAD_SNAPSHOT: cut short"):
        engine.restore(b"short")
    with pytest.raises(EngineError, match="BAD_CONFIG: key: bad"):
        RemoteEngine(server.addresses[0], b"bad")
    answers = engine.process_many([clocks(1), control(b"refuse"), clocks(1)], look_ahead=0)
    next(answers)
    with pytest.raises(EngineError, match="BAD_BATCH"):
        next(answers)
    assert len(engine.process(*clocks(1))) == 128


def test_a_defect_latches_until_restore(engine: RemoteEngine) -> None:
    start = engine.snapshot()
    with pytest.raises(EngineError, match="ENGINE_FAILED: RuntimeError: a broken invariant"):
        engine.process(*control(b"crash"))
    for call in (lambda: engine.process(*clocks(1)), engine.snapshot, lambda: engine.evaluate(*clocks(1))):
        with pytest.raises(EngineError, match="ENGINE_FAILED"):
            call()
    assert engine.statistics()["counters"]["events"] == 0
    engine.restore(start)
    assert len(engine.process(*clocks(1))) == 128


def test_a_server_without_configuration_refuses_until_restored(server: EngineServer) -> None:
    with RemoteEngine(server.addresses[0]) as engine:
        with pytest.raises(EngineError, match="ENGINE_FAILED: the engine is not configured"):
            engine.process(EMPTY, [])
        assert engine.statistics()["counters"]["events"] == 0
        with pytest.raises(EngineError, match="BAD_SNAPSHOT"):
            engine.restore(b"QRTSNAP1")
        own = loaded().create(CONFIG)
        own.process(*clocks(3))
        engine.restore(own.snapshot())
        assert engine.process(*clocks(1)) == own.process(*clocks(1))


def test_a_deadline_latches_until_restore(server: EngineServer) -> None:
    with RemoteEngine(server.addresses[0], CONFIG, deadline_s=0.2) as engine:
        start = engine.snapshot()
        with pytest.raises(EngineError, match=r"ENGINE_FAILED: .*did not answer within 0.2 s"):
            engine.process(*control(b"sleep0.5"))
        with pytest.raises(EngineError, match="restore a snapshot"):
            engine.process(*clocks(1))
        time.sleep(0.5)
        engine.restore(start)
        assert len(engine.process(*clocks(1))) == 128
        with pytest.raises(EngineError, match=r"ENGINE_FAILED: .*CANCELLED"):
            list(engine.process_many([clocks(1), control(b"sleep1")]))


def test_a_server_that_goes_away_is_named(server: EngineServer) -> None:
    with RemoteEngine(server.addresses[0], CONFIG) as engine:
        server.stop(0.0)
        with pytest.raises(EngineError, match=r"ENGINE_FAILED: the engine at .* does not answer: UNAVAILABLE"):
            engine.process(*clocks(1))
    with pytest.raises(EngineUnavailable, match=r"no engine answers at .* within 0.3 s"):
        RemoteEngine(server.addresses[0], CONFIG, connect_s=0.3)


def test_restore_finds_a_server_that_was_started_anew(server: EngineServer) -> None:
    with RemoteEngine(server.addresses[0], CONFIG) as engine:
        own = loaded().create(CONFIG)
        assert engine.process(*clocks(3)) == own.process(*clocks(3))
        kept = engine.snapshot()
        server.stop(0.0)
        with pytest.raises(EngineError, match="ENGINE_FAILED"):
            engine.process(*clocks(1))
        again = EngineServer(loaded(), [server.addresses[0]])
        again.start()
        engine.restore(kept)
        assert engine.process(*clocks(1)) == own.process(*clocks(1))
        again.stop(0.0)


def test_the_contract_is_compared_on_both_sides(server: EngineServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with grpc.insecure_channel(server.addresses[0]) as channel:
        stub = engine_pb2_grpc.TradingEngineStub(channel)  # type: ignore[no-untyped-call]
        with pytest.raises(grpc.RpcError) as refused:
            stub.Configure(engine_pb2.ConfigureRequest(config=CONFIG, contract_hash="ff" * 32))
        assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
        detail = remote.error_detail(refused.value)
        assert detail is not None and detail.code == ErrorCode.CONTRACT_MISMATCH
    monkeypatch.setattr(remote, "CONTRACT_HASH", "ff" * 32)
    with pytest.raises(EngineError, match=f"CONTRACT_MISMATCH: the python engine at .*{CONTRACT_HASH[:12]}"):
        RemoteEngine(server.addresses[0], CONFIG)


def test_health_and_reflection(server: EngineServer) -> None:
    with grpc.insecure_channel(server.addresses[0]) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check
        for service in ("", SERVICE):
            status = check(health_pb2.HealthCheckRequest(service=service)).status
            assert status == health_pb2.HealthCheckResponse.SERVING
        ask = reflection_pb2.ServerReflectionRequest(list_services="")
        (answer,) = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([ask]))
        assert SERVICE in [service.name for service in answer.list_services_response.service]


def test_a_running_call_ends_within_the_grace(address: str) -> None:
    server = EngineServer(loaded(), [address])
    server.start()
    with RemoteEngine(server.addresses[0], CONFIG) as engine:
        answers: list[bytes] = []
        call = threading.Thread(target=lambda: answers.append(engine.process(*control(b"sleep0.3"))))
        call.start()
        time.sleep(0.1)
        server.stop(5.0)
        call.join()
        assert len(answers) == 1


def test_places_that_cannot_be_taken_are_named(server: EngineServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"in use|another server listens"):
        EngineServer(loaded(), [server.addresses[0]])
    with pytest.raises(ConfigError, match="socket path has"):
        EngineServer(loaded(), [f"unix:{tmp_path}/{'x' * 110}"])
    with pytest.raises(ConfigError, match="no address"):
        EngineServer(loaded(), [])


def test_a_socket_file_is_private_and_removed(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="q-") as folder:
        path = Path(folder) / "e.sock"
        server = EngineServer(loaded(), [f"unix:{path}", "127.0.0.1:0"])
        server.start()
        assert path.stat().st_mode & 0o777 == 0o600
        with RemoteEngine(server.addresses[1], CONFIG) as over_tcp:
            assert len(over_tcp.process(*clocks(1))) == 128
        server.stop(0.0)
        assert not path.exists()


def test_one_call_at_a_time_reaches_the_engine() -> None:
    running = threading.Lock()

    class Lonely(FakeEngine):
        def process(self, columns: list[Any], controls: list[bytes]) -> bytes:
            assert running.acquire(blocking=False)
            time.sleep(0.001)
            running.release()
            return super().process(columns, controls)

    server = EngineServer(loaded(Engine=Lonely), ["127.0.0.1:0"])
    server.start()
    with RemoteEngine(server.addresses[0], CONFIG) as engine:
        callers = [threading.Thread(target=lambda: [engine.process(*clocks(1)) for _ in range(20)]) for _ in range(4)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        assert engine.statistics()["counters"]["events"] == 80
    server.stop(0.0)
