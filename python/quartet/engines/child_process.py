"""An engine server as a child process: started, awaited, and ended with this process at the latest."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import weakref
from collections import deque
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import IO, Any, Final

from quartet.engines.addresses import SocketFolder
from quartet.engines.protocol import MissingEngine

START_S: Final = 10.0
_PATIENCE_S: Final = 2.0
_STDERR_LINES: Final = 50


class EngineProcess:
    """A child that serves one engine on a socket of its own and ends when its stdin closes.

    `command` is started with `--listen unix:PATH --parent-watch`; the first line of its output, a JSON
    object, says that it listens. The child is ended by close(), by the garbage collector, or at exit.
    """

    def __init__(self, name: str, command: Sequence[str], fix: str, start_s: float = START_S) -> None:
        self._name = name
        self._folder = SocketFolder()
        self.address = self._folder.address.target
        try:
            self._process = subprocess.Popen(
                [*command, "--listen", self.address, "--parent-watch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Ctrl-C is for this process, which then ends its child.
                process_group=0,
            )
        except OSError as error:
            self._folder.remove()
            raise MissingEngine(name, f"{command[0]} cannot be started ({error.strerror})", fix) from error
        self._errors: deque[str] = deque(maxlen=_STDERR_LINES)
        output: SimpleQueue[str | None] = SimpleQueue()
        assert self._process.stdout and self._process.stderr
        self._stderr = _drain(self._process.stderr, self._errors.append)
        _drain(self._process.stdout, output.put, lambda: output.put(None))
        self.close = weakref.finalize(self, _end, self._process, self._folder)
        """End the child: its stdin closes, then it is terminated, then killed."""
        try:
            self.ready = self._await_ready(output, fix, start_s)
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def exit_text(self) -> str | None:
        """How the child ended and its last words; None while it runs."""
        status = self._process.poll()
        if status is None:
            return None
        how = f"exit status {status}" if status >= 0 else f"signal {-status} ({_signal_name(-status)})"
        return f"{how}{self._last_words()}"

    def wait(self, timeout_s: float) -> None:
        """Wait until the child has ended, as long as that."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return

    def _await_ready(self, output: SimpleQueue[str | None], fix: str, start_s: float) -> dict[str, Any]:
        try:
            line = output.get(timeout=start_s)
        except Empty:
            reason = f"its process did not say that it is ready within {start_s:g} s{self._last_words()}"
            raise MissingEngine(self._name, reason, fix) from None
        if line is None:
            self.wait(_PATIENCE_S)
            self._stderr.join(_PATIENCE_S)  # its last words may still be on their way
            reason = f"its process ended while starting with {self.exit_text() or 'its output closed'}"
            raise MissingEngine(self._name, reason, fix)
        try:
            ready = json.loads(line)
        except ValueError:
            ready = None
        if not isinstance(ready, dict):
            raise MissingEngine(self._name, f"its process said {line!r} where a JSON object was due", fix)
        return ready

    def _last_words(self) -> str:
        words = " | ".join(line for line in self._errors if line)
        return f": {words}" if words else ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def _drain(stream: IO[bytes], take: Any, at_end: Any = None) -> threading.Thread:
    """Read the stream line by line in a thread, so that the child never waits for us."""

    def run() -> None:
        with stream:
            for line in stream:
                take(line.decode("utf-8", "replace").rstrip())
        if at_end:
            at_end()

    thread = threading.Thread(target=run, name="quartet-child-output", daemon=True)
    thread.start()
    return thread


def _end(process: subprocess.Popen[bytes], folder: SocketFolder) -> None:
    if process.stdin:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    for end in (process.terminate, process.kill, None):
        try:
            process.wait(_PATIENCE_S)
            break
        except subprocess.TimeoutExpired:
            if end:
                end()
    folder.remove()


def is_executable(path: str) -> bool:
    """Whether the file may be run."""
    return os.path.isfile(path) and os.access(path, os.X_OK)
