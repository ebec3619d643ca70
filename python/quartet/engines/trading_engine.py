"""TradingEngine: one engine, opened from a configuration, fed with market data of any form, read as decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from quartet.core.contract import EventKind, Level, Status
from quartet.core.errors import ConfigError, EngineError
from quartet.core.lazy import lazy_module
from quartet.core.pb import market_data_pb2, program_pb2, risk_pb2
from quartet.data.batch import EventBatch
from quartet.data.builders import with_clocks
from quartet.data.exact import Places
from quartet.engines import commands
from quartet.engines.config import EngineSettings
from quartet.engines.configured_engine import ConfiguredEngine, with_limits
from quartet.engines.results import Result
from quartet.graph import Graph

if TYPE_CHECKING:
    import polars as pl

    from quartet.engines import evaluation, performance_stats, snapshot_reader, views
    from quartet.engines.snapshot_model import Snapshot
else:
    # What looks at a running engine is not needed to run one.
    evaluation = lazy_module("quartet.engines.evaluation")
    performance_stats = lazy_module("quartet.engines.performance_stats")
    snapshot_reader = lazy_module("quartet.engines.snapshot_reader")
    views = lazy_module("quartet.engines.views")


@dataclass(frozen=True, slots=True)
class Health:
    """Whether an engine can be relied on. `failure` is empty while it works."""

    engine: str
    available: bool
    degraded: bool
    reason: str
    failure: str
    events: int
    last_ts_ns: int


class TradingEngine(ConfiguredEngine):
    """An engine and its stream of events. It is for one thread at a time.

    The symbol table is that of `symbols`, else that of the configuration's instruments. Where these have a
    template "*", it is fixed by the first data: the symbols named there and those of the instruments.
    """

    def process_market_data(
        self,
        data: Any,
        check_risk: bool | None = None,
        *,
        kind: EventKind | str | None = None,
        map: Mapping[str, str] | None = None,
        places: Places | str = Places.EXACT,
        timezone: str = "UTC",
        clocks: bool = True,
    ) -> Result:
        """Feed market data: dicts with decimal strings, NumPy structured arrays, data frames, Arrow, EventBatch.

        check_risk says what the caller relies on; it must agree with the configuration, which only in research
        may switch the pre-trade rows off. kind, map, places, timezone: as in quartet.data.intake.to_batch.
        clocks: where the data has bars and no clock, a clock closes every stamp that has a bar (spec 10.1).
        """
        started = perf_counter_ns()
        configured = self.settings.risk_management.check_risk
        if check_risk is not None and check_risk != configured:
            raise ConfigError(
                f"check_risk={check_risk}, but risk_management.check_risk is {configured};"
                " only a research configuration may switch the pre-trade rows off"
            )
        batch, rejects = self._intake(data, kind=kind, map=map, places=places, timezone=timezone)
        if clocks and _bars_without_clocks(batch):
            batch = with_clocks(batch)
        session = self._running()
        records = self._guarded(lambda: session.process(batch))
        messages = (reject.message for reject in rejects)
        return self._result(records, started, session.core.processing_ns, messages)

    def evaluate(self, data: Any, **how: Any) -> pl.DataFrame:
        """Phase one alone over the data, a row for each of its rows: score, confidence, fair_value, verdict.

        It advances the values and the program as processing would, but trades nothing.
        """
        batch, rejects = self._intake(data, **how)
        session = self._running()
        return evaluation.aligned(self._guarded(lambda: session.evaluate(batch)), rejects)

    def get_performance_stats(self, reset: bool = False) -> dict[str, float | int]:
        """Counts and latencies under their documented names; reset starts the measured ones anew."""
        session = self._running()
        statistics = self._guarded(lambda: session.core.statistics(reset))
        stats = performance_stats.performance_stats(statistics, session.processing_ns, session.processed)
        if reset:
            session.forget_times()
        return stats

    def health(self) -> Health:
        """Whether the engine works, and what stands in its way."""
        events = last_ts = 0
        if self._session is not None:
            try:
                self._session.core.statistics(False)
                events, last_ts = self._session.events, self._session.last_ts
            except EngineError as error:
                self._failure = str(error)
        return Health(self.engine_name, not self._failure, self.degraded, self.reason, self._failure, events, last_ts)

    def positions(self) -> dict[str, views.Position]:
        """Every symbol that is held."""
        return views.positions(self.state())

    def account(self) -> views.Account:
        """Cash, equity, fees and latches."""
        return views.account(self.state())

    def open_orders(self) -> list[views.Order]:
        """Orders that are not done, in the order of their ids."""
        return views.open_orders(self.state())

    def state(self) -> Snapshot:
        """The whole state, decoded."""
        session = self._running()
        return self._guarded(session.state)

    def snapshot(self) -> bytes:
        """The whole state as bytes, which any engine can restore."""
        session = self._running()
        return self._guarded(session.core.snapshot)

    def restore(self, snapshot: bytes) -> None:
        """Take over configuration and state of a snapshot of any engine; a failed engine works again afterwards."""
        self._take_over(snapshot_reader.config_of(snapshot), snapshot)

    def set_level(
        self, level: Level, symbol: str | None = None, *, flatten: bool = False, ts: int | None = None
    ) -> Result:
        """Set the level of a symbol, or of the whole engine. ts: as in `command`."""
        return self.command([commands.set_level(level, self._id(symbol), flatten)], ts)

    def kill(self, symbol: str | None = None, flatten: bool = False, *, ts: int | None = None) -> Result:
        """No more orders: working ones are canceled, and with flatten positions are closed."""
        return self.set_level(Level.KILLED, symbol, flatten=flatten, ts=ts)

    def resume(self, symbol: str | None = None, *, ts: int | None = None) -> Result:
        """Trade again: the level is RUN; for the whole engine, latched drawdown or daily loss is cleared too."""
        messages = [commands.set_level(Level.RUN, self._id(symbol))]
        engine = self.state().engine
        if symbol is None and (engine.drawdown_latched or engine.daily_loss_latched):
            messages.append(commands.clear_latches())
        return self.command(messages, ts)

    def set_limits(
        self, limits: Mapping[str, Any] | EngineSettings | risk_pb2.RiskLimits, *, ts: int | None = None
    ) -> Result:
        """Replace the risk limits: by those of settings or a message, or change keys of risk_management."""
        if isinstance(limits, risk_pb2.RiskLimits):
            return self.command([commands.set_limits(limits)], ts)
        settings = limits if isinstance(limits, EngineSettings) else with_limits(self.settings, limits)
        result = self.command([commands.set_limits(settings.risk_limits())], ts)
        self.settings = settings
        return result

    def set_program(self, program: Graph | program_pb2.Program, *, ts: int | None = None) -> Result:
        """Replace the signal graph; its state starts empty, targets are forgotten."""
        return self.command([commands.set_program(program)], ts)

    def set_risk_model(
        self,
        symbols: Sequence[str],
        covariance: Sequence[Sequence[float]],
        valid_until_ns: int,
        *,
        ts: int | None = None,
    ) -> Result:
        """Replace the risk model: one-day covariance of simple returns."""
        ids = [self._known(symbol) for symbol in symbols]
        return self.command([commands.set_risk_model(ids, covariance, valid_until_ns)], ts)

    def set_status(
        self,
        symbol: str,
        status: Status,
        band: tuple[commands.Number, commands.Number] | None = None,
        *,
        ts: int | None = None,
    ) -> Result:
        """Set a symbol's market status and limit-up limit-down band."""
        return self.command([commands.set_status(self._known(symbol), status, band)], ts)

    def load_positions(
        self, positions: Mapping[str, tuple[commands.Number, commands.Number]], *, ts: int | None = None
    ) -> Result:
        """Set positions: quantity and average price by symbol."""
        messages = [
            commands.load_position(self._known(symbol), quantity, price)
            for symbol, (quantity, price) in positions.items()
        ]
        return self.command(messages, ts)

    def cash_flow(self, amount: commands.Number, *, ts: int | None = None) -> Result:
        """Add cash, or take it away where negative."""
        return self.command([commands.cash_flow(amount)], ts)

    def cancel_all(self, symbol: str | None = None, *, ts: int | None = None) -> Result:
        """Cancel every working order of a symbol, or all."""
        return self.command([commands.cancel_all(self._id(symbol))], ts)

    def command(self, messages: Sequence[market_data_pb2.Control], ts: int | None = None) -> Result:
        """Give commands as CONTROL events at ts, in ns UTC, or else at the time of the last event."""
        started = perf_counter_ns()
        session = self._running()
        records = self._guarded(lambda: session.command(messages, ts))
        return self._result(records, started, session.core.processing_ns)

    def close(self) -> None:
        """Give back what the engine holds; a second call does nothing."""
        if self._session is not None:
            self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        table = f"{len(self.symbols)} symbols" if self.symbols else "no symbols yet"
        return f"<{type(self).__name__} on {self.engine_name}{', degraded' if self.degraded else ''}: {table}>"


def _bars_without_clocks(batch: EventBatch) -> bool:
    kinds = batch["kind"].tobytes()
    return EventKind.BAR in kinds and EventKind.CLOCK not in kinds
