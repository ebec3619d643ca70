"""`quartet serve`: any engine over gRPC."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quartet.cli.console import say
from quartet.cli.options import Json
from quartet.core.errors import ConfigError
from quartet.engines.selection import AUTO, load, select
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
    grace_s: Annotated[float, typer.Option(min=0.0, help="Seconds that running calls get to end.")] = 5.0,
    parent_watch: Annotated[bool, typer.Option("--parent-watch", help="End when stdin closes, too.")] = False,
    as_json: Json = False,
) -> None:
    """Serve an engine over gRPC, with health and reflection, until SIGTERM or SIGINT.

    A line of JSON on stdout says that it is ready: engine, version, contract, addresses. Port 0 takes a free one.

    [bold]Examples[/bold]

      quartet serve --engine rust --listen unix:quartet.sock

      quartet serve -e cpp -l tcp:127.0.0.1:50051
    """
    addresses = [address.removeprefix(_TCP) for address in listen or ["tcp:127.0.0.1:50051"]]
    files = (tls_certificate, tls_key, tls_authority)
    if any(files) and not (tls_certificate and tls_key):
        raise ConfigError("--tls-certificate and --tls-key belong together; give both")
    name = select(engine).name
    if not as_json:
        say(f"serving the {name} engine at {', '.join(addresses)}; Ctrl-C ends it")
    serve_engine(
        load(name),
        addresses,
        tls=TlsFiles(*files) if any(files) else None,
        grace_s=grace_s,
        parent_watch=parent_watch,
    )
