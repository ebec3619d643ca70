"""`quartet data`: market data in the store: bring it in, list it, look at it, check it, ask it in SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

from quartet.cli.console import say, show_json
from quartet.cli.console import show as show_parts
from quartet.cli.data_tables import answer_part, dataset_parts, imported_parts, list_parts, sample_part, verdict_parts
from quartet.cli.failures import DIFFERENT
from quartet.cli.options import Json, parsed_map
from quartet.cli.progress import progress_bar
from quartet.core.errors import ConfigError
from quartet.core.parameters import Parameters
from quartet.core.registry import entry
from quartet.data.contracts.schemas import SCHEMAS
from quartet.data.dataset import Dataset
from quartet.data.loading import LoadOptions
from quartet.data.sample_data import samples as known_samples
from quartet.data.store import PLACE_VARIABLE, ImportOptions, Manifest, Store

app = typer.Typer(
    no_args_is_help=True,
    help="Market data in the store: each dataset with its contract, its provenance and its verdict.",
)

_READING = "How the data are read"
_STORING = "What becomes of them"
Place = Annotated[
    Path | None,
    typer.Option("--store", metavar="FOLDER", help=f"The store; default: ${PLACE_VARIABLE}, else the user's own."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the dataset in the store.")]


@app.command("import")
def import_data(
    name: Name,
    what: Annotated[
        list[str],
        typer.Argument(metavar="WHAT...", help="Files or folders; for a source what it takes: symbols, a file."),
    ],
    schema: Annotated[
        str, typer.Option("--schema", "-s", help=f"What the rows are: {', '.join(SCHEMAS)}.", rich_help_panel=_READING)
    ] = "bars",
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help="A source of `quartet list source` instead of files.",
            rich_help_panel=_READING,
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            "-o",
            metavar="KEY=VALUE",
            help="A parameter of the source, see `quartet show source NAME`.",
            rich_help_panel=_READING,
        ),
    ] = None,
    map: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="OURS=THEIRS", help="A column and where it is: close=Px/100.", rich_help_panel=_READING
        ),
    ] = None,
    symbol: Annotated[
        str | None, typer.Option("--symbol", help="Symbol of rows that name none.", rich_help_panel=_READING)
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", help="Zone of times without one: America/New_York.", rich_help_panel=_READING),
    ] = None,
    interval: Annotated[
        str | None,
        typer.Option(
            "--interval", help="What a bar stands for: 1m, 1d; 0: its stamp is its end.", rich_help_panel=_READING
        ),
    ] = None,
    duplicates: Annotated[
        Literal["refuse", "first", "last"],
        typer.Option("--duplicates", help="Rows with the key of another.", rich_help_panel=_READING),
    ] = "refuse",
    faulty: Annotated[
        Literal["refuse", "drop"],
        typer.Option("--faulty", help="Rows that break the contract by themselves.", rich_help_panel=_READING),
    ] = "refuse",
    signed_prices: Annotated[
        bool, typer.Option("--signed-prices", help="Prices of 0 and below are possible.", rich_help_panel=_READING)
    ] = False,
    calendar: Annotated[
        str | None,
        typer.Option(
            "--calendar", help="Sessions that gaps are counted against: XNYS, 24/7.", rich_help_panel=_STORING
        ),
    ] = None,
    adjusted: Annotated[
        bool,
        typer.Option(
            "--adjusted", help="Splits are in the prices already, or there can be none.", rich_help_panel=_READING
        ),
    ] = False,
    existing: Annotated[
        Literal["refuse", "replace", "append"],
        typer.Option("--existing", help="Where the store has a dataset of that name.", rich_help_panel=_STORING),
    ] = "refuse",
    accept_failed: Annotated[
        bool,
        typer.Option("--accept-failed", help="Import data that break their contract too.", rich_help_panel=_STORING),
    ] = False,
    licence: Annotated[
        str, typer.Option("--licence", help="Under which they may be used; it is kept.", rich_help_panel=_STORING)
    ] = "",
    store: Place = None,
    as_json: Json = False,
) -> None:
    """Bring files, or what a source gives, into the store: sorted, checked, in files of a year, a month or a day.

    Files may be larger than memory. An import that was interrupted goes on where it was when the same command runs
    again; until it has ended the store is as it was. Data that break their contract are refused with the row, the
    symbol, the time and the remedy.

    [bold]Examples[/bold]

      quartet data import us_daily prices/*.csv --calendar XNYS

      quartet data import eurusd ticks.csv.gz --schema quotes --timezone UTC

      quartet data import es_book es.dbn.zst --source dbn -o kind=book

      quartet data import demo_ticks none --source simulated_book -o events=50000 -o seed=7
    """
    load = LoadOptions(
        timezone=timezone,
        map=parsed_map(map or []),
        symbol=symbol,
        interval=_interval(interval),
        duplicates=duplicates,
        faulty=faulty,
    )
    options = ImportOptions(
        existing=existing,
        signed_prices=signed_prices,
        calendar=calendar,
        adjusted=adjusted,
        duplicates=duplicates,
        accept_failed=accept_failed,
    )
    opened = Store(store)
    with progress_bar("reading") as bar:
        if source is None:
            manifest = opened.import_files(name, what, schema, load, options, licence=licence, progress=bar.shows)
        else:
            dataset = _from_source(source, what, option or [])
            manifest = opened.import_dataset(name, dataset, options, progress=bar.shows)
    if as_json:
        show_json(manifest_json(manifest))
    else:
        show_parts(*imported_parts(manifest, opened.place))


@app.command("list")
def list_datasets(store: Place = None, as_json: Json = False) -> None:
    """List the datasets of the store: what they are, from when to when, how large, and their verdict.

    [bold]Examples[/bold]

      quartet data list

      quartet data list --store results/store --json
    """
    opened = Store(store)
    manifests = opened.datasets()
    if as_json:
        show_json({"store": str(opened.place), "datasets": [manifest_json(each) for each in manifests]})
    else:
        show_parts(*list_parts(opened.place, manifests))


@app.command()
def show(
    name: Name,
    rows: Annotated[int, typer.Option("--rows", "-n", min=0, help="Rows to show, from the start.")] = 5,
    store: Place = None,
    as_json: Json = False,
) -> None:
    """Show a dataset: where it comes from, what was done to it, what was found in it, and its first rows.

    [bold]Examples[/bold]

      quartet data show us_daily

      quartet data show us_daily --rows 20
    """
    opened = Store(store)
    manifest = opened.manifest(name)
    if as_json:
        show_json({**manifest.to_dict(), "first_rows": _cells(opened, name, rows)})
    else:
        show_parts(*dataset_parts(manifest, opened.scan(name).head(rows).collect() if rows else None))


@app.command()
def check(name: Name, store: Place = None, as_json: Json = False) -> None:
    """Read a dataset anew and check it: the hash of every file, the contract, and what is doubtful.

    Exits with 1 where a file is torn or the data break their contract.

    [bold]Examples[/bold]

      quartet data check us_daily

      quartet data check us_daily --json
    """
    opened = Store(store)
    manifest = opened.manifest(name)
    with progress_bar("checking", len(manifest.partitions)) as bar:
        verdict = opened.check(name, bar.shows)
    if as_json:
        show_json({"name": name, "sha256": manifest.hash, "verdict": verdict.to_dict()})
    else:
        show_parts(*verdict_parts(name, verdict))
    if not verdict.passed:
        raise typer.Exit(DIFFERENT)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A query; every dataset is a view by its name.")],
    store: Place = None,
    as_json: Json = False,
) -> None:
    """Ask the store in SQL (DuckDB; needs the extra data).

    [bold]Examples[/bold]

      quartet data query "select symbol, count(*) from us_daily group by symbol"
    """
    answer = Store(store).sql(sql)
    if as_json:
        show_json({"columns": answer.columns, "rows": [[_plain(cell) for cell in row] for row in answer.iter_rows()]})
    else:
        show_parts(answer_part(answer))


@app.command()
def remove(name: Name, store: Place = None) -> None:
    """Take a dataset out of the store.

    [bold]Examples[/bold]

      quartet data remove us_daily
    """
    Store(store).remove(name)
    say(f"{name} is removed")


@app.command()
def samples(as_json: Json = False) -> None:
    """List real data that need no file: what Quartet carries, and what packages of the extra demo carry.

    [bold]Examples[/bold]

      quartet data samples

      quartet data import oil wti_spot --source sample --signed-prices
    """
    known = known_samples()
    if as_json:
        names = ("name", "what", "schema", "licence", "home", "installed")
        show_json({"samples": [{name: getattr(each, name) for name in names} for each in known]})
    else:
        show_parts(sample_part(known))


def manifest_json(manifest: Manifest) -> dict[str, Any]:
    """A dataset in short."""
    return {
        "name": manifest.name,
        "schema": manifest.schema,
        "rows": manifest.rows,
        "symbols": len(manifest.symbols),
        "first_ns": min((each.first_ns for each in manifest.partitions), default=None),
        "last_ns": max((each.last_ns for each in manifest.partitions), default=None),
        "bytes": manifest.bytes,
        "files": len(manifest.partitions),
        "sha256": manifest.hash,
        "simulated": manifest.provenance.simulated,
        "grade": manifest.verdict.grade,
        "quarantined": list(manifest.verdict.quarantined),
    }


def _from_source(name: str, what: list[str], options: list[str]) -> Dataset:
    found = entry("source", name)
    values = {key: _typed(found.parameters, key, text) for key, text in parsed_map(options).items()}
    asked: Any = what[0] if len(what) == 1 else what
    dataset: Dataset = found(None if asked == "none" else asked, **values)
    return dataset


def _typed(parameters: type[Parameters], key: str, text: str) -> Any:
    """The text as the type of its parameter; what is no such parameter stays text and is refused with its name."""
    field = parameters.model_fields.get(key)
    kinds = {field.annotation, *get_args(field.annotation)} if field else set()
    try:
        if bool in kinds:
            return {"true": True, "false": False}[text.lower()]
        return int(text) if int in kinds else float(text) if float in kinds else text
    except (ValueError, KeyError):
        wanted = "true or false" if bool in kinds else "a whole number" if int in kinds else "a number"
        raise ConfigError(f"--option {key}={text}: it must be {wanted}") from None


def _interval(text: str | None) -> str | int | None:
    return int(text) if text is not None and text.isdigit() else text


def _cells(store: Store, name: str, rows: int) -> list[dict[str, Any]]:
    frame = store.scan(name).head(rows).collect()
    return [{key: _plain(cell) for key, cell in row.items()} for row in frame.iter_rows(named=True)]


def _plain(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, (bool, int, float, str)) else str(cell)
