"""Addresses: what is accepted, and what is said about the rest."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from quartet.core.errors import ConfigError
from quartet.engines import addresses
from quartet.engines.addresses import SocketFolder, claim_socket, parse_address


@pytest.fixture
def short_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="q-") as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    ("text", "target", "local"),
    [
        ("127.0.0.1:50051", "127.0.0.1:50051", True),
        ("tcp:127.0.0.1:7", "127.0.0.1:7", True),
        ("localhost:0", "localhost:0", True),
        ("0.0.0.0:1", "0.0.0.0:1", False),
        ("[::1]:65535", "[::1]:65535", True),
        ("unix:/run/q.sock", "unix:/run/q.sock", True),
        ("unix:///run/q.sock", "unix:/run/q.sock", True),
    ],
)
def test_good_addresses(text: str, target: str, local: bool) -> None:
    address = parse_address(text)
    assert (address.target, address.is_local) == (target, local)
    assert parse_address(address.text) == address


@pytest.mark.parametrize("text", ["", "here", ":80", "host:", "host:x", "host:65536", "host:-1", "unix:", "tcp:80"])
def test_bad_addresses_are_named(text: str) -> None:
    with pytest.raises(ConfigError, match="address"):
        parse_address(text)


def test_a_long_socket_path_is_refused_with_its_length() -> None:
    with pytest.raises(ConfigError, match="has 120 bytes, the system allows 107; use a shorter folder"):
        parse_address("unix:/" + "x" * 119)


def test_a_live_socket_is_not_taken_over_and_a_dead_one_is_removed(short_folder: Path) -> None:
    path = short_folder / "s"
    claim_socket(str(path))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        with pytest.raises(ConfigError, match="another server listens there"):
            claim_socket(str(path))
    claim_socket(str(path))
    assert not path.exists()


def test_files_and_missing_folders_are_refused(short_folder: Path) -> None:
    (short_folder / "file").write_text("")
    with pytest.raises(ConfigError, match="not a socket"):
        claim_socket(str(short_folder / "file"))
    with pytest.raises(ConfigError, match="folder does not exist"):
        claim_socket(str(short_folder / "none" / "s"))


def test_a_socket_folder_avoids_long_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    long_place = tmp_path / ("x" * 100)
    long_place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long_place))
    folder = SocketFolder()
    path = folder.address.path
    assert path is not None and not path.startswith(str(long_place))
    assert len(path) <= addresses.SOCKET_PATH_BYTES_MAX
    assert Path(folder.path).stat().st_mode & 0o777 == 0o700
    folder.remove()
    assert not Path(folder.path).exists()


def test_no_place_for_a_socket_says_what_was_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("x" * 100)))
    monkeypatch.setattr(addresses, "_SHORT_PLACES", (tmp_path / "none",))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with pytest.raises(ConfigError, match=r"too long.*set TMPDIR"):
        SocketFolder()
