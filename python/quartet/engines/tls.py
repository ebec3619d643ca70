"""TLS for engines that are reached over the network: the files, and gRPC's credentials made of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import grpc

from quartet.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files. A server needs certificate and key, and asks clients for theirs when authority is given.

    A client needs authority (or trusts the system's), and certificate and key where the server asks for them.
    """

    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Credentials of a server; with an authority, clients must show a certificate of it."""
    if files.certificate is None or files.key is None:
        raise ConfigError("tls: a server needs certificate and key")
    pair = (_read(files.key, "key"), _read(files.certificate, "certificate"))
    authority = _read(files.authority, "authority") if files.authority else None
    return grpc.ssl_server_credentials([pair], authority, require_client_auth=authority is not None)


def client_credentials(files: TlsFiles) -> grpc.ChannelCredentials:
    """Credentials of a client."""
    if (files.certificate is None) != (files.key is None):
        raise ConfigError("tls: certificate and key go together")
    return grpc.ssl_channel_credentials(
        _read(files.authority, "authority") if files.authority else None,
        _read(files.key, "key") if files.key else None,
        _read(files.certificate, "certificate") if files.certificate else None,
    )


def _read(path: Path, what: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"tls: {what} {path}: {error.strerror}") from error
