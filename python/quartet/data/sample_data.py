"""Real data by name: what Quartet carries, what packages of the extra `demo` carry, files in a folder of yours.

Nothing is downloaded. Only data in the public domain lie inside the package; others stay where their licence wants.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from quartet.core.errors import DataError
from quartet.core.suggestion import suggestion
from quartet.data.contracts.schema import Schema
from quartet.data.dataset import Dataset
from quartet.data.demo import available, load_demo
from quartet.data.loading import load
from quartet.data.provenance import Provenance
from quartet.data.quality import assess

FOLDER_VARIABLE: Final = "QUARTET_SAMPLES"
_PUBLIC: Final = "ODC-PDDL-1.0 (public domain)"
_HERE: Final = Path(__file__).parent / "packaged"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample that can be loaded."""

    name: str
    what: str
    schema: str
    licence: str
    home: str
    """quartet, the package that carries it, or the folder."""
    installed: bool = True


@dataclass(frozen=True, slots=True)
class _Carried:
    file: str
    what: str
    schema: str
    symbol: str
    column: str
    signed_prices: bool = False


_CARRIED: Final = {
    "wti_spot": _Carried("wti_daily.csv.gz", "WTI crude oil, USD, daily 1986-2026", "bars", "WTI", "Price", True),
    "us_10y_yield": _Carried(
        "us_10y_yield_monthly.csv.gz", "US ten-year yield, percent, monthly", "series", "US10Y", "Rate"
    ),
    "us_cpi": _Carried(
        "us_cpi_monthly.csv.gz", "US consumer prices, 1982-84 = 100, monthly", "series", "US_CPI", "Index"
    ),
}


def samples(folder: str | Path | None = None) -> list[Sample]:
    """All samples that are known, and whether their package is installed.

    folder: where files of your own are; by default that of the variable QUARTET_SAMPLES, if it is set.
    """
    carried = [Sample(name, each.what, each.schema, _PUBLIC, "quartet") for name, each in _CARRIED.items()]
    demos = [
        Sample(each.name, each.description, "bars", each.licence, each.package, each.installed) for each in available()
    ]
    files = [Sample(name, "a file of yours", "as asked", "", str(path)) for name, path in _files(folder)]
    return [*carried, *demos, *files]


def sample(
    name: str, *, schema: str | Schema | None = None, folder: str | Path | None = None, **options: Any
) -> Dataset:
    """The sample of that name as a Dataset.

    schema and options (those of load) are for files of a folder, which may be of any kind. DataError with the nearest
    name where there is none, and with the extra where its package is missing.
    """
    if name in _CARRIED:
        return _carried(name)
    if name in {each.name for each in available()}:
        demo = load_demo(name)
        made = Provenance(
            name,
            f"package {demo.info.package}",
            licence=demo.info.licence,
            parameters={"adjusted": True},
            steps=(demo.info.description,),
        )
        dataset = Dataset.of(demo.frame, "bars", made)
        return dataset.with_verdict(assess(demo.frame, "bars", adjusted=True))
    files = dict(_files(folder))
    if name in files:
        return load(files[name], schema or "bars", **options)
    known = [each.name for each in samples(folder)]
    near = suggestion(name, known) or f"; there are: {', '.join(known)}"
    raise DataError(
        f"there is no sample {name!r}{near} (files of yours are found in folder=, or in ${FOLDER_VARIABLE})"
    )


def _carried(name: str) -> Dataset:
    entry = _CARRIED[name]
    value = "close" if entry.schema == "bars" else "value"
    loaded = load(
        _HERE / entry.file,
        entry.schema,
        symbol=entry.symbol,
        map={value: entry.column},
        signed_prices=entry.signed_prices,
        adjusted=True,
        name=name,
        licence=_PUBLIC,
    )
    return replace(loaded, provenance=replace(loaded.provenance, source="quartet"))


def _files(folder: str | Path | None) -> Iterator[tuple[str, Path]]:
    """Files below the folder by the part of their name before the first dot."""
    place = folder or os.environ.get(FOLDER_VARIABLE)
    if place:
        for path in sorted(Path(place).rglob("*")):
            if path.is_file() and path.suffix != ".md" and not path.name.startswith("."):
                yield path.name.partition(".")[0], path
