"""The Go engine: its binary is found, started as a child process, and reached by gRPC over a socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from typing import Final

import grpc

from quartet.core.contract import CONTRACT_HASH
from quartet.core.errors import EngineError
from quartet.engines.child_process import START_S, EngineProcess, is_executable
from quartet.engines.options import USUAL, EngineOptions
from quartet.engines.protocol import LoadedEngine, MissingEngine, stale_build
from quartet.engines.remote import DEADLINE_S, RemoteEngine

BINARY: Final = "quartet-engine-go"
BINARY_VARIABLE: Final = "QUARTET_GO_ENGINE"
_FIX: Final = "run build_scripts/build_go.sh"


def find_binary() -> str:
    """The binary that QUARTET_GO_ENGINE names, else the one beside this interpreter, else the one on PATH."""
    named = os.environ.get(BINARY_VARIABLE)
    if named:
        if not is_executable(named):
            reason = f"{BINARY_VARIABLE} names {named}, which cannot be run"
            raise MissingEngine("go", reason, "correct or unset it")
        return named
    beside = os.path.join(sysconfig.get_path("scripts"), BINARY)
    found = beside if is_executable(beside) else shutil.which(BINARY)
    if found is None:
        raise MissingEngine("go", f"{BINARY} is neither beside this Python nor on PATH", _FIX)
    return found


def load_go(deadline_s: float = DEADLINE_S) -> LoadedEngine:
    """Find the binary and ask it for its version and contract; MissingEngine says why not and what to do."""
    binary = find_binary()
    try:
        answer = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=START_S, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise MissingEngine("go", f"{binary} --version fails ({error})", _FIX) from error
    version, contract_hash, *build = answer.stdout.split(maxsplit=2) or ("", "")
    if contract_hash != CONTRACT_HASH:
        raise MissingEngine("go", stale_build(contract_hash), _FIX)
    text = " ".join(build).strip() or binary

    def create(config: bytes, options: EngineOptions = USUAL) -> GoEngine:
        return GoEngine(config, binary, options, deadline_s=deadline_s)

    return LoadedEngine("go", version, text, create, _takes_options(binary))


def _takes_options(binary: str) -> bool:
    """Whether the binary's help lists their flags."""
    usage = subprocess.run([binary, "--help"], capture_output=True, text=True, timeout=START_S, check=False)
    return "-threads" in usage.stderr + usage.stdout


class GoEngine(RemoteEngine):
    """A Go engine in a child process of its own. When the process dies, `restore` starts another."""

    def __init__(
        self,
        config: bytes | None = None,
        binary: str | None = None,
        options: EngineOptions = USUAL,
        *,
        deadline_s: float = DEADLINE_S,
        start_s: float = START_S,
    ) -> None:
        self._command = [binary or find_binary(), *options.flags()]
        self._start_s = start_s
        self._child = EngineProcess("go", self._command, _FIX, start_s)
        try:
            super().__init__(self._child.address, config, deadline_s=deadline_s, connect_s=start_s)
        except BaseException:
            self._child.close()
            raise

    @property
    def pid(self) -> int:
        """The process id of the engine."""
        return self._child.pid

    def restore(self, snapshot: bytes) -> None:
        """Take over a snapshot, in a fresh process where the old one is gone."""
        if not self._failed:
            try:
                return super().restore(snapshot)
            except EngineError:
                if self._child.exit_text() is None:  # the engine lives and refuses
                    raise
        self._replace_process()
        super().restore(snapshot)

    def close(self) -> None:
        """Close the connection and end the process."""
        super().close()
        self._child.close()

    def _replace_process(self) -> None:
        child = EngineProcess("go", self._command, _FIX, self._start_s)
        super().close()
        self._child.close()
        self._child = child
        self._dial(child.address, None, self._start_s)

    def _lost(self, error: grpc.RpcError) -> str:
        # A connection breaks a moment before the kernel tells us how the process ended.
        if error.code() == grpc.StatusCode.UNAVAILABLE:
            self._child.wait(1.0)
        ended = self._child.exit_text()
        if ended is None:
            return super()._lost(error)
        return f"the Go engine's process ended with {ended}"
