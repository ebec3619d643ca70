"""Databento's historical service: records are fetched into a file of its binary encoding, then read as such a file."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from quartet.core.errors import DataError
from quartet.core.extras import needed
from quartet.core.parameters import Parameters, parameter
from quartet.core.registry import register
from quartet.data.dataset import Dataset
from quartet.data.providers.dbn import DbnParameters, dbn
from quartet.data.providers.network import asking, key_of, symbols_of

_KINDS: Final[dict[str, Literal["quotes", "trades", "book", "bars"]]] = {
    "trades": "trades",
    "mbp-1": "quotes",
    "mbp-10": "book",
    "mbo": "book",
}


class DatabentoParameters(Parameters):
    """What is asked for. Requests cost money: see Databento's price of a range before it is fetched."""

    dataset: str = parameter("GLBX.MDP3", "Databento's name of the venue's data.")
    records: Literal["mbo", "mbp-1", "mbp-10", "trades", "ohlcv-1s", "ohlcv-1m", "ohlcv-1h", "ohlcv-1d"] = parameter(
        "ohlcv-1d", "Databento's schema: mbo becomes a book, mbp-1 quotes, ohlcv bars."
    )
    start: str = parameter(..., "First time, 2024-01-02.")
    end: str | None = parameter(None, "Up to this time.")
    folder: str | None = parameter(
        None, "Where the fetched file is kept; it is not fetched again. Default: it is not kept."
    )
    base_url: str | None = parameter(None, "Another address of the service.")


@register(
    "source",
    "databento",
    parameters=DatabentoParameters,
    schemas="bars, trades, quotes, book",
    needs="extra databento",
    network=True,
)
def databento(what: Any, parameters: DatabentoParameters) -> Dataset:
    """Exchange data of Databento by symbol; the key is that of DATABENTO_API_KEY. What is kept is not fetched again."""
    package = needed("databento", "databento", "the source databento")
    symbols = symbols_of(what)
    kind = _KINDS.get(parameters.records, "bars")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(parameters.folder or scratch)
        name = "_".join([parameters.dataset, *symbols[:4], parameters.start, parameters.end or "", parameters.records])
        path = folder / f"{name.replace('/', '-').replace(':', '')}.dbn.zst"
        if not path.is_file():
            _fetch(package, path, symbols, parameters)
        dataset = dbn(path, DbnParameters(kind=kind))
    said = {"symbols": symbols, **parameters.model_dump(exclude={"base_url", "folder"})}
    return replace(dataset, provenance=replace(dataset.provenance, source="databento", parameters=said))


def _fetch(package: Any, path: Path, symbols: list[str], parameters: DatabentoParameters) -> None:
    key = key_of("DATABENTO_API_KEY", "Databento")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    with asking("Databento", package.BentoError):
        client = package.Historical(key, **({"gateway": parameters.base_url} if parameters.base_url else {}))
        store = client.timeseries.get_range(
            dataset=parameters.dataset,
            symbols=symbols,
            schema=parameters.records,
            start=parameters.start,
            end=parameters.end,
        )
        if store.nbytes == 0:
            raise DataError(f"Databento gave no records for {', '.join(symbols)}")
        store.to_file(partial)
    partial.replace(path)
