"""The yardstick of RPC: a process that answers on a plain unix socket, with as many bytes as it is told.

python -m quartet.bench.echo PATH REQUEST_BYTES ANSWER_BYTES
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_SECONDS: Final = 30


@contextmanager
def echo_process(request_bytes: int, answer_bytes: int) -> Iterator[socket.socket]:
    """A connection to such a process, which ends with it."""
    with tempfile.TemporaryDirectory(prefix="quartet-echo-") as folder:
        path = str(Path(folder, "echo.sock"))
        command = [sys.executable, "-m", "quartet.bench.echo", path, str(request_bytes), str(answer_bytes)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            assert child.stdout is not None
            if not child.stdout.readline():
                raise ConnectionError("the echo process ended while starting")
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(_SECONDS)
                connection.connect(path)
                yield connection
        finally:
            child.terminate()
            child.wait(_SECONDS)
            if child.stdout is not None:
                child.stdout.close()


def exchange(connection: socket.socket, request: bytes, answer: memoryview) -> None:
    """Send a request and fill the answer; ConnectionError where the other side is gone."""
    connection.sendall(request)
    receive(connection, answer)


def receive(connection: socket.socket, into: memoryview) -> None:
    """Fill the buffer from the socket."""
    while len(into):
        count = connection.recv_into(into)
        if not count:
            raise ConnectionError("the other side closed the socket")
        into = into[count:]


def _serve(path: str, request_bytes: int, answer_bytes: int) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen(1)
        print("ready", flush=True)
        connection, _ = listener.accept()
    request, answer = memoryview(bytearray(request_bytes)), bytes(answer_bytes)
    with connection:
        while True:
            try:
                receive(connection, request)
            except ConnectionError:
                return
            connection.sendall(answer)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
