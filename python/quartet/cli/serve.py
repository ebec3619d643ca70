"""`quartet serve`: any engine over gRPC."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from quartet.cli.console import say
from quartet.cli.options import Json
from quartet.core.errors import ConfigError
from quartet.engines import self_test
from quartet.engines.addresses import parse_address
from quartet.engines.options import AUTO, MODES, EngineOptions
from quartet.engines.protocol import LoadedEngine
from quartet.engines.selection import load, select
from quartet.engines.server import serve as serve_engine
from quartet.engines.tls import TlsFiles

_TCP = "tcp:"


def serve(
    engine: Annotated[
        str, typer.Option("--engine", "-e", metavar="NAME", help="rust, cpp, go, python, or auto.")
    ] = AUTO,
    listen: Annotated[
        list[str] | None,
        typer.Option(
            "--listen", "-l", metavar="ADDRESS", help="unix:PATH or tcp:HOST:PORT; may be given more than once."
        ),
    ] = None,
    tls_certificate: Annotated[
        Path | None, typer.Option(metavar="PEM", help="Certificate, for listening on a network.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="PEM", help="Its key.")] = None,
    tls_authority: Annotated[
        Path | None, typer.Option(metavar="PEM", help="Authority that clients' certificates must be of.")
    ] = None,
    threads: Annotated[int, typer.Option(metavar="N", help="Threads of an engine.")] = 1,
    mode: Annotated[str, typer.Option(metavar="MODE", help=f"{', '.join(MODES)}.")] = AUTO,
    simd: Annotated[str, typer.Option(metavar="LEVEL", help="auto, scalar, or a level that the engine names.")] = AUTO,
    grace_s: Annotated[float, typer.Option(min=0.0, help="Seconds that running calls get to end.")] = 5.0,
    parent_watch: Annotated[bool, typer.Option("--parent-watch", help="End when stdin closes, too.")] = False,
    as_json: Json = False,
) -> None:
    """Serve an engine over gRPC, with health and reflection, until SIGTERM or SIGINT.

    A line of JSON on stdout says that it is ready: engine, version, contract, addresses. Port 0 takes a free one.
    No answer depends on --threads, --mode and --simd.

    [bold]Examples[/bold]

      quartet serve --engine rust --listen unix:quartet.sock

      quartet serve -e cpp -l tcp:127.0.0.1:50051 --threads 2
    """
    addresses = [address.removeprefix(_TCP) for address in listen or ["tcp:127.0.0.1:50051"]]
    for address in addresses:
        parse_address(address)
    files = (tls_certificate, tls_key, tls_authority)
    if any(files) and not (tls_certificate and tls_key):
        raise ConfigError("--tls-certificate and --tls-key belong together; give both")
    served = _served(load(select(engine).name), EngineOptions(threads, mode, simd))
    if not as_json:
        say(f"serving the {served.name} engine at {', '.join(addresses)}; Ctrl-C ends it")
    serve_engine(
        served,
        addresses,
        tls=TlsFiles(*files) if any(files) else None,
        grace_s=grace_s,
        parent_watch=parent_watch,
    )


def _served(engine: LoadedEngine, options: EngineOptions) -> LoadedEngine:
    """The engine that works so; ConfigError where it cannot, before anyone calls it."""
    if not options.changed:
        return engine
    if not engine.takes_options:
        raise ConfigError(f"the {engine.name} engine takes no --threads, --mode or --simd; leave them out")
    served = replace(engine, create=engine.factory(options))
    failure = self_test.failure(served)
    if failure:
        raise ConfigError(f"the {engine.name} engine cannot work with these options: {failure}")
    return served
