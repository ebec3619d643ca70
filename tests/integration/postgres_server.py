"""A PostgreSQL server of the system's packages, for the length of a test session, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_USER = "ledger"
_ACCOUNT = "postgres"
"""Who runs it where the tests run as root, which PostgreSQL refuses."""


class PostgresServer:
    """A running server; it listens on a socket in its folder only."""

    def __init__(self, programs: Path, folder: Path, account: str | None) -> None:
        self._programs, self._folder, self._account = programs, folder, account
        self._data = folder / "data"
        self._databases = 0

    def initialise(self) -> None:
        self._do("initdb", "-D", self._data, "-A", "trust", "-U", _USER, "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        # Without fsync a crash of the machine could cost data, a crash of the server cannot.
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off"
        self._do("pg_ctl", "-D", self._data, "-o", options, "-l", self._folder / "log", "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        self._do("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def new_database(self) -> str:
        """The URL of a database that nobody has used."""
        self._databases += 1
        name = f"ledger_{self._databases}"
        self._do("createdb", "-h", self._folder, "-U", _USER, name)
        return f"postgresql://{_USER}@/{name}?host={self._folder}"

    def _do(self, program: str, *arguments: object) -> None:
        more: dict[str, Any] = {"user": self._account} if self._account else {}
        # To a file: the server keeps what it inherits open.
        with (self._folder / "output").open("wb") as output:
            done = subprocess.run(
                [self._programs / program, *map(str, arguments)],
                cwd=self._folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=120, **more,
            )  # fmt: skip
        assert done.returncode == 0, (self._folder / "output").read_text()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server that runs, or a skipped test that says what is missing."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: the extra postgres")
    found = shutil.which("initdb")
    homes = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not homes:
        pytest.skip("PostgreSQL is not installed on this machine (Debian: postgresql)")
    account = None
    if os.geteuid() == 0:
        if _ACCOUNT not in {each.pw_name for each in pwd.getpwall()}:
            pytest.skip(f"PostgreSQL does not run as root, and there is no account {_ACCOUNT}")
        account = _ACCOUNT
    folder = Path(tempfile.mkdtemp(prefix="quartet-pg-"))
    try:
        if account:
            shutil.chown(folder, account)
        server = PostgresServer(homes[-1], folder, account)
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
