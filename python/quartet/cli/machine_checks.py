"""What `quartet doctor` looks at: each check says what it found and, where something is missing, what to do."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from quartet.core.errors import ConfigError
from quartet.engines.addresses import SocketFolder
from quartet.engines.selection import availability

OK: Final = "ok"
MISSING: Final = "missing"
"""Something that is needed for a part of Quartet only."""
FAILED: Final = "failed"
"""Something that is broken, or that nothing works without."""

_PYTHON_MIN: Final = (3, 11)
_DEFAULT_PORT: Final = 50051
_FREE_MB_MIN: Final = 500
_SECONDS: Final = 20
_EXTRAS: Final = ("demo", "pandas", "postgres", "research")


@dataclass(frozen=True, slots=True)
class Check:
    """The answer of one check."""

    area: str
    name: str
    outcome: str
    found: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class _Tool:
    """A program that builds an engine."""

    name: str
    arguments: tuple[str, ...]
    version_min: tuple[int, ...]
    what_for: str
    fix: str


_TOOLS: Final = (
    _Tool("c++", ("--version",), (11,), "C++ engine", "Debian: apt-get install g++"),
    _Tool("cmake", ("--version",), (3, 24), "C++ engine", "Debian: apt-get install cmake"),
    _Tool("ninja", ("--version",), (1, 10), "C++ engine", "Debian: apt-get install ninja-build"),
    _Tool("cargo", ("--version",), (1, 88), "Rust engine", "install Rust by rustup, or rustup update"),
    _Tool("go", ("version",), (1, 26), "Go engine", "install Go from the Go project's downloads"),
)
_HEADERS: Final = (
    ("protozero/pbf_message.hpp", "C++ engine (else fetched by CMake)", "Debian: apt-get install libprotozero-dev"),
    ("gtest/gtest.h", "tests of the C++ engine", "Debian: apt-get install libgtest-dev"),
    ("benchmark/benchmark.h", "benchmarks of the C++ engine", "Debian: apt-get install libbenchmark-dev"),
)


def all_checks() -> Iterator[Check]:
    """Every check, one after the other."""
    for check in (_python, _dependencies, _extras, _engines, _tools, _headers, _socket_folder, _temp_space, _port):
        yield from check()


def _python() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info[:2] >= _PYTHON_MIN
    fix = "" if good else f"use Python {'.'.join(map(str, _PYTHON_MIN))} or later and run build_scripts/setup.sh"
    yield Check("python", "interpreter", OK if good else FAILED, f"{version} at {sys.executable}", fix)


def _requirements(extra: str = "") -> list[Requirement]:
    """What the package needs, without an extra or for one."""
    listed = [Requirement(text) for text in importlib.metadata.requires("quartet") or []]
    if not extra:
        return [each for each in listed if each.marker is None]
    return [each for each in listed if each.marker is not None and f'extra == "{extra}"' in str(each.marker)]


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _dependencies() -> Iterator[Check]:
    wrong = []
    needed = _requirements()
    for each in needed:
        version = _installed(each.name)
        if version is None or not each.specifier.contains(version, prereleases=True):
            wrong.append(f"{each.name} {version or 'is not installed'} (wanted {each.specifier})")
    found = "; ".join(wrong) or f"{len(needed)} packages as required"
    yield Check("python", "packages", FAILED if wrong else OK, found, "run build_scripts/setup.sh" if wrong else "")


def _extras() -> Iterator[Check]:
    for extra in _EXTRAS:
        absent = [each.name for each in _requirements(extra) if _installed(each.name) is None]
        found = f"not installed: {', '.join(absent)}" if absent else "installed"
        yield Check(
            "python",
            f"extra {extra}",
            MISSING if absent else OK,
            found,
            f"pip install quartet[{extra}]" if absent else "",
        )


def _engines() -> Iterator[Check]:
    for status in availability(tested=True):
        if status.available:
            yield Check("engines", status.name, OK, f"{status.version} ({status.build}), self-test passed")
        else:
            absent = "not installed" in status.reason or "neither beside" in status.reason
            yield Check("engines", status.name, MISSING if absent else FAILED, status.reason, status.fix)


def _output(command: list[str]) -> str | None:
    """What a program prints, None where it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def _tools() -> Iterator[Check]:
    for tool in _TOOLS:
        path = shutil.which(tool.name)
        text = _output([path, *tool.arguments]) if path else None
        numbers = re.search(r"\d+(?:\.\d+)+", text or "")
        name = f"{tool.name} (for the {tool.what_for})"
        wanted = ".".join(map(str, tool.version_min))
        if text is None or numbers is None:
            yield Check("toolchains", name, MISSING, "not found" if path is None else f"{path} cannot be run", tool.fix)
        elif tuple(map(int, numbers[0].split("."))) < tool.version_min:
            yield Check("toolchains", name, MISSING, f"{numbers[0]} is older than {wanted}", tool.fix)
        else:
            yield Check("toolchains", name, OK, f"{numbers[0]} at {path}")


def _headers() -> Iterator[Check]:
    compiler = shutil.which("c++")
    if compiler is None:
        return
    for header, what_for, fix in _HEADERS:
        there = _preprocesses(compiler, header)
        yield Check(
            "system packages",
            header,
            OK if there else MISSING,
            "found" if there else f"not found; for {what_for}",
            "" if there else fix,
        )


def _preprocesses(compiler: str, header: str) -> bool:
    command = [compiler, "-std=c++20", "-E", "-x", "c++", "-"]
    try:
        done = subprocess.run(
            command, input=f"#include <{header}>\n", capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _socket_folder() -> Iterator[Check]:
    try:
        folder = SocketFolder()
    except ConfigError as error:
        yield Check("system", "socket folder", FAILED, str(error), "set TMPDIR to a short folder that can be written")
        return
    text = f"{folder.path} is short enough and can be written"
    folder.remove()
    yield Check("system", "socket folder", OK, text)


def _temp_space() -> Iterator[Check]:
    place = Path(tempfile.gettempdir())
    free = shutil.disk_usage(place).free // 2**20
    good = free >= _FREE_MB_MIN and os.access(place, os.W_OK)
    fix = "" if good else f"free at least {_FREE_MB_MIN} MiB there, or set TMPDIR to another folder"
    yield Check("system", "temporary folder", OK if good else FAILED, f"{place}, {free:,} MiB free", fix)


def _port() -> Iterator[Check]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", _DEFAULT_PORT))
        except OSError as error:
            fix = "stop what listens there, or give `quartet serve` another --listen"
            yield Check("system", f"port {_DEFAULT_PORT}", MISSING, f"in use: {error.strerror}", fix)
            return
    yield Check("system", f"port {_DEFAULT_PORT}", OK, "free, for quartet serve")
