"""One pass over the data for many parameter sets: each answers as an engine of its own would."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quartet.core.contract import COUNTERS
from quartet.core.errors import ConfigError
from quartet.core.pb import config_pb2
from quartet.data.batch import EventBatch
from quartet.data.intake import to_batch
from quartet.engines.config import EngineSettings, Variants
from quartet.engines.config.trading import ANY_SYMBOL
from quartet.engines.configured_engine import ConfigSource, settings_of
from quartet.engines.protocol import Closeable
from quartet.engines.selection import select
from quartet.engines.sweep_core import AMOUNTS, ROW, SweepCore, amounts, sweep_core
from quartet.engines.symbol_names import symbol_names

Grid: TypeAlias = Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]
"""Values by dotted key, every combination of which is a member; or the members themselves."""
_UNITS: Final = 10**18
_MONEY: Final = pl.Decimal(38, 18)


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What the members of a sweep made of the data."""

    engine: str
    table: pl.DataFrame
    """A row a member: its parameters, counters, money as decimals, total_return, max_drawdown (shares of the first
    cash; the drawdown is that of `equity`), and `error`: why it could not run, null where it did."""
    equity: NDArray[np.float64]
    """(members, points + 1): the equity before the data and after each of `points` equal parts of it; NaN where a
    member could not run."""
    events: int
    elapsed_ns: int
    """Time of the pass over the data."""
    preparation_ns: int
    """Time of what comes before it: the members' configurations, the data as a batch, the engines."""


def sweep(
    template: ConfigSource,
    grid: Grid,
    data: Any,
    *,
    symbols: Iterable[str] | None = None,
    engine: str | None = None,
    points: int = 1,
    progress: Callable[[int, int], None] | None = None,
    **how: Any,
) -> SweepResult:
    """Run every member of the grid over the data.

    template: a configuration in any form. grid: dotted keys that go over it, {"policy.target.max_quantity": [1, 2]}.
    data: what process_market_data takes. symbols, engine, how: as for TradingEngine and process_market_data.
    points: into how many parts the data is cut to look at the equity. progress: called with parts done and in all.

    A member whose configuration is refused has its error in the table and does not stop the others; where all are,
    ConfigError is raised. Engines of sweeps are as those of single runs, to the last bit (spec 15.1).
    """
    called = time.perf_counter_ns()
    if points < 1:
        raise ConfigError(f"points is {points}, not at least 1")
    base = settings_of(template)
    parameters = members(grid)
    configs, errors = _configs(Variants(base, _names(base, symbols, data)), parameters)
    runnable = [config for config in configs if config]
    if not runnable:
        raise ConfigError(f"no member of the sweep can run; the first: {errors[0]}")
    instruments = config_pb2.EngineConfig.FromString(runnable[0]).instruments
    batch = data if isinstance(data, EventBatch) else to_batch(data, instruments=instruments, **how)[0]
    chosen = select(engine or base.engine.type, base.engine.fallback_to_python)
    core = sweep_core(chosen.name, chosen.create, runnable, base.threads)
    try:
        started = time.perf_counter_ns()
        equity = _pass(core, batch, points, progress or (lambda done, total: None))
        ended = time.perf_counter_ns()
        rows = np.frombuffer(core.rows(), ROW)
    finally:
        if isinstance(core, Closeable):
            core.close()
    places = np.array([place for place, config in enumerate(configs) if config])
    paths = np.full((len(parameters), points + 1), np.nan)
    paths[places] = equity
    table = _table(parameters, errors, places, rows, equity)
    return SweepResult(chosen.name, table, paths, len(batch), ended - started, started - called)


def members(grid: Grid) -> list[dict[str, Any]]:
    """The parameter sets of a grid, the last key fastest; ConfigError where there is none."""
    if isinstance(grid, Mapping):
        made = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    else:
        made = [dict(member) for member in grid]
    if not made or not any(made):
        raise ConfigError("the grid of a sweep has no member; give at least one key with one value")
    return made


def _names(base: EngineSettings, symbols: Iterable[str] | None, data: Any) -> list[str]:
    listed = [entry.symbol for entry in base.instruments if entry.symbol != ANY_SYMBOL]
    if symbols is not None:
        return list(symbols)
    if len(listed) == len(base.instruments):
        return listed
    return sorted({*listed, *symbol_names(data)}, key=str.encode)


def _configs(variants: Variants, parameters: Sequence[Mapping[str, Any]]) -> tuple[list[bytes], list[str | None]]:
    """The configuration of every member, empty where it is refused, and why."""
    configs: list[bytes] = []
    errors: list[str | None] = []
    for member in parameters:
        try:
            configs.append(variants.engine_config(member))
            errors.append(None)
        except ConfigError as error:
            configs.append(b"")
            errors.append(str(error))
    return configs, errors


def _pass(core: SweepCore, batch: EventBatch, points: int, progress: Callable[[int, int], None]) -> NDArray[np.float64]:
    """Feed the data in parts; the equity of every member before the first and after each."""
    equity = [_equity(core)]
    parts = list(batch.split(max(1, math.ceil(len(batch) / points))))
    for done, part in enumerate(parts, 1):
        core.process(part.to_columns(), part.controls)
        equity.append(_equity(core))
        progress(done, len(parts))
    equity += [equity[-1]] * (points - len(parts))
    return np.stack(equity, axis=1)


def _equity(core: SweepCore) -> NDArray[np.float64]:
    return np.array([amount / _UNITS for amount in amounts(np.frombuffer(core.rows(), ROW), "equity")])


def _table(
    parameters: Sequence[Mapping[str, Any]],
    errors: Sequence[str | None],
    places: NDArray[np.intp],
    rows: NDArray[np.void],
    equity: NDArray[np.float64],
) -> pl.DataFrame:
    keys = list(dict.fromkeys(key for member in parameters for key in member))
    columns: dict[str, Any] = {
        key: pl.Series(key, [member.get(key) for member in parameters], strict=False) for key in keys
    }
    count = len(parameters)

    def spread(values: Sequence[Any]) -> list[Any]:
        whole: list[Any] = [None] * count
        for place, value in zip(places, values, strict=True):
            whole[place] = value
        return whole

    for name in COUNTERS:
        columns[name] = pl.Series(name, spread(rows[name].tolist()), pl.UInt64)
    for name in AMOUNTS:
        money = [Decimal(amount).scaleb(-18) for amount in amounts(rows, name)]
        columns[name] = pl.Series(name, spread(money), _MONEY)
    first = equity[:, 0]
    peaks = np.maximum.accumulate(equity, axis=1)
    columns["total_return"] = pl.Series("total_return", spread((equity[:, -1] / first - 1).tolist()), pl.Float64)
    drawdown = ((peaks - equity) / peaks).max(axis=1)
    columns["max_drawdown"] = pl.Series("max_drawdown", spread(drawdown.tolist()), pl.Float64)
    columns["error"] = pl.Series("error", list(errors), pl.String)
    return pl.DataFrame(columns)
