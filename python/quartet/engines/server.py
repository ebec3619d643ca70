"""The gRPC server of any engine of this process: service, health, reflection, listeners, graceful end."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from quartet.core.contract import CONTRACT_HASH
from quartet.core.errors import ConfigError
from quartet.core.pb import engine_pb2
from quartet.core.pb.engine_pb2_grpc import add_TradingEngineServicer_to_server as add_servicer
from quartet.engines.addresses import Address, claim_socket, parse_address
from quartet.engines.protocol import LoadedEngine
from quartet.engines.remote import MESSAGE_BYTES_MAX
from quartet.engines.servicer import EngineServicer
from quartet.engines.tls import TlsFiles, server_credentials

SERVICE: Final = engine_pb2.DESCRIPTOR.services_by_name["TradingEngine"].full_name
_LOG = logging.getLogger(__name__)


class EngineServer:
    """Serves one engine at one or more addresses; `addresses` has the ports taken for port 0."""

    def __init__(
        self,
        engine: LoadedEngine,
        listen: Sequence[str],
        *,
        tls: TlsFiles | None = None,
        threads: int = 32,
    ) -> None:
        if not listen:
            raise ConfigError("server: no address to listen at")
        wanted = [parse_address(text) for text in listen]
        self._servicer = EngineServicer(engine)
        self._health = health.HealthServicer()
        self._server = grpc.server(
            ThreadPoolExecutor(threads, thread_name_prefix="quartet-serve"),
            options=[
                ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
                ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
                # Two servers on one port would each get some of the calls.
                ("grpc.so_reuseport", 0),
            ],
        )
        add_servicer(self._servicer, self._server)  # type: ignore[no-untyped-call]
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        services = (SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(services, self._server)
        self._sockets: list[str] = []
        credentials = server_credentials(tls) if tls else None
        try:
            self.addresses = [self._listen(address, credentials) for address in wanted]
        except ConfigError:
            self.stop(0.0)
            raise

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()
        for service in ("", SERVICE):
            self._health.set(service, health_pb2.HealthCheckResponse.SERVING)

    def stop(self, grace_s: float = 5.0) -> None:
        """Say NOT_SERVING, take no new calls, let the running ones end within the grace, and close."""
        self._health.enter_graceful_shutdown()
        self._server.stop(grace_s).wait()
        self._servicer.close()
        for path in self._sockets:
            if os.path.exists(path):
                os.unlink(path)

    def _listen(self, address: Address, credentials: grpc.ServerCredentials | None) -> str:
        if address.path is not None:
            claim_socket(address.path)
        try:
            # A socket file is for this user alone; TLS is for the network.
            if credentials is None or address.path is not None:
                port = self._server.add_insecure_port(address.target)
            else:
                port = self._server.add_secure_port(address.target, credentials)
        except RuntimeError:
            raise ConfigError(
                f"address {address.target}: cannot listen there; the port is in use or not ours to take"
            ) from None
        if address.path is not None:
            self._sockets.append(address.path)
            os.chmod(address.path, 0o600)  # who may open the socket may trade
            return address.target
        if credentials is None and not address.is_local:
            _LOG.warning("%s: anybody who reaches this address can trade; give TLS files", address.target)
        return Address(None, address.host, port).target


def serve(
    engine: LoadedEngine,
    listen: Sequence[str],
    *,
    tls: TlsFiles | None = None,
    grace_s: float = 5.0,
    parent_watch: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT, or with parent_watch until stdin closes; a line on stdout says ready."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    server = EngineServer(engine, listen, tls=tls)
    server.start()
    if parent_watch:
        threading.Thread(target=_watch_parent, args=(over,), name="quartet-parent-watch", daemon=True).start()
    ready = {
        "address": parse_address(server.addresses[0]).text,
        "addresses": [parse_address(address).text for address in server.addresses],
        "contract_hash": CONTRACT_HASH,
        "engine": engine.name,
        "version": engine.version,
    }
    print(json.dumps(ready), flush=True)
    over.wait()
    server.stop(grace_s)


def _watch_parent(over: threading.Event) -> None:
    """The parent holds our stdin open while it lives."""
    while sys.stdin.buffer.read(4096):
        pass
    over.set()
