"""The service quartet.v1.TradingEngine over one engine of this process, with its errors as gRPC statuses."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Final, NoReturn, TypeVar

import grpc

from quartet.core.contract import CONTRACT_HASH, COUNTERS, ErrorCode
from quartet.core.errors import EngineError
from quartet.core.pb import engine_pb2, engine_pb2_grpc
from quartet.engines.frame import from_message
from quartet.engines.protocol import Closeable, CoreEngine, LoadedEngine
from quartet.engines.remote import ERROR_KEY
from quartet.engines.snapshot_reader import config_of

_LOG = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
STATUSES: Final = {
    ErrorCode.BAD_CONFIG: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorCode.BAD_PROGRAM: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorCode.BAD_BATCH: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorCode.BAD_SNAPSHOT: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorCode.CONTRACT_MISMATCH: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorCode.CAPACITY: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorCode.ENGINE_FAILED: grpc.StatusCode.INTERNAL,
}


class EngineServicer(engine_pb2_grpc.TradingEngineServicer):
    """One engine, one call at a time."""

    def __init__(self, kind: LoadedEngine) -> None:
        self._kind = kind
        self._engine: CoreEngine | None = None
        self._failed = ""
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give back what the engine holds."""
        with self._lock:
            if isinstance(self._engine, Closeable):
                self._engine.close()
            self._engine = None

    def Configure(
        self, request: engine_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> engine_pb2.ConfigureResponse:
        """Start an engine afresh."""

        def configure() -> engine_pb2.ConfigureResponse:
            if request.contract_hash != CONTRACT_HASH:
                theirs, ours = request.contract_hash[:12], CONTRACT_HASH[:12]
                text = f"the caller is of contract {theirs}, this engine of {ours}"
                raise EngineError(ErrorCode.CONTRACT_MISMATCH, text)
            self._replace(self._kind.create(request.config))
            return engine_pb2.ConfigureResponse()

        return self._answer(context, configure)

    def Process(self, request: engine_pb2.ProcessRequest, context: grpc.ServicerContext) -> engine_pb2.ProcessResponse:
        """One batch in, its records out."""

        def process() -> engine_pb2.ProcessResponse:
            engine = self._ready()
            records = engine.process(*from_message(request.batch))
            return engine_pb2.ProcessResponse(records=records, processing_ns=engine.processing_ns)

        return self._answer(context, process)

    def ProcessStream(
        self, request_iterator: Iterator[engine_pb2.ProcessStreamRequest], context: grpc.ServicerContext
    ) -> Iterator[engine_pb2.ProcessStreamResponse]:
        """Batches in, records out, in order."""
        for request in request_iterator:
            answer = self.Process(engine_pb2.ProcessRequest(batch=request.batch), context)
            yield engine_pb2.ProcessStreamResponse(records=answer.records, processing_ns=answer.processing_ns)

    def Evaluate(
        self, request: engine_pb2.EvaluateRequest, context: grpc.ServicerContext
    ) -> engine_pb2.EvaluateResponse:
        """Phase one alone."""

        def evaluate() -> engine_pb2.EvaluateResponse:
            columns = self._ready().evaluate(*from_message(request.batch))
            names = ("verdict", "score", "confidence", "fair_value")
            return engine_pb2.EvaluateResponse(**dict(zip(names, columns, strict=True)))

        return self._answer(context, evaluate)

    def Snapshot(
        self, request: engine_pb2.SnapshotRequest, context: grpc.ServicerContext
    ) -> engine_pb2.SnapshotResponse:
        """The whole state."""
        return self._answer(context, lambda: engine_pb2.SnapshotResponse(snapshot=self._ready().snapshot()))

    def Restore(self, request: engine_pb2.RestoreRequest, context: grpc.ServicerContext) -> engine_pb2.RestoreResponse:
        """Take over a snapshot, also before any configuration."""

        def restore() -> engine_pb2.RestoreResponse:
            if self._engine is None:
                self._replace(self._restored(request.snapshot))
            else:
                self._engine.restore(request.snapshot)
            self._failed = ""
            return engine_pb2.RestoreResponse()

        return self._answer(context, restore)

    def Statistics(
        self, request: engine_pb2.StatisticsRequest, context: grpc.ServicerContext
    ) -> engine_pb2.StatisticsResponse:
        """Counters and latencies; also of a failed engine (spec 12.1)."""

        def statistics() -> engine_pb2.StatisticsResponse:
            if self._engine is None:
                return engine_pb2.StatisticsResponse(counters=[0] * len(COUNTERS))
            values = self._engine.statistics(request.reset)
            counters = values.pop("counters")
            return engine_pb2.StatisticsResponse(counters=[counters[name] for name in COUNTERS], **values)

        return self._answer(context, statistics)

    def Version(self, request: engine_pb2.VersionRequest, context: grpc.ServicerContext) -> engine_pb2.VersionResponse:
        """Name, version, contract and build."""
        kind = self._kind
        return engine_pb2.VersionResponse(
            engine=kind.name, version=kind.version, contract_hash=CONTRACT_HASH, build=kind.build
        )

    def _replace(self, engine: CoreEngine) -> None:
        if isinstance(self._engine, Closeable):
            self._engine.close()
        self._engine = engine
        self._failed = ""

    def _restored(self, snapshot: bytes) -> CoreEngine:
        config = config_of(snapshot)
        try:
            engine = self._kind.create(config)
        except EngineError as error:
            text = f"snapshot: its configuration: {error.message}"
            raise EngineError(ErrorCode.BAD_SNAPSHOT, text) from error
        engine.restore(snapshot)
        return engine

    def _ready(self) -> CoreEngine:
        if self._failed:
            raise EngineError(ErrorCode.ENGINE_FAILED, self._failed)
        if self._engine is None:
            text = "the engine is not configured; call Configure or Restore first"
            raise EngineError(ErrorCode.ENGINE_FAILED, text)
        return self._engine

    def _answer(self, context: grpc.ServicerContext, act: Callable[[], _Answer]) -> _Answer:
        """Run one call alone; what the engine raises becomes a status with its detail."""
        with self._lock:
            try:
                return act()
            except EngineError as error:
                refusal = error
            except Exception as error:  # noqa: BLE001 - any defect of an engine latches (12.1)
                _LOG.exception("the %s engine failed", self._kind.name)
                self._failed = f"{type(error).__name__}: {error}"
                refusal = EngineError(ErrorCode.ENGINE_FAILED, self._failed)
        _abort(context, refusal)


def _abort(context: grpc.ServicerContext, error: EngineError) -> NoReturn:
    detail = engine_pb2.EngineErrorDetail(code=error.code, message=error.message)
    context.set_trailing_metadata(((ERROR_KEY, detail.SerializeToString()),))
    context.abort(STATUSES[error.code], str(error))
    raise AssertionError("abort returned")
