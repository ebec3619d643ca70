"""An engine in another process or on another machine, reached by gRPC."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Final, NoReturn, Self, TypeVar

import grpc

from quartet.core.contract import CONTRACT_HASH, COUNTERS, ErrorCode
from quartet.core.errors import EngineError, EngineUnavailable
from quartet.core.pb import engine_pb2, engine_pb2_grpc
from quartet.engines.addresses import parse_address
from quartet.engines.frame import Answer, answer_of, request_of, split
from quartet.engines.protocol import Buffer
from quartet.engines.tls import TlsFiles, client_credentials

MESSAGE_BYTES_MAX: Final = 256 * 1024 * 1024
ERROR_KEY: Final = "quartet-error-bin"
ROWS_MAX: Final = 65536
"""Events of one message: a row may make many records, and these must fit into one answer."""
DEADLINE_S: Final = 30.0
_SERVICE: Final = f"/{engine_pb2.DESCRIPTOR.services_by_name['TradingEngine'].full_name}"
_NUMBERS: Final = tuple(
    field.name for field in engine_pb2.StatisticsResponse.DESCRIPTOR.fields if field.name != "counters"
)
_Answer = TypeVar("_Answer")
Batch = tuple[Sequence[Buffer], Sequence[bytes]]


class RemoteEngine:
    """A CoreEngine that lives behind `address`. One server holds one engine; configuring it starts it anew.

    Without a configuration the engine is used as it stands, or restored. After a call without answer nobody
    knows whether the batch was processed, so the engine counts as failed until `restore`.
    """

    def __init__(
        self,
        address: str,
        config: bytes | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        connect_s: float = 5.0,
        tls: TlsFiles | None = None,
    ) -> None:
        self.deadline_s = deadline_s
        self._failed = ""
        self._processing_ns = 0
        self._dial(address, tls, connect_s)
        if config is not None:
            request = engine_pb2.ConfigureRequest(config=config, contract_hash=CONTRACT_HASH)
            try:
                self._call(self._stub.Configure, request)
            except EngineError:
                self._channel.close()
                raise

    @property
    def processing_ns(self) -> int:
        """Time inside the engine of the last process call, without the wire."""
        return self._processing_ns

    def process(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> bytes:
        """Feed one batch; a long one goes as a stream of shorter ones, which changes nothing (spec 2.2)."""
        parts = list(split(columns, controls, ROWS_MAX))
        if len(parts) > 1:
            return self._process_parts(parts)
        self._refuse_if_failed()
        answer = self._call(self._process, request_of(columns, controls))
        self._processing_ns = answer.processing_ns
        return answer.records

    def process_many(self, batches: Iterable[Batch], look_ahead: int = 4) -> Iterator[bytes]:
        """Feed batches over one stream; at most `look_ahead` wait for their answer.

        Every batch taken from `batches` is processed, also when the caller stops early or `batches` raises.
        """
        for answer in self._stream(batches, look_ahead):
            self._processing_ns = answer.processing_ns
            yield answer.records

    def evaluate(self, columns: Sequence[Buffer], controls: Sequence[bytes]) -> tuple[bytes, bytes, bytes, bytes]:
        """Phase one alone; long batches in parts, as phase one advances its own state (spec 3.1)."""
        self._refuse_if_failed()
        answers = [self._call(self._evaluate, request_of(*part)) for part in split(columns, controls, ROWS_MAX)]
        return (
            b"".join(answer.verdict for answer in answers),
            b"".join(answer.score for answer in answers),
            b"".join(answer.confidence for answer in answers),
            b"".join(answer.fair_value for answer in answers),
        )

    def snapshot(self) -> bytes:
        """The whole state."""
        self._refuse_if_failed()
        return bytes(self._call(self._stub.Snapshot, engine_pb2.SnapshotRequest()).snapshot)

    def restore(self, snapshot: bytes) -> None:
        """Take over a snapshot; a failed engine works again afterwards, also one on a server started anew."""
        self._call(self._stub.Restore, engine_pb2.RestoreRequest(snapshot=snapshot), wait=bool(self._failed))
        self._failed = ""

    def statistics(self, reset: bool = False) -> dict[str, Any]:
        """Counters and latencies of the server's engine."""
        answer = self._call(self._stub.Statistics, engine_pb2.StatisticsRequest(reset=reset), latch=False)
        numbers = {name: getattr(answer, name) for name in _NUMBERS}
        return {"counters": dict(zip(COUNTERS, answer.counters, strict=True)), **numbers}

    def version(self) -> engine_pb2.VersionResponse:
        """Name, version, contract and build of the server's engine."""
        answer = self._call(self._stub.Version, engine_pb2.VersionRequest(), latch=False)
        assert isinstance(answer, engine_pb2.VersionResponse)
        return answer

    def close(self) -> None:
        """Close the connection; the server keeps its engine."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _dial(self, address: str, tls: TlsFiles | None, connect_s: float) -> None:
        self.address = parse_address(address).target
        self._channel = _open(self.address, tls)
        self._stub = engine_pb2_grpc.TradingEngineStub(self._channel)  # type: ignore[no-untyped-call]
        # What carries batches goes as bytes: see frame.
        self._process: Callable[..., Answer] = self._channel.unary_unary(f"{_SERVICE}/Process", None, answer_of)
        self._process_stream: Callable[..., Any] = self._channel.stream_stream(
            f"{_SERVICE}/ProcessStream", None, answer_of
        )
        self._evaluate: Callable[..., engine_pb2.EvaluateResponse] = self._channel.unary_unary(
            f"{_SERVICE}/Evaluate", None, engine_pb2.EvaluateResponse.FromString
        )
        try:
            self._meet(connect_s)
        except BaseException:
            self._channel.close()
            raise

    def _meet(self, connect_s: float) -> None:
        """Wait for the server and compare contracts."""
        try:
            version = self._stub.Version(engine_pb2.VersionRequest(), timeout=connect_s, wait_for_ready=True)
        except grpc.RpcError as error:
            raise EngineUnavailable(
                f"no engine answers at {self.address} within {connect_s:g} s ({error.code().name}: {error.details()});"
                " start one with quartet serve"
            ) from None
        if version.contract_hash != CONTRACT_HASH:
            raise EngineError(
                ErrorCode.CONTRACT_MISMATCH,
                f"the {version.engine} engine at {self.address} is of contract {version.contract_hash[:12]},"
                f" this is {CONTRACT_HASH[:12]}; build both from the same sources",
            )

    def _process_parts(self, parts: list[Batch]) -> bytes:
        records, nanoseconds = [], 0
        for answer in self._stream(parts, look_ahead=4):
            records.append(answer.records)
            nanoseconds += answer.processing_ns
        self._processing_ns = nanoseconds
        return b"".join(records)

    def _stream(self, batches: Iterable[Batch], look_ahead: int) -> Iterator[Answer]:
        self._refuse_if_failed()
        outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        call = self._process_stream(iter(outgoing.get, None))
        watch = _StreamWatch(call, self.deadline_s)
        try:
            try:
                for columns, controls in batches:
                    outgoing.put(request_of(columns, controls))
                    watch.sent += 1
                    if watch.waiting > look_ahead:
                        yield self._receive(call, watch)
                while watch.waiting:
                    yield self._receive(call, watch)
            finally:
                outgoing.put(None)
                while watch.waiting and not self._failed and not call.done():
                    self._receive(call, watch)
        finally:
            watch.stop()
            call.cancel()

    def _receive(self, call: Any, watch: _StreamWatch) -> Answer:
        try:
            answer: Answer = next(call)
        except grpc.RpcError as error:
            self._raise(error, latch=True)
        except StopIteration:
            self._failed = f"{self.address} ended the stream early"
            raise EngineError(ErrorCode.ENGINE_FAILED, self._failed) from None
        watch.received += 1
        return answer

    def _call(self, method: Callable[..., _Answer], request: Any, *, latch: bool = True, wait: bool = False) -> _Answer:
        try:
            return method(request, timeout=self.deadline_s, wait_for_ready=wait)
        except grpc.RpcError as error:
            self._raise(error, latch=latch)

    def _raise(self, error: grpc.RpcError, *, latch: bool) -> NoReturn:
        """Turn a gRPC error into ours: the engine's own, by its detail, or the loss of the engine."""
        detail = error_detail(error)
        if detail is not None:
            raise EngineError(ErrorCode(detail.code), detail.message) from None
        text = self._lost(error)
        if latch:
            self._failed = text
        raise EngineError(ErrorCode.ENGINE_FAILED, text) from None

    def _lost(self, error: grpc.RpcError) -> str:
        """Say how the engine was lost."""
        status, details = error.code(), error.details()
        if status == grpc.StatusCode.DEADLINE_EXCEEDED:
            return f"the engine at {self.address} did not answer within {self.deadline_s:g} s"
        return f"the engine at {self.address} does not answer: {status.name}: {details}"

    def _refuse_if_failed(self) -> None:
        if self._failed:
            raise EngineError(ErrorCode.ENGINE_FAILED, f"{self._failed}; restore a snapshot")


