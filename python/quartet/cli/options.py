"""Options that several commands have, and how files of data are described on the command line."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_type_hints

import typer

from quartet.core.errors import ConfigError
from quartet.data.file_plan import FileOptions
from quartet.data.sides import SideMode

_PANEL: Final = "Data files"

Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout and nothing else.")]
EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine", "-e", metavar="NAME", help="rust, cpp, go, python, or auto; default: what the configuration says."
    ),
]
PngOption = Annotated[
    Path | None,
    typer.Option(
        "--png",
        metavar="DIR",
        help="Where PNG files of each chart and of the page go: extra png, and Chromium.",
    ),
]
PngTheme = Annotated[Literal["light", "dark"], typer.Option("--png-theme", help="Colours of the PNG files.")]
ConfigFile = Annotated[Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration, a YAML file.")]
DataFiles = Annotated[
    list[str],
    typer.Option(
        "--data", "-d", metavar="FILE", help="A data file, or demo:NAME; give it more than once to merge by time."
    ),
]


def _file_options(
    map: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="OURS=THEIRS", rich_help_panel=_PANEL, help="A field and its column: bid_price=Bid/10000."
        ),
    ] = None,
    symbol: Annotated[
        str | None,
        typer.Option(
            "--symbol", rich_help_panel=_PANEL, help="Symbol of files that name none; default: the file's name."
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind", rich_help_panel=_PANEL, help="quote, trade, book, bar or external_signal, if not clear."
        ),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", rich_help_panel=_PANEL, help="Zone of times without one: America/New_York."),
    ] = None,
    time_unit: Annotated[
        str | None, typer.Option("--time-unit", rich_help_panel=_PANEL, help="ns, us, ms or s of whole-number times.")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", rich_help_panel=_PANEL, help="Day of files with times of day only.")
    ] = None,
    interval: Annotated[
        str | None,
        typer.Option("--interval", rich_help_panel=_PANEL, help="What a bar stands for: 1m, 1h, 1d; 0: its end."),
    ] = None,
    sides: Annotated[
        SideMode,
        typer.Option("--sides", rich_help_panel=_PANEL, help="What becomes of quotes that bring one side only."),
    ] = SideMode.AUTO,
    default_size: Annotated[
        str,
        typer.Option("--default-size", rich_help_panel=_PANEL, help="Size of rows whose file has none; 0: refused."),
    ] = "1",
    feed_latency_ns: Annotated[
        int,
        typer.Option(
            "--feed-latency-ns", rich_help_panel=_PANEL, help="ts_init - ts_event where the file does not say."
        ),
    ] = 0,
) -> FileOptions:
    """The options of data files as one object."""
    return FileOptions(
        kind=kind,
        map=parsed_map(map or []),
        timezone=timezone,
        time_unit=time_unit,
        date=date,
        symbol=symbol,
        interval=_interval(interval),
        sides=sides,
        default_size=default_size,
        feed_latency_ns=feed_latency_ns,
    )


def checked_png(folder: Path | None) -> Path | None:
    """The folder, where pictures can be made here; before long work, not after it."""
    if folder is not None:
        from quartet.report.pictures import require_browser

        require_browser()
    return folder


def parsed_map(entries: list[str]) -> dict[str, str]:
    """Entries like bid_price=Bid/10000 as a mapping."""
    pairs = [entry.partition("=") for entry in entries]
    for (ours, equals, _), entry in zip(pairs, entries, strict=True):
        if not equals or not ours:
            raise ConfigError(f"--map {entry!r}: write OURS=THEIRS, for example bid_price=Bid")
    return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}


def _interval(text: str | None) -> str | int | None:
    return int(text) if text is not None and text.isdigit() else text


def with_file_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of data files; it gets them as `files`."""
    own = inspect.signature(command)
    theirs = inspect.signature(_file_options)
    kept = [parameter for name, parameter in own.parameters.items() if name != "files"]

    @wraps(command)
    def wrapper(**values: Any) -> Any:
        files = _file_options(**{name: values.pop(name) for name in theirs.parameters})
        return command(**values, files=files)

    hints = get_type_hints(command, include_extras=True) | get_type_hints(_file_options, include_extras=True)
    # Names of types are resolved here: typer would look for them in this module.
    parameters = [each.replace(annotation=hints[each.name]) for each in (*kept, *theirs.parameters.values())]
    wrapper.__annotations__ = {each.name: each.annotation for each in parameters}
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    del wrapper.__wrapped__  # typer would look through it
    return wrapper
