"""TLS between client and server: with and without client certificates, and what is said of wrong files."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from quartet.core.errors import ConfigError, EngineUnavailable
from quartet.engines.remote import RemoteEngine
from quartet.engines.server import EngineServer
from quartet.engines.tls import TlsFiles, client_credentials
from tests.unit.engines.batches import clocks
from tests.unit.engines.fake_engine import loaded

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ca.pem, and server.pem and client.pem signed by it, with their keys."""
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes", "-subj")
    openssl(*new, "/CN=test ca", "-x509", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for who in ("server", "client"):
        openssl(*new, f"/CN={who}", "-keyout", f"{who}.key", "-out", f"{who}.csr")
        sign = ("x509", "-req", "-days", "2", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
        openssl(*sign, "-in", f"{who}.csr", "-out", f"{who}.pem", "-extfile", "names")
    return folder


@pytest.fixture
def server(folder: Path, request: pytest.FixtureRequest) -> Iterator[EngineServer]:
    authority = folder / "ca.pem" if request.param else None
    files = TlsFiles(folder / "server.pem", folder / "server.key", authority)
    server = EngineServer(loaded(), ["localhost:0"], tls=files)
    server.start()
    yield server
    server.stop(0.0)


@pytest.mark.parametrize("server", [False], indirect=True)
def test_a_client_that_knows_the_authority_gets_in(server: EngineServer, folder: Path) -> None:
    with RemoteEngine(server.addresses[0], b"c", tls=TlsFiles(authority=folder / "ca.pem")) as engine:
        assert len(engine.process(*clocks(1))) == 128
    with pytest.raises(EngineUnavailable):
        RemoteEngine(server.addresses[0], b"c", connect_s=0.5)


@pytest.mark.parametrize("server", [True], indirect=True)
def test_a_server_may_ask_for_certificates(server: EngineServer, folder: Path) -> None:
    own = TlsFiles(folder / "client.pem", folder / "client.key", folder / "ca.pem")
    with RemoteEngine(server.addresses[0], b"c", tls=own) as engine:
        assert len(engine.process(*clocks(1))) == 128
    with pytest.raises(EngineUnavailable):
        RemoteEngine(server.addresses[0], b"c", tls=TlsFiles(authority=folder / "ca.pem"), connect_s=0.5)


def test_wrong_files_are_named(folder: Path) -> None:
    with pytest.raises(ConfigError, match="a server needs certificate and key"):
        EngineServer(loaded(), ["localhost:0"], tls=TlsFiles(folder / "server.pem"))
    with pytest.raises(ConfigError, match=r"tls: key .*none: No such file"):
        EngineServer(loaded(), ["localhost:0"], tls=TlsFiles(folder / "server.pem", folder / "none"))
    with pytest.raises(ConfigError, match="go together"):
        client_credentials(TlsFiles(certificate=folder / "client.pem"))
