"""Addresses of engines, `unix:PATH` and `tcp:HOST:PORT`; what is wrong with one is said before gRPC sees it."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quartet.core.errors import ConfigError

SOCKET_PATH_BYTES_MAX: Final = 107
"""The kernel's limit on a socket's path, without its closing zero."""
_SOCKET_NAME: Final = "e.sock"


@dataclass(frozen=True, slots=True)
class Address:
    """A place where an engine listens: a socket file, or a host and a port."""

    path: str | None
    host: str = ""
    port: int = 0

    @property
    def target(self) -> str:
        """The address as gRPC writes it."""
        if self.path is not None:
            return f"unix:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def text(self) -> str:
        """The address as engines write it."""
        return self.target if self.path is not None else f"tcp:{self.target}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.path is not None or self.host in {"localhost", "::1"} or self.host.startswith("127.")


def parse_address(text: str) -> Address:
    """Read an address, `tcp:` may be left out; ConfigError says what is wrong with it."""
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if path.startswith("//"):
            path = path.removeprefix("//")
        if not path:
            raise ConfigError(f"address {text!r}: no path after unix:")
        path = os.path.abspath(path)
        size = len(os.fsencode(path))
        if size > SOCKET_PATH_BYTES_MAX:
            raise ConfigError(
                f"address {text!r}: the socket path has {size} bytes, the system allows"
                f" {SOCKET_PATH_BYTES_MAX}; use a shorter folder"
            )
        return Address(path)
    host, colon, port = text.removeprefix("tcp:").rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ConfigError(f"address {text!r}: write unix:PATH or tcp:HOST:PORT, for example tcp:127.0.0.1:50051")
    return Address(None, host, int(port))


def claim_socket(path: str) -> None:
    """Make sure that a server may create the socket: a live one is an error, one left behind is removed."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        if not os.path.isdir(os.path.dirname(path)):
            raise ConfigError(f"address unix:{path}: the folder does not exist") from None
        return
    if not stat.S_ISSOCK(mode):
        raise ConfigError(f"address unix:{path}: a file that is not a socket lies there")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
            return
        except OSError as error:
            raise ConfigError(f"address unix:{path}: {error.strerror}") from error
    raise ConfigError(f"address unix:{path}: another server listens there; stop it or choose another address")


class SocketFolder:
    """A private folder with a path short enough for a socket in it."""

    def __init__(self) -> None:
        self.path = _short_folder()

    @property
    def address(self) -> Address:
        """Where the engine of this folder listens."""
        return Address(os.path.join(self.path, _SOCKET_NAME))

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)


def _short_folder() -> str:
    """Make a folder of mode 0700 in the first place that is short enough and can be written."""
    places = [tempfile.gettempdir(), os.environ.get("XDG_RUNTIME_DIR", ""), *map(str, _SHORT_PLACES)]
    tried = []
    for place in filter(None, places):
        if len(os.fsencode(os.path.join(place, "q-12345678", _SOCKET_NAME))) > SOCKET_PATH_BYTES_MAX:
            tried.append(f"{place}: too long")
            continue
        try:
            return tempfile.mkdtemp(prefix="q-", dir=place)
        except OSError as error:
            tried.append(f"{place}: {error.strerror}")
    raise ConfigError(f"no folder for a socket ({'; '.join(tried)}); set TMPDIR to a short one")


_SHORT_PLACES: Final = (Path("/tmp"), Path("/dev/shm"), Path("/var/tmp"))