def error_detail(error: grpc.RpcError) -> engine_pb2.EngineErrorDetail | None:
    """The engine's own error in the trailing metadata, if it is there and of this contract."""
    metadata: Any = error.trailing_metadata()
    for key, value in metadata or ():
        if key == ERROR_KEY:
            detail = engine_pb2.EngineErrorDetail.FromString(value)
            return detail if detail.code in set(ErrorCode) else None
    return None


def _open(target: str, tls: TlsFiles | None) -> grpc.Channel:
    options = [
        ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
        ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
        ("grpc.enable_http_proxy", 0),
        # Channels to one address would otherwise share a connection, dead ones too.
        ("grpc.use_local_subchannel_pool", 1),
    ]
    if tls is None:
        return grpc.insecure_channel(target, options)
    return grpc.secure_channel(target, client_credentials(tls), options)


class _StreamWatch:
    """Cancels a stream on which an answer is owed and none came for a whole deadline."""

    def __init__(self, call: Any, deadline_s: float) -> None:
        self.sent = 0
        self.received = 0
        self._call = call
        self._deadline_s = deadline_s
        self._over = threading.Event()
        threading.Thread(target=self._run, name="quartet-stream-watch", daemon=True).start()

    @property
    def waiting(self) -> int:
        """Batches sent and not answered."""
        return self.sent - self.received

    def stop(self) -> None:
        """End the watch."""
        self._over.set()

    def _run(self) -> None:
        seen = (-1, -1)
        while not self._over.wait(self._deadline_s):
            now = (self.sent, self.received)
            if now == seen and self.waiting:
                self._call.cancel()
                return
            seen = now
